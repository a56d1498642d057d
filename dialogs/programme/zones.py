"""The clock of a host country: quiet hours of the family, its hour beside the Latvian one."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from msgspec import Struct

from dialogs.programme.workdays import LATVIA

# Countries with several clocks: the zone in which most people from Latvia live, as far as known.
# Counts by city were not found, so it is the zone of the largest Latvian communities (the east
# coast of the USA, Ontario, Victoria with New South Wales), elsewhere that of the capital's side.
_CHOSEN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Melbourne",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "VN": "Asia/Ho_Chi_Minh",
}


# No clock of its own side of the country, or no place at all.
_NOT_COUNTED = {"Etc/Unknown", "Europe/Simferopol"}


class Clock(Struct, frozen=True):
    """The zone reckoned with for a country; ``several``: it has more than one."""

    zone: str
    several: bool = False


def _zones_by_country() -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for name, country in get_global("zone_territories").items():
        if name not in _NOT_COUNTED:
            zones.setdefault(country, []).append(name)
    zones["XK"] = ["Europe/Belgrade"]
    return zones


_ZONES = _zones_by_country()


@cache
def clock(country: str) -> Clock:
    """The clock of a country (ISO 3166-1 alpha-2); Latvia's for "" and for unknown codes."""
    zones = _ZONES.get(country)
    if not zones:
        return Clock(LATVIA.key)
    chosen = _CHOSEN.get(country, min(zones))
    winter = datetime(2026, 1, 15, 12)
    return Clock(chosen, len({winter.replace(tzinfo=ZoneInfo(z)).utcoffset() for z in zones}) > 1)


@cache
def zone(country: str) -> ZoneInfo:
    """The time zone reckoned with for a country (see :func:`clock`)."""
    return ZoneInfo(clock(country).zone)


def is_quiet(now: datetime, country: str, start: int = 21, end: int = 8) -> bool:
    """Whether it is night for the family: from ``start`` to ``end`` by its own clock.

    ``now`` is aware. Hours 0-23; the defaults are those the family is told.
    """
    hour = now.astimezone(zone(country)).hour
    return hour >= start or hour < end


def latvian_time(hour: int, country: str, day: date) -> time:
    """What a Latvian clock shows when the family's shows ``hour`` (0-24) on ``day``."""
    local = datetime.combine(day, time(hour % 24), tzinfo=zone(country))
    return local.astimezone(LATVIA).time()
