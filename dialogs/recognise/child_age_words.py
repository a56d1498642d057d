"""Ages that are told in words of their own: "piecgadīgs", "pusotrs gads", "2 gadi un 3 mēneši"."""

from __future__ import annotations

from datetime import date

from dialogs.recognise.child_scan import OLDEST, Words
from dialogs.recognise.fold import Remembered, Token

AGE_ENDINGS = ("gadig", "gadn", "letn", "letk", "godoval")
"""What follows a number in a word that tells an age: "piecgadīgs", "septiņgadnieks"."""


def may_be_age(token: Token) -> bool:
    """Whether a word without a number in it may tell an age ("piecgadīgs", "pusotrs")."""
    folded = token.folded
    return len(folded) > 5 and (any(ending in folded for ending in AGE_ENDINGS) or folded[0] == "p")


_NUMBER_STEMS = {
    "div": 2, "tris": 3, "cetr": 4, "piec": 5, "ses": 6, "septin": 7, "aston": 8, "devin": 9,
    "desmit": 10, "vien": 1, "vienpadsmit": 11, "divpadsmit": 12, "trispadsmit": 13,
    "cetrpadsmit": 14, "piecpadsmit": 15, "sespadsmit": 16, "septinpadsmit": 17,
    "dvuh": 2, "treh": 3, "cetyr": 4, "cetyreh": 4, "pjati": 5, "sesti": 6, "semi": 7, "vosmi": 8,
    "devjati": 9, "desjati": 10, "odinnadcati": 11, "dvenadcati": 12, "trinadcati": 13,
    "cetyrnadcati": 14, "pjatnadcati": 15, "sestnadcati": 16, "semnadcati": 17, "godoval": 1,
}  # fmt: skip


def age_in_one_word(words: Words, index: int) -> int | None:
    """ "piecgadīgs", "пятилетний", "5-летний", "8-year-old"."""
    token = words.tokens[index]
    age = 0 if token.script == "digit" else AGES[token.folded]
    if age == _BEHIND_FIGURE and index and words.tokens[index - 1].script == "digit":
        value = int(words.tokens[index - 1].folded[:3])
        return value if value <= OLDEST else None
    return age if age > 0 else None


_BEHIND_FIGURE = -1


def _age_of(folded: str) -> int:
    """The age a word tells, 0 for none, or that it is the one in the figure before it."""
    if folded.startswith("godoval"):
        return 1
    for ending in AGE_ENDINGS:
        at = folded.find(ending)
        if at == 0:
            return _BEHIND_FIGURE
        if at > 0:
            return _NUMBER_STEMS.get(folded[:at], 0)
    return 0


AGES: Remembered[int] = Remembered(_age_of)

_YEAR = 12


def half_age(words: Words, index: int, subject: str) -> tuple[tuple[int, int], int] | None:
    """ "pusotrs gads", "полтора года", "2,5 gadi", "3 с половиной", "8 mēneši"."""
    tokens, year = words.tokens, words.today.year
    token = tokens[index]
    if token.folded.startswith(("pusotr", "poltor")):
        return _months_ago(words.today, 18, 6), min(index + 2, len(tokens))
    if token.folded in ("pusgads", "polgoda"):
        return _months_ago(words.today, 6, 1), index + 1
    number = words.number[index]
    if number is None:
        return None
    value, _, after = number
    whole = _years_and_months(words, index, after, apart=subject == "children")
    if whole is not None:
        return whole
    if index > 1 and words.hint[index - 1] == "and" and words.hint[index - 2] == "age":
        one = index < 3 or words.number[index - 3] is None
        if one and after < len(tokens) and words.hint[after] == "months":
            return _months_ago(words.today, 12 + value, 0), after + 1  # "gads un divi mēneši"
    if after < len(tokens) and words.hint[after] == "months" and value <= 36:
        return _months_ago(words.today, value, 0), after + 1
    if after < len(tokens) and words.hint[after] == "weeks" and value <= 60:
        return _months_ago(words.today, max(1, value // 4), 1), after + 1
    if after < len(tokens) and tokens[after].folded == "5" and tokens[after].before in (",", "."):
        unit = after + 1 < len(tokens) and words.hint[after + 1] == "age"
        if (
            value < 10
            and token.script == "digit"
            and (unit or subject == "child" or tokens[after].before == ".")
        ):
            return (year - value - 1, year - value), after + 1 + unit
    return None


def _years_and_months(
    words: Words, index: int, after: int, *, apart: bool
) -> tuple[tuple[int, int], int] | None:
    """ "2 gadi un 3 mēneši", "2 года 3 месяца", "1 year 4 months": the years that gives.

    ``apart``: of several children "and" parts one from the next ("двое: 5 лет и 8 месяцев").
    """
    value = (words.number[index] or (0, "", 0))[0]
    hint, number = words.hint, words.number
    if not 0 < value <= OLDEST or after + 2 >= len(hint):
        return None
    if hint[after] != "age" and words.tokens[after].folded not in ("g", "l", "y"):
        return None
    joined = hint[after + 1] == "and"
    if joined and apart:
        return None
    further = after + 1 + joined
    months = number[further] if further < len(number) else None
    if months is None or not 0 < months[0] < _YEAR or months[2] >= len(hint):
        return None
    shortened = words.tokens[after].folded in ("g", "l", "y")  # "2 г. 5 мес."
    if hint[months[2]] != "months" or not (shortened or words.same_clause(index, months[2])):
        return None
    return _months_ago(words.today, _YEAR * value + months[0], 0), months[2] + 1


def _months_ago(today: date, months: int, wide: int) -> tuple[int, int]:
    late = today.year * 12 + today.month - 1 - months
    return (late - wide) // 12, late // 12
