"""Exact months and days: "06.2027", "2027. gada 15. jūnijs", "15 июня 2027", "June 15, 2027".

For questions about one month or one day of any year; when somebody *moves* is told far more
loosely and is read by :mod:`dialogs.recognise.when`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogs.recognise.fold import fold, tokens
from dialogs.recognise.when import answer_when
from dialogs.recognise.when_words import MONTHS

EARLIEST, LATEST = 1900, 2100
"""Years that an answer may name."""
MOST_WORDS = 12
"""Words of an answer that are read: a date is short."""

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4})(?!\d)")
_MONTH = re.compile(r"(?<![\d./])(\d{1,2})\s*[./]\s*(\d{4})(?!\d)")
_DAY_MONTH = re.compile(r"(?<![\d./])(\d{1,2})\s*[./]\s*(\d{1,2})\.?(?![\d./])")
_WORD_DAYS = {
    "sodien": 0, "segodnja": 0, "today": 0, "rit": 1, "zavtra": 1, "tomorrow": 1,
    "vakar": -1, "vcera": -1, "yesterday": -1,
}  # fmt: skip
"""Days by their distance from today, folded."""


def _month_words() -> dict[str, int]:
    """Each month's names, folded; a trailing star is kept."""
    found: dict[str, int] = {}
    for number, words in MONTHS.items():
        for word in words.split():
            star = word.endswith("*")
            found[fold(word.rstrip("*")) + "*" * star] = number
    return found


_WORDS = _month_words()


def _named(word: str) -> int | None:
    """The month a folded word names."""
    if word in _WORDS:
        return _WORDS[word]
    for length in range(len(word), 2, -1):
        if (found := _WORDS.get(word[:length] + "*")) is not None:
            return found
    return None


def _month_text(year: int, month: int) -> str | None:
    return f"{year}-{month:02}" if EARLIEST <= year <= LATEST and 1 <= month <= 12 else None


def _day_text(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if EARLIEST <= year <= LATEST else None
    except ValueError:
        return None


def _parts(text: str) -> tuple[int | None, int | None, int | None]:
    """Year, month by name and day of the month, as far as a text names each once."""
    words = [token.folded for token in tokens(text)[:MOST_WORDS]]
    months = {month for word in words if not word.isdigit() and (month := _named(word))}
    digits = [int(found) for found in re.findall(r"\d+", text)[:MOST_WORDS] if len(found) <= 4]
    years = {number for number in digits if EARLIEST <= number <= LATEST}
    days = {number for number in digits if 1 <= number <= 31}
    return _only(years), _only(months), _only(days)


def _only(found: set[int]) -> int | None:
    return found.pop() if len(found) == 1 else None


def read_month(text: str, today: date) -> str | None:
    """The month a short answer names, as "YYYY-MM"; None if none or no single one.

    A month without its year is the next such month.
    """
    iso = _ISO.search(text)
    if iso:
        return _month_text(int(iso[1]), int(iso[2]))
    day = _DAY.search(text)
    if day:
        return _month_text(int(day[3]), int(day[2]))
    month = _MONTH.search(text)
    if month:
        return _month_text(int(month[2]), int(month[1]))
    year, named, _ = _parts(text)
    if year and named:
        return _month_text(year, named)
    reading = answer_when(text, today)
    if reading is not None and reading.start and reading.start == reading.end:
        return reading.start
    return None


def read_day(text: str, today: date) -> str | None:
    """The day a short answer names, as "YYYY-MM-DD"; None if none or no single one.

    Day, month, year in this order where all are numbers; without a year the next such day.
    """
    iso = _ISO.search(text)
    if iso:
        return _day_text(int(iso[1]), int(iso[2]), int(iso[3])) if iso[3] else None
    found = _DAY.search(text)
    if found:
        return _day_text(int(found[3]), int(found[2]), int(found[1]))
    year, month, day = _parts(text)
    if month is None:
        short = _DAY_MONTH.search(text)
        if short is None:
            words = {token.folded for token in tokens(text)[:MOST_WORDS]}
            away = next((_WORD_DAYS[word] for word in sorted(words) if word in _WORD_DAYS), None)
            return None if away is None else (today + timedelta(away)).isoformat()
        day, month = int(short[1]), int(short[2])
    if day is None:
        return None
    if year is None:
        this = _day_text(today.year, month, day)
        return this if this is None or this >= today.isoformat() else _day_text(
            today.year + 1, month, day
        )
    return _day_text(year, month, day)
