"""The hand-off: a conversation becomes the case of the right region, exactly once."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec import Struct

from bot.speech import Speech
from bot.staff.cards import Cards
from dialogs.conversation import AddToCase, Conversation
from dialogs.edition import Edition
from dialogs.programme.facts import intake_of
from dialogs.programme.intake import Intake
from dialogs.sheet import extra_of, judged
from storage import cases, staff
from storage.staff import Person
from storage.store import Store
from storage.write import Case, CaseEvent, Owed

STAFF_LANGUAGE = "lv"
"""The coordinator's sheet is always in Latvian (programme.md 4)."""


class Readers(Struct, frozen=True):
    """Who hears of a case: its coordinators, those who get a copy, the operators if nobody does."""

    coordinators: tuple[Person, ...]
    copies: tuple[Person, ...]
    operators: tuple[Person, ...]


class Parts(Struct, frozen=True):
    """Parts of a write that concern a case."""

    cases: tuple[Case, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    owed: tuple[Owed, ...] = ()


class Handoff:
    """Makes cases of conversations and adds to them."""

    nothing = Parts()

    def __init__(self, store: Store, edition: Edition, speech: Speech) -> None:
        self.store = store
        self.edition = edition
        self.cards = Cards(edition, speech)

    async def readers(self, c: Conversation, now: datetime) -> Readers:
        """Who is to be told of this conversation's case."""
        way = judged(self.edition, c, now).route
        coordinators = await staff.coordinators(self.store, way.region) if way.region else []
        copies: list[Person] = []
        for region in way.copies:
            copies += await staff.coordinators(self.store, region)
        operators = [] if coordinators else await staff.with_role(self.store, "operator")
        return Readers(tuple(coordinators), tuple(copies), tuple(operators))

    def intake(self, c: Conversation) -> Intake:
        """The conversation's answers as they are kept with the case."""
        return msgspec.structs.replace(
            intake_of(c), extra=extra_of(self.edition, c, STAFF_LANGUAGE)
        )

    def make(
        self, c: Conversation, family: str, number: int, readers: Readers, now: datetime
    ) -> tuple[Case, tuple[Owed, ...], CaseEvent]:
        """The case of this number, the messages about it, and the first line of its history."""
        assert c.case is not None
        case = Case(
            number=number,
            conversation=c.id,
            family=family,
            region=c.case.region,
            state="new",
            intake=self.intake(c),
            received_at=now,
            urgent=c.alarm if c.alarm != "call" else "",
            due_on=date.fromisoformat(c.case.due),
        )
        owed = self.cards.new_case(case, readers.coordinators, now)
        owed += self.cards.copies(case, readers.copies, now)
        owed += self.cards.nobody(case, readers.operators, now)
        return case, owed, CaseEvent(number, now, "family", "received")

    async def additions(
        self, c: Conversation, added: list[AddToCase], now: datetime
    ) -> Parts:
        """What came after the sending joins the same case, and its coordinators see it."""
        case = await cases.of_conversation(self.store, c.id)
        if case is None:
            return Parts()
        people = await self._own(case)
        events: list[CaseEvent] = []
        owed: tuple[Owed, ...] = ()
        changed = msgspec.structs.replace(case, intake=self.intake(c))
        for each in added:
            events.append(CaseEvent(case.number, now, "family", each.kind, each.text))
            if each.kind == "withdrawn":
                changed = msgspec.structs.replace(
                    case, state="withdrawn", intake=None, closed_at=now, reason="withdrawn"
                )
                owed += self.cards.withdrawn(case, people)
            elif each.kind == "message":
                owed += self.cards.family_wrote(case, people, each.text, c.language)
            elif each.kind == "alarm":
                changed = msgspec.structs.replace(changed, urgent=each.text)
                owed += self.cards.alarm(changed, people, now)
        if case.closed_at is None and changed.intake is not None:
            owed += self.cards.redrawn(changed, people, now)
        return Parts((changed,), tuple(events), owed)

    async def _own(self, case: Case) -> tuple[Person, ...]:
        """The coordinators who see this case: whoever took it, else all of its region."""
        if case.taken_by:
            person = await staff.by_id(self.store, case.taken_by)
            if person is not None and person.staff.revoked_at is None:
                return (person,)
        return tuple(await staff.coordinators(self.store, case.region)) if case.region else ()
