"""The family's own questions are found and kept word for word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dialogs.recognise.language import read_language
from dialogs.recognise.questions import load_lexicon, read_questions

SAYINGS: list[dict[str, Any]] = [
    saying
    for saying in json.loads(Path(__file__).with_name("sayings_needs.json").read_text("utf-8"))
    if saying["kind"] == "questions"
]
LEXICON = load_lexicon()


def test_recall_of_questions() -> None:
    wanted = found = 0
    for saying in SAYINGS:
        got = read_questions(saying["text"], LEXICON)
        for question in saying["expect"]["questions"]:
            wanted += 1
            found += any(question.strip("?") in one for one in got)
        assert all(one in saying["text"] for one in got)
    assert found / wanted >= 0.95


def test_plain_telling_asks_nothing() -> None:
    told = [saying for saying in SAYINGS if not saying["expect"]["questions"]]
    assert len(told) >= 5
    assert [one for saying in told for one in read_questions(saying["text"], LEXICON)] == []


def test_questions_of_a_story_are_cut_out_exactly() -> None:
    story = (
        "mazajai vajadzes bernudarzu. vai var pieteikt ja mes vel te? mums tur nav deklaretas"
        " adreses\nvirs sofers CE, es noliktava. cik tur maksa? un dzivokli irei vispar var"
        " dabut? ss.lv skatijos tur nekaa nav"
    )
    assert read_questions(story, LEXICON) == (
        "vai var pieteikt ja mes vel te?",
        "cik tur maksa?",
        "dzivokli irei vispar var dabut?",
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mēs gribam atgriezties Latvijā", "lv"),
        ("gribu uz majam bet nav darba", "lv"),
        ("Мы хотим домой", "ru"),
        ("kak zapisat rebenka v shkolu", "ru"),
        ("we want to move back", "en"),
        ("Voi ir dorbs? I kai byus školā", "lv"),
        ("2014 2018", ""),
        ("", ""),
    ],
)
def test_language(text: str, language: str) -> None:
    assert read_language(text) == language
