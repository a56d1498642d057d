"""Times counted from today: "pēc gada", "через 2 месяца", "within a year", "pirms mēneša"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dialogs.recognise.fold import Token
from dialogs.recognise.glance import Glance
from dialogs.recognise.when_marks import (
    UNITS,
    Mark,
    Precision,
    TimeSpan,
    is_unit,
    kind_at,
    marks_of,
    month_number,
)
from dialogs.recognise.when_words import DAY, HALF_YEAR, MONTH, WEEK, YEAR

_LONGEST_AMOUNT = 60
_WEEK_DAYS = 7


def _count(marks: Sequence[Mark], index: int) -> tuple[int, int, int] | None:
    """ "2", "2-3", "one or two", "a couple": least, most, index after."""
    kind = kind_at(marks, index)
    if kind == "few":
        return 2, marks[index].value, index + 1
    if kind != "number" or not 0 < marks[index].value < _LONGEST_AMOUNT:
        return None
    least = marks[index].value
    after = index + 1
    if kind_at(marks, after) in ("dash", "or", "to") and kind_at(marks, after + 1) == "number":
        most = marks[after + 1].value
        if least < most < _LONGEST_AMOUNT:
            return least, most, after + 2
    return least, least, after


def _and_a_half(marks: Sequence[Mark], index: int) -> int:
    """How many marks "and a half", "с половиной", "ar pusi" takes; 0 where it does not stand."""
    if kind_at(marks, index) == "halfof":
        return 1
    joins = kind_at(marks, index) in ("or", "from", "with")
    return 2 if joins and kind_at(marks, index + 1) == "halfof" else 0


def _amount(marks: Sequence[Mark], index: int) -> tuple[int, int, int, int] | None:
    """ "2 gadi", "pusgads", "год-два", "a year or two": unit, least, most, index after.

    Least and most count units; half a year counts in months, as does a year and a half.
    """
    if kind_at(marks, index) == "halfof" and is_unit(marks, index + 1):
        return MONTH, 6, 6, index + 2
    if kind_at(marks, index) == "half":
        if is_unit(marks, index + 1) and marks[index + 1].value == YEAR:
            return MONTH, 18, 18, index + 2
        # "через полтора-два года"
        count = _count(marks, index + 2) if kind_at(marks, index + 1) in ("dash", "or") else None
        if count is not None and is_unit(marks, count[2]) and marks[count[2]].value == YEAR:
            return MONTH, 18, YEAR * count[1], count[2] + 1
        return None
    if kind_at(marks, index) == "halves" and is_unit(marks, index + 1):
        # "1,5 gadi"; half a month counts as a whole one.
        unit, whole = marks[index + 1].value, marks[index].value
        months = whole * unit + HALF_YEAR if unit == YEAR else whole + (unit > WEEK)
        return MONTH, months, months, index + 2
    count = _count(marks, index)
    after = index
    if count is not None:
        least, most, after = count
        halved = _and_a_half(marks, after)
        if halved and is_unit(marks, after + halved) and marks[after + halved].value == YEAR:
            months = 12 * least + HALF_YEAR  # "2 с половиной года", "two and a half years"
            return MONTH, months, months, after + halved + 1
        if not is_unit(marks, after):
            return None
        unit = marks[after].value
        if unit == HALF_YEAR:
            return MONTH, 6 * least, 6 * most, after + 1
        if unit == YEAR and least == most and _and_a_half(marks, after + 1):
            months = 12 * least + HALF_YEAR
            return MONTH, months, months, after + 1 + _and_a_half(marks, after + 1)
        return unit, least, most, after + 1
    if not is_unit(marks, index):
        return None
    unit, plural = marks[index].value, marks[index].kind == "units"
    after = index + 1
    if unit == HALF_YEAR:
        return MONTH, 6, 6, after
    if unit == YEAR and not plural and _and_a_half(marks, after):
        return MONTH, 18, 18, after + _and_a_half(marks, after)
    several = _count(marks, after) if plural else None
    if several is not None and several[0] < several[1]:
        return unit, several[0], several[1], several[2]  # "gadiem diviem trim"
    # "год-два", "a year or two", "pēc gada diviem"; "gadiem diviem" means about two.
    skip = 1 if kind_at(marks, after) in ("dash", "or", "comma") else 0
    if kind_at(marks, after + skip) == "number" and 1 < marks[after + skip].value < _LONGEST_AMOUNT:
        most = marks[after + skip].value
        further = after + skip + 1
        if not is_unit(marks, further) or marks[further].value == unit:
            if is_unit(marks, further):
                further += 1
            about = (plural or marks[index].kind == "unitsof") and not skip
            return unit, most if about else 1, most, further
    half = after + (kind_at(marks, after) in ("or", "dash", "comma"))
    if unit == YEAR and kind_at(marks, half) == "half" and not is_unit(marks, half + 1):
        return MONTH, 12, 18, half + 1  # "через год-полтора", "pēc gada vai pusotra"
    if plural:
        return unit, 2, 0, after
    return unit, 1, 1, after


def later(today: date, unit: int, count: int) -> int:
    """The month (``month_number``) that lies so many units after a day."""
    if unit == DAY:
        return month_number(today + timedelta(days=count))
    if unit == WEEK:
        return month_number(today + timedelta(days=7 * count))
    return month_number(today) + unit * count


def counted_from_today(
    marks: Sequence[Mark], index: int, today: date
) -> tuple[TimeSpan, int] | None:
    """The time counted from today that begins at a mark, and the mark after it; or None."""
    kind = kind_at(marks, index)
    first = marks[index].token
    now = month_number(today)
    if kind == "day":
        month = month_number(today + timedelta(days=1))
        return _about(month, month, "day", first, first), index + 1
    past_day = kind == "last" and kind_at(marks, index + 1) == "weekday"
    if past_day or kind == "weekday":
        back = month_number(today - timedelta(days=_WEEK_DAYS))
        then = month_number(today + timedelta(days=_WEEK_DAYS))
        ahead = None if past_day else (now, then)
        span = TimeSpan(ahead, (back, now), "day", first, first, about=True)
        return span, index + 1 + past_day
    if kind == "dayago":
        month = month_number(today - timedelta(days=marks[index].value))
        return TimeSpan(None, (month, month), "day", first, first, dated=True), index + 1
    if kind in ("in", "after") or (kind == "inside" and marks[index].value == 2):
        start = index + 1
        amount = _amount(marks, start)
        if amount is not None:
            unit, least, most, after = amount
            nearest = kind_at(marks, after) == "within"
            low = later(today, unit, least)
            high = later(today, unit, most) if most else None
            span = _about(low, high, "range", first, marks[after - 1].token)
            if nearest:
                span = _deadline(now, high, first, marks[after].token)
                after += 1
            return span, after
        if kind == "inside" and kind_at(marks, start) == "nearest":
            return counted_from_today(marks, start, today)
        return None
    if kind == "nearest":
        amount = _amount(marks, index + 1)
        if amount is None:
            return None
        unit, _, most, after = amount
        if not most:
            return None
        if kind_at(marks, after) == "within":
            after += 1
        span = _deadline(now, later(today, unit, most), first, marks[after - 1].token)
        return span, after
    if kind == "within":
        start = index + 1
        if kind_at(marks, start) in ("next", "nearest"):
            start += 1
        amount = _amount(marks, start)
        if amount is None or not amount[2]:
            return None
        unit, _, most, after = amount
        return _deadline(now, later(today, unit, most), first, marks[after - 1].token), after
    if kind == "pirms":
        amount = _amount(marks, index + 1)
        if amount is None or kind_at(marks, index + 1) == "units":
            return None
        unit, least, most, after = amount
        return _ago(today, unit, least, most, first, marks[after - 1].token), after
    if is_unit(marks, index) and kind_at(marks, index + 1) == "in":
        count = _count(marks, index + 2)  # "месяца через три"
        if count is not None and not is_unit(marks, count[2]):
            least, most, after = count
            low = later(today, marks[index].value, least)
            high = later(today, marks[index].value, most)
            return _about(low, high, "range", first, marks[after - 1].token), after
    if kind in UNITS or kind in ("number", "half", "few", "halfof", "halves"):
        amount = _amount(marks, index)
        if amount is None:
            return None
        unit, least, most, after = amount
        if kind_at(marks, after) == "ago":
            return _ago(today, unit, least, most, first, marks[after].token), after + 1
        if kind_at(marks, after) == "within" and kind != "units" and most:
            high = later(today, unit, most)
            return _deadline(now, high, first, marks[after].token), after + 1
        if kind_at(marks, after) == "from" and kind_at(marks, after + 1) == "now" and most:
            low, high = later(today, unit, least), later(today, unit, most)
            return _about(low, high, "range", first, marks[after + 1].token), after + 2
    return None


def _about(low: int, high: int | None, precision: Precision, first: int, last: int) -> TimeSpan:
    return TimeSpan((low, high), None, precision, first, last, dated=True, about=True)


def _deadline(now: int, high: int | None, first: int, last: int) -> TimeSpan:
    return TimeSpan((None, high), None, "range", first, last, dated=True, deadline=True, about=True)


def _ago(today: date, unit: int, least: int, most: int, first: int, last: int) -> TimeSpan:
    high = later(today, unit, -least)
    low = later(today, unit, -most) if most else high
    return TimeSpan(None, (low, high), "month", first, last, dated=True, about=True)


def bare_amounts(
    words: Sequence[Token], today: date, *, ahead: bool, seen: Glance | None = None
) -> list[TimeSpan]:
    """Amounts of time with no word that says in which direction ("6 months", "полгода")."""
    marks = marks_of(words, seen=seen)
    found: list[TimeSpan] = []
    index = 0
    while index < len(marks):
        if not ahead and kind_at(marks, index) == "rank" and is_unit(marks, index + 1):
            unit, passed = marks[index + 1].value, marks[index].value - 1
            last = marks[index + 1].token  # "jau trešo nedēļu": two have passed
            found.append(_ago(today, unit, passed, passed or 1, marks[index].token, last))
            index += 2
            continue
        amount = _amount(marks, index)
        if amount is None or not amount[2]:
            index += 1
            continue
        unit, least, most, after = amount
        first, last = marks[index].token, marks[after - 1].token
        if ahead:
            low, high = later(today, unit, least), later(today, unit, most)
            found.append(_about(low, high, "range", first, last))
        else:
            found.append(_ago(today, unit, least, most, first, last))
        index = after
    return found
