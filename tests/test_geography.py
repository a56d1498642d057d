"""The programme's map: 42 municipalities, five planning regions, 119 former units."""

from __future__ import annotations

import pytest

from dialogs.programme.geography import load_geography

GEOGRAPHY = load_geography()

# Code, name, planning region by Cabinet Regulations No. 418 of 22 June 2021.
MUNICIPALITIES = [
    ("LV-DGV", "Daugavpils", "latgale"),
    ("LV-JEL", "Jelgava", "zemgale"),
    ("LV-JUR", "Jūrmala", "riga"),
    ("LV-LPX", "Liepāja", "kurzeme"),
    ("LV-REZ", "Rēzekne", "latgale"),
    ("LV-RIX", "Rīga", "riga"),
    ("LV-VEN", "Ventspils", "kurzeme"),
    ("LV-011", "Ādažu novads", "riga"),
    ("LV-002", "Aizkraukles novads", "zemgale"),
    ("LV-007", "Alūksnes novads", "vidzeme"),
    ("LV-111", "Augšdaugavas novads", "latgale"),
    ("LV-015", "Balvu novads", "latgale"),
    ("LV-016", "Bauskas novads", "zemgale"),
    ("LV-022", "Cēsu novads", "vidzeme"),
    ("LV-112", "Dienvidkurzemes novads", "kurzeme"),
    ("LV-026", "Dobeles novads", "zemgale"),
    ("LV-033", "Gulbenes novads", "vidzeme"),
    ("LV-042", "Jēkabpils novads", "zemgale"),
    ("LV-041", "Jelgavas novads", "zemgale"),
    ("LV-052", "Ķekavas novads", "riga"),
    ("LV-047", "Krāslavas novads", "latgale"),
    ("LV-050", "Kuldīgas novads", "kurzeme"),
    ("LV-054", "Limbažu novads", "vidzeme"),
    ("LV-056", "Līvānu novads", "latgale"),
    ("LV-058", "Ludzas novads", "latgale"),
    ("LV-059", "Madonas novads", "vidzeme"),
    ("LV-062", "Mārupes novads", "riga"),
    ("LV-067", "Ogres novads", "vidzeme"),
    ("LV-068", "Olaines novads", "riga"),
    ("LV-073", "Preiļu novads", "latgale"),
    ("LV-077", "Rēzeknes novads", "latgale"),
    ("LV-080", "Ropažu novads", "riga"),
    ("LV-087", "Salaspils novads", "riga"),
    ("LV-088", "Saldus novads", "kurzeme"),
    ("LV-089", "Saulkrastu novads", "vidzeme"),
    ("LV-091", "Siguldas novads", "riga"),
    ("LV-094", "Smiltenes novads", "vidzeme"),
    ("LV-097", "Talsu novads", "kurzeme"),
    ("LV-099", "Tukuma novads", "kurzeme"),
    ("LV-101", "Valkas novads", "vidzeme"),
    ("LV-113", "Valmieras novads", "vidzeme"),
    ("LV-106", "Ventspils novads", "kurzeme"),
]
# Unit of 2009-2021 and the municipalities that hold it now.
FORMER = [
    ("Ādažu novads", "LV-011"),
    ("Aglonas novads", "LV-047 LV-073"),
    ("Aizkraukles novads", "LV-002"),
    ("Aizputes novads", "LV-112"),
    ("Aknīstes novads", "LV-042"),
    ("Alojas novads", "LV-054"),
    ("Alsungas novads", "LV-050"),
    ("Alūksnes novads", "LV-007"),
    ("Amatas novads", "LV-022"),
    ("Apes novads", "LV-094"),
    ("Auces novads", "LV-026"),
    ("Babītes novads", "LV-062"),
    ("Baldones novads", "LV-052"),
    ("Baltinavas novads", "LV-015"),
    ("Balvu novads", "LV-015"),
    ("Bauskas novads", "LV-016"),
    ("Beverīnas novads", "LV-113"),
    ("Brocēnu novads", "LV-088"),
    ("Burtnieku novads", "LV-113"),
    ("Carnikavas novads", "LV-011"),
    ("Cēsu novads", "LV-022"),
    ("Cesvaines novads", "LV-059"),
    ("Ciblas novads", "LV-058"),
    ("Dagdas novads", "LV-047"),
    ("Daugavpils", "LV-DGV"),
    ("Daugavpils novads", "LV-111"),
    ("Dobeles novads", "LV-026"),
    ("Dundagas novads", "LV-097"),
    ("Durbes novads", "LV-112"),
    ("Engures novads", "LV-099"),
    ("Ērgļu novads", "LV-059"),
    ("Garkalnes novads", "LV-080"),
    ("Grobiņas novads", "LV-112"),
    ("Gulbenes novads", "LV-033"),
    ("Iecavas novads", "LV-016"),
    ("Ikšķiles novads", "LV-067"),
    ("Ilūkstes novads", "LV-111"),
    ("Inčukalna novads", "LV-080 LV-091"),
    ("Jaunjelgavas novads", "LV-002"),
    ("Jaunpiebalgas novads", "LV-022"),
    ("Jaunpils novads", "LV-099"),
    ("Jēkabpils", "LV-042"),
    ("Jēkabpils novads", "LV-042"),
    ("Jelgava", "LV-JEL"),
    ("Jelgavas novads", "LV-041"),
    ("Jūrmala", "LV-JUR"),
    ("Kandavas novads", "LV-099"),
    ("Kārsavas novads", "LV-058"),
    ("Ķeguma novads", "LV-067"),
    ("Ķekavas novads", "LV-052"),
    ("Kocēnu novads", "LV-113"),
    ("Kokneses novads", "LV-002"),
    ("Krāslavas novads", "LV-047"),
    ("Krimuldas novads", "LV-091"),
    ("Krustpils novads", "LV-042"),
    ("Kuldīgas novads", "LV-050"),
    ("Lielvārdes novads", "LV-067"),
    ("Liepāja", "LV-LPX"),
    ("Līgatnes novads", "LV-022"),
    ("Limbažu novads", "LV-054"),
    ("Līvānu novads", "LV-056"),
    ("Lubānas novads", "LV-059"),
    ("Ludzas novads", "LV-058"),
    ("Madonas novads", "LV-059"),
    ("Mālpils novads", "LV-091"),
    ("Mārupes novads", "LV-062"),
    ("Mazsalacas novads", "LV-113"),
    ("Mērsraga novads", "LV-097"),
    ("Naukšēnu novads", "LV-113"),
    ("Neretas novads", "LV-002"),
    ("Nīcas novads", "LV-112"),
    ("Ogres novads", "LV-067"),
    ("Olaines novads", "LV-068"),
    ("Ozolnieku novads", "LV-041"),
    ("Pārgaujas novads", "LV-022"),
    ("Pāvilostas novads", "LV-112"),
    ("Pļaviņu novads", "LV-002"),
    ("Preiļu novads", "LV-073"),
    ("Priekules novads", "LV-112"),
    ("Priekuļu novads", "LV-022"),
    ("Raunas novads", "LV-094"),
    ("Rēzekne", "LV-REZ"),
    ("Rēzeknes novads", "LV-077"),
    ("Riebiņu novads", "LV-073"),
    ("Rīga", "LV-RIX"),
    ("Rojas novads", "LV-097"),
    ("Ropažu novads", "LV-080"),
    ("Rucavas novads", "LV-112"),
    ("Rugāju novads", "LV-015"),
    ("Rūjienas novads", "LV-113"),
    ("Rundāles novads", "LV-016"),
    ("Salacgrīvas novads", "LV-054"),
    ("Salas novads", "LV-042"),
    ("Salaspils novads", "LV-087"),
    ("Saldus novads", "LV-088"),
    ("Saulkrastu novads", "LV-089"),
    ("Sējas novads", "LV-089"),
    ("Siguldas novads", "LV-091"),
    ("Skrīveru novads", "LV-002"),
    ("Skrundas novads", "LV-050"),
    ("Smiltenes novads", "LV-094"),
    ("Stopiņu novads", "LV-080"),
    ("Strenču novads", "LV-113"),
    ("Talsu novads", "LV-097"),
    ("Tērvetes novads", "LV-026"),
    ("Tukuma novads", "LV-099"),
    ("Vaiņodes novads", "LV-112"),
    ("Valkas novads", "LV-101"),
    ("Valmiera", "LV-113"),
    ("Varakļānu novads", "LV-059"),
    ("Vārkavas novads", "LV-073"),
    ("Vecpiebalgas novads", "LV-022"),
    ("Vecumnieku novads", "LV-016"),
    ("Ventspils", "LV-VEN"),
    ("Ventspils novads", "LV-106"),
    ("Viesītes novads", "LV-042"),
    ("Viļakas novads", "LV-015"),
    ("Viļānu novads", "LV-077"),
    ("Zilupes novads", "LV-058"),
]
# Units that changed their planning region after 2018: unit and present region.
MOVED = [
    ("Alojas novads", "vidzeme"),
    ("Engures novads", "kurzeme"),
    ("Ikšķiles novads", "vidzeme"),
    ("Jaunpils novads", "kurzeme"),
    ("Kandavas novads", "kurzeme"),
    ("Ķeguma novads", "vidzeme"),
    ("Lielvārdes novads", "vidzeme"),
    ("Limbažu novads", "vidzeme"),
    ("Ogres novads", "vidzeme"),
    ("Salacgrīvas novads", "vidzeme"),
    ("Saulkrastu novads", "vidzeme"),
    ("Sējas novads", "vidzeme"),
    ("Tukuma novads", "kurzeme"),
]


