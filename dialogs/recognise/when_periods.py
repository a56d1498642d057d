"""Months, seasons, years, holidays and parts of them, as the calendar has them.

"2027. gada sākumā", "весной", "mid July", "third quarter" and so on; :mod:`when_spans` sets them
behind "by", "after" and the like.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from dialogs.recognise.when_counted import later
from dialogs.recognise.when_marks import (
    FIRST_YEAR,
    LAST_YEAR,
    UNITS,
    Mark,
    Months,
    Precision,
    TimeSpan,
    is_unit,
    kind_at,
    month_number,
)
from dialogs.recognise.when_words import HALF_YEAR, WINTER, YEAR

_HALF_OF_MONTH = 15
_AUTUMN = 9


class _Year(Struct, frozen=True):
    """A year that was named; ``after`` is the index behind it."""

    year: int
    after: int


def _year_at(marks: Sequence[Mark], index: int, today: date) -> _Year | None:
    if kind_at(marks, index) == "inside":
        index += 1
    kind = kind_at(marks, index)
    if kind == "year":
        after = index + 1
        if is_unit(marks, after) and marks[after].value == YEAR:
            after += 1
        return _Year(marks[index].value, after)
    shift = {"next": 1, "this": 0, "last": -1, "afternext": 2}.get(kind)
    if shift is not None and is_unit(marks, index + 1) and marks[index + 1].value == YEAR:
        return _Year(today.year + shift, index + 2)
    if kind == "shortyear":
        whole = is_unit(marks, index + 1) and marks[index + 1].value == YEAR
        return _Year(marks[index].value, index + 1 + whole)
    return None


def period_at(marks: Sequence[Mark], index: int, today: date) -> tuple[TimeSpan, int] | None:
    """A month, season, year, holiday, or a part of one, with the year where it is named."""
    start = index
    if index >= len(marks):
        return None
    if kind_at(marks, index) == "inside":
        index += 1
    part, index = _part_at(marks, index)
    while part and kind_at(marks, index) in ("inside", "dash"):
        index += 1
    read = _bare_period(marks, index, today)
    if read is None and not (index and kind_at(marks, index - 1) == "school"):
        read = _this_year(marks, index, part, today)
    if read is None:
        return None
    span, after = read
    # Latvian puts the part behind: "2027. gada sākumā", "vasaras beigās".
    if not part:
        behind, further = _part_at(marks, after)
        if behind and _bare_period(marks, further, today) is None:
            part, after = behind, further
    if part:
        span = _part_of(span, part)
    return replace(span, first=marks[start].token, last=marks[after - 1].token), after


def _part_at(marks: Sequence[Mark], index: int) -> tuple[str, int]:
    """ "sākumā", "конец", "second half": the part's name ("" where there is none), index after."""
    kind = kind_at(marks, index)
    if kind in ("begin", "middle", "finish"):
        return kind, index + 1
    ranked = kind in ("rank", "number") and 1 <= marks[index].value <= 4
    if ranked and kind_at(marks, index + 1) == "quarter":
        return f"quarter{marks[index].value}", index + 2
    if kind == "quarter" and kind_at(marks, index + 1) == "number":
        return f"quarter{marks[index + 1].value}", index + 2
    if kind == "rank" and marks[index].value in (1, 2):
        half = kind_at(marks, index + 1) == "halfof" or (
            is_unit(marks, index + 1) and marks[index + 1].value == HALF_YEAR
        )
        if half:
            return f"half{marks[index].value}", index + 2
    return "", index


def _this_year(
    marks: Sequence[Mark], index: int, part: str, today: date
) -> tuple[TimeSpan, int] | None:
    """ "līdz gada beigām", "в начале года": the end of this year, the beginning of the next."""
    if part.startswith(("quarter", "half")) and index:
        return _part_of_a_year(marks, index, part, today)
    if not (is_unit(marks, index) and marks[index].value == YEAR):
        return None
    named = part or _part_at(marks, index + 1)[0]
    if not named:
        return None
    start = (today.year + (named != "finish")) * 12
    token = marks[index].token
    months = (start, start + 11)
    return TimeSpan(months, months, "year", token, token, dated=True), index + 1


def _part_of_a_year(
    marks: Sequence[Mark], index: int, part: str, today: date
) -> tuple[TimeSpan, int] | None:
    """A quarter or half of a year without the year: the one that is not over yet."""
    length = 3 if part.startswith("quarter") else HALF_YEAR
    # A half that has begun is not planned any more: "in the second half", said in November.
    after = length * int(part[-1]) if length == 3 else length * (int(part[-1]) - 1)
    start = (today.year + (after < today.month)) * 12
    token = marks[index - 1].token
    months = (start, start + 11)
    return TimeSpan(months, months, "year", token, token, dated=True), index


