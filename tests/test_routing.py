"""From places to the coordinator's region."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.programme.intake import Intake, Place
from dialogs.programme.routing import route
from tests.families import DAUGAVPILS, GULBENE, SMILTENE, YOUTH, geography

CODES = sorted(geography().municipalities)


@pytest.mark.parametrize("code", CODES)
def test_every_municipality_leads_to_its_region(code: str) -> None:
    found = route(Intake("lv", places=(Place(code, ""),)), geography())
    assert found.region == geography().municipalities[code].region
    assert (found.municipality, found.why) == (code, "place")


def test_there_are_42_municipalities_in_five_regions() -> None:
    assert len(CODES) == 42
    assert set(geography().regions) == {"riga", "vidzeme", "kurzeme", "zemgale", "latgale"}


@pytest.mark.parametrize(
    ("code", "region"),
    # Units that changed region after 2018, and the merger of 2025.
    [("LV-099", "kurzeme"), ("LV-054", "vidzeme"), ("LV-067", "vidzeme"), ("LV-059", "vidzeme")],
)
def test_regions_of_today(code: str, region: str) -> None:
    assert route(Intake("lv", places=(Place(code, ""),)), geography()).region == region


@pytest.mark.parametrize(
    ("intake", "region", "municipality", "copies"),
    [
        (SMILTENE, "vidzeme", "LV-094", ()),
        (DAUGAVPILS, "latgale", "LV-DGV", ()),
        (YOUTH, "kurzeme", "LV-LPX", ("vidzeme",)),
        (GULBENE, "vidzeme", "LV-033", ()),
    ],
)
def test_situations(
    intake: Intake, region: str, municipality: str, copies: tuple[str, ...]
) -> None:
    found = route(intake, geography())
    assert (found.region, found.municipality, found.copies) == (region, municipality, copies)


@pytest.mark.parametrize("allowed", [None, False])
def test_no_copy_without_permission(allowed: bool | None) -> None:
    two = (Place("LV-LPX", "Liepāja"), Place("LV-113", "Valmiera"))
    found = route(Intake("lv", places=two, copy_allowed=allowed), geography())
    assert found.copies == ()
    assert found.named == ("kurzeme", "vidzeme")


def test_two_places_of_one_region_need_no_copy() -> None:
    two = (Place("LV-094", "Smiltene"), Place("LV-113", "Valmiera"))
    found = route(Intake("lv", places=two, copy_allowed=True), geography())
    assert (found.region, found.copies, found.named) == ("vidzeme", (), ("vidzeme",))


@pytest.mark.parametrize(
    ("intake", "region", "why"),
    [
        (Intake("lv", places=(Place("", "Kurzeme", region="kurzeme"),)), "kurzeme", "region"),
        (Intake("lv", last_home="LV-007"), "vidzeme", "last_home"),
        (Intake("lv", last_home="latgale"), "latgale", "last_home"),
        (Intake("lv", status="back", home="LV-041"), "zemgale", "home"),
        (
            Intake("lv", status="domestic", home="LV-RIX", last_home="LV-033"),
            "vidzeme",
            "last_home",
        ),
        (Intake("lv"), "", "shared"),
        (Intake("lv", places=(Place("", "nekurene"),)), "", "shared"),
        (Intake("lv", places=(Place("LV-999", "?"),), last_home="LV-007"), "vidzeme", "last_home"),
    ],
)
def test_without_a_place(intake: Intake, region: str, why: str) -> None:
    found = route(intake, geography())
    assert (found.region, found.why) == (region, why)


codes = st.sampled_from([*CODES, "", "LV-999", "kurzeme", "x"])


@given(st.lists(codes, max_size=3), codes, codes, st.sampled_from([None, True, False]))
def test_nobody_is_refused(
    places: list[str], home: str, last_home: str, allowed: bool | None
) -> None:
    intake = Intake(
        "lv",
        home=home,
        last_home=last_home,
        places=tuple(Place(code, code) for code in places),
        copy_allowed=allowed,
    )
    found = route(intake, geography())
    assert found.region in {*geography().regions, ""}
    assert (found.region == "") == (found.why == "shared")
    assert found.region not in found.copies
    assert set(found.copies) <= set(found.named)
