"""Which items of the word lists a text contains, and which lines they complete.

:func:`mark` looks at every word once; :func:`completed` then asks only for lines whose first
item was seen. Cost grows with the text, never with its square: positions are bounded by the
window of a line, and nothing backtracks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import repeat

from msgspec import Struct

from dialogs.recognise.fold import Remembered, Token, tokens
from dialogs.recognise.language import is_transliterated
from dialogs.recognise.lexicon import Lexicon, Line
from dialogs.recognise.lookup import GAP, NOTHING, Entry, Phrase

# What must not be there counts at least this many words around, however narrow the line.
_BAR = 5
# A line is tried at this many places of its first word; more repeats add nothing.
_MOST = 60
_STOPS = ".!?…;\n"
_SHORTENED = {
    "g", "gs", "nr", "utt", "u", "c", "t", "sk", "r", "tel", "talr", "ul", "d", "kv", "str", "st",
    "no", "dr", "mrs", "mr", "ms", "kl", "kat", "p", "s", "ok",
}  # fmt: skip
_JOINS = {
    "un", "bet", "jo", "tāpēc", "tapec", "taču", "tacu", "и", "но", "а", "или", "либо", "and",
    "but", "so", "because",
}  # fmt: skip


class Marks(Struct, frozen=True):
    """A text, its tokens, and where each item was seen.

    ``at`` maps an item to token positions in ascending order, ``ends`` a (phrase item,
    position) to the position of its last word; ``sentence`` and ``clause`` number the
    sentence and clause each token stands in; ``asked`` are the sentences that end in "?", and
    ``sentences`` the sentences an item was seen in. Alternatives are added to these tables when
    a reader first asks for them.
    """

    text: str
    tokens: tuple[Token, ...]
    at: dict[int, list[int]]
    ends: dict[tuple[int, int], int]
    sentence: list[int]
    clause: list[int]
    asked: frozenset[int]
    sentences: dict[int, set[int]]


class Hit(Struct, frozen=True):
    """A completed line: the positions of its first and last word."""

    line: Line
    first: int
    last: int
    main: int


_STOP, _DOT, _CLAUSE, _NONE = "stop", "dot", "clause", ""


def _break(before: str) -> str:
    """What stands between two words ends: a sentence, perhaps a sentence, a clause, nothing."""
    if any(one in before for one in _STOPS):
        return _DOT if before in (".", ". ") else _STOP
    clause = any(one in before for one in ",–—:()") or " -" in before or "- " in before
    return _CLAUSE if clause else _NONE


_BREAKS: Remembered[str] = Remembered(_break)


def _bounds(text: str, found: tuple[Token, ...]) -> tuple[list[int], list[int], frozenset[int]]:
    """Sentence and clause numbers of every token, and the sentences that end in "?"."""
    sentence = clause = begun = 0
    sentences: list[int] = []
    clauses: list[int] = []
    asked: set[int] = set()
    for place, token in enumerate(found):
        before = token.before
        if before == " ":
            if token.lower not in _JOINS:
                continue
            kind = _CLAUSE
        else:
            kind = _BREAKS[before] if before else _NONE
            if kind == _DOT and place:
                last = found[place - 1]
                if (
                    before == "."
                    or last.folded in _SHORTENED
                    or (last.script == "digit" and text[token.start].islower())
                ):
                    kind = _NONE
        if not kind or not place:
            continue
        sentences.extend(repeat(sentence, place - begun))
        clauses.extend(repeat(clause, place - begun))
        begun = place
        clause += 1
        if kind != _CLAUSE:
            if "?" in before:
                asked.add(sentence)
            sentence += 1
    sentences.extend(repeat(sentence, len(found) - begun))
    clauses.extend(repeat(clause, len(found) - begun))
    if found and "?" in text[found[-1].end :]:
        asked.add(sentence)
    return sentences, clauses, frozenset(asked)


def mark(text: str, lexicon: Lexicon) -> Marks:
    """Look up every word of a text; each reader takes the result instead of the text."""
    found = tokens(text)
    sentence, clause, asked = _bounds(text, found)
    words = [token.lower for token in found]
    known = lexicon.russian_entries if is_transliterated(words) else lexicon.entries
    entries = list(map(known.__getitem__, words))
    at: dict[int, list[int]] = {}
    for position, seen in enumerate(entries):
        if seen is NOTHING:
            continue
        for item in seen.items:
            if item in at:
                at[item].append(position)
            else:
                at[item] = [position]
    ends = _phrases(lexicon, at, entries, sentence)
    return Marks(text, found, at, ends, sentence, clause, asked, {})


def _phrases(
    lexicon: Lexicon, at: dict[int, list[int]], entries: Sequence[Entry], sentence: list[int]
) -> dict[tuple[int, int], int]:
    """Find phrases, add them to ``at``, and give the position of each one's last word."""
    begun: list[tuple[Phrase, int, int]] = []
    count = len(entries)
    for start, entry in enumerate(entries):
        if entry.close and start + 1 < count and (joins := entries[start + 1].joins):
            for after in entry.close:
                for second in joins:
                    if second in after:
                        begun.extend((phrase, start, start + 1) for phrase in after[second])
        if entry.wide:
            for place in range(start + 1, min(start + GAP + 1, count)):
                joins = entries[place].joins
                if joins:
                    for after in entry.wide:
                        for second in joins:
                            if second in after:
                                begun.extend((phrase, start, place) for phrase in after[second])
    ends: dict[tuple[int, int], int] = {}
    added: set[int] = set()
    for phrase, start, place in begun:
        if sentence[place] != sentence[start]:
            continue
        last = _last(phrase, entries, sentence, place)
        if last is None:
            continue
        for parent in lexicon.parents[phrase.item]:
            at.setdefault(parent, []).append(start)
            added.add(parent)
            ends[parent, start] = max(last, ends.get((parent, start), last))
    for item in added:
        at[item] = sorted(set(at[item]))
    return ends


