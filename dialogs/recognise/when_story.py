"""When the family moves or moved, as a story tells it.

Most times in a story belong to something else (school, contracts, birthdays, years lived abroad).
A time counts only where its clause speaks of going home or names nothing else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from dialogs.recognise.clauses import Cuts, cut
from dialogs.recognise.fold import Token, tokens
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.reading import Span, WhenReading
from dialogs.recognise.when_marks import TimeSpan
from dialogs.recognise.when_reading import (
    Sayings,
    ahead_reading,
    around_school,
    back_reading,
    choose,
    denied,
    for_so_long,
    has_ago,
    not_denied,
    of_another,
    past,
    plain_reading,
    planned,
)
from dialogs.recognise.when_spans import time_spans

_HOME = frozenset(
    [
        "latvija",
        "latviju",
        "latvijas",
        "latvii",
        "latviju",
        "latvia",
        "majas",
        "domoj",
        "home",
        "atpakal",
    ]
)

_FROM_THERE = frozenset(("no", "nu", "iz", "from"))
_AFTER = frozenset(("after", "pec", "posle"))
"""Before an amount, of one who is back already: "back after 6 years in Sydney"."""
_SHORT_CLAUSE = 6

_WINDOW = 15
"""Words to each side that are asked what a time belongs to."""

_MOST_SPANS = 40


class _Clause(Struct, frozen=True):
    """A stretch of words between commas or stops: token indices [first, after)."""

    first: int
    after: int
    sentence: int


class _Clauses(Struct, frozen=True):
    """The clauses in order, and for each token the place of its own among them."""

    all: list[_Clause]
    of: list[int]


def read_when(
    text: str,
    today: date,
    *,
    latvian: Sequence[Span] = (),
) -> WhenReading | None:
    """The time of the move told in a story, or None where the story does not say it.

    ``latvian`` are the places in Latvia that were found in the text: "pārcēlāmies uz Cēsīm" is a
    return, "pārcēlāmies uz Londonu" is not.
    """
    return when_in(tokens(text), today, latvian=latvian)


def when_in(
    words: Sequence[Token],
    today: date,
    *,
    latvian: Sequence[Span] = (),
    spans: Sequence[TimeSpan] | None = None,
    cuts: Cuts | None = None,
    seen: Glance | None = None,
) -> WhenReading | None:
    """As :func:`read_when`, for tokens; ``spans``, ``cuts`` and ``seen`` are theirs, if at hand."""
    if not words:
        return None
    seen = glance(words) if seen is None else seen
    sayings = Sayings(seen.sayings)
    spans = time_spans(words, today, seen=seen) if spans is None else spans
    clauses = _clauses(cut(words) if cuts is None else cuts)
    returned = _returned_in_story(words, seen, sayings, spans, clauses, latvian=latvian)
    if returned is not None:
        sentence = _clause_of(clauses, returned[0]).sentence
        near = [s for s in spans if _clause_of(clauses, s.first).sentence == sentence]
        return back_reading(
            words, past(near) or for_so_long(words, seen, [returned], today), [returned]
        )
    good = [
        (score, span)
        for span in planned(not_denied(words, spans), today)[:_MOST_SPANS]
        if (score := _score(seen, span, clauses)) > 0
    ]
    thinking = [s for s in sayings.of("thinking") if not denied(words, s[0])]
    vague = thinking + [s for s in sayings.of("someday") if _concerns_move(seen, s, clauses)]
    if good:
        best = max(score for score, _ in good)
        chosen = choose([span for score, span in good if score == best])
        if chosen.precision == "day" and chosen.about and sayings.of("asap"):
            return plain_reading(words, "asap", sayings.of("asap")[0])  # "kaut vai rīt"
        unsure = any(_about_the_move(seen, saying, clauses) for saying in thinking)
        return ahead_reading(words, "thinking" if unsure else "planned", chosen)
    ahead = planned(not_denied(words, spans), today)[:_MOST_SPANS]
    schooled = _by_school_in_story(words, seen, sayings, ahead, clauses, today)
    if schooled is not None:
        return schooled
    asap = [
        saying for saying in sayings.of("asap")
        if not denied(words, saying[0]) and _concerns_move(seen, saying, clauses)
    ]  # fmt: skip
    if asap:
        return plain_reading(words, "asap", asap[0])
    return plain_reading(words, "thinking", vague[0]) if vague else None


def _clauses(cuts: Cuts) -> _Clauses:
    """The clauses in order, with a place for each token to find its own."""
    found: list[_Clause] = []
    first = 0
    count = len(cuts.clause)
    while first < count:
        after = bisect_right(cuts.clause, cuts.clause[first], first)
        found.append(_Clause(first, after, cuts.sentence[first]))
        first = after
    return _Clauses(found, cuts.clause)


def _clause_of(clauses: _Clauses, index: int) -> _Clause:
    return clauses.all[clauses.of[index]]


def _by_school_in_story(
    words: Sequence[Token], seen: Glance, sayings: Sayings, spans: Sequence[TimeSpan],
    clauses: _Clauses, today: date,
) -> WhenReading | None:  # fmt: skip
    """School's end or start as the time of the move: only in a sentence that speaks of it."""
    near: list[tuple[int, int, str]] = []
    told: list[TimeSpan] = []
    for saying in sayings.of("schoolend", "schoolstart", "schoolyear"):
        low, high = _sentence(clauses, _clause_of(clauses, saying[0]))
        low, high = max(low, saying[0] - 2 * _WINDOW), min(high, saying[1] + 2 * _WINDOW)
        if {"move", "wish"} & _kinds(seen, low, high):
            near.append(saying)
            clause = _clause_of(clauses, saying[0])
            told += [
                span for span in spans
                if clause.first <= span.first < clause.after and span.precision in ("month", "day")
            ]  # fmt: skip
    if told:  # "right after school ends in June"
        return ahead_reading(words, "planned", told[0])
    return around_school(words, Sayings(tuple(near)), today) if near else None


