"""Stretches of time named in a text, as the calendar has them, without asking what they are for.

``time_spans`` reads "nākamvasar", "в мае следующего года", "1. septembrim", "in about 6 months",
"pirms mēneša" and so on, each with what it would mean ahead of today and behind it. Whether it
is the date of the move is decided in :mod:`dialogs.recognise.when`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from dialogs.recognise.fold import Token
from dialogs.recognise.numbers import number_at
from dialogs.recognise.when_words import (
    AUTUMN,
    MARKS,
    MONTH,
    SUMMER,
    WEEK,
    WINTER,
    YEAR,
)

Precision = Literal["day", "month", "season", "year", "range", "none"]
Months = tuple[int | None, int | None]
"""First and last month, inclusive, each as ``year * 12 + month - 1``; None where open."""

_FIRST_YEAR, _LAST_YEAR = 1950, 2099
# English verbs and names among the months: they need a telling neighbour.
_DOUBTFUL_MONTHS = frozenset(("may", "march", "mar", "jan"))
# "мая" and "māja", "маю" and "māju" are folded alike; "house" is meant unless a day stands before.
_MAY_OR_HOUSE = frozenset(("maja", "maju"))
_HALF_OF_MONTH = 15
_EARLIER = frozenset(["ranse", "atrak", "agrak", "earlier", "ranshe", "before"])
_NOT = frozenset(["ne", "not", "no"])
_LEADING = frozenset(("inside", "by", "until", "after", "since", "from", "next", "this", "last",
                      "begin", "middle", "finish", "dash", "or", "pirms"))  # fmt: skip


class TimeSpan(Struct, frozen=True):
    """A stretch of time: ``ahead`` as a plan, ``behind`` as something past (None: cannot be).

    ``first`` and ``last`` are token indices, inclusive. ``dated`` says that the year was named
    or follows from the words, so that the span cannot mean another year. ``deadline`` says "by"
    or "before". ``about`` says that it is counted from today ("in a year").
    """

    ahead: Months | None
    behind: Months | None
    precision: Precision
    first: int
    last: int
    dated: bool = False
    deadline: bool = False
    about: bool = False


class _Mark(Struct, frozen=True):
    kind: str
    value: int
    token: int


def month_number(day: date) -> int:
    """The month of a day as ``year * 12 + month - 1``."""
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """ "YYYY-MM" for a month number."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def ends_sentence(before: str, earlier: Token | None, token: Token) -> bool:
    """Whether what stands before a token ends a sentence; "2027. gads" does not."""
    if any(mark in before for mark in "!?\n;…"):
        return True
    if "." not in before:
        return False
    figure = earlier is not None and earlier.script == "digit" and before in (".", ". ")
    return not (figure and (MARKS.get(token) is not None or _goes_on(token)))


def _goes_on(token: Token) -> bool:
    """Whether a word goes on after a figure with a dot: "1. klase", "5.6.", "2016. dzimis"."""
    return token.script == "digit" or token.folded.startswith(
        ("klas", "dzim", "septembr")
    )


def time_spans(
    words: Sequence[Token], today: date, *, typos: bool = False
) -> list[TimeSpan]:
    """Every stretch of time in the words, in order. ``words`` are the tokens of one text.

    ``typos`` also takes words a slip away from a word of time; for short texts only.
    """
    marks = _marks(words, typos)
    found: list[TimeSpan] = []
    index = 0
    while index < len(marks):
        read = _read_one(marks, index, today)
        if read is None:
            index += 1
            continue
        span, index = read
        joined = _join(found, span, marks, index, today)
        if joined is None:
            found.append(span)
        else:
            found[-1] = joined
    return found


