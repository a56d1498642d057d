"""Countries as families name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.recognise.countries import answer_country, load_atlas, rank_countries, read_country

ATLAS = load_atlas()
SAYINGS = json.loads(Path(__file__).with_name("sayings_places.json").read_text(encoding="utf-8"))

# Latvian nominative and locative, Russian nominative and prepositional, English, code.
NAMES = [
    ("Anglija", "Anglijā", "Англия", "Англии", "England", "GB"),
    ("Lielbritānija", "Lielbritānijā", "Великобритания", "Великобритании", "Great Britain", "GB"),
    ("Skotija", "Skotijā", "Шотландия", "Шотландии", "Scotland", "GB"),
    ("Velsa", "Velsā", "Уэльс", "Уэльсе", "Wales", "GB"),
    ("Ziemeļīrija", "Ziemeļīrijā", "Северная Ирландия", "Северной Ирландии", "N Ireland", "GB"),
    ("Īrija", "Īrijā", "Ирландия", "Ирландии", "Ireland", "IE"),
    ("Vācija", "Vācijā", "Германия", "Германии", "Germany", "DE"),
    ("Bavārija", "Bavārijā", "Бавария", "Баварии", "Bavaria", "DE"),
    ("Norvēģija", "Norvēģijā", "Норвегия", "Норвегии", "Norway", "NO"),
    ("Zviedrija", "Zviedrijā", "Швеция", "Швеции", "Sweden", "SE"),
    ("Dānija", "Dānijā", "Дания", "Дании", "Denmark", "DK"),
    ("Somija", "Somijā", "Финляндия", "Финляндии", "Finland", "FI"),
    ("Islande", "Islandē", "Исландия", "Исландии", "Iceland", "IS"),
    ("Nīderlande", "Nīderlandē", "Нидерланды", "Нидерландах", "the Netherlands", "NL"),
    ("Holande", "Holandē", "Голландия", "Голландии", "Holland", "NL"),
    ("Beļģija", "Beļģijā", "Бельгия", "Бельгии", "Belgium", "BE"),
    ("Luksemburga", "Luksemburgā", "Люксембург", "Люксембурге", "Luxembourg", "LU"),
    ("Francija", "Francijā", "Франция", "Франции", "France", "FR"),
    ("Spānija", "Spānijā", "Испания", "Испании", "Spain", "ES"),
    ("Portugāle", "Portugālē", "Португалия", "Португалии", "Portugal", "PT"),
    ("Itālija", "Itālijā", "Италия", "Италии", "Italy", "IT"),
    ("Šveice", "Šveicē", "Швейцария", "Швейцарии", "Switzerland", "CH"),
    ("Austrija", "Austrijā", "Австрия", "Австрии", "Austria", "AT"),
    ("Igaunija", "Igaunijā", "Эстония", "Эстонии", "Estonia", "EE"),
    ("Lietuva", "Lietuvā", "Литва", "Литве", "Lithuania", "LT"),
    ("Polija", "Polijā", "Польша", "Польше", "Poland", "PL"),
    ("Čehija", "Čehijā", "Чехия", "Чехии", "Czechia", "CZ"),
    ("Grieķija", "Grieķijā", "Греция", "Греции", "Greece", "GR"),
    ("Kipra", "Kiprā", "Кипр", "Кипре", "Cyprus", "CY"),
    ("Malta", "Maltā", "Мальта", "Мальте", "Malta", "MT"),
    ("Turcija", "Turcijā", "Турция", "Турции", "Turkey", "TR"),
    ("Izraēla", "Izraēlā", "Израиль", "Израиле", "Israel", "IL"),
    ("Krievija", "Krievijā", "Россия", "России", "Russia", "RU"),
    ("Baltkrievija", "Baltkrievijā", "Беларусь", "Беларуси", "Belarus", "BY"),
    ("Ukraina", "Ukrainā", "Украина", "Украине", "Ukraine", "UA"),
    ("ASV", "ASV", "США", "Штатах", "the States", "US"),
    ("Amerika", "Amerikā", "Америка", "Америке", "America", "US"),
    ("Kanāda", "Kanādā", "Канада", "Канаде", "Canada", "CA"),
    ("Austrālija", "Austrālijā", "Австралия", "Австралии", "Australia", "AU"),
    ("Jaunzēlande", "Jaunzēlandē", "Новая Зеландия", "Новой Зеландии", "New Zealand", "NZ"),
    ("Gērnsija", "Gērnsijā", "Гернси", "Гернси", "Guernsey", "GG"),
]  # fmt: skip
CITIES = [
    ("Londonā", "GB"), ("leedsā", "GB"), ("Līdsā", "GB"), ("Peterboro", "GB"),
    ("Pīterboro", "GB"), ("в Манчестере", "GB"), ("Dublina", "IE"), ("Korkā", "IE"),
    ("в Корке", "IE"), ("Minhenē", "DE"), ("под Мюнхеном", "DE"), ("Hamburgā", "DE"),
    ("Berlīnē", "DE"), ("Stavangerā", "NO"), ("Bergenā", "NO"), ("Oslo", "NO"),
    ("Stokholmā", "SE"), ("Göteborg", "SE"), ("Helsinkos", "FI"), ("Тампере", "FI"),
    ("Kopenhāgenā", "DK"), ("Čikāgā", "US"), ("Чикаго", "US"), ("Ņujorkā", "US"),
    ("Toronto", "CA"), ("Sidnejā", "AU"), ("Мельбурн", "AU"), ("Amsterdamā", "NL"),
    ("Briselē", "BE"), ("Parīzē", "FR"), ("Barselonā", "ES"), ("Vīnē", "AT"), ("Cīrihē", "CH"),
    ("Reikjavīkā", "IS"), ("Maskavā", "RU"), ("Tallinā", "EE"), ("Drogheda", "IE"),
]  # fmt: skip


@pytest.mark.parametrize(("latvian", "locative", "russian", "prepositional", "english", "code"),
                         NAMES)  # fmt: skip
def test_names_in_three_languages(
    latvian: str, locative: str, russian: str, prepositional: str, english: str, *, code: str
) -> None:
    answers = (latvian, locative, russian, f"в {prepositional}", english)
    for text in (*answers, *(one.lower() for one in answers)):
        found = answer_country(text, ATLAS)
        assert found is not None, text
        assert (found.code, found.sure) == (code, True), text
    stories = (
        f"Mēs dzīvojam {locative} jau sešus gadus.",
        f"Живём в {prepositional} девять лет, хотим домой.",
        f"We live in {english} with two kids.",
    )
    for text in stories:
        found = read_country(text, ATLAS)
        assert found is not None, text
        assert found.code == code, text


@pytest.mark.parametrize(("text", "code"), CITIES)
def test_cities(text: str, code: str) -> None:
    found = answer_country(text, ATLAS)
    assert found is not None
    assert found.code == code
    assert rank_countries(text, ATLAS)[0] == code


@pytest.mark.parametrize("saying", [one for one in SAYINGS if "country" in one["expect"]],
                         ids=lambda one: str(one["id"]))  # fmt: skip
def test_sayings(saying: dict[str, Any]) -> None:
    read = answer_country if saying["kind"] == "country" else read_country
    found = read(saying["text"], ATLAS)
    assert found is not None
    assert found.code == saying["expect"]["country"]


@pytest.mark.parametrize("saying", [one for one in SAYINGS if one["kind"] == "none"],
                         ids=lambda one: str(one["id"]))  # fmt: skip
def test_ordinary_words_are_no_countries(saying: dict[str, Any]) -> None:
    assert read_country(saying["text"], ATLAS) is None


@pytest.mark.parametrize(
    "text",
    [
        "Gribam atgriezties Latvijā.",
        "Vīrs ir no Brazīlijas, vai viņam vajag atļauju?",
        "Is it safe there with Russia next door?",
        "Mums ir 4 GB interneta, bērns mazs.",
        "help us please, it is no good",
        "Когда вернёмся в Латвию, где искать работу?",
    ],
)
def test_what_is_no_country_of_residence(text: str) -> None:
    assert read_country(text, ATLAS) is None


def test_a_city_of_two_countries_is_asked_about() -> None:
    found = answer_country("Bostona", ATLAS)
    assert found is not None
    assert set(rank_countries("Boston", ATLAS)) >= {"GB", "US"}
    sure = answer_country("Boston, Lincolnshire", ATLAS)
    assert sure is not None
    assert (sure.code, sure.sure) == ("GB", True)


def test_a_close_spelling_is_never_a_silly_country() -> None:
    assert "AI" not in rank_countries("Anglja", ATLAS)
    for text in ("Anglja", "Anlgija", "Англя"):
        found = answer_country(text, ATLAS)
        assert found is None or found.code == "GB"
    for text in ("tur kur silti", "hm", "nesaprotu jautājumu", "не скажу"):
        assert answer_country(text, ATLAS) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_failing(text: str) -> None:
    for read in (read_country, answer_country):
        found = read(text, ATLAS)
        assert found is None or 0 <= found.span.start < found.span.end <= len(text)
    assert len(rank_countries(text, ATLAS)) <= 4
