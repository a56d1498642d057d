"""Values in words, per language: days, months, countries, places, hours.

Every value comes out in the nominative and stands after a colon or between dots, so nothing that
is inserted ever needs a case ending. Names of days, months and countries are those of the Unicode
CLDR (through Babel); whole phrases are texts of ``texts/card.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    get_day_names,
    get_month_names,
    get_timezone_location,
)

from dialogs.programme.emergency import Numbers
from dialogs.programme.geography import Geography
from dialogs.programme.intake import Place, When
from dialogs.programme.workdays import in_latvia, office_is_open, office_opens
from dialogs.programme.zones import clock, latvian_time
from dialogs.texts import FIRST, Texts

DOT = " · "

# What people say where CLDR gives the long or the formal name.
_EVERYDAY = {
    "lv": {
        "AE": "AAE",
        "CD": "Kongo DR",
        "FK": "Folklenda salas",
        "GB": "Lielbritānija",
        "HK": "Honkonga",
        "MM": "Mjanma",
        "MO": "Makao",
        "PS": "Palestīna",
        "US": "ASV",
        "ZA": "Dienvidāfrika",
    },
    "ru": {
        "CD": "ДР Конго",
        "FK": "Фолклендские острова",
        "HK": "Гонконг",
        "KR": "Южная Корея",
        "MM": "Мьянма",
        "MO": "Макао",
        "PS": "Палестина",
        "US": "США",
        "ZA": "ЮАР",
    },
    "en": {
        "AE": "UAE",
        "CD": "DR Congo",
        "HK": "Hong Kong",
        "MM": "Myanmar",
        "MO": "Macao",
        "PS": "Palestine",
        "TR": "Turkey",
        "US": "USA",
    },
}

# State cities with a municipality of nearly the same name beside them: the family is asked which.
TWINS = frozenset({"LV-DGV", "LV-JEL", "LV-REZ", "LV-VEN", "LV-111", "LV-041", "LV-077", "LV-106"})
_CITIES = {
    "LV-DGV": "card:city_daugavpils",
    "LV-JEL": "card:city_jelgava",
    "LV-REZ": "card:city_rezekne",
    "LV-VEN": "card:city_ventspils",
}

_SEASONS = {
    ("03", "05"): "spring",
    ("06", "08"): "summer",
    ("09", "11"): "autumn",
    ("12", "02"): "winter",
}

_BEFORE_SCHOOL = re.compile(
    r"\b(((pirms|l[iī]dz)\s+(\d+\.?\s*)?(skol|m[aā]c[iī]b|sept))"
    r"|((до|перед)\s+(\d+\s+|начал\w+\s+)?(школ|сент|учеб))"
    r"|((before|by)\s+(the\s+)?(school|\d+\w*\s+sept|sept)))",
    re.IGNORECASE,
)


WHOLE = 200
"""Countries that CLDR names in a language it knows well; in Latgalian it names three."""


@cache
def _locale(language: str) -> Locale:
    """The locale of a language; British order of day and month for English.

    What CLDR does not know, or only in sketches, gets Latvian names of days, months and countries.
    """
    try:
        found = Locale.parse("en_GB" if language == "en" else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FIRST)
    return found if len(found.territories) >= WHOLE else Locale.parse(FIRST)


def dots(values: Iterable[str]) -> str:
    """The non-empty values of a list, between dots."""
    return DOT.join(value for value in values if value)


def day(language: str, value: date) -> str:
    """A day with its weekday and without its year: "ceturtdiena, 26. novembris"."""
    shown = format_skeleton("MMMMd", value, locale=_locale(language))
    return f"{weekday(language, value)}, {shown}"


def whole_day(language: str, value: date) -> str:
    """A day with its year: "2027. gada 15. jūnijs"."""
    return str(format_date(value, "long", locale=_locale(language)))


def short_day(language: str, value: date) -> str:
    """A day for staff: "ceturtdiena, 26.11."."""
    shown = format_skeleton("Md", value, locale=_locale(language))
    return f"{weekday(language, value)}, {shown}"


def hour(value: int | time) -> str:
    """An hour (0-24) or a time of day: "8.00", "21.30"."""
    if isinstance(value, int):
        return f"{value}.00"
    return f"{value.hour}.{value.minute:02d}"


def hours(value: tuple[int, int]) -> str:
    """A span of full hours (0-24): "8.00–9.00"."""
    return f"{hour(value[0])}–{hour(value[1])}"


def stamp(language: str, moment: datetime, texts: Texts) -> str:
    """A moment (aware) by the Latvian clock: "23.11. plkst. 0.52"."""
    local = in_latvia(moment)
    shown = format_skeleton("Md", local.date(), locale=_locale(language))
    return texts.say(language, "card:stamp", day=shown, hour=hour(local.time()))


def weekday(language: str, value: date) -> str:
    """The weekday alone: "pirmdiena"."""
    return str(get_day_names("wide", "format", _locale(language))[value.weekday()])


def next_reading(language: str, now: datetime, office: tuple[int, int], texts: Texts) -> str:
    """When a coordinator reads next: "pirmdiena, no plkst. 9.00"; in office hours: today.

    ``now`` is aware; ``office`` the first and the closing hour in Latvia. After a long holiday
    the day comes with its date.
    """
    if office_is_open(now, office):
        return texts.say(language, "card:in_office_hours")
    opens = office_opens(now, office)
    far = (opens.date() - in_latvia(now).date()).days > 6
    shown = day(language, opens.date()) if far else weekday(language, opens.date())
    return texts.say(language, "card:from_hour", day=shown, hour=hour(opens.hour))


def emergency(language: str, numbers: Numbers, texts: Texts) -> str:
    """The numbers to call in danger: "999 vai 112"; by service where none reaches all."""
    if numbers.all:
        return either(language, numbers.all, texts)
    services = (("card:police", numbers.police), ("card:ambulance", numbers.ambulance))
    return dots(
        texts.say(language, name, numbers=either(language, found, texts))
        for name, found in services
        if found
    )


def month(language: str, value: str, texts: Texts) -> str:
    """A month given as "YYYY-MM": "2027. gada jūnijs"."""
    name = get_month_names("wide", "stand-alone", _locale(language))[int(value[5:7])]
    return texts.say(language, "card:month", month=name, year=value[:4])


def _season(language: str, start: str, end: str, texts: Texts) -> str:
    """The season between two months "YYYY-MM", "" if they bound none."""
    name = _SEASONS.get((start[5:7], end[5:7]))
    year, last = int(start[:4]), int(end[:4])
    if name is None or last - year != (name == "winter"):
        return ""
    return texts.say(language, f"card:{name}", year=str(year), next=str(last))


def when(language: str, value: When | None, texts: Texts) -> str:
    """When the family moves, as exact as it was said: "2027. gada vasara"."""
    if value is None or value.status == "thinking":
        return texts.say(language, "card:when_unknown")
    if value.at_once:
        return texts.say(language, "card:when_asap")
    start, end = value.start, value.end
    if value.status == "already_back":
        if not start:
            return texts.say(language, "card:when_back")
        said = _span(language, start, end, texts)
        return texts.say(language, "card:when_back_since", month=said)
    return _span(language, start, end, texts) or texts.say(language, "card:when_unknown")


def _span(language: str, start: str, end: str, texts: Texts) -> str:
    if not start and not end:
        return ""
    if not end:
        return texts.say(language, "card:or_later", month=month(language, start, texts))
    if not start:
        return texts.say(language, "card:or_earlier", month=month(language, end, texts))
    if start == end:
        return month(language, start, texts)
    if start[:4] == end[:4] and (start[5:7], end[5:7]) == ("01", "12"):
        return texts.say(language, "card:year", year=start[:4])
    season = _season(language, start, end, texts)
    if season:
        return season
    first, last = month(language, start, texts), month(language, end, texts)
    return f"{first} – {last}"


def when_exactly(language: str, value: When | None, texts: Texts) -> str:
    """As :func:`when`, with "before 1 September" if the family said: before school."""
    said = when(language, value, texts)
    if value is not None and value.status == "planned" and _BEFORE_SCHOOL.search(value.words):
        return texts.say(language, "card:before_september", when=said)
    return said


def country(language: str, code: str) -> str:
    """The everyday name of a country (ISO 3166-1 alpha-2); the code itself if it is unknown."""
    known = _locale(language)
    everyday = _EVERYDAY.get(known.language, {}).get(code)
    return everyday or str(known.territories.get(code, code))


def country_called(language: str, text: str) -> str:
    """The code of the country that a text names in this language, as CLDR does; "" for none."""
    said = " ".join(text.casefold().split()).strip(" .!")
    return _called(_locale(language or FIRST)).get(said, "")


@cache
def _called(locale: Locale) -> dict[str, str]:
    return {
        str(name).casefold(): str(code)
        for code, name in locale.territories.items()
        if len(str(code)) == 2 and str(code).isalpha() and code not in _NO_COUNTRY
    }


_NO_COUNTRY = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
"""Two-letter codes of CLDR that stand for no country."""


def clock_of(language: str, code: str, texts: Texts) -> str:
    """A country as the owner of a clock; with several clocks, the city whose clock is meant."""
    name = country(language, code)
    kept = clock(code)
    if not kept.several:
        return name
    city = get_timezone_location(kept.zone, locale=_locale(language), return_city=True)
    return texts.say(language, "card:clock_of_city", country=name, city=city)


def call_hours(language: str, value: tuple[int, int], code: str, today: date, texts: Texts) -> str:
    """Hours to call by the family's clock and the Latvian one, for ``today``'s time of year.

    ``value`` are full hours 0-24 of the country ``code``. In Latvia: "8.00–9.00"; elsewhere
    "8.00–9.00 (Īrija) = 10.00–11.00 (Latvija)".
    """
    theirs = hours(value)
    if code in ("", "LV"):
        return theirs
    ours = "–".join(hour(latvian_time(each, code, today)) for each in value)
    where = clock_of(language, code, texts)
    return f"{theirs} ({where}) = {ours} ({country(language, 'LV')})"


def in_language(language: str, spoken: str, texts: Texts) -> str:
    """The adverb for a language: "krieviski"; the name of one that has no text of its own."""
    if spoken in ("lv", "ru", "en"):
        return texts.say(language, f"card:in_{spoken}")
    if not spoken:
        return texts.say(language, "card:not_known")
    return str(_locale(language).languages.get(spoken, spoken))


def region(language: str, region_id: str, texts: Texts) -> str:
    """The short name of a planning region: "Latgale"; "" for the shared queue's "" ."""
    return texts.say(language, f"card:region_{region_id}") if region_id else ""