def bare_amounts(words: Sequence[Token], today: date, *, ahead: bool) -> list[TimeSpan]:
    """Amounts of time with no word that says in which direction ("6 months", "полгода")."""
    marks = _marks(words)
    found: list[TimeSpan] = []
    index = 0
    while index < len(marks):
        amount = _amount(marks, index)
        if amount is None or not amount[2]:
            index += 1
            continue
        unit, least, most, after = amount
        first, last = marks[index].token, marks[after - 1].token
        if ahead:
            low, high = _later(today, unit, least), _later(today, unit, most)
            found.append(_about(low, high, "range", first, last))
        else:
            found.append(_ago(today, unit, least, most, first, last))
        index = after
    return found


def _marks(words: Sequence[Token], typos: bool = False) -> list[_Mark]:
    """The words as marks; unknown words become "word", sentence ends "stop"."""
    marks: list[_Mark] = []
    index = 0
    while index < len(words):
        token = words[index]
        before = token.before
        earlier = words[index - 1] if index else None
        if index:
            if ends_sentence(before, earlier, token):
                marks.append(_Mark("stop", 0, index))
            elif "," in before or ":" in before or "(" in before or ")" in before:
                marks.append(_Mark("comma", 0, index))
            elif "-" in before or "–" in before or "—" in before or "/" in before:
                marks.append(_Mark("dash", 0, index))
        dated = _written_date(words, index)
        if dated is not None:
            kind, value, after = dated
            marks.append(_Mark(kind, value, after - 1))
            index = after
            continue
        number = number_at(words, index)
        if number is not None:
            value, kind, after = number
            digits = token.script == "digit" and len(token.folded) == 4
            if digits and _FIRST_YEAR <= value <= _LAST_YEAR:
                marks.append(_Mark("year", value, index))
                index += 1
                continue
            rank = kind == "rank" and token.script != "digit"
            marks.append(_Mark("rank" if rank else "number", value, after - 1))
            index = after
            continue
        meant = (MARKS.get_with_typo if typos else MARKS.get)(token)
        if meant is None or meant[0][0] == "month" and _doubtful(words, index):
            marks.append(_Mark("word", 0, index))
        else:
            for kind_, value in meant:
                if kind_ == "inside" and token.folded == "in":
                    kind_, value = "inside", 2
                if (
                    token.folded in _EARLIER
                    and index
                    and words[index - 1].folded in _NOT
                ):
                    kind_ = "floor"
                if kind_ != "filler":
                    marks.append(_Mark(kind_, value, index))
        index += 1
    return marks


def _doubtful(words: Sequence[Token], index: int) -> bool:
    """Whether "may", "march", ... is more likely a verb or a name here than a month."""
    token = words[index]
    if token.folded in _MAY_OR_HOUSE and token.script != "cyrillic":
        return not (index and words[index - 1].script == "digit")
    if token.folded not in _DOUBTFUL_MONTHS:
        return False
    if len(words) <= 3:
        return False
    around = [words[index - 1]] if index else []
    around += list(words[index + 1 : index + 2])
    for other in around:
        if other.script == "digit":
            return False
        meant = MARKS.get(other)
        if meant is not None and any(
            kind in _LEADING or kind == "month" for kind, _ in meant
        ):
            return False
    return True


def _written_date(words: Sequence[Token], index: int) -> tuple[str, int, int] | None:
    """ "15.06.2027", "06.2027", "2027-06-15" as ("day"|"date", month number, index after)."""
    token = words[index]
    if token.script != "digit":
        return None
    parts = [token.folded]
    marks: list[str] = []
    for other in words[index + 1 : index + 3]:
        if other.script != "digit" or other.before not in (".", "/", "-"):
            break
        parts.append(other.folded)
        marks.append(other.before)
    if len(parts) == 3 and len(parts[2]) == 4 and len(parts[0]) <= 2:
        day, month, year = (int(part) for part in parts)
        if month > 12 and marks[0] == "/":
            day, month = month, day
        if 1 <= month <= 12 and 1 <= day <= 31:
            return "exactday", year * 12 + month - 1, index + 3
    if len(parts) == 3 and len(parts[0]) == 4 and len(parts[1]) == 2:
        if 1 <= int(parts[1]) <= 12:
            return "exactday", int(parts[0]) * 12 + int(parts[1]) - 1, index + 3
    if len(parts) >= 2:
        first, second = parts[0], parts[1]
        if (
            len(second) == 4
            and len(first) <= 2
            and 1 <= int(first) <= 12
            and marks[0] != "-"
        ):
            return "exactmonth", int(second) * 12 + int(first) - 1, index + 2
        if len(first) == 4 and len(second) == 2 and 1 <= int(second) <= 12:
            if _FIRST_YEAR <= int(first) <= _LAST_YEAR:
                return "exactmonth", int(first) * 12 + int(second) - 1, index + 2
        if (
            len(parts) == 2 and len(second) == 2 and marks[0] == "." and len(first) <= 2
            and 1 <= int(second) <= 12 and 1 <= int(first) <= 31 and second[0] in "01"
            and len(second) == 2
        ):  # fmt: skip
            return "daymonth", int(second), index + 2
    return None


