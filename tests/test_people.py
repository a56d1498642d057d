"""Households as families write them. Today is 23 November 2026."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.recognise.people import (
    answer_adults,
    answer_children,
    answer_year,
    read_household,
)
from dialogs.recognise.reading import AdultFound, ChildFound
from dialogs.recognise.score import KINDS, score
from dialogs.recognise.story import RecogniserData, load_recogniser

TODAY = date(2026, 11, 23)
SAYINGS = Path(__file__).with_name("sayings_people.json")


@pytest.fixture(scope="module")
def data() -> RecogniserData:
    return load_recogniser()


def sayings() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(SAYINGS.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("saying", sayings(), ids=lambda saying: str(saying["id"]))
def test_labelled_saying(saying: dict[str, Any], data: RecogniserData) -> None:
    report = score([saying], data, TODAY)
    wrong = [miss for miss in report.misses if miss.kind in ("when", "children")]
    assert not wrong


def test_score_counts_what_was_wrong(data: RecogniserData) -> None:
    wrong = {
        "id": "x", "language": "lv", "kind": "children", "text": "meitai 5",
        "expect": {"birth_years": [2010, 2011]},
    }  # fmt: skip
    report = score([*sayings(), wrong], data, TODAY)
    count = report.counts["children"]["lv"]
    assert count.exact == count.sayings - 1
    assert count.recall < 1.0
    assert count.precision < 1.0
    assert [miss.id for miss in report.misses if miss.kind == "children"] == ["x"]
    assert set(report.counts) <= set(KINDS)


def years(children: tuple[ChildFound, ...] | None) -> list[tuple[int, int] | None] | None:
    return None if children is None else [child.years for child in children]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("three: 2012 2015 2020", [(2012, 2012), (2015, 2015), (2020, 2020)]),
        ("2", [None, None]),
        ("трое", [None, None, None]),
        ("9", [(2016, 2017)]),
        ("nav", []),
        ("0", []),
        ("no kids", []),
        ("5, 7", [(2020, 2021), (2018, 2019)]),
        ("2,5 gadi", [(2023, 2024)]),
        ("двое: 5 лет и 8 месяцев", [(2020, 2021), (2026, 2026)]),
        ("es nezinu", None),
    ],
)
def test_children_answered(text: str, expected: list[tuple[int, int] | None] | None) -> None:
    assert years(answer_children(text, TODAY)) == expected


def test_birthday_passed_or_not_both_years_are_possible() -> None:
    assert years(answer_children("meitai 5", date(2026, 1, 1))) == [(2020, 2021)]
    assert years(answer_children("meitai 5", date(2026, 12, 31))) == [(2020, 2021)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019", (2019, 2019)), ("19. gads", (2019, 2019)), ("'19", (2019, 2019)),
        ("7", (2018, 2019)), ("7 лет", (2018, 2019)), ("pieci", (2020, 2021)),
        ("1999", None), ("abc", None), ("", None),
    ],
)  # fmt: skip
def test_year_answered(text: str, expected: tuple[int, int] | None) -> None:
    assert answer_year(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", 2), ("divi", 2), ("двое", 2), ("just me", 1), ("вдвоём", 2), ("nezinu", None),
        ("1 2 3", None),
    ],
)  # fmt: skip
def test_adults_answered(text: str, expected: int | None) -> None:
    assert answer_adults(text) == expected


SMILTENE = (
    "lielajam nakamgad japiet skola 1 klase bet vins pa latviski saprot bet runa pa anglju\n"
    "mazajai vajadzes bernudarzu\nvirs sofers CE, es noliktava"
)


def test_a_story_without_years() -> None:
    read = read_household(SMILTENE, TODAY)
    assert read.adults == 2
    assert read.children == (
        ChildFound((2020, 2020), certain=False, rank="eldest", latvian="understands"),
        ChildFound(None, rank="youngest"),
    )
    assert read.people == (
        AdultFound("writer", "noliktava"),
        AdultFound("partner", "sofers CE"),
    )


@pytest.mark.parametrize(
    ("text", "adults", "trades"),
    [
        ("čau, man 23, pabeidzu bakalauru", 1, {"writer": ""}),
        ("жена медсестра, диплом ирландский", 2, {"partner": "медсестра"}),
        ("Es strādāju attālināti, vīrs ir skolotājs", 2, {"writer": "", "partner": "skolotājs"}),
        ("Я воспитательница, диплом из Шотландии", None, {"writer": "воспитательница"}),
        ("мужу тоже нужна работа, он водитель", 2, {"partner": "водитель"}),
        ("Living in Australia, 2 adults, no kids", 2, {}),
        ("живу в испании одна с дочкой", 1, {}),
        ("Bijušais vīrs paliek Anglijā, braucam ar meitu", None, {}),
        ("Vīrs paliek Anglijā, es braucu ar meitu", 1, {}),
        ("нас четверо, детям 7 и 12", 2, {}),
        ("mēs gribam mājās", None, {}),
        ("kā atrast ģimenes ārstu", None, {}),
        ("я не знаю, куда писать", None, {}),
    ],
)
def test_adults_in_a_story(text: str, adults: int | None, trades: dict[str, str]) -> None:
    read = read_household(text, TODAY)
    assert read.adults == adults
    assert {person.who: person.trade for person in read.people} == trades


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("старшему 12 младшей 8. латышского у них НОЛЬ", ["none", "none"]),
        ("Ребёнку 9 лет, по-латышски не говорит вообще", ["none"]),
        ("Детям 6 и 11 лет, латышский понимают, но не пишут", ["understands", "understands"]),
        ("Dēls latviski lasa un raksta", ["writes"]),
        ("dēlam 7 gadi, latviski runā", ["speaks"]),
        ("Vīrs latviski nerunā. Bērnam 3 gadi", [""]),
        ("bērns runā angliski", [""]),
    ],
)
def test_latvian_of_the_child_spoken_of(text: str, level: list[str]) -> None:
    read = read_household(text, TODAY)
    assert [child.latvian for child in read.children or ()] == level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one daughter, 10. the older boy is 20 and stays here", [(2015, 2016)]),
        ("сыну 4 года, второго ждём в марте", [(2021, 2022)]),
        ("esam anglija 15 gadus", None),
        ("will my son be taken to army when he is 18", [None]),
        ("jau 11 gadus dzīvojam Īrijā, mums 2 bērni", [None, None]),
        ("Сын в следующем году пойдёт в первый класс", [(2020, 2020)]),
        ("Meitai pēc diviem gadiem jāsāk skola", [(2021, 2021)]),
    ],
)
def test_children_in_a_story(text: str, expected: list[tuple[int, int] | None] | None) -> None:
    assert years(read_household(text, TODAY).children) == expected


@given(st.text(max_size=300))
def test_any_text_is_read_without_fault(text: str) -> None:
    read = read_household(text, TODAY)
    assert read.adults is None or 0 < read.adults < 20
    for person in read.people:
        assert len(person.trade) <= 40
        assert person.trade in text
    for child in (*(read.children or ()), *(answer_children(text, TODAY) or ())):
        assert child.years is None or 2005 <= child.years[0] <= child.years[1] <= 2027
    answer_year(text, TODAY)
    answer_adults(text)


WORDS = st.sampled_from(
    [
        "meitai", "dēls", "bērni", "5", "7", "gadi", "un", "2019", "сыну", "лет", "divi",
        "vecākais", "kids", "no", "vīrs", "šoferis", "man", "40", "būs", "janvārī", ".", ",",
        "twins", "2",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_mixture_of_people_words_is_read_without_fault(text: str) -> None:
    read_household(text, TODAY)
    answer_children(text, TODAY)
