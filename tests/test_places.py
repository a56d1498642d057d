"""Places of Latvia as families write them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.recognise.fold import fold
from dialogs.recognise.places import answer_place, load_gazetteer, read_home, read_places

GAZETTEER = load_gazetteer()
SAYINGS = json.loads(Path(__file__).with_name("sayings_places.json").read_text(encoding="utf-8"))

# Nominative, locative, accusative, dative, Russian name, codes: every town of Latvia.
TOWNS = [
    ("Aizkraukle", "Aizkrauklē", "Aizkraukli", "Aizkrauklei", "Айзкраукле", "LV-002"),
    ("Jaunjelgava", "Jaunjelgavā", "Jaunjelgavu", "Jaunjelgavai", "Яунелгава", "LV-002"),
    ("Koknese", "Koknesē", "Koknesi", "Koknesei", "Кокнесе", "LV-002"),
    ("Pļaviņas", "Pļaviņās", "Pļaviņas", "Pļaviņām", "Плявиняс", "LV-002"),
    ("Alūksne", "Alūksnē", "Alūksni", "Alūksnei", "Алуксне", "LV-007"),
    ("Ādaži", "Ādažos", "Ādažus", "Ādažiem", "Адажи", "LV-011"),
    ("Balvi", "Balvos", "Balvus", "Balviem", "Балвы", "LV-015"),
    ("Viļaka", "Viļakā", "Viļaku", "Viļakai", "Виляка", "LV-015"),
    ("Bauska", "Bauskā", "Bausku", "Bauskai", "Бауска", "LV-016"),
    ("Iecava", "Iecavā", "Iecavu", "Iecavai", "Иецава", "LV-016"),
    ("Cēsis", "Cēsīs", "Cēsis", "Cēsīm", "Цесис", "LV-022"),
    ("Līgatne", "Līgatnē", "Līgatni", "Līgatnei", "Лигатне", "LV-022"),
    ("Auce", "Aucē", "Auci", "Aucei", "Ауце", "LV-026"),
    ("Dobele", "Dobelē", "Dobeli", "Dobelei", "Добеле", "LV-026"),
    ("Gulbene", "Gulbenē", "Gulbeni", "Gulbenei", "Гулбене", "LV-033"),
    ("Aknīste", "Aknīstē", "Aknīsti", "Aknīstei", "Акнисте", "LV-042"),
    ("Jēkabpils", "Jēkabpilī", "Jēkabpili", "Jēkabpilij", "Екабпилс", "LV-042"),
    ("Viesīte", "Viesītē", "Viesīti", "Viesītei", "Виесите", "LV-042"),
    ("Dagda", "Dagdā", "Dagdu", "Dagdai", "Дагда", "LV-047"),
    ("Krāslava", "Krāslavā", "Krāslavu", "Krāslavai", "Краслава", "LV-047"),
    ("Kuldīga", "Kuldīgā", "Kuldīgu", "Kuldīgai", "Кулдига", "LV-050"),
    ("Skrunda", "Skrundā", "Skrundu", "Skrundai", "Скрунда", "LV-050"),
    ("Baldone", "Baldonē", "Baldoni", "Baldonei", "Балдоне", "LV-052"),
    ("Baloži", "Baložos", "Baložus", "Baložiem", "Баложи", "LV-052"),
    ("Ķekava", "Ķekavā", "Ķekavu", "Ķekavai", "Кекава", "LV-052"),
    ("Ainaži", "Ainažos", "Ainažus", "Ainažiem", "Айнажи", "LV-054"),
    ("Aloja", "Alojā", "Aloju", "Alojai", "Алоя", "LV-054"),
    ("Limbaži", "Limbažos", "Limbažus", "Limbažiem", "Лимбажи", "LV-054"),
    ("Salacgrīva", "Salacgrīvā", "Salacgrīvu", "Salacgrīvai", "Салацгрива", "LV-054"),
    ("Staicele", "Staicelē", "Staiceli", "Staicelei", "Стайцеле", "LV-054"),
    ("Līvāni", "Līvānos", "Līvānus", "Līvāniem", "Ливаны", "LV-056"),
    ("Kārsava", "Kārsavā", "Kārsavu", "Kārsavai", "Карсава", "LV-058"),
    ("Ludza", "Ludzā", "Ludzu", "Ludzai", "Лудза", "LV-058"),
    ("Zilupe", "Zilupē", "Zilupi", "Zilupei", "Зилупе", "LV-058"),
    ("Cesvaine", "Cesvainē", "Cesvaini", "Cesvainei", "Цесвайне", "LV-059"),
    ("Lubāna", "Lubānā", "Lubānu", "Lubānai", "Лубана", "LV-059"),
    ("Madona", "Madonā", "Madonu", "Madonai", "Мадона", "LV-059"),
    ("Varakļāni", "Varakļānos", "Varakļānus", "Varakļāniem", "Варакляны", "LV-059"),
    ("Mārupe", "Mārupē", "Mārupi", "Mārupei", "Марупе", "LV-062"),
    ("Ikšķile", "Ikšķilē", "Ikšķili", "Ikšķilei", "Икшкиле", "LV-067"),
    ("Lielvārde", "Lielvārdē", "Lielvārdi", "Lielvārdei", "Лиелварде", "LV-067"),
    ("Ogre", "Ogrē", "Ogri", "Ogrei", "Огре", "LV-067"),
    ("Ķegums", "Ķegumā", "Ķegumu", "Ķegumam", "Кегумс", "LV-067"),
    ("Olaine", "Olainē", "Olaini", "Olainei", "Олайне", "LV-068"),
    ("Preiļi", "Preiļos", "Preiļus", "Preiļiem", "Прейли", "LV-073"),
    ("Viļāni", "Viļānos", "Viļānus", "Viļāniem", "Виляны", "LV-077"),
    ("Vangaži", "Vangažos", "Vangažus", "Vangažiem", "Вангажи", "LV-080"),
    ("Salaspils", "Salaspilī", "Salaspili", "Salaspilij", "Саласпилс", "LV-087"),
    ("Brocēni", "Brocēnos", "Brocēnus", "Brocēniem", "Броцени", "LV-088"),
    ("Saldus", "Saldū", "Saldu", "Saldum", "Салдус", "LV-088"),
    ("Saulkrasti", "Saulkrastos", "Saulkrastus", "Saulkrastiem", "Саулкрасты", "LV-089"),
    ("Sigulda", "Siguldā", "Siguldu", "Siguldai", "Сигулда", "LV-091"),
    ("Ape", "Apē", "Api", "Apei", "Апе", "LV-094"),
    ("Smiltene", "Smiltenē", "Smilteni", "Smiltenei", "Смилтене", "LV-094"),
    ("Sabile", "Sabilē", "Sabili", "Sabilei", "Сабиле", "LV-097"),
    ("Stende", "Stendē", "Stendi", "Stendei", "Стенде", "LV-097"),
    ("Talsi", "Talsos", "Talsus", "Talsiem", "Талси", "LV-097"),
    ("Valdemārpils", "Valdemārpilī", "Valdemārpili", "Valdemārpilij", "Валдемарпилс", "LV-097"),
    ("Kandava", "Kandavā", "Kandavu", "Kandavai", "Кандава", "LV-099"),
    ("Tukums", "Tukumā", "Tukumu", "Tukumam", "Тукумс", "LV-099"),
    ("Valka", "Valkā", "Valku", "Valkai", "Валка", "LV-101"),
    ("Piltene", "Piltenē", "Pilteni", "Piltenei", "Пилтене", "LV-106"),
    ("Ilūkste", "Ilūkstē", "Ilūksti", "Ilūkstei", "Илуксте", "LV-111"),
    ("Subate", "Subatē", "Subati", "Subatei", "Субате", "LV-111"),
    ("Aizpute", "Aizputē", "Aizputi", "Aizputei", "Айзпуте", "LV-112"),
    ("Durbe", "Durbē", "Durbi", "Durbei", "Дурбе", "LV-112"),
    ("Grobiņa", "Grobiņā", "Grobiņu", "Grobiņai", "Гробиня", "LV-112"),
    ("Priekule", "Priekulē", "Priekuli", "Priekulei", "Приекуле", "LV-112"),
    ("Pāvilosta", "Pāvilostā", "Pāvilostu", "Pāvilostai", "Павилоста", "LV-112"),
    ("Mazsalaca", "Mazsalacā", "Mazsalacu", "Mazsalacai", "Мазсалаца", "LV-113"),
    ("Rūjiena", "Rūjienā", "Rūjienu", "Rūjienai", "Руйиена", "LV-113"),
    ("Seda", "Sedā", "Sedu", "Sedai", "Седа", "LV-113"),
    ("Strenči", "Strenčos", "Strenčus", "Strenčiem", "Стренчи", "LV-113"),
    ("Valmiera", "Valmierā", "Valmieru", "Valmierai", "Валмиера", "LV-113"),
    ("Daugavpils", "Daugavpilī", "Daugavpili", "Daugavpilij", "Даугавпилс", "LV-DGV LV-111"),
    ("Jelgava", "Jelgavā", "Jelgavu", "Jelgavai", "Елгава", "LV-JEL LV-041"),
    ("Jūrmala", "Jūrmalā", "Jūrmalu", "Jūrmalai", "Юрмала", "LV-JUR"),
    ("Liepāja", "Liepājā", "Liepāju", "Liepājai", "Лиепая", "LV-LPX"),
    ("Rēzekne", "Rēzeknē", "Rēzekni", "Rēzeknei", "Резекне", "LV-REZ LV-077"),
    ("Rīga", "Rīgā", "Rīgu", "Rīgai", "Рига", "LV-RIX"),
    ("Ventspils", "Ventspilī", "Ventspili", "Ventspilij", "Вентспилс", "LV-VEN LV-106"),
]


def codes(text: str) -> str:
    return " ".join(answer_place(text, GAZETTEER).places[0].iso)


@pytest.mark.parametrize(("name", "locative", "accusative", "dative", "russian", "iso"), TOWNS)
def test_every_town_in_its_cases(
    name: str, locative: str, accusative: str, dative: str, russian: str, *, iso: str
) -> None:
    for form in (name, locative, accusative, dative):
        for text in (form, form.lower(), fold(form)):
            assert codes(text) == iso, text
    assert codes(f"gribam uz {accusative}") == iso
    assert codes(russian) == codes(russian.lower()) == iso
    for text in (f"Mēs gribētu dzīvot {locative}.", f"Хотим в {russian}.", f"back to {name}"):
        found = read_places(text, GAZETTEER).places
        assert [" ".join(place.iso) for place in found] == [iso], text
        assert found[0].name == name


@pytest.mark.parametrize("unit", GAZETTEER.geography.former)
def test_every_former_unit_by_its_name(unit: str) -> None:
    found = read_places(f"Gribam uz {unit}.", GAZETTEER).places
    city = unit in {one.names.lv for one in GAZETTEER.geography.municipalities.values()}
    wanted = GAZETTEER.geography.current(unit)
    if city and not unit.endswith("novads"):
        assert found[0].iso[:1] == wanted
    else:
        assert [place.iso for place in found] == [wanted]


@pytest.mark.parametrize("code", GAZETTEER.geography.municipalities)
def test_every_municipality_in_three_languages(code: str) -> None:
    municipality = GAZETTEER.geography.municipalities[code]
    for language in ("lv", "ru", "en"):
        name = municipality.names.of(language)
        found = answer_place(name, GAZETTEER).places
        assert [place.iso[0] for place in found] == [code], name
        if municipality.kind == "novads":
            assert found[0].iso == (code,)


@pytest.mark.parametrize("saying", [one for one in SAYINGS if "municipalities" in one["expect"]],
                         ids=lambda one: str(one["id"]))  # fmt: skip
def test_sayings(saying: dict[str, Any]) -> None:
    read = answer_place if saying["kind"] == "place" else read_places
    reading = read(saying["text"], GAZETTEER)
    expect = saying["expect"]
    first = list(dict.fromkeys(place.iso[0] for place in reading.places if place.iso))
    others = {code for place in reading.places for code in place.iso[1:]} - set(first)
    assert first == expect["municipalities"]
    assert sorted(others) == sorted(expect["ambiguous_with"])
    assert reading.undecided is expect["undecided"]
    if "region" in expect:
        name = reading.places[0].name
        assert GAZETTEER.geography.region_by_name(name) == expect["region"]


@pytest.mark.parametrize("saying", [one for one in SAYINGS if one["kind"] == "none"],
                         ids=lambda one: str(one["id"]))  # fmt: skip
def test_ordinary_words_are_no_places(saying: dict[str, Any]) -> None:
    assert read_places(saying["text"], GAZETTEER).places == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dzīvojam Talsos, viss ir labi", "Talsi"),
        ("gribam no Rīgas atgriezties Gulbenē", "Rīga"),
        ("Живём в Риге, хотим в Лудзу", "Rīga"),
        ("We moved back to Cēsis in May", "Cēsis"),
        ("месяц назад вернулись из Англии в Резекне", "Rēzekne"),
        ("We live in Ogre and look for a house in Madona", "Ogre"),
    ],
)
def test_home(text: str, name: str) -> None:
    assert [place.name for place in read_home(text, GAZETTEER).places] == [name]


def test_spans_point_into_the_text_as_typed() -> None:
    text = "Sveiki 👋 — gribam uz Cēsīm, varbūt Jelgavas novadu"
    found = read_places(text, GAZETTEER).places
    assert [text[p.span.start : p.span.end] for p in found] == ["Cēsīm", "Jelgavas novadu"]


def test_near_a_city_means_the_municipality_around_it_first() -> None:
    (place,) = answer_place("где-нибудь под Елгавой", GAZETTEER).places
    assert (place.iso, place.near) == (("LV-041", "LV-JEL"), True)


@given(st.text(max_size=300))
def test_any_text_is_read_without_failing(text: str) -> None:
    for read in (read_places, answer_place, read_home):
        for place in read(text, GAZETTEER).places:
            assert 0 <= place.span.start < place.span.end <= len(text)


@pytest.mark.parametrize("piece", ["Rīga ", "в Англии ", "uz Abc ", "a", "ne Jelgava, ", "- ' "])
def test_the_longest_message_costs_little(piece: str) -> None:
    text = (piece * 4096)[:4096]
    begun = time.process_time()
    read_places(text, GAZETTEER)
    # Ten times the measured cost: this catches a reading that grows with the square.
    assert time.process_time() - begun < 0.03
