"""Stretches of time named in a text, as the calendar has them, without asking what they are for.

``time_spans`` reads "nākamvasar", "в мае следующего года", "1. septembrim", "in about 6 months",
"pirms mēneša" and so on, each with what it would mean ahead of today and behind it. Whether it
is the date of the move is decided in :mod:`dialogs.recognise.when`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from dialogs.recognise.fold import Token
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.when_counted import counted_from_today
from dialogs.recognise.when_marks import (
    TIMES,
    Mark,
    Precision,
    TimeSpan,
    kind_at,
    marks_of,
)
from dialogs.recognise.when_periods import period_at

_DECEMBER = 11

_MOST = 60
"""Stretches of time that are read in one text; it bounds the work on a text made of dates."""

_FARTHEST = 3
"""Words that may stand between the two ends of a range."""

# Marks with which no stretch of time begins.
_IDLE = frozenset((
    "word", "with", "later", "comma", "stop", "dash", "or", "to", "now", "ago", "earlier",
))  # fmt: skip

# Marks at which a stretch of time ends.
_ENDINGS = frozenset(("word", "stop", "later"))

_NEXT = (("next", 1),)
_TURN_WITHIN = 8
_SOON_AFTER = 6
"""Months behind a range in which its latest end may lie."""
_APART = _ENDINGS | {"with"}


def time_spans(
    words: Sequence[Token], today: date, *, typos: bool = False, seen: Glance | None = None
) -> list[TimeSpan]:
    """Every stretch of time in the words, in order. ``words`` are the tokens of one text.

    ``typos`` also takes words a slip away from a word of time; for short texts only. ``seen``
    is what is known of the words, if at hand.
    """
    seen = glance(words) if seen is None else seen
    marks = marks_of(words, typos, seen)
    found: list[TimeSpan] = []
    index = 0
    for begin in _beginnings(marks):
        if begin < index:
            continue
        if len(found) == _MOST:
            break
        read = _read_one(marks, begin, today)
        if read is None:
            continue
        span, index = read
        joined = _join(found, span, marks, index)
        if joined is None:
            found.append(span)
        else:
            found[-1] = joined
    return _with_turns(words, seen, found) if found else found


def _with_turns(words: Sequence[Token], seen: Glance, found: list[TimeSpan]) -> list[TimeSpan]:
    """Also "next" alone, for the season or year before it: "not this year, rather the next"."""
    for place, meant in seen.marks.items():
        ends = place + 1 == len(words) or words[place + 1].before != " "
        if meant != _NEXT or not ends:
            continue
        earlier = [one for one in found if 0 < place - one.last <= _TURN_WITHIN]
        span = earlier[-1] if earlier else None
        if span is None or span.ahead is None or span.precision not in ("year", "season"):
            continue
        this = ("this", 1) in seen.marks.get(span.first, ())
        low, high = (
            span.behind if this and span.behind and span.ahead != span.behind else span.ahead
        )
        if low is None or high is None:
            continue
        if span.precision == "year":
            low = low // 12 * 12
            high = low + 11
        ahead = low + 12, high + 12
        turned = replace(span, ahead=ahead, behind=None, first=place, last=place, dated=True)
        found.insert(found.index(span) + 1, turned)
    return found


def _beginnings(marks: Sequence[Mark]) -> list[int]:
    """Where a stretch of time can begin: at a month, a unit and the like, or where one follows
    with no other word between."""
    found: list[int] = []
    open_to_time = False
    for index in range(len(marks) - 1, -1, -1):
        kind = marks[index].kind
        if kind in TIMES:
            open_to_time = True
        elif kind in _ENDINGS:
            open_to_time = False
        if open_to_time and kind not in _IDLE:
            found.append(index)
    found.reverse()
    return found


def _read_one(marks: Sequence[Mark], index: int, today: date) -> tuple[TimeSpan, int] | None:
    """The longest stretch of time that begins at a mark: the span and the index after it."""
    for reader in (counted_from_today, _edge, period_at):
        read = reader(marks, index, today)
        if read is not None:
            return _at_the_latest(marks, *read, today)
    return None


def _at_the_latest(
    marks: Sequence[Mark], span: TimeSpan, after: int, today: date
) -> tuple[TimeSpan, int]:
    """ "January latest", "maijā vēlākais": by then, where nothing is named behind it."""
    behind = marks[after].token if kind_at(marks, after) == "by" else -1
    if behind < 0 or span.deadline or span.ahead is None or period_at(marks, after + 1, today):
        return span, after
    ahead = None, span.ahead[1]
    return replace(span, ahead=ahead, last=behind, precision="range", deadline=True), after + 1


def _edge(marks: Sequence[Mark], index: int, today: date) -> tuple[TimeSpan, int] | None:
    """ "līdz maijam", "before summer", "after Christmas", "since October", "с июня"."""
    kind = kind_at(marks, index)
    if kind not in (
        "until",
        "pirms",
        "by",
        "after",
        "since",
        "from",
        "toward",
        "floor",
    ):
        return None
    read = period_at(marks, index + 1, today)
    if read is None and kind == "floor":
        read = counted_from_today(marks, index + 1, today)
    if read is None:
        return None
    if kind == "toward":
        return replace(read[0], first=marks[index].token), read[1]
    span, after = read
    span = replace(span, first=marks[index].token)
    if kind == "since":
        return replace(span, ahead=None), after
    ahead = span.ahead
    if kind == "floor":
        return (replace(span, ahead=(ahead[0], None), precision="range"), after) if ahead else None
    if kind == "from":
        onward = kind_at(marks, after) not in ("until", "to", "dash") and span.precision != "season"
        if ahead is not None and onward:
            return replace(span, ahead=(ahead[0], None), precision="range"), after
        return span, after
    if ahead is None or ahead[1] is None:
        return None
    if kind == "after":
        # A month, season or year has to be over; a holiday may be in the middle of its month.
        over = span.precision not in ("none", "day") or (
            span.precision == "none" and ahead[1] % 12 == _DECEMBER
        )
        start = ahead[1] + 1 if over else ahead[1]
        return replace(span, ahead=(start, None), behind=None, precision="range"), after
    if span.precision == "day":
        last = _minus_one(ahead[0]) if _first_day(marks, index + 1) else ahead[1]
    elif span.precision == "none":
        # New Year's deadline is over with December; other holidays lie within their month.
        last = _minus_one(ahead[0]) if ahead[1] % 12 == 0 else ahead[0]
    elif kind == "by":
        # "by June" and "к лету" leave the month itself in.
        last = ahead[0] if span.precision == "season" else ahead[1]
    elif _names_an_end(marks, index + 1, after):
        last = ahead[1]
    else:
        last = _minus_one(ahead[0])
    return replace(span, ahead=(None, last), precision="range", deadline=True), after


def _minus_one(number: int | None) -> int | None:
    return None if number is None else number - 1


def _first_day(marks: Sequence[Mark], index: int) -> bool:
    while kind_at(marks, index) in ("year", "unit", "unitsof", "next", "this", "inside"):
        index += 1
    if kind_at(marks, index) in ("number", "rank"):
        return marks[index].value == 1
    return kind_at(marks, index) == "month" and (
        kind_at(marks, index + 1) == "number" and marks[index + 1].value == 1
    )


def _names_an_end(marks: Sequence[Mark], index: int, after: int) -> bool:
    return any(kind_at(marks, position) == "finish" for position in range(index, after))


def _join(
    found: list[TimeSpan],
    span: TimeSpan,
    marks: Sequence[Mark],
    after: int,
) -> TimeSpan | None:
    """ "March to April", "July or August", "с июня по август": one range, where they adjoin."""
    if not found:
        return None
    earlier = found[-1]
    if span.first - earlier.last > _FARTHEST:
        return None
    between: set[str] = set()
    at = after - 1
    while at >= 0 and marks[at].token > earlier.last:
        if marks[at].token <= span.first:
            between.add(marks[at].kind)
        at -= 1
    if between & _APART:
        return None
    if span.deadline and "comma" in between:
        return _at_last(earlier, span)
    side_by_side = not between - TIMES and earlier.last + 1 == span.first  # "janvāris februāris"
    listed = earlier.precision == span.precision == "month" and (
        side_by_side or between - TIMES == {"comma"}
    )
    joined = (
        listed
        or between & {"dash", "or", "to", "until"}
        or (span.deadline and not span.about and not earlier.deadline)
    )
    if not joined or earlier.about or span.about:
        return None
    if {earlier.precision, span.precision} & {"none"} or earlier.ahead is None:
        return None
    kinds = {"day": 0, "month": 0, "season": 1, "year": 2, "range": 0}
    if span.deadline:
        return _until(earlier, span)
    if kinds[earlier.precision] != kinds[span.precision]:
        return None
    if span.ahead is None or span.ahead[1] is None or earlier.ahead[0] is None:
        return None
    low, high = earlier.ahead[0], span.ahead[1]
    if not earlier.dated and span.dated:
        low = high // 12 * 12 + low % 12
        if low > high:
            low -= 12
    while high < low:
        high += 12
    back = earlier.behind
    if back is not None and span.behind is not None:
        back = (back[0], span.behind[1])
    precision: Precision = (
        earlier.precision if earlier.precision == span.precision == "year" else ("range")
    )
    return TimeSpan(
        (low, high),
        back,
        precision,
        earlier.first,
        span.last,
        earlier.dated or span.dated,
    )


def _at_last(earlier: TimeSpan, span: TimeSpan) -> TimeSpan | None:
    """ "June or July, August at the latest": the deadline ends the range."""
    if earlier.ahead is None or span.ahead is None or earlier.deadline or earlier.about:
        return None
    low, high, last = *earlier.ahead, span.ahead[1]
    if low is None or high is None or last is None or not high < last <= high + _SOON_AFTER:
        return None
    return replace(earlier, ahead=(low, last), last=span.last, precision="range")


def _until(earlier: TimeSpan, span: TimeSpan) -> TimeSpan | None:
    """ "no jūnija līdz augustam": the last month named belongs to it."""
    if earlier.ahead is None or span.ahead is None or earlier.deadline:
        return None
    low, high = earlier.ahead[0], span.ahead[1]
    if high is None or low is None:
        return None
    high += 1
    while high < low:
        high += 12
    return replace(earlier, ahead=(low, high), last=span.last, precision="range")
