"""Word lists with a meaning each, looked up however a word is inflected or transliterated.

An entry is a whole word ("kad") or a stem with a star ("septembr*"), which stands for every
word that begins so and has at most :data:`LONGEST_ENDING` letters more. Entries are written
as people spell them; both sides are folded, so diacritics, case and alphabet do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeAlias, TypeVar

from rapidfuzz.distance import DamerauLevenshtein

from dialogs.recognise.fold import (
    FORMS,
    LONGEST_FIGURE_KEPT,
    LOWER,
    Remembered,
    Token,
    fold,
    has_cyrillic,
    squash,
)

Meaning = TypeVar("Meaning")

LONGEST_ENDING = 5
"""Letters an ending may have: "iespēj-amajā" style endings are not needed, "-iem", "-ajiem" are."""
LONGEST_RUSSIAN_ENDING = 8
"""The same for Russian, in Latin letters: "возвра-щаемся" is "vozvra-scaemsja"."""
_SQUASH_FROM = 5
_TYPO_FROM = 5
_REMEMBERED = 20_000


class _Side(Generic[Meaning]):
    """The words written in one alphabet; an ending has at most ``ending`` letters."""

    def __init__(self, ending: int) -> None:
        self.ending = ending
        self.words: dict[str, Meaning] = {}
        self.stems: dict[str, Meaning] = {}
        self.loose_words: dict[str, Meaning] = {}
        self.loose_stems: dict[str, Meaning] = {}

    def add(self, folded: str, stem: bool, meaning: Meaning) -> None:
        (self.stems if stem else self.words).setdefault(folded, meaning)
        loose = squash(folded)
        if len(loose) >= _SQUASH_FROM:
            (self.loose_stems if stem else self.loose_words).setdefault(loose, meaning)

    def find(self, folded: str, loose: str) -> Meaning | None:
        meaning = _find(folded, self.words, self.stems, self.ending)
        if meaning is None and loose:
            meaning = _find(loose, self.loose_words, self.loose_stems, self.ending)
        return meaning


class Vocabulary(Generic[Meaning]):
    """Words and stems, each with its meaning; the first meaning given for a word holds.

    A word typed in Cyrillic is looked up among the Cyrillic entries alone: folded, "жена" (wife)
    and "zēna" (boy's) are one. A word typed in Latin letters may be either language.
    """

    def __init__(self, entries: Mapping[Meaning, str] | Iterable[tuple[Meaning, str]]) -> None:
        """``entries`` gives, for each meaning, its words and stems parted by spaces."""
        self._latin: _Side[Meaning] = _Side(LONGEST_ENDING)
        self._cyrillic: _Side[Meaning] = _Side(LONGEST_RUSSIAN_ENDING)
        self._known_latin: dict[str, Meaning | None] = {}
        self._known_cyrillic: dict[str, Meaning | None] = {}
        pairs = entries.items() if isinstance(entries, Mapping) else entries
        for meaning, words in pairs:
            for written in words.split():
                folded = fold(written.rstrip("*")).replace("'", "")
                side = self._cyrillic if has_cyrillic(written) else self._latin
                side.add(folded, written.endswith("*"), meaning)

    def get(self, token: Token) -> Meaning | None:
        """The meaning of one word, or None."""
        folded, cyrillic = token.folded, token.script == "cyrillic"
        known = self._known_cyrillic if cyrillic else self._known_latin
        try:
            return known[folded]
        except KeyError:
            pass
        loose = squash(folded) if len(folded) >= _SQUASH_FROM else ""
        meaning = None if cyrillic else self._latin.find(folded, loose)
        if meaning is None:
            meaning = self._cyrillic.find(folded, loose)
        if len(known) > _REMEMBERED:
            known.clear()
        known[folded] = meaning
        return meaning

    def tables(self, cyrillic: bool) -> tuple[dict[str, Meaning], ...]:
        """The entries of one alphabet: words, stems, and both in their looser form."""
        side = self._cyrillic if cyrillic else self._latin
        return side.words, side.stems, side.loose_words, side.loose_stems

    def get_with_typo(self, token: Token) -> Meaning | None:
        """As :meth:`get`, else the one word or stem a single slip away (two from 9 letters).

        It compares with every entry, so it is for short answers only. A slip is a letter
        missing, added, changed, or two neighbours swapped. Two meanings equally near: None.
        """
        meaning = self.get(token)
        folded = token.folded
        if meaning is not None or len(folded) < _TYPO_FROM:
            return meaning
        allowed = 2 if len(folded) >= 9 else 1
        best: dict[Meaning, int] = {}
        sides = (self._cyrillic,) if token.script == "cyrillic" else (self._latin, self._cyrillic)
        for side in sides:
            for entries, stems in ((side.words, False), (side.stems, True)):
                for entry, value in entries.items():
                    if entry[:1] != folded[:1]:
                        continue  # nobody slips on the first letter
                    slips = _slips(folded, entry, stems, allowed)
                    if slips < best.get(value, allowed + 1):
                        best[value] = slips
        if not best:
            return None
        least = min(best.values())
        nearest = [value for value, slips in best.items() if slips == least]
        return nearest[0] if len(nearest) == 1 else None


def _slips(folded: str, entry: str, stem: bool, allowed: int) -> int:
    """How many slips lie between a word and an entry; more than ``allowed`` counts as many."""
    if len(entry) < _TYPO_FROM:
        return allowed + 1
    cuts = range(len(entry) - 1, len(entry) + 2) if stem else (len(folded),)
    return min(
        DamerauLevenshtein.distance(folded[:cut], entry, score_cutoff=allowed) for cut in cuts
    )


def _find(
    word: str, words: dict[str, Meaning], stems: dict[str, Meaning], ending: int
) -> Meaning | None:
    meaning = words.get(word)
    if meaning is not None:
        return meaning
    length = len(word)
    # The longest stem that fits is the most telling one.
    for cut in range(length, max(1, length - ending - 1), -1):
        meaning = stems.get(word[:cut])
        if meaning is not None:
            return meaning
    return None


class _Node(Generic[Meaning]):
    """What phrases say from some word on: the words that may follow, and what ends here."""

    def __init__(self) -> None:
        self.following: dict[str, _Node[Meaning]] = {}
        self.ends: tuple[int, Meaning] | None = None
        """Which of the phrases with the same first word it is, and what it means."""


class Phrases(Generic[Meaning]):
    """Short phrases with a meaning each, matched word by word, one foreign word allowed between.

    Words follow the rules of :class:`Vocabulary` entries. Phrases are given parted by commas:
    ``[("asap", "pēc iespējas ātr*, as soon as possible")]``. Each further word is the first one
    that fits, so that nothing is tried twice.
    """

    def __init__(self, entries: Iterable[tuple[Meaning, str]], *, gap: int = 1) -> None:
        """``gap`` is how many other words may stand between two words of a phrase."""
        self._gap = gap
        groups: dict[str, _Node[Meaning]] = {}
        self.parts: dict[str, Vocabulary[str]] = {}
        """The words behind the first ones."""
        order = 0
        for meaning, phrases in entries:
            for phrase in phrases.split(","):
                first, *rest = phrase.split()
                node = groups.setdefault(first, _Node())
                for word in rest:
                    self.parts.setdefault(word, Vocabulary([(word, word)]))
                    node = node.following.setdefault(word, _Node())
                node.ends = node.ends or (order, meaning)
                order += 1
        self._groups = tuple(groups.values())
        self.first: Vocabulary[int] = Vocabulary(
            [(number, word) for number, word in enumerate(groups)]
        )
        """The first words, each with its number."""

    def find(self, words: Sequence[Token]) -> list[tuple[int, int, Meaning]]:
        """Each phrase found: index of its first word, index after its last, meaning."""
        (first,), parts = self._shelf.look_up(words)
        return self.find_in(first, parts)

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf([self.first], [self])

    def find_in(
        self, first: Mapping[int, int], parts: Sequence[Sequence[str]]
    ) -> list[tuple[int, int, Meaning]]:
        """As :meth:`find`, for words that were looked up: where first words stand, in order,
        and which further words (:attr:`parts`) each word of the text may be."""
        found: list[tuple[int, int, Meaning]] = []
        for place, number in first.items():
            best = self._longest(self._groups[number], parts, place + 1)
            if best is not None:
                found.append((place, *best))
        return found

    def _longest(
        self, begun: _Node[Meaning], parts: Sequence[Sequence[str]], after: int
    ) -> tuple[int, Meaning] | None:
        best: tuple[int, int, Meaning] | None = None
        ways = [(begun, after)]
        for node, index in ways:
            if node.ends is not None:
                order, meaning = node.ends
                if best is None or (index, -order) > best[:2]:
                    best = index, -order, meaning
            if not node.following:
                continue
            taken: set[str] = set()
            for position in range(index, min(index + self._gap + 1, len(parts))):
                for word in parts[position]:
                    if word in node.following and word not in taken:
                        taken.add(word)
                        ways.append((node.following[word], position + 1))
        return None if best is None else (best[0], best[2])


class Shelf:
    """Vocabularies and phrases that are looked up together: one lookup for a word gives all."""

    def __init__(
        self, vocabularies: Sequence[Vocabulary[Any]], phrases: Sequence[Phrases[Any]] = ()
    ) -> None:
        """``vocabularies`` in the order in which :meth:`look_up` gives what they found."""
        self._count = len(vocabularies)
        self._tables: dict[bool, list[_Table]] = {
            cyrillic: [{} for _ in range(4)] for cyrillic in (False, True)
        }
        for number, vocabulary in enumerate(vocabularies):
            self._add(number, vocabulary)
        for one in phrases:
            for part in one.parts.values():
                self._add(_PART, part)
        self._lengths = {
            cyrillic: (_lengths(stems), _lengths(loose_stems))
            for cyrillic, (_, stems, _, loose_stems) in self._tables.items()
        }
        self._known: Remembered[_Entry] = Remembered(self._entry)

    def _add(self, number: int, vocabulary: Vocabulary[Any]) -> None:
        for cyrillic in (False, True):
            for merged, table in zip(
                self._tables[cyrillic], vocabulary.tables(cyrillic), strict=True
            ):
                for word, meaning in table.items():
                    merged.setdefault(word, []).append((number, meaning))

    def _entry(self, lower: str) -> _Entry:
        if lower[0] <= "9" and len(lower) > LONGEST_FIGURE_KEPT:
            return _NOTHING  # a code, a telephone number
        folded, _, script, _ = FORMS[lower]
        loose = squash(folded) if len(folded) >= _SQUASH_FROM else ""
        found: dict[int, Any] = {}
        parts: dict[str, None] = {}
        for cyrillic in (True,) if script == "cyrillic" else (False, True):
            words, stems, loose_words, loose_stems = self._tables[cyrillic]
            plain, squashed = self._lengths[cyrillic]
            ending = LONGEST_RUSSIAN_ENDING if cyrillic else LONGEST_ENDING
            for word, whole, begun, lengths in (
                (folded, words, stems, plain),
                (loose, loose_words, loose_stems, squashed),
            ):
                for number, meaning in _fitting(word, whole, begun, lengths, ending):
                    if number == _PART:
                        parts[meaning] = None
                    else:
                        found.setdefault(number, meaning)
        return (tuple(found.items()), tuple(parts)) if found or parts else _NOTHING

    def look_up(self, words: Sequence[Token]) -> tuple[list[dict[int, Any]], list[tuple[str, ...]]]:
        """For each vocabulary the meanings by position, ascending; the phrases' further words."""
        found: list[dict[int, Any]] = [{} for _ in range(self._count)]
        entries = list(map(self._known.__getitem__, map(LOWER, words)))
        for position, entry in enumerate(entries):
            if entry is not _NOTHING:
                for number, meaning in entry[0]:
                    found[number][position] = meaning
        return found, list(map(itemgetter(1), entries))


_Table: TypeAlias = dict[str, list[tuple[int, Any]]]
_Entry: TypeAlias = tuple[tuple[tuple[int, Any], ...], tuple[str, ...]]
_NOTHING: _Entry = (), ()
_PART = -1


def _fitting(
    word: str, whole: _Table, begun: _Table, lengths: Mapping[str, Sequence[int]], ending: int
) -> Iterator[tuple[int, Any]]:
    """What fits a word, the most telling first; see :func:`_find`."""
    if word in whole:
        yield from whole[word]
    longest = len(word)
    for length in lengths.get(word[:2], ()):
        if longest - ending <= length <= longest and word[:length] in begun:
            yield from begun[word[:length]]


def _lengths(stems: Iterable[str]) -> dict[str, list[int]]:
    """How long the stems are that begin with the same two letters, the longest first."""
    found: dict[str, set[int]] = {}
    for stem in stems:
        if len(stem) > 1:
            found.setdefault(stem[:2], set()).add(len(stem))
    return {start: sorted(some, reverse=True) for start, some in found.items()}