def _kind(marks: Sequence[_Mark], index: int) -> str:
    return marks[index].kind if 0 <= index < len(marks) else "stop"


def _is_unit(marks: Sequence[_Mark], index: int) -> bool:
    return _kind(marks, index) in ("unit", "units")


def _read_one(
    marks: Sequence[_Mark], index: int, today: date
) -> tuple[TimeSpan, int] | None:
    """The longest stretch of time that begins at a mark: the span and the index after it."""
    for reader in (_relative, _edge, _period):
        read = reader(marks, index, today)
        if read is not None:
            return read
    return None


# -- counted from today ------------------------------------------------------------------


def _count(marks: Sequence[_Mark], index: int) -> tuple[int, int, int] | None:
    """ "2", "2-3", "one or two", "a couple": least, most, index after."""
    kind = _kind(marks, index)
    if kind == "few":
        return 2, marks[index].value, index + 1
    if kind != "number" or not 0 < marks[index].value < 60:
        return None
    least = marks[index].value
    after = index + 1
    if (
        _kind(marks, after) in ("dash", "or", "to")
        and _kind(marks, after + 1) == "number"
    ):
        most = marks[after + 1].value
        if least < most < 60:
            return least, most, after + 2
    return least, least, after


def _amount(marks: Sequence[_Mark], index: int) -> tuple[int, int, int, int] | None:
    """ "2 gadi", "pusgads", "год-два", "a year or two": unit, least, most, index after.

    Least and most count units; half a year counts in months, as does a year and a half.
    """
    if _kind(marks, index) == "halfof" and _is_unit(marks, index + 1):
        return MONTH, 6, 6, index + 2
    if _kind(marks, index) == "half":
        if _is_unit(marks, index + 1) and marks[index + 1].value == YEAR:
            return MONTH, 18, 18, index + 2
        return None
    count = _count(marks, index)
    after = index
    if count is not None:
        least, most, after = count
        if not _is_unit(marks, after):
            return None
        unit = marks[after].value
        if unit == 6:
            return MONTH, 6 * least, 6 * most, after + 1
        return unit, least, most, after + 1
    if not _is_unit(marks, index):
        return None
    unit, plural = marks[index].value, marks[index].kind == "units"
    after = index + 1
    if unit == 6:
        return MONTH, 6, 6, after
    # "год-два", "a year or two", "pēc gada diviem"; "gadiem diviem" means about two.
    skip = 1 if _kind(marks, after) in ("dash", "or", "comma") else 0
    if _kind(marks, after + skip) == "number" and 1 < marks[after + skip].value < 60:
        most = marks[after + skip].value
        further = after + skip + 1
        if not _is_unit(marks, further) or marks[further].value == unit:
            if _is_unit(marks, further):
                further += 1
            return unit, most if plural and not skip else 1, most, further
    if _kind(marks, after) == "or" and _kind(marks, after + 1) == "half":
        return MONTH, 12, 18, after + 2
    if plural:
        return unit, 2, 0, after
    return unit, 1, 1, after