def _kinds(seen: Glance, first: int, after: int) -> set[str]:
    context = seen.context
    return {context[place] for place in range(first, after) if place in context}


def _clause_kinds(seen: Glance, clause: _Clause, first: int, after: int) -> set[str]:
    """Kinds of the words of a clause around ``[first, after)``, not farther than they can bear."""
    low = max(clause.first, first - _WINDOW)
    high = min(clause.after, after + _WINDOW)
    return _kinds(seen, low, first) | _kinds(seen, after, high)


def _score(seen: Glance, span: TimeSpan, clauses: _Clauses) -> int:
    """How surely a time is that of the move: 0 or less means it is not."""
    clause = _clause_of(clauses, span.first)
    inside = _clause_kinds(seen, clause, span.first, span.last + 1)
    if "other" in inside and "move" not in inside:
        return 0
    if "move" in inside:
        return 4
    low, high = _sentence(clauses, clause)
    low, high = max(low, span.first - 2 * _WINDOW), min(high, span.last + 2 * _WINDOW)
    around = _kinds(seen, low, high)
    if "wish" in inside:
        return 3
    if "contract" in inside:
        # "the contract ends in March, then we go"
        return 2 if "move" in around else 0
    others = clause.after - clause.first - (span.last - span.first + 1)
    if "move" in around and others <= _SHORT_CLAUSE:
        return 3
    if "wish" in around and others <= _SHORT_CLAUSE:
        return 2
    if others <= _SHORT_CLAUSE and span.ahead != (None, None):
        return 1
    return 0


def _sentence(clauses: _Clauses, clause: _Clause) -> tuple[int, int]:
    """First token of a clause's sentence and the token after its last."""
    at = clauses.of[clause.first]
    low = high = at
    while low and clauses.all[low - 1].sentence == clause.sentence:
        low -= 1
    while high + 1 < len(clauses.all) and clauses.all[high + 1].sentence == clause.sentence:
        high += 1
    return clauses.all[low].first, clauses.all[high].after


def _about_the_move(seen: Glance, saying: tuple[int, int, str], clauses: _Clauses) -> bool:
    clause = _clause_of(clauses, saying[0])
    return not ({"other", "contract"} & _clause_kinds(seen, clause, *saying[:2]))


def _concerns_move(seen: Glance, saying: tuple[int, int, str], clauses: _Clauses) -> bool:
    clause = _clause_of(clauses, saying[0])
    kinds = _clause_kinds(seen, clause, *saying[:2])
    others = clause.after - clause.first - (saying[1] - saying[0])
    return "move" in kinds or (not {"other", "contract"} & kinds and others <= _SHORT_CLAUSE)


def _returned_in_story(
    words: Sequence[Token],
    seen: Glance,
    sayings: Sayings,
    spans: Sequence[TimeSpan],
    clauses: _Clauses,
    *,
    latvian: Sequence[Span],
) -> tuple[int, int, str] | None:
    """The words that say the family is back already, or None."""
    for saying in sayings.of("returned", "moved"):
        first, _, kind = saying
        if denied(words, first) or of_another(words, saying):
            continue
        clause = _clause_of(clauses, first)
        inside = _kinds(seen, max(clause.first, first - _WINDOW), first)
        if "wish" in inside or any(
            words[i].folded in ("ja", "esli", "if", "kad", "kogda", "when")
            for i in range(clause.first, first)
        ):
            continue
        sentence = [s for s in spans if _clause_of(clauses, s.first).sentence == clause.sentence]
        if any(s.behind is None and words[s.first].folded not in _AFTER for s in sentence):
            continue
        if kind == "moved":
            # "приехали 3 недели назад, сейчас в Вентспилсе": the place may stand further on.
            ago = any(has_ago(s) and clause.first <= s.first < clause.after for s in sentence)
            from_abroad = any(
                words[i].folded in _FROM_THERE
                for i in range(first + 1, min(first + 3, clause.after))
            )
            low, high = clause.first, clause.after
            if ago or from_abroad:
                low, high = _sentence(clauses, clause)
            if not _homeward(words, low, high, latvian):
                continue
        lower = words[first].lower
        if lower.startswith(("atgriež", "pārceļ")):
            continue
        return saying
    return None


def _homeward(words: Sequence[Token], first: int, after: int, latvian: Sequence[Span]) -> bool:
    if any(words[i].folded in _HOME for i in range(first, after)):
        return True
    low, high = words[first].start, words[after - 1].end
    return any(low <= span.start < high for span in latvian)
