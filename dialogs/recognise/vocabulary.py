"""Word lists with a meaning each, looked up however a word is inflected or transliterated.

An entry is a whole word ("kad") or a stem with a star ("septembr*"), which stands for every
word that begins so and has at most :data:`LONGEST_ENDING` letters more. Entries are written
as people spell them; both sides are folded, so diacritics, case and alphabet do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from rapidfuzz.distance import DamerauLevenshtein

from dialogs.recognise.fold import Token, fold, has_cyrillic, squash

Meaning = TypeVar("Meaning")

LONGEST_ENDING = 5
"""Letters an ending may have: "iespēj-amajā" style endings are not needed, "-iem", "-ajiem" are."""
_SQUASH_FROM = 5
_TYPO_FROM = 5
_REMEMBERED = 20_000


class _Side(Generic[Meaning]):
    """The words written in one alphabet."""

    def __init__(self) -> None:
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
        meaning = _find(folded, self.words, self.stems)
        if meaning is None and loose:
            meaning = _find(loose, self.loose_words, self.loose_stems)
        return meaning


class Vocabulary(Generic[Meaning]):
    """Words and stems, each with its meaning; the first meaning given for a word holds.

    A word typed in Cyrillic is looked up among the Cyrillic entries alone: folded, "жена" (wife)
    and "zēna" (boy's) are one. A word typed in Latin letters may be either language.
    """

    def __init__(self, entries: Mapping[Meaning, str] | Iterable[tuple[Meaning, str]]) -> None:
        """``entries`` gives, for each meaning, its words and stems parted by spaces."""
        self._latin: _Side[Meaning] = _Side()
        self._cyrillic: _Side[Meaning] = _Side()
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


def _find(word: str, words: dict[str, Meaning], stems: dict[str, Meaning]) -> Meaning | None:
    meaning = words.get(word)
    if meaning is not None:
        return meaning
    length = len(word)
    # The longest stem that fits is the most telling one.
    for cut in range(length, max(1, length - LONGEST_ENDING - 1), -1):
        meaning = stems.get(word[:cut])
        if meaning is not None:
            return meaning
    return None


class Phrases(Generic[Meaning]):
    """Short phrases with a meaning each, matched word by word, one foreign word allowed between.

    Words follow the rules of :class:`Vocabulary` entries. Phrases are given parted by commas:
    ``[("asap", "pēc iespējas ātr*, as soon as possible")]``.
    """

    def __init__(self, entries: Iterable[tuple[Meaning, str]], *, gap: int = 1) -> None:
        """``gap`` is how many other words may stand between two words of a phrase."""
        self._gap = gap
        groups: dict[str, list[tuple[tuple[Vocabulary[bool], ...], Meaning]]] = {}
        shared: dict[str, Vocabulary[bool]] = {}
        for meaning, phrases in entries:
            for phrase in phrases.split(","):
                words = phrase.split()
                rest = tuple(
                    shared.setdefault(word, Vocabulary([(True, word)])) for word in words[1:]
                )
                groups.setdefault(words[0], []).append((rest, meaning))
        self._groups = tuple(groups.values())
        self._first: Vocabulary[int] = Vocabulary(
            [(number, word) for number, word in enumerate(groups)]
        )

    def find(self, words: Sequence[Token]) -> list[tuple[int, int, Meaning]]:
        """Each phrase found: index of its first word, index after its last, meaning."""
        found: list[tuple[int, int, Meaning]] = []
        for index, token in enumerate(words):
            group = self._first.get(token)
            if group is None:
                continue
            best: tuple[int, int, Meaning] | None = None
            for rest, meaning in self._groups[group]:
                after = self._after(words, index + 1, rest)
                if after and (best is None or after > best[1]):
                    best = (index, after, meaning)
            if best is not None:
                found.append(best)
        return found

    def _after(self, words: Sequence[Token], index: int, rest: tuple[Vocabulary[bool], ...]) -> int:
        for word in rest:
            for skipped in range(self._gap + 1):
                position = index + skipped
                if position < len(words) and word.get(words[position]):
                    index = position + 1
                    break
            else:
                return 0
        return index