def _later(today: date, unit: int, count: int) -> int:
    if unit == WEEK:
        return month_number(today + timedelta(days=7 * count))
    return month_number(today) + unit * count


def _relative(
    marks: Sequence[_Mark], index: int, today: date
) -> tuple[TimeSpan, int] | None:
    kind = _kind(marks, index)
    first = marks[index].token
    now = month_number(today)
    if kind == "day":
        month = month_number(today + timedelta(days=1))
        return _about(month, month, "day", first, first), index + 1
    if kind in ("in", "after") or (kind == "inside" and marks[index].value == 2):
        start = index + 1
        amount = _amount(marks, start)
        if amount is not None:
            unit, least, most, after = amount
            nearest = _kind(marks, after) == "within"
            low = _later(today, unit, least)
            high = _later(today, unit, most) if most else None
            span = _about(low, high, "range", first, marks[after - 1].token)
            if nearest:
                span = _deadline(now, high, first, marks[after].token)
                after += 1
            return span, after
        if kind == "inside" and _kind(marks, start) == "nearest":
            return _relative(marks, start, today)
        return None
    if kind == "nearest":
        amount = _amount(marks, index + 1)
        if amount is None:
            return None
        unit, _, most, after = amount
        if not most:
            return None
        if _kind(marks, after) == "within":
            after += 1
        span = _deadline(now, _later(today, unit, most), first, marks[after - 1].token)
        return span, after
    if kind == "within":
        start = index + 1
        if _kind(marks, start) in ("next", "nearest"):
            start += 1
        amount = _amount(marks, start)
        if amount is None or not amount[2]:
            return None
        unit, _, most, after = amount
        return _deadline(
            now, _later(today, unit, most), first, marks[after - 1].token
        ), after
    if kind == "pirms":
        amount = _amount(marks, index + 1)
        if amount is None or _kind(marks, index + 1) == "units":
            return None
        unit, least, most, after = amount
        return _ago(today, unit, least, most, first, marks[after - 1].token), after
    if _is_unit(marks, index) and _kind(marks, index + 1) == "in":
        count = _count(marks, index + 2)  # "месяца через три"
        if count is not None and not _is_unit(marks, count[2]):
            least, most, after = count
            low = _later(today, marks[index].value, least)
            high = _later(today, marks[index].value, most)
            return _about(low, high, "range", first, marks[after - 1].token), after
    if kind in ("number", "half", "few", "unit", "units", "halfof"):
        amount = _amount(marks, index)
        if amount is None:
            return None
        unit, least, most, after = amount
        if _kind(marks, after) == "ago":
            return _ago(today, unit, least, most, first, marks[after].token), after + 1
        if _kind(marks, after) == "within" and kind != "units" and most:
            high = _later(today, unit, most)
            return _deadline(now, high, first, marks[after].token), after + 1
        if _kind(marks, after) == "from" and _kind(marks, after + 1) == "now" and most:
            low, high = _later(today, unit, least), _later(today, unit, most)
            return _about(low, high, "range", first, marks[after + 1].token), after + 2
    return None


def _about(
    low: int, high: int | None, precision: Precision, first: int, last: int
) -> TimeSpan:
    return TimeSpan((low, high), None, precision, first, last, dated=True, about=True)


def _deadline(now: int, high: int | None, first: int, last: int) -> TimeSpan:
    return TimeSpan(
        (None, high), None, "range", first, last, dated=True, deadline=True, about=True
    )


def _ago(
    today: date, unit: int, least: int, most: int, first: int, last: int
) -> TimeSpan:
    high = _later(today, unit, -least)
    low = _later(today, unit, -most) if most else high
    return TimeSpan(None, (low, high), "month", first, last, dated=True, about=True)


# -- the calendar ------------------------------------------------------------------------


