"""Values in words, in the three languages; clocks and emergency numbers of host countries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from babel import Locale

from dialogs import wording
from dialogs.programme.emergency import load_emergency
from dialogs.programme.intake import Place, When
from dialogs.programme.zones import clock, is_quiet, latvian_time, zone
from tests.families import TODAY, geography, texts

LANGUAGES = ("lv", "ru", "en")


@pytest.mark.parametrize(
    ("language", "day", "short"),
    [
        ("lv", "ceturtdiena, 26. novembris", "ceturtdiena, 26.11."),
        ("ru", "четверг, 26 ноября", "четверг, 26.11"),
        ("en", "Thursday, 26 November", "Thursday, 26/11"),
    ],
)
def test_days(language: str, day: str, short: str) -> None:
    assert wording.day(language, date(2026, 11, 26)) == day
    assert wording.short_day(language, date(2026, 11, 26)) == short


def season(start: str, end: str) -> When:
    return When("planned", start, end, "season")


@pytest.mark.parametrize(
    ("when", "lv", "ru", "en"),
    [
        (season("2027-06", "2027-08"), "2027. gada vasara", "лето 2027 года", "summer 2027"),
        (season("2027-03", "2027-05"), "2027. gada pavasaris", "весна 2027 года", "spring 2027"),
        (season("2027-09", "2027-11"), "2027. gada rudens", "осень 2027 года", "autumn 2027"),
        (
            season("2026-12", "2027-02"),
            "2026./2027. gada ziema",
            "зима 2026/2027 года",
            "winter 2026/2027",
        ),
        (
            When("planned", "2027-06", "2027-06", "month"),
            "2027. gada jūnijs",
            "июнь 2027 года",
            "June 2027",
        ),
        (When("planned", "2027-01", "2027-12", "year"), "2027. gads", "2027 год", "the year 2027"),
        (
            When("planned", "2027-03", "", "month"),
            "2027. gada marts vai vēlāk",
            "март 2027 года или позже",
            "March 2027 or later",
        ),
        (
            When("planned", "", "2027-03", "month"),
            "2027. gada marts vai agrāk",
            "март 2027 года или раньше",
            "March 2027 or earlier",
        ),
        (
            When("planned", "2026-11", "2027-02", "range"),
            "2026. gada novembris – 2027. gada februāris",
            "ноябрь 2026 года – февраль 2027 года",
            "November 2026 – February 2027",
        ),
        (When("asap"), "cik drīz vien iespējams", "как можно скорее", "as soon as possible"),
        (When("thinking"), "laiks vēl nav izlemts", "время пока не решено", "time not decided yet"),
        (None, "laiks vēl nav izlemts", "время пока не решено", "time not decided yet"),
        (When("already_back"), "jau Latvijā", "уже в Латвии", "already in Latvia"),
    ],
)
def test_when(when: When | None, lv: str, ru: str, en: str) -> None:
    found = tuple(wording.when(language, when, texts()) for language in LANGUAGES)
    assert found == (lv, ru, en)


@pytest.mark.parametrize(
    ("words", "before"),
    [
        ("vasara, lai paspej pirms skolas", True),
        ("lai paspētu līdz skolai", True),
        ("vasarā pirms 1. septembra", True),
        ("летом, до школы", True),
        ("до 1 сентября", True),
        ("in summer, before school", True),
        ("before the school year", True),
        ("vasarā", False),
        ("pēc skolas", False),
        ("после школы", False),
        ("", False),
    ],
)
def test_before_school_is_said_only_if_the_family_said_it(words: str, before: bool) -> None:
    when = When("planned", "2027-06", "2027-08", "season", words)
    exactly = wording.when_exactly("lv", when, texts())
    assert exactly == "2027. gada vasara" + (", pirms 1. septembra" if before else "")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("GB", ("Lielbritānija", "Великобритания", "United Kingdom")),
        ("US", ("ASV", "США", "USA")),
        ("IE", ("Īrija", "Ирландия", "Ireland")),
        ("DE", ("Vācija", "Германия", "Germany")),
        ("NO", ("Norvēģija", "Норвегия", "Norway")),
        ("??", ("??", "??", "??")),
    ],
)
def test_countries(code: str, names: tuple[str, ...]) -> None:
    assert tuple(wording.country(language, code) for language in LANGUAGES) == names


def test_every_country_has_a_short_name_and_a_clock() -> None:
    territories: Any = Locale("en").territories
    codes = [code for code in territories if len(code) == 2 and code.isalpha()]
    for code in codes:
        assert zone(code).key
        for language in LANGUAGES:
            assert 0 < len(wording.country(language, code)) <= 55


@pytest.mark.parametrize(
    ("place", "area", "short"),
    [
        (Place("LV-094", "Smiltene"), "Smiltenes novads", "Smiltene"),
        (Place("LV-DGV", "Daugavpils"), "Daugavpils pilsēta", "Daugavpils"),
        (Place("LV-RIX", "Rīga"), "Rīga", "Rīga"),
        (Place("", "Kurzeme", region="kurzeme"), "Kurzeme", "Kurzeme"),
        (Place("", "Nezināma"), "Nezināma", "Nezināma"),
    ],
)
def test_places(place: Place, area: str, short: str) -> None:
    assert wording.place("lv", place, geography(), texts()) == area
    assert wording.short_place("lv", place, geography(), texts()) == short


def test_a_town_in_russian_is_its_municipality() -> None:
    smiltene = Place("LV-094", "Smiltene")
    assert wording.short_place("ru", smiltene, geography(), texts()) == "Смилтенский край"


def test_choices_are_joined_once_each() -> None:
    assert wording.either("lv", ["Liepāja", "", "Liepāja"], texts()) == "Liepāja"
    assert (
        wording.either("lv", ["Talsi", "Kuldīga", "Saldus"], texts()) == "Talsi, Kuldīga vai Saldus"
    )
    assert wording.either("lv", [], texts()) == ""


@pytest.mark.parametrize(
    ("country", "hours", "said"),
    [
        ("IE", (8, 9), "8.00–9.00 (Īrija) = 10.00–11.00 (Latvija)"),
        ("US", (17, 20), "17.00–20.00 (ASV, pulkstenis: Ņujorka) = 0.00–3.00 (Latvija)"),
        ("IN", (10, 12), "10.00–12.00 (Indija) = 6.30–8.30 (Latvija)"),
        ("LV", (10, 17), "10.00–17.00"),
        ("", (10, 17), "10.00–17.00"),
    ],
)
def test_call_hours(country: str, hours: tuple[int, int], said: str) -> None:
    assert wording.call_hours("lv", hours, country, TODAY, texts()) == said


def test_clocks_change_apart() -> None:
    # American clocks went forward on 14 March 2027, Latvian ones on the 28th.
    assert latvian_time(8, "US", date(2027, 3, 20)).hour == 14
    assert latvian_time(8, "US", date(2027, 4, 1)).hour == 15


@pytest.mark.parametrize(
    ("country", "zone_name", "several"),
    [
        ("GB", "Europe/London", False),
        ("US", "America/New_York", True),
        ("AU", "Australia/Melbourne", True),
        ("DE", "Europe/Berlin", False),
        ("", "Europe/Riga", False),
        ("??", "Europe/Riga", False),
    ],
)
def test_clock_of_a_country(country: str, zone_name: str, several: bool) -> None:
    assert (clock(country).zone, clock(country).several) == (zone_name, several)


@pytest.mark.parametrize(
    ("hour", "minute", "country", "quiet"),
    [
        (20, 59, "GB", False),
        (21, 0, "GB", True),
        (7, 59, "GB", True),
        (8, 0, "GB", False),
        (19, 0, "", True),
        (18, 59, "", False),
    ],
)
def test_quiet_hours_are_the_family_s(hour: int, minute: int, country: str, quiet: bool) -> None:
    assert is_quiet(datetime(2026, 11, 23, hour, minute, tzinfo=UTC), country) is quiet


def test_stamp_is_latvian_time() -> None:
    moment = datetime(2026, 11, 22, 22, 52, tzinfo=UTC)
    assert wording.stamp("lv", moment, texts()) == "23.11. plkst. 0.52"


@pytest.mark.parametrize(
    ("now", "lv", "ru"),
    [
        (
            datetime(2026, 11, 22, 20, 0, tzinfo=UTC),
            "pirmdiena, no plkst. 9.00",
            "понедельник, с 9.00",
        ),
        (
            datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
            "šodien, darba laikā",
            "сегодня, в рабочее время",
        ),
    ],
)
def test_next_reading(now: datetime, lv: str, ru: str) -> None:
    assert wording.next_reading("lv", now, (9, 17), texts()) == lv
    assert wording.next_reading("ru", now, (9, 17), texts()) == ru


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("GB", "999 vai 112"),
        ("US", "911"),
        ("BR", "policija: 190 · ātrā palīdzība: 192"),
    ],
)
def test_emergency_in_words(country: str, said: str) -> None:
    assert wording.emergency("lv", load_emergency().of(country), texts()) == said


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("īss", 10, "īss"),
        ("viens divi trīs", 11, "viens divi…"),
        ("viens\n  divi", 20, "viens divi"),
        ("garšvārdsbezatstarpes", 8, "garšvār…"),
        ("kaut kas", 0, ""),
    ],
)
def test_cut(text: str, most: int, cut: str) -> None:
    assert wording.cut(text, most) == cut
    assert len(wording.cut(text, most)) <= max(most, 0)


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("GB", ("999", "112")),
        ("IE", ("112", "999")),
        ("LV", ("112",)),
        ("US", ("911",)),
        ("CA", ("911",)),
        ("AU", ("000",)),
        ("NZ", ("111",)),
        ("CH", ("112",)),
        ("NO", ("112",)),
        ("BR", ("190", "192")),
        ("", ("112",)),
        ("??", ("112",)),
    ],
)
def test_emergency_numbers(country: str, numbers: tuple[str, ...]) -> None:
    assert load_emergency().of(country).first() == numbers


def test_every_emergency_number_is_a_number_of_a_country() -> None:
    emergency = load_emergency()
    territories: Any = Locale("en").territories
    for code, numbers in emergency.by_country.items():
        assert code in territories
        every = numbers.all + numbers.police + numbers.ambulance + numbers.fire
        assert all(number.isdigit() and 3 <= len(number) <= 5 for number in every)
