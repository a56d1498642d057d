"""Plain danger is always caught; worry, supposing and figures of speech start nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dialogs.recognise.danger import load_lexicon, read_alarm

SAYINGS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("sayings_needs.json").read_text("utf-8")
)
LEXICON = load_lexicon()
ALARMS = [saying for saying in SAYINGS if saying["kind"] == "alarm"]
CALM = [saying for saying in SAYINGS if saying["kind"] in ("worry", "needs", "questions")]


def test_the_set_is_large_enough() -> None:
    danger = [saying for saying in ALARMS if saying["expect"]["alarm"] == "danger"]
    assert len(danger) >= 60 and len(CALM) >= 200
    assert {saying["language"] for saying in danger} >= {"lv", "ru", "en"}


@pytest.mark.parametrize("saying", ALARMS, ids=lambda saying: str(saying["text"]))
def test_what_cannot_wait_is_caught(saying: dict[str, Any]) -> None:
    alarm = read_alarm(saying["text"], LEXICON)
    assert alarm is not None
    assert alarm.kind == saying["expect"]["alarm"]
    assert saying["text"][alarm.span.start : alarm.span.end].strip()


def test_worry_starts_nothing() -> None:
    false = [saying["text"] for saying in CALM if read_alarm(saying["text"], LEXICON)]
    assert len(false) / len(CALM) < 0.005, false


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bail ka nepanems", None),
        ("не хочу жить в Англии", None),
        ("не хочу больше жить", "danger"),
        ("Pirmajos mēnešos mums nebūs kur palikt.", None),
        ("is there a hospital in case of a heart attack", None),
        ("my father is having a heart attack", "danger"),
        ("Vajag dārziņu. Vīrs mani sit.", "danger"),
    ],
)
def test_the_line_between(text: str, kind: str | None) -> None:
    alarm = read_alarm(text, LEXICON)
    assert (alarm and alarm.kind) == kind