def municipality(language: str, code: str, geography: Geography, texts: Texts) -> str:
    """The name of a municipality by its ISO 3166-2 code; a city says that it is one if needed."""
    if code in _CITIES:
        return texts.say(language, _CITIES[code])
    return geography.municipalities[code].names.of(language)


def place(language: str, value: Place, geography: Geography, texts: Texts) -> str:
    """A place as an area: its municipality, its region, or the name that was told."""
    if value.iso in geography.municipalities:
        return municipality(language, value.iso, geography, texts)
    if value.region in geography.regions:
        return region(language, value.region, texts)
    return value.name


def short_place(language: str, value: Place, geography: Geography, texts: Texts) -> str:
    """A place as people call it: "Smiltene". In Russian the municipality's own Russian name."""
    known = geography.municipalities.get(value.iso)
    if known is not None and known.kind == "city":
        return known.names.of(language)
    if value.name and language != "ru":
        return value.name
    return place(language, value, geography, texts)


def either(language: str, values: Iterable[str], texts: Texts) -> str:
    """Different values of a choice: "Liepāja vai Valmiera", "Talsi, Kuldīga vai Saldus"."""
    distinct = list(dict.fromkeys(value for value in values if value))
    if len(distinct) < 2:
        return "".join(distinct)
    return f"{', '.join(distinct[:-1])} {texts.say(language, 'card:or')} {distinct[-1]}"


def cut(text: str, most: int) -> str:
    """The text in at most ``most`` characters, cut at a word's end and marked "…".

    With room for less than two characters it is "".
    """
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    if most < 2:
        return ""
    head = text[: most - 1]
    space = head.rfind(" ")
    if text[most - 1] != " " and space > most // 2:
        head = head[:space]
    return head.rstrip(" ,;:–-") + "…"
