"""The hand-off: a conversation becomes the case of the right region, exactly once."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
import structlog
from msgspec import Struct

from bot.speech import Speech
from bot.staff.cards import SPOKEN, Cards
from bot.staff.rights import somebody, workers
from dialogs.conversation import AddToCase, Conversation
from dialogs.edition import Edition
from dialogs.programme.intake import Intake
from dialogs.sheet import judge, judged, told
from storage import cases, staff
from storage.staff import Person
from storage.store import Store
from storage.write import Case, CaseEvent, Owed

log = structlog.get_logger("majup.handoff")

STAFF_LANGUAGE = "lv"
"""The coordinator's sheet is always in Latvian (programme.md 4)."""
CALL = "call"
"""The alarm of a family that only wants to be called: it makes no case urgent."""


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

    def __init__(self, store: Store, speech: Speech) -> None:
        self.store = store
        self.speech = speech
        self.cards = Cards(speech)

    @property
    def edition(self) -> Edition:
        """What holds now: the programme's data may change while the service runs."""
        return self.speech.editions.current

    async def readers(self, c: Conversation, now: datetime) -> Readers:
        """Who is to be told of this conversation's case."""
        way = judged(self.edition, c, now).route
        coordinators = await workers(self.store, way.region)
        copies = await self._copies(way.region, way.copies)
        operators: list[Person] = []
        if not somebody(coordinators):
            operators = await staff.with_role(self.store, "operator")
            log.warning("case.nobody_there", region=way.region or "shared")
        return Readers(tuple(coordinators), tuple(copies), tuple(operators))

    async def _copies(self, region: str, copies: tuple[str, ...]) -> list[Person]:
        found: list[Person] = []
        for each in copies:
            if each and each != region:
                found += await staff.coordinators(self.store, each)
        return found

    def intake(self, c: Conversation) -> Intake:
        """The conversation's answers as they are kept with the case."""
        return told(self.speech.editions.of(c.revision), c, STAFF_LANGUAGE)

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
            urgent=c.alarm if c.alarm != CALL else "",
            due_on=date.fromisoformat(c.case.due),
        )
        owed = self.cards.new_case(case, readers.coordinators, now)
        owed += self.cards.copies(case, readers.copies)
        owed += self.cards.nobody(case, readers.operators)
        return case, owed, CaseEvent(number, now, "family", "received")

    async def additions(
        self, c: Conversation, added: list[AddToCase], now: datetime
    ) -> Parts:
        """What came after the sending joins the same case, and its coordinators see it.

        A family that writes to a closed case opens it again.
        """
        case = await cases.of_conversation(self.store, c.id)
        if case is None:
            return Parts()
        people = await self.holders(case)
        events: list[CaseEvent] = []
        owed: tuple[Owed, ...] = ()
        changed = case
        if c.answers:  # else only the case still has them: the talk's time is over
            changed = msgspec.structs.replace(case, intake=self.intake(c))
        for each in added:
            events.append(CaseEvent(case.number, now, "family", each.kind, each.text))
            if each.kind == "withdrawn":
                changed = msgspec.structs.replace(
                    case, state="withdrawn", intake=None, closed_at=now, reason="withdrawn"
                )
                owed += self.cards.withdrawn(changed, await self._everybody(case))
            elif each.kind == "message":
                changed = _asked(_opened(changed), c)
                owed += self.cards.family_wrote(changed, people, each.text, c.language)
            elif each.kind == "alarm":
                changed = _opened(msgspec.structs.replace(changed, urgent=each.text))
                changed = _asked(changed, c)
                owed += self.cards.alarm(changed, people)
        if changed.closed_at is None and changed.intake is not None:
            owed += self.cards.redrawn(changed, people)
        return Parts((changed,), tuple(events), owed)

    async def holders(self, case: Case) -> list[Person]:
        """Who works on this case: whoever took it, else all who may."""
        if case.taken_by:
            person = await staff.by_id(self.store, case.taken_by)
            if person is not None and person.staff.revoked_at is None and person.addresses:
                return [person]
        return await workers(self.store, case.region)

    async def _everybody(self, case: Case) -> list[Person]:
        """All who have its card, also as a copy."""
        people = await workers(self.store, case.region)
        if case.intake is not None:
            way = judge(self.edition, case.intake, case.received_at).route
            people += await self._copies(case.region, (way.region, *way.copies))
        return people


def _opened(case: Case) -> Case:
    if case.closed_at is None:
        return case
    # Answered once already, so no promise of a first answer is broken.
    return msgspec.structs.replace(case, state="answered", closed_at=None, reason="")


def _asked(case: Case, c: Conversation) -> Case:
    """The case with the answer its family waits for now, by the day it was told."""
    if c.case is None or c.case.answered:
        return case
    state = "asked" if case.state in SPOKEN else case.state
    return msgspec.structs.replace(case, state=state, due_on=date.fromisoformat(c.case.due))
