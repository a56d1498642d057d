"""Buttons and typing are equal: typed answers at every question of the shipped script.

``typed_answers.txt`` says what is typed and what has to be kept of it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dialogs.conversation import Conversation, State
from dialogs.preview import preview
from dialogs.transcript import Line
from tests.talk import edition

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
COMMANDS = ("help", "human", "language", "back", "again")


class Row(NamedTuple):
    """One typed answer; ``value`` is what has to be kept, or the name of what happens."""

    question: str
    language: str
    text: str
    value: Any


def rows() -> list[Row]:
    """All typed answers of the file."""
    found = []
    for line in Path(__file__).with_name("typed_answers.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            question, language, text, value = (part.strip() for part in line.split(" | "))
            try:
                found.append(Row(question, language, text, json.loads(value)))
            except json.JSONDecodeError:
                found.append(Row(question, language, text, value))
    return found


def came_of(row: Row) -> Any:
    """What typing the text at the question gave, in the words of the file."""
    path = row.question + ("@1" if edition().questions[row.question].group else "")
    talk = preview(edition(), AT, row.language, path)
    assert talk.c is not None and talk.c.prompt is not None
    talk.act(Line("text", row.text))
    c = talk.c
    if path in c.answers:
        value = c.answers[path].value
        return "skip" if value is None else value
    return _command(c, row, "\n".join(talk.out))


def _command(c: Conversation, row: Row, said: str) -> str | dict[str, str]:
    if c.prompt is not None and (c.prompt.path == "email" or c.answers.get("contact")):
        return {"way": "email"}
    if c.state == State.HUMAN:
        return {"way": "phone"} if row.question == "contact" else "human"
    if c.state == State.LANGUAGE or c.language != row.language:
        return "language"
    if c.prompt is None or c.prompt.path != row.question or c.prompt.attempt == 0:
        return "help" if "/skip" in said else str(c.prompt and c.prompt.path)
    return "again"


def as_expected(row: Row, value: Any) -> bool:
    """Whether what was kept is what the file asks for; of an object, only what it names."""
    if row.value == "mine":
        return bool(value == row.text)
    if isinstance(row.value, dict) and isinstance(value, dict):
        return all(value.get(key) == wanted for key, wanted in row.value.items())
    return bool(value == row.value or value == str(row.value))


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_what_is_typed_counts_like_a_tap(language: str) -> None:
    given = [(row, came_of(row)) for row in rows() if row.language == language]
    missed = [(*row, value) for row, value in given if not as_expected(row, value)]
    assert missed == []
