"""Words of time as marks, and what a stretch of time is.

The readers of time (:mod:`when_spans`, :mod:`when_counted`) work on marks, not on words: a month,
a season, a number, "after", a comma. Words that say nothing of time are marks of kind "word".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from dialogs.recognise.clauses import ends_sentence
from dialogs.recognise.fold import Token
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.numbers import NumberKind
from dialogs.recognise.when_words import MARKS
from dialogs.recognise.when_words import Mark as Meant

Precision = Literal["day", "month", "season", "year", "range", "none"]
Months = tuple[int | None, int | None]
"""First and last month, inclusive, each as ``year * 12 + month - 1``; None where open."""

FIRST_YEAR, LAST_YEAR = 1950, 2099
# English verbs and names among the months: they need a telling neighbour.
_DOUBTFUL_MONTHS = frozenset(("may", "march", "mar", "jan"))
# "мая" and "māja", "маю" and "māju" are folded alike; "house" is meant unless a day stands before.
_MAY_OR_HOUSE = frozenset(("maja", "maju"))
EARLIER = frozenset(["ranse", "atrak", "agrak", "earlier", "ranshe", "before"])
_NOT = frozenset(["ne", "not", "no"])
_NOT_LATER = _NOT | {"samoe"}  # "самое позднее в мае"
_SPAN_IN_LATGALIAN = ("godu", "god", "mienes", "nedel", "pusgod")
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


class Mark(Struct, frozen=True, gc=False):
    """A word that says something of time: its kind, its value, its place among the tokens."""

    kind: str
    value: int
    token: int


def month_number(day: date) -> int:
    """The month of a day as ``year * 12 + month - 1``."""
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """ "YYYY-MM" for a month number."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def marks_of(words: Sequence[Token], typos: bool = False, seen: Glance | None = None) -> list[Mark]:
    """The words as marks; unknown words become "word", sentence ends "stop".

    ``seen`` is what is known of the words, if at hand. ``typos`` also takes words a slip away
    from a word of time.
    """
    seen = glance(words) if seen is None else seen
    meanings, numbers = seen.marks, seen.number
    if typos:
        meanings = {
            place: meant for place, token in enumerate(words)
            if (meant := MARKS.get_with_typo(token)) is not None
        }  # fmt: skip
    marks: list[Mark] = []
    index = 0
    for first, after in _runs(words, meanings, numbers):
        if first > index:
            _unknown(marks, index)
        index = first
        while index < after:
            index = _mark_at(marks, words, index, meanings.get(index), numbers.get(index))
    if index < len(words):
        _unknown(marks, index)
    return marks


def _runs(
    words: Sequence[Token], meanings: Mapping[int, tuple[Meant, ...]], numbers: Mapping[int, Number]
) -> list[tuple[int, int]]:
    """Words side by side that all say something of time, where one of them names a time: the
    first and the position behind the last. All others are mere words to the readers of time."""
    found: list[tuple[int, int]] = []
    first = after = 0
    named = False
    for place in sorted({*meanings, *numbers}):
        if place > after:
            if named:
                found.append((first, after))
            first, named = place, False
        number = numbers.get(place)
        after = max(after, place + 1 if number is None else number[2])
        if not named:
            meant = meanings.get(place)
            if meant is not None:
                named = any(kind in TIMES for kind, _ in meant)
            elif words[place].script == "digit":
                named = _may_be_date(words, place)
    if named:
        found.append((first, after))
    return found


def _may_be_date(words: Sequence[Token], place: int) -> bool:
    """Whether a figure may be a year or begin a date ("2027", "'27", "15.06.")."""
    token = words[place]
    if len(token.folded) == 4 or token.before.endswith(_APOSTROPHES):
        return True
    following = words[place + 1] if place + 1 < len(words) else None
    return following is not None and following.script == "digit" and following.before in _IN_DATES


Number: TypeAlias = tuple[int, NumberKind, int]
UNITS = frozenset(("unit", "units", "unitsof"))
"""A unit of time; "units" are several, "unitsof" is the Russian genitive ("месяца три")."""
TIMES = frozenset((
    "month", "season", *UNITS, "year", "day", "exactday", "exactmonth", "daymonth",
    "christmas", "easter", "midsummer", "holiday", "feasts", "quarter", "shortyear",
    "dayago", "weekday",
))  # fmt: skip
"""Kinds of marks without which there is no stretch of time."""
_APOSTROPHES = ("'", "’", "‘")
_IN_DATES = frozenset((".", "/", "-"))


