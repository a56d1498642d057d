"""A made-up family that answers whatever it is asked, the same way every time.

It reads what stands on the screen and answers by a plan: values for some names that conditions
read, everything else in turn. Used to prove scripts and to try drafts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from msgspec import Struct

from dialogs import wording
from dialogs.answers import year_bounds
from dialogs.conversation import Conversation
from dialogs.edition import Edition
from dialogs.engine.agenda import items, split
from dialogs.engine.beginning import SECOND
from dialogs.script import Question
from dialogs.transcript import Line

TRADES = {"lv": "maiznīca", "ru": "пекарня", "en": "a bakery"}
PHONE = "+371 26123456"
EMAIL = "majas@example.org"
FILE = "photo"
"""What is sent where a file is asked for."""
PLACES = {
    (False, 1): "Kuldīga",
    (True, 1): "Kuldīga vai tuvumā",
    (False, 2): "Kuldīga, Valmiera",
    (True, 2): "Kuldīga vai tuvumā, Valmiera",
}
"""What is written where a place is asked: by whether nearby would do, and the regions named."""

Rows = Sequence[Sequence[tuple[str, str]]]


class Plan(Struct, frozen=True):
    """What the family answers: values by the names conditions use, ``None`` for passing over.

    ``turn`` chooses among the answers that are not planned; ``brief`` passes over all it can.
    """

    values: Mapping[str, Any] = {}
    turn: int = 0
    brief: bool = False


class Family:
    """Answers for one talk in one language."""

    def __init__(self, edition: Edition, language: str, plan: Plan, year: int) -> None:
        self.edition = edition
        self.language = language
        self.plan = plan
        self.year = year

    def answer(self, c: Conversation, rows: Rows) -> Line | None:
        """The family's next act; None where it has nothing more to do.

        ``rows`` are the buttons of the open prompt.
        """
        if c.prompt is None:
            return None
        path, labels = c.prompt.path, {v: label for row in rows for label, v in row}
        if path == "language" and self.language not in labels:
            return Line("command", self.language, name="language")
        if path in ("language", SECOND):
            return Line("tap", labels.get(self.language) or next(iter(labels.values())))
        for own in ("go", "ask_me", "send", "now", "done") if path != "needs" else ():
            if own in labels and path in ("notice", "story", "review", "offer"):
                return Line("tap", labels[own])
        question = self.edition.questions.get(split(path)[0])
        if question is None:
            return self._first(labels)
        if c.prompt.attempt > 1 and not question.question.required:
            return Line("command", name="skip")
        if question.question.kind == "needs":
            return self._needs(c, labels)
        if question.question.kind == "choices":
            return self._picks(c, path, question.question, labels)
        return self._question(c, path, question.question, labels)

    def _first(self, labels: Mapping[str, str]) -> Line | None:
        own = [label for value, label in labels.items() if not value.startswith("/")]
        return Line("tap", own[0]) if own else None

    def _choose(self, path: str, options: Sequence[Any]) -> Any:
        """One of the options, in turn; each question begins elsewhere."""
        return options[(self.plan.turn + crc32(path.encode())) % len(options)]

    def _needs(self, c: Conversation, labels: Mapping[str, str]) -> Line:
        assert c.prompt is not None
        asked = self.plan.values.get("needs")
        everything = list(self.edition.programme.needs)
        if asked is None and "needs" not in self.plan.values and not self.plan.brief:
            asked = [self._choose("needs", everything)]
        wanted = [need for need in asked or () if need not in c.prompt.picked]
        if not wanted:
            return Line("tap", labels["done"]) if "done" in labels else Line("command", name="skip")
        groups = [g.id for g in self.edition.programme.groups
                  if any(need.id == wanted[0] for need in g.needs)]  # fmt: skip
        for value in (f"+{wanted[0]}", *(f"group:{g}" for g in groups), "more"):
            if value in labels:
                return Line("tap", labels[value])
        return Line("command", name="skip")

    def _picks(
        self, c: Conversation, path: str, question: Question, labels: Mapping[str, str]
    ) -> Line:
        """Tick what is planned, else one or two of what is offered; then "done"."""
        assert c.prompt is not None
        offered = [value[1:] for value in labels if value[0] in "+-"]
        wanted = self.plan.values.get(question.id)
        if question.id not in self.plan.values and not (self.plan.brief and not question.required):
            wanted = [self._choose(path, offered)] if offered else None
        for each in wanted or ():
            if f"+{each}" in labels:
                return Line("tap", labels[f"+{each}"])
        if wanted and "done" in labels:
            return Line("tap", labels["done"])
        return Line("command", name="skip") if not question.required else Line("text", "1")

    def _question(
        self, c: Conversation, path: str, question: Question, labels: Mapping[str, str]
    ) -> Line:
        values, kind = self.plan.values, question.kind
        answer = c.answers.get(path)
        if kind == "place":
            return self._place(path, question, labels)
        if answer is not None and not answer.sure:
            return self._exact(answer.value, labels)
        if question.id in values:
            wanted = values[question.id]
        elif kind == "year" and {"age", "oldest"} & values.keys():
            age = values.get("age", values.get("oldest"))
            wanted = None if age is None else self.year - int(age)
        elif kind == "group":
            wanted = self._count(path, question)
        elif self.plan.brief and not question.required:
            wanted = None
        else:
            wanted = self._any(c, path, question, labels)
        if wanted is None and not question.required:
            return Line("command", name="skip")
        if isinstance(wanted, list):
            wanted = wanted[0] if wanted else next(iter(labels))
        if kind == "attachment":
            return Line("attachment", name=FILE)
        if str(wanted) in labels:
            return Line("tap", labels[str(wanted)])
        if kind == "country":
            return Line("text", wording.country(self.language, str(wanted)))
        return Line("text", str(wanted))

    def _exact(self, value: Any, labels: Mapping[str, str]) -> Line:
        """What makes an answer exact: the phone number, the first of the years."""
        if isinstance(value, dict) and value.get("way") in ("phone", "email"):
            return Line("text", PHONE if value["way"] == "phone" else EMAIL)
        return self._first(labels) or Line("command", name="skip")

    def _place(self, path: str, question: Question, labels: Mapping[str, str]) -> Line:
        values = self.plan.values
        codes = [value for value in labels if value not in ("unsure", "keep") and value[0] != "/"]
        if codes:
            return Line("tap", labels[codes[0]])
        if question.id != "place":
            return Line("text", PLACES[False, 1])
        planned = {"undecided", "near", "regions", "place"} & values.keys()
        if values.get("undecided") or values.get("regions") == 0:
            return Line("tap", labels["unsure"])
        if planned:
            two = int(values.get("regions") or 1) > 1
            return Line("text", PLACES[bool(values.get("near")), 2 if two else 1])
        if self.plan.brief:
            return Line("text", PLACES[False, 1])
        return Line("text", self._choose(path, list(PLACES.values())))

    def _count(self, path: str, question: Question) -> int | None:
        """How many items: at least one where the plan says something of them."""
        least = question.minimum or 0
        inside = self.edition.members.get(question.id, ())
        meant = any(
            source in inside
            for name in self.plan.values
            for source in self.edition.sources.get(name, ())
        )
        if self.plan.brief:
            return max(least, 1) if meant else least
        return int(self._choose(path, range(max(least, int(meant)), (question.most or 3) + 1)))

    def _any(
        self, c: Conversation, path: str, question: Question, labels: Mapping[str, str]
    ) -> Any:
        """Any answer of the question's kind, in turn."""
        kind = question.kind
        if kind == "contact":
            return self._choose(path, ["chat", "phone", "email"])
        if kind == "attachment":
            return FILE
        if kind in ("text", "long_text"):
            return TRADES[self.language] if self.language in TRADES else TRADES["en"]
        if kind == "phone":
            return PHONE
        if kind == "email":
            return EMAIL
        if kind == "month":
            return f"06.{self.year + 1}"
        if kind == "date":
            return f"15.06.{self.year + 1}"
        if kind == "year":
            child = split(path)[1] or "1"
            group = self.edition.questions[question.id].group
            place = [*items(c, group), child].index(child) if group else 0
            low, high = year_bounds(question, date(self.year, 12, 31))
            return max(low, high - (1 + 4 * place + self.plan.turn % 5))
        own = [value for value in labels if value[0] != "/" and ":" not in value.partition(":")[0]
               and value not in ("keep", "suggested", "earlier_years", "add")]  # fmt: skip
        own = [value for value in own if value.partition(":")[0] not in ("all", "as")]
        if kind == "number":
            return self._choose(path, own or [question.minimum or 1])
        return self._choose(path, own) if own else None
