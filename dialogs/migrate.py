"""From one revision to another: what is kept, asked again, no longer used."""

from __future__ import annotations

import msgspec

from dialogs.conversation import Answer, Conversation, Earlier, Turn
from dialogs.edition import Edition
from dialogs.engine import agenda
from dialogs.engine.work import Work


def fits(edition: Edition, path: str, answer: Answer) -> bool:
    """Whether an answer still stands under its question: same id, and its choice still there."""
    compiled = edition.questions.get(agenda.split(path)[0])
    if compiled is None or bool(compiled.group) != ("@" in path):
        return False
    question, value = compiled.question, answer.value
    if value is None:
        return True
    ids = {choice.id for choice in question.choices}
    shapes: dict[str, type | tuple[type, ...]] = {
        "number": int, "year": (int, list), "group": list, "place": list, "needs": list,
        "choices": list, "time": dict, "month": dict, "contact": dict,
    }  # fmt: skip
    if question.kind == "story":
        return True
    if not isinstance(value, shapes.get(question.kind, str)):
        return False
    if question.kind == "choice":
        return value in ids
    if question.kind == "choices":
        return set(value) <= ids
    return True


def migrate(edition: Edition, c: Conversation, turn: Turn) -> Conversation:
    """The conversation under another revision.

    Answers that fit are kept, others are set aside with the reason "revised"; what is now to be
    asked is reckoned anew. An open question that is gone is closed, never answered by mistake.
    """
    kept = {path: answer for path, answer in c.answers.items() if fits(edition, path, answer)}
    gone = tuple(
        Earlier(path, answer, "revised") for path, answer in c.answers.items() if path not in kept
    )
    c = msgspec.structs.replace(
        c,
        revision=edition.id,
        answers=kept,
        earlier=(*c.earlier, *gone),
        agenda=(),
        trail=tuple(p for p in c.trail if agenda.split(p)[0] in edition.questions),
    )
    if c.notice is None:
        return c
    work = Work(edition, c, turn)
    agenda.build(work, later=c.later)
    return work.c
