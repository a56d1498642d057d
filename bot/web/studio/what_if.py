"""Answers counted as given before a preview begins, as form controls: picked where they can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from bot.web.pages import Ask
from bot.web.studio.names import Names, Value
from dialogs.script import Question

GIVEN = 6
"""Answers that can be given before."""
LONGEST = 400
"""Characters of one."""
NOT_GIVEN = ("note", "attachment", "story")
"""Kinds that have no answer of this sort."""
Control = Literal["", "pick", "many", "number", "month", "date", "place", "words"]
_CONTROLS: Mapping[str, Control] = {
    "choice": "pick", "yes_no": "pick", "country": "pick", "contact": "pick", "choices": "many",
    "needs": "many", "number": "number", "group": "number", "year": "number", "month": "month",
    "date": "date", "place": "place",
}  # fmt: skip


class Given(Struct, frozen=True):
    """One row: a question ("" for an empty row), its answer, and how that is entered.

    ``low`` and ``high`` bound a number; None if nothing does.
    """

    n: int
    name: str
    value: str
    control: Control
    options: tuple[Value, ...] = ()
    low: int | None = None
    high: int | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """The answer's parts where several can be picked."""
        return tuple(filter(None, self.value.split(",")))


def answerable(names: Names) -> list[Value]:
    """The questions that can be answered before, in asking order."""
    return [
        Value(name, names.title(name))
        for name, question in names.questions.items() if question.kind not in NOT_GIVEN
    ]  # fmt: skip


def rows(names: Names, given: Iterable[tuple[str, str]]) -> list[Given]:
    """The rows of these answers, and an empty one."""
    known = [(name, value) for name, value in given if name in names.questions]
    found = [
        _row(n, names, names.questions[name], value)
        for n, (name, value) in enumerate(known[:GIVEN])
    ]
    return [*found, Given(len(found), "", "", "")][:GIVEN]


def _row(n: int, names: Names, question: Question, value: str) -> Given:
    control = _CONTROLS.get(question.kind, "words")
    options = names.values(question)
    if control in ("pick", "many"):
        ids = {each.value for each in options}
        picked = value.split(",") if control == "many" else [value]
        value = ",".join(each for each in picked if each in ids)
    return Given(n, question.id, value, control, options, question.minimum, question.maximum)


def sent(ask: Ask) -> list[tuple[str, str]]:
    """The answers of a form: question and answer, "" for one that is not picked yet."""
    found: dict[str, str] = {}
    for n in range(GIVEN):
        name = ask.field(f"g{n}.name", 60)
        values = (each.strip() for each in ask.fields(f"g{n}.value", LONGEST))
        if name:
            found[name] = ",".join(filter(None, values))
    return list(found.items())
