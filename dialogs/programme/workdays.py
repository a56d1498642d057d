"""Working days and office hours in Latvia: by when an answer is due, when somebody reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LATVIA = ZoneInfo("Europe/Riga")


@cache
def _latvian_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("LV")


def in_latvia(moment: datetime) -> datetime:
    """The moment (aware) as a Latvian clock shows it. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(LATVIA)


def is_working_day(day: date) -> bool:
    """Whether Latvian offices work: no weekend, no holiday, moved working days considered."""
    return _latvian_holidays().is_working_day(day)


def next_working_day(day: date) -> date:
    """The first working day after ``day``."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def due_after(received: date, days: int) -> date:
    """The last of ``days`` working days after the day of receipt, which is not counted."""
    due = received
    for _ in range(days):
        due = next_working_day(due)
    return due


def due_date(received_at: datetime, days: int) -> date:
    """By which day an answer is due; the day of receipt in Latvia is not counted.

    ``received_at`` is aware. Raises ValueError for a naive moment.
    """
    return due_after(in_latvia(received_at).date(), days)


def office_is_open(now: datetime, hours: tuple[int, int]) -> bool:
    """Whether it is office time in Latvia: a working day, from first hour to closing hour."""
    local = in_latvia(now)
    return is_working_day(local.date()) and hours[0] <= local.hour < hours[1]


def office_opens(now: datetime, hours: tuple[int, int]) -> datetime:
    """When a coordinator reads next: ``now`` itself in office time, else the next opening.

    Gives Latvian time ("Monday, from 9.00").
    """
    local = in_latvia(now)
    if office_is_open(now, hours):
        return local
    day = local.date()
    if not is_working_day(day) or local.hour >= hours[1]:
        day = next_working_day(day)
    return datetime(day.year, day.month, day.day, hours[0], tzinfo=LATVIA)
