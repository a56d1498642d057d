"""A coordinator's desk: everything that staff send comes in here.

Rights are looked up at the moment of every act. What belongs to another region and what does not
exist are answered alike. Nothing typed here reaches a family without a button and a preview.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.channels.channel import Incoming
from bot.speech import Speech
from bot.staff.act import LONGEST, Act
from bot.staff.cards import Cards
from bot.staff.rights import COORDINATOR
from dialogs.conversation import Turn
from dialogs.edition import Edition
from storage import cases, conversations, staff
from storage.commit import Committer
from storage.conversations import Known
from storage.staff import Person
from storage.store import Store
from storage.write import Seen, Write

if TYPE_CHECKING:
    from bot.turns import Turns

DOUBLE = timedelta(seconds=3)
"""The same button of the same message pressed again so soon is one press."""
REMEMBERED = 1000
_CASE = re.compile(r"c([0-9]{1,9})")


class Desk:
    """Handles everything that staff send."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        speech: Speech,
        cards: Cards,
        turns: Turns,
    ) -> None:
        self.store = store
        self.committer = committer
        self.speech = speech
        self.cards = cards
        self.turns = turns
        self._pressed: OrderedDict[str, tuple[str, str, str, datetime]] = OrderedDict()

    @property
    def edition(self) -> Edition:
        """The revision that holds."""
        return self.speech.editions.current

    async def welcome(self, person: Person, update: tuple[str, str], now: datetime) -> None:
        """A code was redeemed: what to expect here, and the open cases."""
        language, region = person.staff.language, person.staff.region
        act = Act(self, person, person.addresses[-1], update, now)
        if person.staff.role != COORDINATOR:
            await act.say("welcome_role", role=person.staff.role)
            return
        await act.say("welcome", region=self.cards.region(language, region))
        lines = await cases.open_in(self.store, region)
        for line in (*lines, *await cases.open_in(self.store, "")):
            case = await cases.by_number(self.store, line.number)
            if case is not None and not case.taken_by and case.intake is not None:
                # Its own update name, so that a repeated welcome does not repeat the cases.
                shown = Write(
                    update=("welcome", f"{person.staff.id}:{case.number}"),
                    family=case.family,
                    owed=self.cards.whole(case, person, silent=True),
                )
                await self.quietly(shown)

    async def say(
        self, known: Known, update: tuple[str, str], now: datetime, name: str
    ) -> None:
        """Answer a staff member with one of the desk's texts."""
        assert known.staff is not None
        person = await staff.by_id(self.store, known.staff.id)
        assert person is not None
        await Act(self, person, known.address, update, now).say(name)

    async def accept(self, incoming: Incoming, turn: Turn, known: Known) -> None:
        """One act of a staff member. Raises Stale if what it changes has changed meanwhile."""
        assert known.staff is not None
        update = (incoming.channel, incoming.id)
        if await conversations.seen(self.store, *update) or turn.kind == "blocked":
            return
        if known.blocked:
            await self.committer.commit(Write(unblock=known.address.id))
        if turn.kind == "unblocked":
            return
        person = await staff.by_id(self.store, known.staff.id)
        assert person is not None
        act = Act(self, person, known.address, update, turn.at)
        if person.staff.revoked_at is not None:
            await act.say("signed_out")
        elif turn.kind == "choice":
            if not self._twice(incoming, turn):
                await self._tap(act, incoming)
        elif turn.kind == "command":
            await act.command(turn.value, turn.text)
        elif turn.kind == "text":
            await act.text(turn.text[:LONGEST])
        else:
            await act.say("only_text")

    async def _tap(self, act: Act, incoming: Incoming) -> None:
        read = self.speech.buttons.read(incoming.token, incoming.address)
        case = _CASE.fullmatch(read[0]) if read is not None else None
        if read is None or case is None:
            await act.say("not_yours")
        else:
            await act.tap(int(case[1]), read[1], read[2])

    def _twice(self, incoming: Incoming, turn: Turn) -> bool:
        """Whether this is a second tap of an impatient finger."""
        before = self._pressed.pop(incoming.address, None)
        self._pressed[incoming.address] = (incoming.id, turn.message, incoming.token, turn.at)
        while len(self._pressed) > REMEMBERED:
            self._pressed.popitem(last=False)
        return (
            before is not None
            and before[0] != incoming.id
            and before[1:3] == (turn.message, incoming.token)
            and turn.at - before[3] < DOUBLE
        )

    async def quietly(self, write: Write) -> None:
        """Store a write; one that was stored before is fine."""
        try:
            await self.committer.commit(write)
        except Seen:
            return
