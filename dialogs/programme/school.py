"""When a child needs kindergarten, compulsory preparation or a grade, by birth year alone.

The school year begins on 1 September; ages come from :class:`dialogs.programme.rules.Rules`
(Education Law; Cabinet rules may move a child by one year at the parents' wish).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from dialogs.programme.rules import Rules


class Position(Struct, frozen=True, omit_defaults=True):
    """Where a child stands on 1 September of ``year``; ``grade`` is 1-12 for kind "grade".

    below: younger than compulsory preparation; preschool: compulsory preparation;
    past: older than the last grade.
    """

    kind: Literal["below", "preschool", "grade", "past"]
    year: int
    grade: int = 0


def grade1_year(birth_year: int, rules: Rules) -> int:
    """The year on whose 1 September grade 1 begins."""
    return birth_year + rules.grade1_age


def preschool_year(birth_year: int, rules: Rules) -> int:
    """The year on whose 1 September compulsory preparation begins."""
    return birth_year + rules.preschool_age


def first_september(day: date) -> int:
    """The year of the first 1 September on or after ``day``."""
    return day.year if day <= date(day.year, 9, 1) else day.year + 1


def last_september(day: date) -> int:
    """The year in which the school year of ``day`` began: its last 1 September on or before."""
    return day.year if day >= date(day.year, 9, 1) else day.year - 1


def next_two_septembers(today: date) -> tuple[int, int]:
    """The years of the next two 1 Septembers after ``today``; a 1 September today is past."""
    first = last_september(today) + 1
    return first, first + 1


def position(birth_year: int, year: int, rules: Rules) -> Position:
    """Where a child born in ``birth_year`` stands on 1 September of ``year``."""
    if year < preschool_year(birth_year, rules):
        return Position("below", year)
    if year < grade1_year(birth_year, rules):
        return Position("preschool", year)
    grade = year - grade1_year(birth_year, rules) + 1
    return Position("grade", year, grade) if grade <= rules.last_grade else Position("past", year)


def near_school_start(birth_year: int, today: date, rules: Rules) -> bool:
    """Whether grade 1 begins on one of the next two 1 Septembers after ``today``."""
    return grade1_year(birth_year, rules) in next_two_septembers(today)


def remind_grade1(birth_year: int, rules: Rules) -> date:
    """The day to remind of registration for grade 1: 1 January of the year it begins in."""
    return date(grade1_year(birth_year, rules), 1, 1)