def _part_of(span: TimeSpan, part: str) -> TimeSpan:
    return replace(
        span, ahead=_cut(span.ahead, part, span), behind=_cut(span.behind, part, span),
        precision={"year": "range", "season": "month"}.get(span.precision, span.precision),
    )  # fmt: skip


def _cut(months: Months | None, part: str, span: TimeSpan) -> Months | None:
    if months is None:
        return None
    low, high = months
    if low is None or high is None:
        return months
    if span.precision == "season":
        at = {"begin": low, "middle": low + 1, "finish": high}.get(part)
        return months if at is None else (at, at)
    if span.precision != "year":
        return months
    whole = low // 12 * 12
    if part.startswith("quarter"):
        first = whole + 3 * (int(part[-1]) - 1)
        return first, first + 2
    return {
        "begin": (whole, whole + 2),
        "middle": (whole + 4, whole + 7),
        "finish": (whole + 9, whole + 11),
        "half1": (whole, whole + 5),
        "half2": (whole + 6, whole + 11),
    }[part]


def _bare_period(marks: Sequence[Mark], index: int, today: date) -> tuple[TimeSpan, int] | None:
    kind = kind_at(marks, index)
    if index >= len(marks):
        return None
    token = marks[index].token
    if kind in ("exactday", "exactmonth"):
        number = marks[index].value
        if not FIRST_YEAR * 12 <= number <= LAST_YEAR * 12:
            return None
        months = (number, number)
        precision: Precision = "day" if kind == "exactday" else "month"
        return TimeSpan(months, months, precision, token, token, dated=True), index + 1
    if kind == "daymonth":
        return _with_year(marks, index, index + 1, marks[index].value, "day", None, today)
    if kind in ("new", "next", "this"):
        if kind_at(marks, index + 1) == "new":
            index += 1
        if kind_at(marks, index) == "new" and is_unit(marks, index + 1):
            number = (today.year + 1) * 12
            span = TimeSpan((number, number), None, "none", token, token, dated=True)
            return span, index + 2
    if kind in ("christmas", "easter", "midsummer", "holiday") or (
        # "pēc svētkiem", said in autumn: Christmas and New Year.
        kind == "feasts" and today.month >= _AUTUMN
    ):
        year = _year_at(marks, index + 1, today)
        return _holiday(marks, index, year, today)
    year = _year_at(marks, index, today)
    if year is not None:
        inner = index
        after = year.after
        while kind_at(marks, after) in ("inside", "comma"):
            after += 1
        read = _month_or_season(marks, after, today, year.year)
        if read is not None:
            return read
        months = (year.year * 12, year.year * 12 + 11)
        dash = kind_at(marks, year.after) == "dash" and kind_at(marks, year.after + 1) == "number"
        if dash and marks[year.after + 1].value == year.year % 100 + 1:  # "2027-28"
            both = (months[0], months[1] + 12)
            span = TimeSpan(both, both, "year", marks[inner].token, token, dated=True)
            return span, year.after + 2
        now = month_number(today)
        ahead: Months = (max(months[0], now), months[1]) if year.year == today.year else months
        behind = (months[0], min(months[1], now))
        span = TimeSpan(ahead, behind, "year", marks[inner].token, token, dated=True)
        return span, year.after
    return _month_or_season(marks, index, today, None)


def _holiday(
    marks: Sequence[Mark], index: int, year: _Year | None, today: date
) -> tuple[TimeSpan, int]:
    kind = marks[index].kind
    months = {"christmas": 12, "feasts": 12, "midsummer": 6, "holiday": marks[index].value}
    now = month_number(today)
    named = year.year if year else today.year
    month = months.get(kind) or _easter_month(named)
    if year is None and named * 12 + month - 1 < now:
        named += 1
        month = months.get(kind) or _easter_month(named)
    number = named * 12 + month - 1
    after = year.after if year else index + 1
    past = number if number <= now else number - 12
    token = marks[index].token
    return TimeSpan((number, number), (past, past), "none", token, token, year is not None), after


