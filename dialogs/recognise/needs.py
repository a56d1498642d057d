"""Needs in a family's own words: what is said, how clearly, and in which words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import count, pairwise

from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.lines import Hit, hits, nearly
from dialogs.recognise.lookup import Line
from dialogs.recognise.marks import Marks, has, mark
from dialogs.recognise.reading import NeedFound

__all__ = ["infer_needs", "load_lexicon", "read_needs"]

_LONGEST = 140
_PRESSING = 0.4
_ROUNDING = 1e-9
_NEAR = 4


def _refused(marks: Marks, lexicon: Lexicon, hit: Hit) -> bool:
    """Whether the family says it has no such need, or that it is already met."""
    groups, clause = lexicon.groups, marks.clause
    low, high = max(hit.first - _NEAR, 0), hit.last + _NEAR
    had = lexicon.needs[hit.line.owner].had and has(marks, groups["HAD"], low, high)
    if not had and not has(marks, groups["NONEED"], low, high):
        return False
    first, last = hit.first, hit.last
    while first > low and clause[first - 1] == clause[hit.first]:
        first -= 1
    high = min(high, len(marks.tokens) - 1)
    while last < high and clause[last + 1] == clause[hit.last]:
        last += 1
    if has(marks, groups["NONEED"], first, last):
        return True
    if not had or not has(marks, groups["HAD"], first, last):
        return False
    if marks.sentence[hit.main] in marks.asked or has(marks, groups["ASKINSIDE"], first, last):
        return False
    for place in range(first, last + 1):
        opens = place == 0 or marks.clause[place - 1] != marks.clause[place]
        joined = opens and has(marks, groups["JOIN"], place, place)
        if opens and has(marks, groups["ASKOPEN"], place, place + joined):
            return False
    had_at = marks.at[groups["HAD"]]
    places = had_at[bisect_left(had_at, first) : bisect_right(had_at, last)]
    return not any(
        place > 0 and has(marks, groups["NEGBEFORE"], place - 1, place - 1) for place in places
    )


def _words(marks: Marks, first: int, last: int) -> str:
    """The sentence around a find; where that is long, only the clauses the find stands in."""
    for bounds in (marks.sentence, marks.clause):
        start = bisect_left(bounds, bounds[first])
        end = bisect_right(bounds, bounds[last]) - 1
        if marks.tokens[end].end - marks.tokens[start].start <= _LONGEST:
            break
    else:
        start, end = max(start, first - 8), min(end, last + 8)
    stop = marks.tokens[end].end
    while stop < len(marks.text) and marks.text[stop] in "?!":
        stop += 1
    return marks.text[marks.tokens[start].start : stop]


def _together(marks: Marks, one: Hit, other: Hit) -> bool:
    """Whether two finds tell of one thing: in one clause, or out of the same words."""
    if marks.clause[one.main] == marks.clause[other.main]:
        return True
    return one.first <= other.last and other.first <= one.last


def _most_more(marks: Marks, pressing: int) -> list[float]:
    """By how much the finds of each sentence may outweigh their lines."""
    begins = marks.begins
    more = [0.0] * len(begins)
    if pressing in marks.at:
        for sentence, (first, after) in enumerate(pairwise(begins)):
            if has(marks, pressing, first - 3, after + 2):
                more[sentence] += _PRESSING
    for sentence in marks.asked:
        more[sentence] += _PRESSING / 2
    return more


def read_needs(text: str | Marks, lexicon: Lexicon) -> tuple[NeedFound, ...]:
    """The needs a text states, clearest first, each with the words that led to it.

    ``text`` is what the family typed, or its marks where they were made already. What the
    family has already, or says it does not need, is left out.
    """
    marks = mark(text, lexicon) if isinstance(text, str) else text
    best: dict[str, tuple[float, Hit]] = {}
    pressing = lexicon.groups["WANT"]
    most = _most_more(marks, pressing)
    rank: dict[int, int] = {}

    def order(line: Line) -> tuple[int, int]:
        """Of equal finds the one counts whose first item was seen first."""
        if not rank:
            rank.update(zip(marks.at, count(), strict=False))
        seen = (rank[item] for item in line.begins if item in rank)
        return min(seen, default=len(rank)), line.number

    for line, sentence in nearly(marks, lexicon, "need"):
        known = best.get(line.owner)
        if known is not None:
            # The weightiest lines come first: of most, others are known to be weightier.
            more = line.weight + most[sentence] - known[0]
            if more < -_ROUNDING or (more < _ROUNDING and order(line) >= order(known[1].line)):
                continue
        for hit in hits(marks, line, sentence):
            weight = line.weight
            if has(marks, pressing, max(hit.first - 3, 0), hit.last + 3):
                weight += _PRESSING
            if sentence in marks.asked:
                weight += _PRESSING / 2
            if known is not None and (
                weight < known[0]
                or (weight == known[0] and order(line) >= order(known[1].line))
            ):
                continue
            if not _refused(marks, lexicon, hit):
                known = best[line.owner] = weight, hit

    def yields(need: str) -> bool:
        weight, hit = best[need]
        return any(
            other in best and best[other][0] >= weight and _together(marks, best[other][1], hit)
            for other in lexicon.needs[need].gives_way_to
        )

    found = [
        NeedFound(need, _words(marks, hit.first, hit.last), True, round(weight, 2))
        for need, (weight, hit) in best.items()
        if not yields(need)
    ]
    place = {need: place for place, need in enumerate(lexicon.needs)}
    return tuple(sorted(found, key=lambda one: (-one.weight, place[one.id])))


def infer_needs(facts: Iterable[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The needs that follow from circumstances, in the order of the catalogue.

    ``facts`` are names used under ``follows_from`` in ``needs.yaml``, such as
    "outside_eu_host" or "partner_works"; others are ignored.
    """
    known = frozenset(facts)
    return tuple(
        need.id for need in lexicon.needs.values() if not known.isdisjoint(need.follows_from)
    )
