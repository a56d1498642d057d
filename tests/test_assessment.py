"""Flags, urgency and dates that follow from an intake."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from dialogs.programme.assessment import FLAGS, Assessment, assess, kind_of_flag
from dialogs.programme.intake import Adult, Child, Contact, Intake, Need, Place, When
from dialogs.programme.routing import route
from dialogs.programme.rules import load_rules
from tests.families import (
    DAUGAVPILS,
    GULBENE,
    SMILTENE,
    SUMMER,
    TODAY,
    YOUTH,
    geography,
    known_needs,
    rules,
)


def assessed(intake: Intake, today: date = TODAY) -> Assessment:
    return assess(intake, route(intake, geography()), rules(today), today, known_needs())


def flags(intake: Intake, today: date = TODAY) -> set[str]:
    return set(assessed(intake, today).flags)


@pytest.mark.parametrize(
    ("intake", "expected"),
    [
        (
            SMILTENE,
            {
                "family_child_near_school_start",
                "deadline_grade1_registration_2027_spring",
                "outside_eu_host_country",
            },
        ),
        (DAUGAVPILS, {"family_with_school_children", "long_lead_documents"}),
        (YOUTH, {"youth", "undecided_region", "long_lead_documents"}),
        (
            GULBENE,
            {
                "domestic_reemigrant",
                "family_child_near_school_start",
                "deadline_grade1_registration_2027_spring",
            },
        ),
    ],
)
def test_flags_of_the_situations(intake: Intake, expected: set[str]) -> None:
    assert flags(intake) == expected


@pytest.mark.parametrize(
    ("intake", "kinds"),
    [
        (SMILTENE, ["grade", "below"]),
        (DAUGAVPILS, ["grade", "grade"]),
        (GULBENE, ["grade", "below"]),
    ],
)
def test_positions_of_the_situations(intake: Intake, kinds: list[str]) -> None:
    found = assessed(intake)
    assert found.september == 2027
    assert [each.then.kind for each in found.children if each.then] == kinds


def family(**fields: object) -> Intake:
    return Intake("lv", **fields)  # type: ignore[arg-type]


def planned(start: str, end: str = "") -> When:
    return When("planned", start, end, "month")


@pytest.mark.parametrize(
    ("flag", "holds", "lacks"),
    [
        (
            "urgent_move",
            family(when=planned("2027-02", "2027-02")),
            family(when=planned("2027-03", "2027-03")),
        ),
        ("urgent_move", family(when=When("asap")), family(when=When("thinking"))),
        (
            "urgent_move",
            family(when=planned("2026-11", "2027-02")),
            family(when=planned("2027-01", "2027-12")),
        ),
        (
            "urgent_move",
            family(when=planned("2026-12")),
            family(status="back", when=planned("2026-12")),
        ),
        ("already_returned", family(status="back"), family(status="abroad")),
        ("already_returned", family(when=When("already_back", "2026-08")), family(when=SUMMER)),
        (
            "urgent_child_out_of_school",
            family(alarm="out_of_school"),
            family(status="back", children=(Child("1", 2016, stage="school"),)),
        ),
        (
            "urgent_child_out_of_school",
            family(status="back", children=(Child("1", 2016, stage="home"),)),
            family(status="abroad", children=(Child("1", 2016, stage="home"),)),
        ),
        (
            "call_preferred",
            family(contact=Contact("phone", "+44")),
            family(contact=Contact("chat", hours=(8, 10))),
        ),
        ("call_preferred", family(call_asked=True), family()),
        (
            "call_preferred_sensitive",
            family(contact=Contact("phone"), needs=(Need("learning_support"),)),
            family(needs=(Need("learning_support"),), contact=Contact("chat")),
        ),
        ("call_preferred_sensitive", family(call_asked=True), family(contact=Contact("phone"))),
        (
            "call_preferred_sensitive",
            family(contact=Contact("phone"), removed=1),
            family(call_asked=True, alarm="call"),
        ),
        (
            "family_with_school_children",
            family(children=(Child("1", 2019),)),
            family(children=(Child("1", 2020),)),
        ),
        (
            "family_child_compulsory_preschool_age",
            family(children=(Child("1", 2021),), when=SUMMER),
            family(children=(Child("1", 2020),), when=SUMMER),
        ),
        (
            "family_child_compulsory_preschool_age",
            family(children=(Child("1", 2020),), when=planned("2027-03")),
            family(children=(Child("1", 2022),), when=planned("2027-03")),
        ),
        (
            "family_child_near_school_start",
            family(children=(Child("1", 2021),)),
            family(children=(Child("1", 2022),)),
        ),
        (
            "deadline_grade1_registration_2028_spring",
            family(children=(Child("1", 2021),)),
            family(children=(Child("1", 2021),), when=planned("2029-06")),
        ),
        ("third_country_family_member", family(permits="yes"), family(permits="not_sure")),
        ("third_country_family_member", family(needs=(Need("spouse_residence"),)), family()),
        (
            "foreign_partner",
            family(people=(Adult("2", partner=True, latvian="none"),)),
            family(people=(Adult("1", latvian="none"),)),
        ),
        ("foreign_partner", family(needs=(Need("partner_integration"),)), family()),
        (
            "outside_eu_host_country",
            family(status="abroad", country="NO"),
            family(status="abroad", country="IE"),
        ),
        (
            "outside_eu_host_country",
            family(status="abroad", country="GB"),
            family(status="back", country="GB"),
        ),
        (
            "undecided_region",
            family(places=(Place("LV-LPX", ""), Place("LV-RIX", ""))),
            family(places=(Place("LV-LPX", ""), Place("LV-112", ""))),
        ),
        (
            "domestic_reemigrant",
            family(status="domestic", home="LV-RIX", places=(Place("LV-033", ""),)),
            family(status="domestic", home="LV-022", places=(Place("LV-033", ""),)),
        ),
        ("domestic_reemigrant", family(status="domestic"), family(status="abroad", country="GB")),
        (
            "youth",
            family(age_band="18_25", children=()),
            family(age_band="18_25", children=(Child("1", 2024),)),
        ),
        ("youth", family(age_band="18_25"), family(age_band="26_39")),
        (
            "pieriga_area_info",
            family(places=(Place("LV-052", "Ķekava"),)),
            family(places=(Place("LV-RIX", "Rīga"),)),
        ),
        (
            "long_lead_documents",
            family(needs=(Need("child_citizenship"),)),
            family(needs=(Need("job_search"),)),
        ),
    ],
)
def test_each_flag_has_its_rule(flag: str, holds: Intake, lacks: Intake) -> None:
    assert flag in flags(holds)
    assert flag not in flags(lacks)


def test_every_flag_is_tested_and_in_order() -> None:
    everything = replace(
        DAUGAVPILS,
        country="US",
        places=(Place("LV-052", ""), Place("LV-DGV", "")),
        children=(Child("1", 2014), Child("2", 2020), Child("3", 2021)),
        permits="yes",
        call_asked=True,
        alarm="out_of_school",
        when=When("asap"),
        people=(Adult("2", partner=True, latvian="none"),),
    )
    kinds = [kind_of_flag(flag) for flag in assessed(everything).flags]
    order = [FLAGS.index(kind) for kind in kinds]
    assert order == sorted(order)
    other = {"already_returned", "domestic_reemigrant", "youth"}
    assert set(kinds) == set(FLAGS) - other


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (TODAY, (2027, 2028)),
        (date(2027, 8, 31), (2027, 2028)),
        (date(2027, 9, 1), (2028,)),
    ],
)
def test_registration_years_move_on_1_september(today: date, years: tuple[int, ...]) -> None:
    two = family(children=(Child("1", 2020), Child("2", 2021)))
    assert assessed(two, today).registrations == years


@pytest.mark.parametrize(
    ("alarm", "urgent"),
    [
        ("", ""),
        ("call", ""),
        ("danger", "danger"),
        ("homeless", "homeless"),
        ("out_of_school", "out_of_school"),
        ("unclear", "unclear"),
    ],
)
def test_urgent_is_the_alarm(alarm: str, urgent: str) -> None:
    assert assessed(family(alarm=alarm)).urgent == urgent


def test_a_child_at_home_after_the_return_is_urgent() -> None:
    home = family(status="back", children=(Child("1", 2016, stage="home"),))
    assert assessed(home).urgent == "out_of_school"


def test_a_near_move_is_no_alarm() -> None:
    assert assessed(family(when=When("asap"))).urgent == ""


def test_due_in_three_working_days() -> None:
    assert assessed(SMILTENE).due == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("when", "september"),
    [
        (planned("2027-09", "2027-09"), 2027),
        (planned("2027-10", "2027-10"), 2028),
        (planned("2026-01", "2026-03"), 2027),
        (When("thinking"), 2027),
        (None, 2027),
        (planned("2029-01"), 2029),
    ],
)
def test_first_september_on_or_after_the_return(when: When | None, september: int) -> None:
    assert assessed(family(when=when, children=(Child("1", 2020),))).september == september


def test_an_empty_intake_gives_no_flags() -> None:
    assert assessed(Intake("lv")).flags == ()


def test_rules_change_with_their_day() -> None:
    book = load_rules()
    assert "GB" in book.on(date(2019, 1, 1)).eu
    assert "GB" not in book.on(TODAY).eu
    assert not book.on(TODAY).pieriga_exclusion
    assert len(book.on(TODAY).pilot_2018) == 10
    with pytest.raises(ValueError, match="has no value"):
        book.on(date(2017, 1, 1))