def test_there_are_42_municipalities_and_119_former_units() -> None:
    assert len(GEOGRAPHY.municipalities) == len(MUNICIPALITIES) == 42
    assert len(GEOGRAPHY.former) == len(FORMER) == 119
    assert list(GEOGRAPHY.regions) == ["riga", "vidzeme", "kurzeme", "zemgale", "latgale"]


@pytest.mark.parametrize(("code", "name", "region"), MUNICIPALITIES)
def test_each_municipality_has_its_region_and_names(code: str, name: str, region: str) -> None:
    assert GEOGRAPHY.region_of(code) == region
    assert GEOGRAPHY.place_names(code).lv == name
    assert GEOGRAPHY.current(name) in {(code,), GEOGRAPHY.current(code)}
    for language in ("lv", "ru", "en"):
        assert GEOGRAPHY.place_names(code).of(language)


@pytest.mark.parametrize(("unit", "codes"), FORMER)
def test_each_former_unit_leads_to_present_municipalities(unit: str, codes: str) -> None:
    assert GEOGRAPHY.former[unit] == tuple(codes.split())
    assert GEOGRAPHY.current(unit)
    for code in GEOGRAPHY.current(unit):
        assert code in GEOGRAPHY.municipalities


@pytest.mark.parametrize(("unit", "region"), MOVED)
def test_the_region_is_that_of_2021(unit: str, region: str) -> None:
    assert {GEOGRAPHY.region_of(code) for code in GEOGRAPHY.former[unit]} == {region}


def test_varaklani_belongs_to_madona_since_2025() -> None:
    assert "LV-102" not in GEOGRAPHY.municipalities
    assert GEOGRAPHY.current("Varakļānu novads") == ("LV-059",)
    assert GEOGRAPHY.region_of("LV-059") == "vidzeme"


def test_unknown_names() -> None:
    assert GEOGRAPHY.current("Atlantīdas novads") == ()
    assert GEOGRAPHY.region_by_name("Kurzeme") == "kurzeme"
    assert GEOGRAPHY.region_by_name("Smiltene") is None
    with pytest.raises(KeyError):
        GEOGRAPHY.region_of("LV-102")