def _unknown(marks: list[Mark], index: int) -> None:
    """A run of words without a meaning here is one mark."""
    if not marks or marks[-1].kind != "word":
        marks.append(Mark("word", 0, index))


def _mark_at(
    marks: list[Mark], words: Sequence[Token], index: int, meant: tuple[Meant, ...] | None,
    number: tuple[int, NumberKind, int] | None,
) -> int:  # fmt: skip
    """Add the marks of one word and of what stands before it; the index after the word."""
    token = words[index]
    before = token.before
    if before != " " and index:
        if ends_sentence(before, words[index - 1], token):
            marks.append(Mark("stop", 0, index))
        elif "," in before or ":" in before or "(" in before or ")" in before:
            marks.append(Mark("comma", 0, index))
        elif "-" in before or "–" in before or "—" in before or "/" in before:
            marks.append(Mark("dash", 0, index))
    if token.script == "digit":
        dated = written_date(words, index)
        if dated is not None:
            kind, value, after = dated
            marks.append(Mark(kind, value, after - 1))
            return after
        if _is_half(words, index):
            marks.append(Mark("halves", int(token.folded), index + 1))
            return index + 2
    if number is not None:
        value, kind, after = number
        digits = token.script == "digit" and len(token.folded) == 4
        if digits and FIRST_YEAR <= value <= LAST_YEAR and not _in_number(words, index):
            marks.append(Mark("year", value, index))
            return index + 1
        if token.script == "digit" and _is_short_year(marks, words, index, after):
            marks.append(Mark("shortyear", _CENTURY + value, after - 1))
            return after
        rank = kind == "rank" and token.script != "digit"
        marks.append(Mark("rank" if rank else "number", value, after - 1))
        return after
    if meant is None or (meant[0][0] == "month" and _doubtful(words, index)):
        _unknown(marks, index)
        return index + 1
    for kind_, value in meant:
        if kind_ == "units" and "'" in token.lower:
            kind_ = "unit"  # "in a year's time"
        if kind_ == "inside" and token.folded == "in":
            kind_, value = "inside", 2
        if token.folded in EARLIER and index and words[index - 1].folded in _NOT:
            kind_ = "floor"
        if kind_ == "in" and token.folded == "par" and not _latgalian_span(words, index):
            kind_ = "word"
        if kind_ == "later" and index and words[index - 1].folded in _NOT_LATER:
            kind_ = "by"  # "не позднее мая", "no later than May"
        if kind_ != "filler":
            marks.append(Mark(kind_, value, index))
    return index + 1


def _in_number(words: Sequence[Token], index: int) -> bool:
    """Whether figures of other lengths stand beside, as in a telephone number: "29 11 2027"
    with gaps is one, "2911 2027" as well, "2015 2018" are two years."""
    beside = [words[index - 1]] if index and words[index].before in _GAPS else []
    if index + 1 < len(words) and words[index + 1].before in _GAPS:
        beside.append(words[index + 1])
    return any(
        one.script == "digit"
        and (len(one.folded) in (3, 8) or (len(one.folded) == 4 and not _may_be_year(one)))
        for one in beside
    )


_GAPS = frozenset((" ", "-"))


def _may_be_year(token: Token) -> bool:
    return FIRST_YEAR <= int(token.folded) <= LAST_YEAR


def _latgalian_span(words: Sequence[Token], index: int) -> bool:
    """Whether "par" says "in": "par godu" (Latgalian) does, "par gadu" ("for a year") does not."""
    following = [word.folded for word in words[index + 1 : index + 3]]
    return any(one.startswith(_SPAN_IN_LATGALIAN) for one in following)


_CENTURY = 2000
_SHORT_YEARS = range(15, 40)
"""Years that people write with two figures ("'27", "27. gadā", "весной 28-го")."""
_YEAR_WORDS = frozenset(("gada", "goda", "gads", "godu", "god", "gadu"))


def _is_short_year(marks: Sequence[Mark], words: Sequence[Token], index: int, after: int) -> bool:
    """Whether a figure is the short form of a year: by its apostrophe, by "year" behind it, or
    behind a season; behind a month only where the figure cannot be its day."""
    token = words[index]
    if len(token.folded) != 2 or int(token.folded) not in _SHORT_YEARS:
        return False
    if token.before.endswith(_APOSTROPHES):
        return True
    earlier = marks[-1].kind if marks else ""
    following = words[after] if after < len(words) else None
    if following is not None and following.folded in _YEAR_WORDS:
        # "27. gadā" and "в 28 году" name a year; "22 года" and "25 gadu" count them.
        dotted = following.before.startswith(".") or following.lower in ("году", "gadā", "goda")
        return dotted or earlier in ("season", "month")
    if earlier == "season":
        return True
    if earlier != "month" or token.before != " ":
        return False
    russian = words[index - 1].script == "cyrillic"
    return russian and (after == index + 1 or words[index + 1].folded == "go")


