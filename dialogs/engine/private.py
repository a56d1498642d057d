"""The delicate questions: never inside the talk, offered once after the case number.

They are answered on a page of the office's own server or in a call; a chat shows only that they
were answered.
"""

from __future__ import annotations

from html import unescape
from typing import Any

import msgspec
from msgspec import Struct

from dialogs import answers
from dialogs.answers import Asked, Read
from dialogs.conversation import AddToCase, Button, Conversation, Turn
from dialogs.edition import Edition
from dialogs.engine import agenda, questions
from dialogs.engine.work import Work
from dialogs.messages import Speaker

OFFERED = "private"
"""Remembered among what was told: the offer is made once."""
PRIVATE = Button("/private", "product:private_web", alone=True)
CALL = Button("/human", "product:call_me", alone=True)
IDENTITY = frozenset({"personal_code", "document_number"})
"""What is not kept even here."""


class Field(Struct, frozen=True):
    """A delicate question as a page puts it; ``options`` are (value, label), empty for text."""

    path: str
    text: str
    options: tuple[tuple[str, str], ...]
    long: bool


def paths(work: Work) -> list[str]:
    """The delicate questions that apply and have no answer yet."""
    return [
        path
        for question in work.edition.questions.values()
        if question.question.sensitive
        for path in agenda.paths_of(work.edition, work.c, question.id)
        if agenda.unsettled(work.c, path) and agenda.applies(work, path)
    ]


def offer(work: Work) -> None:
    """Say once that there are such questions, and where they can be answered."""
    if OFFERED in work.c.told or not (left := paths(work)):
        return
    work.change(told=(*work.c.told, OFFERED))
    work.say(("product:private_offer", {"n": len(left)}), buttons=(PRIVATE, CALL))


def fields(edition: Edition, c: Conversation, turn: Turn) -> list[Field]:
    """What the page asks, in the talk's language; ``turn`` gives the moment."""
    work, speaker = Work(edition, c, turn), Speaker(edition, c, turn.at)
    found = []
    for path in paths(work):
        question = edition.spec(agenda.split(path)[0])
        buttons = questions.buttons_of(work, path, question)
        options = tuple((b.value, speaker.label(b)) for b in buttons if b.value[:1] != "/")
        chosen = question.kind in ("choice", "yes_no")
        text = unescape(speaker.part(questions.question_part(work, path)))
        long = question.kind in ("text", "long_text")
        found.append(Field(path, text, options if chosen else (), long))
    return found


def answered(work: Work) -> None:
    """The page was sent: ``turn.text`` is JSON, path -> what was written or chosen."""
    said: dict[str, Any] = msgspec.json.decode(work.turn.text or "{}", type=dict[str, str])
    open_now = frozenset(paths(work))
    taken = False
    for path, raw in said.items():
        if path not in open_now or not raw.strip():
            continue
        question = work.edition.spec(agenda.split(path)[0])
        kinds = frozenset(found.kind for found in work.sensitive(raw)) - IDENTITY
        clean = work.clean(raw, allowed=kinds)
        options = tuple(choice.id for choice in question.choices)
        asked = Asked(question, work.edition.programme, work.today, lambda _: (), options)
        if question.kind in ("choice", "yes_no"):
            allowed = options or ("yes", "no", "unsure")
            outcome: Any = Read(raw) if raw in allowed else None
        else:
            outcome = answers.read(clean, asked)
        if isinstance(outcome, Read):
            agenda.record(work, path, work.answer(outcome.value, clean, "web"))
            taken = True
    if taken:
        work.effects.append(AddToCase("answers"))
        work.say(("product:private_answered", {}))
