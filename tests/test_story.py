"""A whole story read at once. Today is 23 November 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.recognise.circumstances import circumstances
from dialogs.recognise.reading import (
    ChildFound,
    CountryFound,
    HouseholdReading,
    Span,
    Understanding,
)
from dialogs.recognise.story import RecogniserData, load_recogniser, understand

TODAY = date(2026, 11, 23)
DATA: RecogniserData = load_recogniser()
EU = DATA.rules.on(TODAY).eu


def test_everything_a_story_says_is_read() -> None:
    read = understand(
        "Sveiki! Dzīvojam Norvēģijā 8 gadus, 2027. gada jūnijā gribam atgriezties Kuldīgā.\n"
        "Bērni dzimuši 2013. un 2018. gadā. Vīrs ir metinātājs. Vai skolā būs vieta?",
        TODAY,
        DATA,
    )
    assert read.status == "abroad"
    assert read.country is not None and read.country.code == "NO"
    assert [place.name for place in read.place.places] == ["Kuldīga"]
    assert read.when is not None
    assert (read.when.start, read.when.end) == ("2027-06", "2027-06")
    assert read.household.adults == 2
    children = read.household.children
    assert children is not None
    assert [child.years for child in children] == [(2013, 2013), (2018, 2018)]
    assert read.questions == ("Vai skolā būs vieta?",)
    assert read.language == "lv"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("dzivojam anglija jau 11gadus", "abroad"),
        ("Mēs nedzīvojam ārzemēs, bet gribam no Rīgas atgriezties dzimtajā Gulbenē.", "domestic"),
        ("Dzīvojam Rīgā, gribam atpakaļ uz Gulbeni", "domestic"),
        ("Живём в Риге, хотим в Резекне", "domestic"),
        ("Augustā atgriezāmies no Vācijas, dzīvojam Talsos.", "back"),
        ("мы уже вернулись из Англии, живём в Лиепае", "back"),
        ("pārcēlāmies uz Cēsīm septembrī", "back"),
        ("gribam uz Cēsīm", ""),
        ("", ""),
    ],
)
def test_where_the_family_is_now(text: str, status: str) -> None:
    assert understand(text, TODAY, DATA).status == status


def test_inferred_needs_come_last_and_say_so() -> None:
    read = understand("dzivojam anglija, virs sofers CE. dzivokli irei vajag", TODAY, DATA)
    stated = [need.stated for need in read.needs]
    assert stated == sorted(stated, reverse=True)
    inferred = {need.id for need in read.needs if not need.stated}
    assert {"moving_goods", "driving_licence", "partner_job"} <= inferred
    assert all(not need.words for need in read.needs if not need.stated)


def household(*years: tuple[int, int]) -> Understanding:
    return Understanding(
        status="abroad",
        country=CountryFound("DE", Span(0, 1)),
        household=HouseholdReading(None, tuple(ChildFound(each) for each in years)),
    )


@pytest.mark.parametrize(
    ("birth", "today", "fact", "expected"),
    [
        (2020, TODAY, "near_school_start", True),
        (2021, TODAY, "near_school_start", True),
        (2022, TODAY, "near_school_start", False),
        (2019, TODAY, "near_school_start", False),
        (2019, TODAY, "school_child", True),
        (2020, TODAY, "school_child", False),
        (2020, TODAY, "preschool_child", True),
        (2021, TODAY, "preschool_child", True),
        (2022, TODAY, "small_child", True),
        (2020, date(2027, 8, 31), "school_child", False),
        (2020, date(2027, 9, 1), "school_child", True),
    ],
)
def test_school_years_at_their_boundaries(
    birth: int, today: date, fact: str, expected: bool
) -> None:
    assert (fact in circumstances(household((birth, birth)), today, EU)) is expected


def test_outside_the_union_and_inside() -> None:
    assert "outside_eu_host" not in circumstances(household(), TODAY, EU)
    abroad = Understanding(status="abroad", country=CountryFound("GB", Span(0, 1)))
    assert "outside_eu_host" in circumstances(abroad, TODAY, EU)


@settings(max_examples=60)
@given(st.text(max_size=400))
def test_any_text_is_read_without_fault(text: str) -> None:
    understand(text, TODAY, DATA)
