"""Working days and office hours in Latvia."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dialogs.programme.workdays import (
    due_after,
    due_date,
    in_latvia,
    is_working_day,
    office_is_open,
    office_opens,
)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # Sunday evening in England is Monday in Latvia.
        (datetime(2026, 11, 22, 23, 40, tzinfo=UTC), date(2026, 11, 26)),
        (datetime(2026, 11, 22, 21, 59, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), date(2026, 11, 25)),
        # 24, 25, 26 and 31 December and 1 January are free.
        (datetime(2026, 12, 22, 12, 0, tzinfo=UTC), date(2026, 12, 29)),
        (datetime(2026, 12, 29, 12, 0, tzinfo=UTC), date(2027, 1, 5)),
        # 18 November.
        (datetime(2026, 11, 17, 12, 0, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_due(received: datetime, due: date) -> None:
    assert due_date(received, 3) == due


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        in_latvia(datetime(2026, 11, 23, 12, 0))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 18), False),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
        # Friday 2 January 2026 was moved to Saturday the 17th.
        (date(2026, 1, 2), False),
        (date(2026, 1, 17), True),
        (date(2027, 3, 29), False),
    ],
)
def test_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        # Sunday night: Monday from 9.00.
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), (date(2026, 11, 23), 9, 0)),
        # Monday 7.30 in Latvia: the same day.
        (datetime(2026, 11, 23, 5, 30, tzinfo=UTC), (date(2026, 11, 23), 9, 0)),
        # Office time: now.
        (datetime(2026, 11, 23, 8, 20, tzinfo=UTC), (date(2026, 11, 23), 10, 20)),
        # Friday 17.00: Monday.
        (datetime(2026, 11, 20, 15, 0, tzinfo=UTC), (date(2026, 11, 23), 9, 0)),
    ],
)
def test_office_opens(now: datetime, opens: tuple[date, int, int]) -> None:
    found = office_opens(now, (9, 17))
    assert (found.date(), found.hour, found.minute) == opens
    assert office_is_open(found, (9, 17))


def test_no_days_are_due_at_once() -> None:
    assert due_after(date(2026, 11, 23), 0) == date(2026, 11, 23)
