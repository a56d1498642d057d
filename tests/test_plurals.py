"""Plural forms and dates in the three languages."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs import wording
from tests.talk import edition

COUNTS = (0, 1, 2, 5, 11, 21)
FORMS = {
    ("lv", "product:questions_left"): (
        "Vēl 0 jautājumu", "Vēl 1 jautājums", "Vēl 2 jautājumi", "Vēl 5 jautājumi",
        "Vēl 11 jautājumu", "Vēl 21 jautājums",
    ),
    ("ru", "product:questions_left"): (
        "Ещё 0 вопросов", "Ещё 1 вопрос", "Ещё 2 вопроса", "Ещё 5 вопросов", "Ещё 11 вопросов",
        "Ещё 21 вопрос",
    ),
    ("en", "product:questions_left"): (
        "0 more questions", "1 more question", "2 more questions", "5 more questions",
        "11 more questions", "21 more questions",
    ),
    ("lv", "product:count_children"): (
        "0 bērnu", "1 bērns", "2 bērni", "5 bērni", "11 bērnu", "21 bērns",
    ),
    ("ru", "product:count_children"): (
        "0 детей", "1 ребёнок", "2 ребёнка", "5 детей", "11 детей", "21 ребёнок",
    ),
    ("en", "product:count_children"): (
        "0 children", "1 child", "2 children", "5 children", "11 children", "21 children",
    ),
    ("lv", "product:after_days"): (
        "pēc 0 dienām", "pēc 1 dienas", "pēc 2 dienām", "pēc 5 dienām", "pēc 11 dienām",
        "pēc 21 dienas",
    ),
    ("ru", "product:after_days"): (
        "через 0 дней", "через 1 день", "через 2 дня", "через 5 дней", "через 11 дней",
        "через 21 день",
    ),
    ("en", "product:after_days"): (
        "after 0 days", "after 1 day", "after 2 days", "after 5 days", "after 11 days",
        "after 21 days",
    ),
    ("lv", "product:then_more"): (
        "Tad būs vēl 0 jautājumu.", "Tad būs vēl 1 jautājums.", "Tad būs vēl 2 jautājumi.",
        "Tad būs vēl 5 jautājumi.", "Tad būs vēl 11 jautājumu.", "Tad būs vēl 21 jautājums.",
    ),
    ("ru", "card:story_messages"): (
        "все 0 сообщений, как вы написали", "1 сообщение, как вы написали",
        "все 2 сообщения, как вы написали", "все 5 сообщений, как вы написали",
        "все 11 сообщений, как вы написали", "21 сообщение, как вы написали",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("language", "name"), FORMS)
def test_counts(language: str, name: str) -> None:
    found = tuple(
        edition().texts.say(language, name, n=n).replace("<i>", "").replace("</i>", "")
        for n in COUNTS
    )
    assert found == FORMS[language, name]


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_counted_text_has_every_form(language: str) -> None:
    """Each counted text of the talk and the card says its number in every form."""
    texts = edition().texts
    for name, entry in texts.entries.items():
        if not entry.other or name.partition(":")[0] not in ("product", "card"):
            continue
        args = {"number": 1, "title": "x", "text": "x", "language": "x", "what": "x"}
        for n in COUNTS:
            said = texts.plural(language, name, entry.text, entry.other, n, **args)
            assert str(n) in said or n == 1, (name, said)
        if language != "en":
            assert isinstance(texts.translation(language, name, entry.text), tuple), name


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("lv", ("piektdiena, 1. janvāris", "otrdiena, 2. februāris", "trešdiena, 5. maijs",
                "piektdiena, 11. jūnijs", "otrdiena, 21. decembris")),
        ("ru", ("пятница, 1 января", "вторник, 2 февраля", "среда, 5 мая", "пятница, 11 июня",
                "вторник, 21 декабря")),
        ("en", ("Friday, 1 January", "Tuesday, 2 February", "Wednesday, 5 May",
                "Friday, 11 June", "Tuesday, 21 December")),
    ],
)  # fmt: skip
def test_dates(language: str, days: tuple[str, ...]) -> None:
    dates = (
        date(2027, 1, 1), date(2027, 2, 2), date(2027, 5, 5), date(2027, 6, 11), date(2027, 12, 21),
    )  # fmt: skip
    assert tuple(wording.day(language, each) for each in dates) == days
