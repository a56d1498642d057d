"""School positions by birth year: the formulas and their boundaries."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.programme import school
from dialogs.programme.school import Position
from tests.families import TODAY, rules


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2027, 8, 31), 2027, 2026),
        (date(2027, 9, 1), 2027, 2027),
        (date(2027, 9, 2), 2028, 2027),
        (date(2026, 12, 31), 2027, 2026),
        (date(2027, 1, 1), 2027, 2026),
    ],
)
def test_september_before_and_after(day: date, first: int, last: int) -> None:
    assert school.first_september(day) == first
    assert school.last_september(day) == last


@pytest.mark.parametrize(
    ("born", "kind", "grade"),
    [
        (2027, "below", 0),
        (2023, "below", 0),
        (2022, "preschool", 0),
        (2021, "preschool", 0),
        (2020, "grade", 1),
        (2018, "grade", 3),
        (2014, "grade", 7),
        (2009, "grade", 12),
        (2008, "past", 0),
    ],
)
def test_position_on_1_september_2027(born: int, kind: str, grade: int) -> None:
    found = school.position(born, 2027, rules())
    assert (found.kind, found.grade, found.year) == (kind, grade, 2027)


@pytest.mark.parametrize(
    ("born", "today", "near"),
    [
        (2019, TODAY, False),
        (2020, TODAY, True),
        (2021, TODAY, True),
        (2022, TODAY, False),
        (2020, date(2027, 8, 31), True),
        (2020, date(2027, 9, 1), False),
        (2022, date(2027, 8, 31), False),
        (2022, date(2027, 9, 1), True),
    ],
)
def test_near_school_start(born: int, today: date, near: bool) -> None:
    assert school.near_school_start(born, today, rules()) is near


def test_dates_of_the_situations() -> None:
    assert (school.preschool_year(2020, rules()), school.grade1_year(2020, rules())) == (2025, 2027)
    assert (school.preschool_year(2023, rules()), school.grade1_year(2023, rules())) == (2028, 2030)
    assert school.remind_grade1(2020, rules()) == date(2027, 1, 1)


@given(st.integers(1990, 2040), st.integers(2020, 2040))
def test_every_year_brings_a_child_on(born: int, year: int) -> None:
    order = ("below", "preschool", "grade", "past")
    now: Position = school.position(born, year, rules())
    then = school.position(born, year + 1, rules())
    assert order.index(then.kind) >= order.index(now.kind)
    if now.kind == then.kind == "grade":
        assert then.grade == now.grade + 1