def _edge(
    marks: Sequence[_Mark], index: int, today: date
) -> tuple[TimeSpan, int] | None:
    """ "līdz maijam", "before summer", "after Christmas", "since October", "с июня"."""
    kind = _kind(marks, index)
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
    read = _period(marks, index + 1, today)
    if read is None and kind == "floor":
        read = _relative(marks, index + 1, today)
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
        return (
            (replace(span, ahead=(ahead[0], None), precision="range"), after)
            if ahead
            else None
        )
    if kind == "from":
        onward = (
            _kind(marks, after) not in ("until", "to", "dash")
            and span.precision != "season"
        )
        if ahead is not None and onward:
            return replace(span, ahead=(ahead[0], None), precision="range"), after
        return span, after
    if ahead is None or ahead[1] is None:
        return None
    if kind == "after":
        # A month, season or year has to be over; a holiday may be in the middle of its month.
        over = span.precision != "none" or ahead[1] % 12 == 11
        start = ahead[1] + 1 if over else ahead[1]
        return replace(span, ahead=(start, None), behind=None, precision="range"), after
    if span.precision == "day":
        last = _minus_one(ahead[0]) if _first_day(marks, index + 1) else ahead[1]
    elif span.precision == "none":
        last = (
            _minus_one(ahead[0])
            if (ahead[1] or 0) % 12 == 0 or kind == "pirms"
            else ahead[0]
        )
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


def _first_day(marks: Sequence[_Mark], index: int) -> bool:
    while _kind(marks, index) in ("year", "unit", "next", "this", "inside"):
        index += 1
    if _kind(marks, index) in ("number", "rank"):
        return marks[index].value == 1
    return _kind(marks, index) == "month" and (
        _kind(marks, index + 1) == "number" and marks[index + 1].value == 1
    )


def _names_an_end(marks: Sequence[_Mark], index: int, after: int) -> bool:
    return any(_kind(marks, position) == "finish" for position in range(index, after))


class _Year(Struct, frozen=True):
    """A year that was named; ``after`` is the index behind it."""

    year: int
    after: int


def _year_at(marks: Sequence[_Mark], index: int, today: date) -> _Year | None:
    if _kind(marks, index) == "inside":
        index += 1
    kind = _kind(marks, index)
    if kind == "year":
        after = index + 1
        if _is_unit(marks, after) and marks[after].value == YEAR:
            after += 1
        return _Year(marks[index].value, after)
    shift = {"next": 1, "this": 0, "last": -1, "afternext": 2}.get(kind)
    if (
        shift is not None
        and _is_unit(marks, index + 1)
        and marks[index + 1].value == YEAR
    ):
        return _Year(today.year + shift, index + 2)
    return None


def _period(
    marks: Sequence[_Mark], index: int, today: date
) -> tuple[TimeSpan, int] | None:
    """A month, season, year, holiday, or a part of one, with the year where it is named."""
    start = index
    if index >= len(marks):
        return None
    if _kind(marks, index) == "inside":
        index += 1
    part, index = _part_at(marks, index)
    while part and _kind(marks, index) in ("inside", "dash"):
        index += 1
    read = _bare_period(marks, index, today)
    if read is None and not (index and _kind(marks, index - 1) == "school"):
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


def _part_at(marks: Sequence[_Mark], index: int) -> tuple[str, int]:
    """ "sākumā", "конец", "second half": the part's name ("" where there is none), index after."""
    kind = _kind(marks, index)
    if kind in ("begin", "middle", "finish"):
        return kind, index + 1
    if kind == "rank" and marks[index].value in (1, 2):
        half = _kind(marks, index + 1) == "halfof" or (
            _is_unit(marks, index + 1) and marks[index + 1].value == 6
        )
        if half:
            return f"half{marks[index].value}", index + 2
    return "", index