def _is_half(words: Sequence[Token], index: int) -> bool:
    """Whether "1,5" or "2.5" begins here, followed by a unit of time."""
    if index + 2 >= len(words) or len(words[index].folded) > 1:
        return False
    tenth, unit = words[index + 1], MARKS.get(words[index + 2])
    halved = tenth.folded == "5" and tenth.before in (",", ".")
    return halved and unit is not None and unit[0][0] in UNITS


_BEFORE_MONTH = frozenset((
    "of", "by", "until", "till", "since", "early", "late", "mid", "around", "about",
))  # fmt: skip


def _doubtful(words: Sequence[Token], index: int) -> bool:
    """Whether "may", "march", ... is more likely a verb or a name here than a month."""
    token = words[index]
    if token.folded in _MAY_OR_HOUSE and token.script != "cyrillic":
        return not (index and words[index - 1].script == "digit")
    if token.folded not in _DOUBTFUL_MONTHS:
        return False
    if len(words) <= 3 or (index and words[index - 1].folded in _BEFORE_MONTH):
        return False
    around = [words[index - 1]] if index else []
    around += list(words[index + 1 : index + 2])
    for other in around:
        if other.script == "digit":
            return False
        meant = MARKS.get(other)
        if meant is not None and any(kind in _LEADING or kind == "month" for kind, _ in meant):
            return False
    return True


def written_date(words: Sequence[Token], index: int) -> tuple[str, int, int] | None:
    """A date in figures that begins at a token: its kind, its month, the index after it; or None.

    "15.06.2027" and "2027-06-15" are an "exactday" and "06.2027" an "exactmonth" with the month
    number (``year * 12 + month - 1``); "15.06." is a "daymonth" with the month alone (1-12).
    """
    following = words[index + 1] if index + 1 < len(words) else None
    if following is None or following.script != "digit" or following.before not in _IN_DATES:
        return None
    token = words[index]
    parts = [token.folded]
    marks: list[str] = []
    for other in words[index + 1 : index + 3]:
        if other.script != "digit" or other.before not in _IN_DATES:
            break
        parts.append(other.folded)
        marks.append(other.before)
    if max(map(len, parts)) == 1:
        return None
    if len(parts) == 3 and len(parts[2]) == 4 and len(parts[0]) <= 2:
        day, month, year = (int(part) for part in parts)
        if month > 12 and marks[0] == "/":
            day, month = month, day
        if 1 <= month <= 12 and 1 <= day <= 31:
            return "exactday", year * 12 + month - 1, index + 3
    lengths = tuple(len(part) for part in parts)
    if len(parts) == 3 and lengths[2] == 2 and marks == [".", "."]:  # "10.02.27"
        day, month, year = (int(part) for part in parts)
        if 1 <= month <= 12 and 1 <= day <= 31 and year in _SHORT_YEARS:
            return "exactday", (_CENTURY + year) * 12 + month - 1, index + 3
    first, second = int(parts[0]), int(parts[1])
    if lengths[:2] == (4, 2) and FIRST_YEAR <= first <= LAST_YEAR and 1 <= second <= 12:
        kind = "exactday" if len(parts) == 3 else "exactmonth"
        return kind, first * 12 + second - 1, index + len(parts)
    if lengths[1] == 4 and lengths[0] <= 2 and 1 <= first <= 12 and marks[0] != "-":
        return "exactmonth", second * 12 + first - 1, index + 2
    # "15.06." without a year; "2.5" is a number, not a date.
    if lengths in ((1, 2), (2, 2)) and marks[0] == "." and 1 <= second <= 12 and 1 <= first <= 31:
        return "daymonth", second, index + 2
    return None


def kind_at(marks: Sequence[Mark], index: int) -> str:
    """The kind of a mark; "stop" where there is none."""
    return marks[index].kind if 0 <= index < len(marks) else "stop"


def is_unit(marks: Sequence[Mark], index: int) -> bool:
    """Whether a mark is a unit of time."""
    return kind_at(marks, index) in UNITS
