"""Which lines of the word lists a text completes, and where.

That two items of a line stand in one sentence is known already (:attr:`Marks.near`); here all of
them must, close enough, and nothing by them that must not. Positions are bounded by the window of
a line, and nothing backtracks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from msgspec import Struct

from dialogs.recognise.lexicon import Lexicon
from dialogs.recognise.lookup import SENTENCES, Line
from dialogs.recognise.marks import Marks, has, within

# What must not be there counts at least this many words around, however narrow the line.
_BAR = 5
# A line is tried at this many places of a sentence; more repeats add nothing.
_MOST = 60


class Hit(Struct, frozen=True, gc=False):
    """A completed line: the positions of its first and last word, and of its first item."""

    line: Line
    first: int
    last: int
    main: int


def nearly(marks: Marks, lexicon: Lexicon, family: str) -> Iterator[tuple[Line, int]]:
    """The lines of a family of which two items stand in one sentence, with that sentence, in the
    order of the lexicon."""
    if family in lexicon.families:
        low, high = (bisect_left(marks.near, one * SENTENCES) for one in lexicon.families[family])
        for both in marks.near[low:high]:
            number, sentence = divmod(both, SENTENCES)
            yield lexicon.lines[number], sentence


def completed(marks: Marks, lexicon: Lexicon, family: str) -> Iterator[Hit]:
    """The lines of a family that the text completes, in the order of their rarest words."""
    found = [
        (line, sentence)
        for line, sentence in nearly(marks, lexicon, family)
        if not any(map(marks.said[sentence].isdisjoint, line.others))
    ]
    if found:
        rank = dict(zip(marks.at, count(), strict=False))
        found.sort(key=lambda one: min(rank[item] for item in one[0].key if item in rank))
        for line, sentence in found:
            yield from hits(marks, line, sentence)


def hits(marks: Marks, line: Line, sentence: int) -> Iterator[Hit]:
    """Where a sentence completes a line."""
    here = marks.said[sentence]
    if any(map(here.isdisjoint, line.others)):
        return
    at, start, stop = marks.at, marks.begins[sentence], marks.begins[sentence + 1]
    begins = here & line.begins
    places = sorted({
        place for item in begins for place in within(marks, item, start, stop - 1)
    })  # fmt: skip
    beside = [here & enough for enough in line.beside]
    for main in places[:_MOST]:
        first = last = main
        if not marks.ends.keys().isdisjoint(begins):
            last = _end(marks, begins, main)
        low, high = max(start, main - line.window), min(stop - 1, main + line.window)
        for enough in beside:
            place = _nearest(at, enough, main, low, high)
            if place is None:
                break
            first = min(first, place)
            last = max(last, _end(marks, enough, place))
        else:
            if not line.unless or not _barred(marks, line, main, sentence):
                yield Hit(line, first, last, main)


def _end(marks: Marks, enough: Iterable[int], place: int) -> int:
    """The last word of what was seen at a place where a phrase may begin."""
    last = place
    for item in enough:
        if item in marks.ends:
            last = max(last, marks.ends[item].get(place, place))
    return last


def _nearest(
    at: Mapping[int, Sequence[int]], enough: Iterable[int], main: int, low: int, high: int
) -> int | None:
    """Where one of some items stands nearest to a word, from ``low`` to ``high``; the earlier
    where equal.

    The word itself only where there is no other: one word may be two things at once
    ("bernudarza vieta"), never the only evidence.
    """
    before, behind, own = low - 1, high + 1, False
    for item in enough:
        places = at[item]
        index = bisect_left(places, main)
        if index and places[index - 1] > before:
            before = places[index - 1]
        if index < len(places):
            place = places[index]
            if place == main:
                own = True
                index += 1
                if index == len(places):
                    continue
                place = places[index]
            behind = min(behind, place)
    if before >= low and (behind > high or main - before <= behind - main):
        return before
    if behind <= high:
        return behind
    return main if own else None


def _barred(marks: Marks, line: Line, main: int, sentence: int) -> bool:
    """Whether something stands by that must not."""
    here, window = marks.said[sentence], max(line.window, _BAR)
    low = max(marks.begins[sentence], main - window)
    high = min(marks.begins[sentence + 1] - 1, main + window)
    for enough in line.unless:
        if not enough.isdisjoint(here):
            for item in here & enough:
                if has(marks, item, low, high):
                    return True
    return False
