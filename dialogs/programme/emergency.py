"""Which number to call in plain danger, in the country where the family is."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from dialogs.programme.lists import read_programme_yaml


class Numbers(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Emergency numbers of a country, first the one to say first.

    ``all`` reaches every service; ``police``, ``ambulance`` and ``fire`` are given where they
    have their own. ``source`` names an entry of the sources in ``emergency.yaml``.
    """

    source: str
    all: tuple[str, ...] = ()
    police: tuple[str, ...] = ()
    ambulance: tuple[str, ...] = ()
    fire: tuple[str, ...] = ()

    def first(self) -> tuple[str, ...]:
        """The numbers to say first: those for everything, else police and ambulance."""
        return self.all or tuple(dict.fromkeys(self.police + self.ambulance))


class _Entry(Numbers, frozen=True, kw_only=True, forbid_unknown_fields=True):
    codes: tuple[str, ...]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    sources: dict[str, str]
    default: Numbers
    countries: tuple[_Entry, ...]


class EmergencyNumbers(Struct, frozen=True):
    """Every known country's numbers and a default for the others."""

    default: Numbers
    by_country: dict[str, Numbers]
    sources: dict[str, str]

    def of(self, country: str) -> Numbers:
        """The numbers for a country (ISO 3166-1 alpha-2); the default for "" and unknown ones."""
        return self.by_country.get(country, self.default)


def load_emergency() -> EmergencyNumbers:
    """The numbers of ``emergency.yaml``.

    Raises :class:`ValueError` (also msgspec's) if the file is misshaped, a country stands twice
    or an entry has no number or an unknown source.
    """
    file = msgspec.convert(read_programme_yaml("emergency.yaml"), _File)
    by_country: dict[str, Numbers] = {}
    for entry in file.countries:
        numbers = Numbers(entry.source, entry.all, entry.police, entry.ambulance, entry.fire)
        if not numbers.first() or entry.source not in file.sources:
            raise ValueError(f"emergency.yaml: {entry.codes} lacks a number or a known source")
        for code in entry.codes:
            if code in by_country:
                raise ValueError(f"emergency.yaml: {code} stands twice")
            by_country[code] = numbers
    return EmergencyNumbers(file.default, by_country, file.sources)
