"""The programme's dated settings, read from ``rules.yaml``."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from ruamel.yaml import YAML

from dialogs.programme.lists import read_programme_yaml


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """What holds on one day. Ages are in years, reached within the calendar year.

    ``office`` names the responsible office by language; ``office_hours`` are the first and the
    closing hour in Latvia; ``registration_months`` the first and last month (1-12) in which
    municipalities take applications for grade 1; ``pieriga`` and ``pilot_2018`` are ISO 3166-2
    codes, ``eu`` and ``benefits_as_in_eu`` ISO 3166-1 alpha-2; ``partner_needs`` and
    ``permit_needs`` are need ids.
    """

    office: dict[str, str]
    answer_working_days: int
    office_hours: tuple[int, int]
    draft_days: int
    sent_days: int
    grade1_age: int
    preschool_age: int
    last_grade: int
    compulsory_grades: int
    registration_months: tuple[int, int]
    youth_ages: tuple[int, int]
    urgent_days: int
    eu: frozenset[str]
    benefits_as_in_eu: frozenset[str]
    partner_needs: frozenset[str]
    permit_needs: frozenset[str]
    pieriga: frozenset[str]
    pieriga_exclusion: bool
    pilot_2018: frozenset[str]

    def office_in(self, *languages: str) -> str:
        """The responsible office's name in the first of these languages it has one in, else its
        Latvian name."""
        found = next((each for each in languages if each in self.office), "lv")
        return self.office[found]


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """A setting's value from the day ``since`` on."""

    since: date
    value: Any


REMEMBERED = 64
"""Days whose rules are remembered."""


class RuleBook(Struct, frozen=True):
    """Every setting with all its entries. ``known`` remembers the rules of days asked for."""

    entries: dict[str, tuple[Entry, ...]]
    known: dict[date, Rules] = {}

    def on(self, today: date) -> Rules:
        """The rules of that day (Latvian calendar).

        Raises :class:`ValueError` if a setting has no entry that has begun, and
        :class:`msgspec.ValidationError` if a setting is missing, unknown or misshaped.
        """
        known = self.known.get(today)
        if known is not None:
            return known
        values: dict[str, Any] = {}
        for name, entries in self.entries.items():
            begun = [entry for entry in entries if entry.since <= today]
            if not begun:
                raise ValueError(f"rules.yaml: {name} has no value for {today}")
            values[name] = max(begun, key=lambda entry: entry.since).value
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        rules = self.known[today] = msgspec.convert(values, Rules)
        return rules


def load_rules(text: str | None = None) -> RuleBook:
    """The rule book of ``text`` (YAML), or the shipped one.

    Raises :class:`msgspec.ValidationError` if an entry is misshaped.
    """
    loaded = read_programme_yaml("rules.yaml") if text is None else YAML(typ="safe").load(text)
    return RuleBook(msgspec.convert(loaded, dict[str, tuple[Entry, ...]]))