def _this_year(
    marks: Sequence[_Mark], index: int, part: str, today: date
) -> tuple[TimeSpan, int] | None:
    """ "līdz gada beigām", "в начале года": the end of this year, the beginning of the next."""
    if not (_is_unit(marks, index) and marks[index].value == YEAR):
        return None
    named = part or _part_at(marks, index + 1)[0]
    if not named:
        return None
    start = (today.year + (named != "finish")) * 12
    token = marks[index].token
    months = (start, start + 11)
    return TimeSpan(months, months, "year", token, token, dated=True), index + 1


def _part_of(span: TimeSpan, part: str) -> TimeSpan:
    return replace(
        span, ahead=_cut(span.ahead, part, span), behind=_cut(span.behind, part, span),
        precision="range" if span.precision == "year" else span.precision,
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
    return {
        "begin": (whole, whole + 2),
        "middle": (whole + 4, whole + 7),
        "finish": (whole + 9, whole + 11),
        "half1": (whole, whole + 5),
        "half2": (whole + 6, whole + 11),
    }[part]


def _bare_period(
    marks: Sequence[_Mark], index: int, today: date
) -> tuple[TimeSpan, int] | None:
    kind = _kind(marks, index)
    if index >= len(marks):
        return None
    token = marks[index].token
    if kind in ("exactday", "exactmonth"):
        number = marks[index].value
        if not _FIRST_YEAR * 12 <= number <= _LAST_YEAR * 12:
            return None
        months = (number, number)
        precision: Precision = "day" if kind == "exactday" else "month"
        return TimeSpan(months, months, precision, token, token, dated=True), index + 1
    if kind == "daymonth":
        return _with_year(
            marks, index, index + 1, marks[index].value, "day", None, today
        )
    if kind in ("new", "next", "this"):
        if _kind(marks, index + 1) == "new":
            index += 1
        if _kind(marks, index) == "new" and _is_unit(marks, index + 1):
            number = (today.year + 1) * 12
            span = TimeSpan((number, number), None, "none", token, token, dated=True)
            return span, index + 2
    if kind in ("christmas", "easter", "midsummer"):
        year = _year_at(marks, index + 1, today)
        return _holiday(marks, index, year, today)
    year = _year_at(marks, index, today)
    if year is not None:
        inner = index
        after = year.after
        while _kind(marks, after) in ("inside", "comma"):
            after += 1
        read = _month_or_season(marks, after, today, year.year)
        if read is not None:
            return read
        months = (year.year * 12, year.year * 12 + 11)
        now = month_number(today)
        ahead: Months = (
            (max(months[0], now), months[1]) if year.year == today.year else months
        )
        behind = (months[0], min(months[1], now))
        span = TimeSpan(ahead, behind, "year", marks[inner].token, token, dated=True)
        return span, year.after
    return _month_or_season(marks, index, today, None)


def _holiday(
    marks: Sequence[_Mark], index: int, year: _Year | None, today: date
) -> tuple[TimeSpan, int]:
    kind = marks[index].kind
    months = {"christmas": 12, "midsummer": 6}
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
    return TimeSpan(
        (number, number), (past, past), "none", token, token, year is not None
    ), after


def _easter_month(year: int) -> int:
    """The month of Western Easter Sunday (the Gregorian computus of Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * week) // 451
    return (h + week - 7 * m + 114) // 31


def _month_or_season(
    marks: Sequence[_Mark], index: int, today: date, year: int | None
) -> tuple[TimeSpan, int] | None:
    start = index
    turn = ""
    if _kind(marks, index) in ("next", "this", "last", "afternext"):
        turn = marks[index].kind
        index += 1
        if _is_unit(marks, index):
            return _turned_unit(marks, start, index, turn, today)
    day = 0
    if _kind(marks, index) in ("number", "rank") and _kind(marks, index + 1) == "month":
        if not 1 <= marks[index].value <= 31:
            return None
        day = marks[index].value
        index += 1
    kind = _kind(marks, index)
    if kind == "month":
        month = marks[index].value
        after = index + 1
        if (
            not day
            and _kind(marks, after) == "number"
            and 1 <= marks[after].value <= 31
        ):
            if _kind(marks, after + 1) not in ("unit", "units", "month"):
                after += 1
                day = 1
        precision: Precision = "day" if day else "month"
        if turn == "last":
            year = None
        return _with_year(marks, start, after, month, precision, year, today, turn)
    if kind == "season" and not day:
        return _with_year(
            marks, start, index + 1, marks[index].value, "season", year, today, turn
        )
    return None


def _turned_unit(
    marks: Sequence[_Mark], start: int, index: int, turn: str, today: date
) -> tuple[TimeSpan, int] | None:
    unit = marks[index].value
    shift = {"next": 1, "this": 0, "last": -1, "afternext": 2}[turn]
    if unit == YEAR:
        return None
    if unit == 6:
        return None
    number = _later(today, unit, shift)
    months = (number, number)
    precision: Precision = "month"
    span = TimeSpan(
        None if turn == "last" else months, months if shift <= 0 else None, precision,
        marks[start].token, marks[index].token, dated=True,
    )  # fmt: skip
    return span, index + 1


def _with_year(
    marks: Sequence[_Mark], start: int, after: int, month: int, precision: Precision,
    year: int | None, today: date, turn: str = "",
) -> tuple[TimeSpan, int]:  # fmt: skip
    """A month or season with the year named behind it, before it, or found by the calendar."""
    named = year
    if named is None:
        behind_it = after
        if _kind(marks, behind_it) == "comma" and _kind(marks, behind_it + 1) == "year":
            behind_it += 1
        follows = _year_at(marks, behind_it, today)
        if follows is not None:
            named, after = follows.year, follows.after
            if (
                precision == "season" and _kind(marks, after) == "dash"
                and _kind(marks, after + 1) in ("year", "number")
            ):  # fmt: skip  # "winter 2027/28"
                after += 2
                low = named * 12 + month - 1
                return _span(
                    marks, start, after, (low, low + 2), (low, low + 2), precision, True
                )
    length = 3 if precision == "season" else 1
    now = month_number(today)
    if named is not None:
        low = named * 12 + month - 1
        if (
            precision == "season"
            and month == WINTER
            and low - 12 - now <= 3
            and low > now + 3
        ):
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
    if (
        nearly_over
        and turn != "this"
        or turn == "next"
        and low <= now <= coming + length - 1
    ):
        coming = low + 12
    if (
        turn == "next"
        and coming // 12 == today.year
        and coming > now
        and precision == "season"
    ):
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
    marks: Sequence[_Mark], start: int, after: int, ahead: Months | None,
    behind: Months | None, precision: Precision, dated: bool,
) -> tuple[TimeSpan, int]:  # fmt: skip
    first, last = marks[start].token, marks[after - 1].token
    return TimeSpan(ahead, behind, precision, first, last, dated=dated), after


def _join(
    found: list[TimeSpan],
    span: TimeSpan,
    marks: Sequence[_Mark],
    after: int,
    today: date,
) -> TimeSpan | None:
    """ "March to April", "July or August", "с июня по август": one range, where they adjoin."""
    if not found:
        return None
    earlier = found[-1]
    between = [
        mark.kind for mark in marks if earlier.last < mark.token <= span.first
        and mark.kind not in ("inside", "number", "month", "season", "year", "unit", "next")
    ]  # fmt: skip
    if {"word", "stop"} & set(between) or span.deadline and "comma" in between:
        return None
    if span.first - earlier.last > 3:
        return None
    joined = {"dash", "or", "to", "until"} & set(between) or (
        span.deadline and not span.about and not earlier.deadline
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
        earlier.precision
        if earlier.precision == span.precision == "year"
        else ("range")
    )
    return TimeSpan(
        (low, high),
        back,
        precision,
        earlier.first,
        span.last,
        earlier.dated or span.dated,
    )


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


__all__ = [
    "AUTUMN",
    "SUMMER",
    "Months",
    "Precision",
    "TimeSpan",
    "ends_sentence",
    "month_number",
    "month_text",
    "time_spans",
]