def _easter_month(year: int) -> int:
    """The month of Western Easter Sunday (the Gregorian computus of Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * week) // 451
    return (h + week - 7 * m + 114) // 31


def _month_or_season(
    marks: Sequence[Mark], index: int, today: date, year: int | None
) -> tuple[TimeSpan, int] | None:
    start = index
    turn = ""
    if kind_at(marks, index) in ("next", "this", "last", "afternext"):
        turn = marks[index].kind
        index += 1
        if is_unit(marks, index):
            return _turned_unit(marks, start, index, turn, today)
    day = 0
    if kind_at(marks, index) in ("number", "rank") and kind_at(marks, index + 1) == "month":
        if not 1 <= marks[index].value <= 31:
            return None
        day = marks[index].value
        index += 1
    kind = kind_at(marks, index)
    if kind == "month":
        month = marks[index].value
        after = index + 1
        numbered = kind_at(marks, after) == "number" and 1 <= marks[after].value <= 31
        if numbered and not day and kind_at(marks, after + 1) not in (*UNITS, "month"):
            after += 1
            day = 1
        precision: Precision = "day" if day else "month"
        if turn == "last":
            year = None
        return _with_year(marks, start, after, month, precision, year, today, turn)
    if kind == "season" and not day:
        return _with_year(marks, start, index + 1, marks[index].value, "season", year, today, turn)
    return None


def _turned_unit(
    marks: Sequence[Mark], start: int, index: int, turn: str, today: date
) -> tuple[TimeSpan, int] | None:
    unit = marks[index].value
    shift = {"next": 1, "this": 0, "last": -1, "afternext": 2}[turn]
    if unit in (YEAR, HALF_YEAR):
        return None
    number = later(today, unit, shift)
    months = (number, number)
    precision: Precision = "month"
    span = TimeSpan(
        None if turn == "last" else months, months if shift <= 0 else None, precision,
        marks[start].token, marks[index].token, dated=True,
    )  # fmt: skip
    return span, index + 1


def _with_year(
    marks: Sequence[Mark], start: int, after: int, month: int, precision: Precision,
    year: int | None, today: date, turn: str = "",
) -> tuple[TimeSpan, int]:  # fmt: skip
    """A month or season with the year named behind it, before it, or found by the calendar."""
    named = year
    if named is None:
        behind_it = after
        if kind_at(marks, behind_it) == "comma" and kind_at(marks, behind_it + 1) == "year":
            behind_it += 1
        follows = _year_at(marks, behind_it, today)
        if follows is not None:
            named, after = follows.year, follows.after
            if (
                precision == "season" and kind_at(marks, after) == "dash"
                and kind_at(marks, after + 1) in ("year", "number")
            ):  # fmt: skip  # "winter 2027/28"
                after += 2
                low = named * 12 + month - 1
                return _span(marks, start, after, (low, low + 2), (low, low + 2), precision, True)
    length = 3 if precision == "season" else 1
    now = month_number(today)
    if named is not None:
        low = named * 12 + month - 1
        if precision == "season" and month == WINTER and low - 12 - now <= 3 and low > now + 3:
            # "in the winter of 2027", said shortly before: its January and February.
            months: Months = (named * 12, named * 12 + 1)
            return _span(marks, start, after, months, months, precision, True)
        months = (low, low + length - 1)
        return _span(marks, start, after, months, months, precision, True)
    low = today.year * 12 + month - 1
    if precision == "season" and month == WINTER and today.month < 3:
        low -= 12
    past = low if low <= now else low - 12
    coming = low if low + length - 1 >= now else low + 12
    # What is nearly over is not planned any more, unless it is called "this".
    nearly_over = low + length - 1 == now and (length > 1 or today.day > _HALF_OF_MONTH)
    if (nearly_over and turn != "this") or (turn == "next" and low <= now <= coming + length - 1):
        coming = low + 12
    if turn == "next" and coming // 12 == today.year and coming > now and precision == "season":
        coming += 12
    if turn == "afternext":
        coming += 12
    if turn == "last":
        past = low if low + length - 1 < now else low - 12
    ahead: Months | None = (coming, coming + length - 1)
    behind: Months | None = (past, min(past + length - 1, now))
    if turn == "last":
        ahead = None
    elif turn in ("next", "afternext"):
        behind = None
    return _span(marks, start, after, ahead, behind, precision, bool(turn))


def _span(
    marks: Sequence[Mark], start: int, after: int, ahead: Months | None,
    behind: Months | None, precision: Precision, dated: bool,
) -> tuple[TimeSpan, int]:  # fmt: skip
    first, last = marks[start].token, marks[after - 1].token
    return TimeSpan(ahead, behind, precision, first, last, dated=dated), after
