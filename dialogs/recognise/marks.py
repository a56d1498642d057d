"""Which items of the word lists a text contains, and which lines they may complete.

:func:`mark` looks at every word once, mostly in steps of C; which lines are complete is then
asked of :mod:`dialogs.recognise.lines`. Cost grows with the text, never with its square.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, count, islice, pairwise
from operator import itemgetter, not_, or_
from typing import Literal, NamedTuple

from msgspec import Struct

from dialogs.recognise.fold import Reading, Remembered, Token, read
from dialogs.recognise.language import evidence_of, is_transliterated, language_of
from dialogs.recognise.lexicon import Lexicon
from dialogs.recognise.lookup import GAP, After, Entry, Phrase

_NO_ITEMS: frozenset[int] = frozenset()
_STOPS = ".!?…;\n"
_SHORTENED = {
    "g", "gs", "nr", "utt", "u", "c", "t", "sk", "r", "tel", "talr", "ul", "d", "kv", "str", "st",
    "no", "dr", "mrs", "mr", "ms", "kl", "kat", "p", "s", "ok",
}  # fmt: skip
# Short for a longer word where the sentence goes on in small letters or figures.
_CUT_SHORT = {
    "angl", "lat", "rus", "norv", "latv", "prof", "spec", "apm", "apt", "piem", "pers", "nov",
    "pag", "eng", "approx", "incl", "eg", "ie", "e", "i", "a", "m", "v", "l", "b", "n", "z", "o",
    "utml", "utm", "napr", "obl", "sr", "vsk", "psk", "dep", "min", "maks", "max", "tuks", "tys",
    "evr", "eir", "gimn", "univ", "med", "telef", "whatsap", "adr", "dok", "kr",
}  # fmt: skip
_JOINS = {
    "un", "bet", "jo", "tāpēc", "tapec", "taču", "tacu", "и", "но", "а", "или", "либо", "and",
    "but", "so", "because",
}  # fmt: skip


class Marks(Struct, frozen=True):
    """A text, its tokens, and where each item was seen.

    ``words`` are the tokens in small letters, ``figures`` the positions of those in digits, and
    ``language`` is what the text is written in. ``at`` maps an item to token positions in
    ascending order, ``ends`` a phrase and its first position to the position of its last word;
    ``sentence`` and ``clause`` number the sentence and clause each token stands in; ``asked`` are
    the sentences that end in "?"; ``said`` holds the items of each sentence, ``begins`` where
    each begins (and the last one ends). ``near`` are the lines of which two items stand in one
    sentence, each as its number times :data:`SENTENCES`, with the sentence added, ascending.
    """

    text: str
    tokens: tuple[Token, ...]
    words: list[str]
    figures: list[int]
    language: Literal["lv", "ru", "en", ""]
    at: dict[int, list[int]]
    ends: dict[int, dict[int, int]]
    sentence: list[int]
    clause: list[int]
    asked: frozenset[int]
    said: list[set[int]]
    begins: list[int]
    near: list[int]


_NONE, _CLAUSE, _DOT, _STOP = range(4)


def _break(before: str) -> int:
    """What stands between two words ends: a sentence, perhaps a sentence, a clause, nothing."""
    if any(one in before for one in _STOPS):
        return _DOT if before in (".", ". ") else _STOP
    clause = any(one in before for one in ",–—:()") or " -" in before or "- " in before
    return _CLAUSE if clause else _NONE


_BREAKS: Remembered[int] = Remembered(_break)


class _Bounds(NamedTuple):
    """Sentence and clause numbers of every token, where sentences begin (and the last one ends),
    and the sentences that end in "?"."""

    sentence: list[int]
    clause: list[int]
    begins: list[int]
    asked: frozenset[int]


def _bounds(text: str, read: Reading) -> _Bounds:
    found, befores = read.tokens, read.before
    sentence = clause = begun = 0
    sentences: list[int] = []
    clauses: list[int] = []
    begins = [0]
    asked: set[int] = set()
    breaks = map(_BREAKS.__getitem__, befores)
    telling = compress(count(), map(or_, breaks, map(_JOINS.__contains__, read.lower)))
    for place in telling:
        before = befores[place]
        if not place:
            continue
        kind = _CLAUSE if before == " " else _BREAKS[before]
        if kind == _DOT:
            last = found[place - 1]
            if (
                before == "."
                or last.folded in _SHORTENED
                or (last.folded in _CUT_SHORT and not text[found[place].start].isupper())
                or (last.script == "digit" and text[found[place].start].islower())
            ):
                kind = _NONE
        if not kind:
            continue
        clauses += [clause] * (place - begun)
        begun = place
        clause += 1
        if kind != _CLAUSE:
            sentences += [sentence] * (place - begins[-1])
            begins.append(place)
            if "?" in before:
                asked.add(sentence)
            sentence += 1
    length = len(found)
    sentences += [sentence] * (length - begins[-1])
    clauses += [clause] * (length - begun)
    begins.append(length)
    if found and "?" in text[found[-1].end :]:
        asked.add(sentence)
    return _Bounds(sentences, clauses, begins, frozenset(asked))


def mark(text: str, lexicon: Lexicon) -> Marks:
    """Look up every word of a text; each reader takes the result instead of the text."""
    found = read(text)
    words = list(found.lower)
    sentence, clause, begins, asked = _bounds(text, found)
    told = evidence_of(words)
    russian = is_transliterated(told, len(words))
    known = lexicon.russian_entries if russian else lexicon.entries
    entries = list(map(known.__getitem__, words))
    items = list(map(itemgetter(0), entries))
    at = _positions(items)
    said = [set().union(*items[first:after]) for first, after in pairwise(begins)]
    phrases = _phrases(entries, sentence)
    ends = _ends(lexicon, phrases, at, sentence, said)
    return Marks(
        text, found.tokens, words, list(compress(count(), map(str.isdigit, words))),
        language_of(told), at, ends, sentence, clause, asked, said, begins,
        _near(lexicon, entries, phrases, sentence, said),
    )  # fmt: skip


def _positions(items: Iterable[Iterable[int]]) -> dict[int, list[int]]:
    """Where each item stands, for the items of every word."""
    at: dict[int, list[int]] = {}
    for place, here in enumerate(items):
        for item in here:
            if item in at:
                at[item].append(place)
            else:
                at[item] = [place]
    return at


def _near(
    lexicon: Lexicon,
    entries: Sequence[Entry],
    phrases: Mapping[int, Iterable[int]],
    sentence: Sequence[int],
    said: Sequence[set[int]],
) -> list[int]:
    """The lines of which two items stand in one sentence, with it; see :attr:`Marks.near`.

    ``phrases`` gives where each phrase begins.
    """
    near: set[int] = set()
    for entry, where in zip(entries, sentence, strict=True):
        if entry.seconds and (together := entry.seconds & said[where]):
            for second in together:
                for line in entry.lines[second]:
                    near.add(line + where)
    for phrase, places in phrases.items():
        seconds, lines = lexicon.phrase_lines[phrase]
        for where in {sentence[place] for place in places} if seconds else ():
            for second in seconds & said[where]:
                for line in lines[second]:
                    near.add(line + where)
    return sorted(near)


def _phrases(entries: Sequence[Entry], sentence: list[int]) -> dict[int, dict[int, int]]:
    """The phrases of a text: for each the positions of its first words, and of its last ones."""
    seen: dict[int, dict[int, int]] = {}
    joined = list(map(itemgetter(4), entries))
    joined += [_NO_ITEMS] * GAP
    apart = map(frozenset.isdisjoint, map(itemgetter(5), entries), islice(joined, 1, None))
    side_by_side = set(compress(count(), map(not_, apart)))
    for start in sorted(side_by_side.union(compress(count(), map(itemgetter(6), entries)))):
        entry = entries[start]
        if start in side_by_side:
            _seen_from(start, start + 1, entry.close, entries, sentence, seen)
        for place in range(start + 1, start + GAP + 1) if entry.further else ():
            if not entry.further.isdisjoint(joined[place]):
                _seen_from(start, place, entry.wide, entries, sentence, seen)
    return seen


def _ends(
    lexicon: Lexicon,
    phrases: Mapping[int, dict[int, int]],
    at: dict[int, list[int]],
    sentence: list[int],
    said: list[set[int]],
) -> dict[int, dict[int, int]]:
    """Add phrases to ``at`` and ``said``, and give where each thing ends that a phrase says."""
    ends: dict[int, dict[int, int]] = {}
    for phrase_item, lasts in phrases.items():
        closed = lexicon.parents[phrase_item]
        for start in lasts:
            said[sentence[start]].update(closed)
        for item in closed:
            ends[item] = _merged(ends[item], lasts) if item in ends else lasts
    for item, lasts in ends.items():
        at[item] = sorted({*at.get(item, ()), *lasts})
    return ends


def _seen_from(
    start: int,
    place: int,
    after: After,
    entries: Sequence[Entry],
    sentence: list[int],
    seen: dict[int, dict[int, int]],
) -> None:
    """Add the phrases that begin at ``start`` and whose second word stands at ``place``."""
    if sentence[place] != sentence[start]:
        return
    for second in entries[place].joins:
        for phrase in after.get(second, ()):
            last = place if len(phrase.then) == 1 else _last(phrase, entries, sentence, place)
            if last:
                lasts = seen.setdefault(phrase.item, {})
                lasts[start] = max(last, lasts.get(start, 0))


def _merged(some: dict[int, int], others: dict[int, int]) -> dict[int, int]:
    merged = {**some, **others}
    for start in some.keys() & others.keys():
        merged[start] = max(some[start], others[start])
    return merged


def _last(phrase: Phrase, entries: Sequence[Entry], sentence: list[int], place: int) -> int:
    """Where a phrase ends whose second word stands at ``place``; 0 if it does not go on."""
    for item, step in phrase.then[1:]:
        for further in range(place + 1, min(place + step + 1, len(entries))):
            if sentence[further] == sentence[place] and item in entries[further].joins:
                place = further
                break
        else:
            return 0
    return place


def has(marks: Marks, item: int, first: int, last: int) -> bool:
    """Whether an item was seen at a position from ``first`` to ``last``, both inclusive."""
    places = marks.at.get(item)
    if not places:
        return False
    index = bisect_left(places, first)
    return index < len(places) and places[index] <= last


def within(marks: Marks, item: int, first: int, last: int) -> Sequence[int]:
    """Where an item was seen from ``first`` to ``last``, both inclusive."""
    places = marks.at.get(item, ())
    return places[bisect_left(places, first) : bisect_right(places, last)]