def _last(phrase: Phrase, entries: Sequence[Entry], sentence: list[int], place: int) -> int | None:
    """Where a phrase ends whose second word stands at ``place``; None if it does not go on."""
    for item, step in phrase.then[1:]:
        for further in range(place + 1, min(place + step + 1, len(entries))):
            if sentence[further] == sentence[place] and item in entries[further].joins:
                place = further
                break
        else:
            return None
    return place


def _places(marks: Marks, lexicon: Lexicon, item: int) -> list[int]:
    """Where an item was seen; alternatives are put together when first asked for."""
    places = marks.at.get(item)
    if places is None:
        members = [one for one in lexicon.sets.get(item, ()) if one in marks.at]
        places = sorted({place for one in members for place in marks.at[one]})
        for one in members:
            for place in marks.at[one]:
                end = marks.ends.get((one, place))
                if end is not None:
                    marks.ends[item, place] = max(end, marks.ends.get((item, place), end))
        marks.at[item] = places
    return places


def _sentences(marks: Marks, lexicon: Lexicon, item: int) -> set[int]:
    known = marks.sentences.get(item)
    if known is None:
        known = {marks.sentence[place] for place in _places(marks, lexicon, item)}
        marks.sentences[item] = known
    return known


def _nearest(marks: Marks, lexicon: Lexicon, item: int, main: int, window: int) -> int | None:
    places = _places(marks, lexicon, item)
    if not places:
        return None
    index = bisect_left(places, main)
    best: int | None = None
    for place in places[max(index - 1, 0) : index + 2]:
        close = abs(place - main)
        if (
            place != main
            and close <= window
            and marks.sentence[place] == marks.sentence[main]
            and (best is None or close < abs(best - main))
        ):
            best = place
    if best is None and main in places[index : index + 1]:
        # One word may be two things at once ("bernudarza vieta"), never the only evidence.
        return main
    return best


def completed(marks: Marks, lexicon: Lexicon, family: str) -> Iterator[Hit]:
    """The lines of one family ("need", "alarm", "sensitive") that the text completes."""
    lines = lexicon.lines.get(family, {})
    candidates = {
        id(line): line for item in [*marks.at] if marks.at[item] for line in lines.get(item, ())
    }
    for line in candidates.values():
        shared = _sentences(marks, lexicon, line.first)
        for one in line.rest:
            shared = shared & _sentences(marks, lexicon, one)
            if not shared:
                break
        else:
            yield from _hits(marks, lexicon, line, shared)


def _hits(marks: Marks, lexicon: Lexicon, line: Line, shared: set[int]) -> Iterator[Hit]:
    for main in marks.at[line.first][:_MOST]:
        if marks.sentence[main] not in shared:
            continue
        first, last = main, marks.ends.get((line.first, main), main)
        for one in line.rest:
            place = _nearest(marks, lexicon, one, main, line.window)
            if place is None:
                break
            first = min(first, place)
            last = max(last, marks.ends.get((one, place), place))
        else:
            if not any(
                _nearest(marks, lexicon, one, main, max(line.window, _BAR)) is not None
                for one in line.barred
            ):
                yield Hit(line, first, last, main)


def has(marks: Marks, item: int, first: int, last: int) -> bool:
    """Whether an item was seen at a position from ``first`` to ``last``, both inclusive."""
    places = marks.at.get(item)
    if not places:
        return False
    index = bisect_left(places, first)
    return index < len(places) and places[index] <= last
