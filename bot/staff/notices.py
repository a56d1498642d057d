"""What staff hear without having asked: the list in the morning, broken promises, lost families."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.channels.channel import Key, Order
from bot.handoff import Handoff
from bot.speech import encode
from bot.staff.cards import owner
from bot.staff.rights import desks_of, somebody, workers
from dialogs.conversation import Turn
from dialogs.messages import Drawn
from dialogs.programme.workdays import LATVIA, in_latvia, is_working_day
from storage import cases, desks, staff
from storage.commit import Committer
from storage.staff import Person
from storage.store import Store
from storage.write import Address, Case, CaseEvent, Owed, Seen, Stale, Write

if TYPE_CHECKING:
    from bot.turns import Turns

log = structlog.get_logger("majup.notices")

LISTED = 20
"""Cases in a morning's list; /cases shows all."""


class Notices:
    """Looks, when told to, whether somebody is to be told something; each is told once."""

    def __init__(self, store: Store, committer: Committer, handoff: Handoff, turns: Turns) -> None:
        self.store = store
        self.committer = committer
        self.handoff = handoff
        self.cards = handoff.cards
        self.turns = turns
        self._listed: date | None = None

    async def look(self, now: datetime) -> None:
        """Everything that depends on the hour."""
        await self.late(now)
        await self.morning(now)

    async def _told(self, people: list[Person]) -> list[Person]:
        """These people, or the operators if none of them can be reached."""
        return people if somebody(people) else await staff.with_role(self.store, "operator")

    # -- a broken promise -----------------------------------------------------------------------

    async def late(self, now: datetime) -> None:
        """Tell families whose answer did not come, and who should have answered.

        On the day itself, when the office closes (conversation-style 16).
        """
        local = in_latvia(now)
        _, closes = self._hours(local.date())
        until = local.date() if local.hour >= closes else local.date() - timedelta(days=1)
        for number in await desks.late(self.store, until):
            case = await cases.by_number(self.store, number)
            if case is None:
                continue
            owed: tuple[Owed, ...] = ()
            for person in await self._told(await self.handoff.holders(case)):
                html = self.cards.say(person.staff.language, "late_today", number=number)
                owed += self.cards.told(person, case, Drawn(html))
            turn = Turn(f"late-{number}-{case.due_on}", now, "staff", value="late")
            write = Write(
                update=("late", f"{number}:{case.due_on}"),
                family=case.family,
                events=(CaseEvent(number, now, "service", desks.LATE),),
                owed=owed,
            )
            try:
                if not await self.turns.act(case.conversation, turn, write):
                    await self.committer.commit(write)
            except (Seen, Stale):
                continue  # looked at again next time
            log.info("case.late", case=number)

    # -- the morning ----------------------------------------------------------------------------

    def _hours(self, day: date) -> tuple[int, int]:
        return self.cards.edition.programme.rules.on(day).office_hours

    async def morning(self, now: datetime) -> None:
        """Once a working day: what came in since the last one, the most urgent first."""
        day = in_latvia(now).date()
        if self._listed == day or not self.cards.open_now(now):
            return
        last = day - timedelta(days=1)
        while not is_working_day(last):
            last -= timedelta(days=1)
        since = _at(last, self._hours(last)[1])
        until = _at(day, self._hours(day)[0])
        shared = await desks.received(self.store, "", since, until)
        for region in self.cards.edition.programme.geography.regions:
            people = [
                person
                for person in await staff.coordinators(self.store, region)
                if desks_of(person) and person.staff.created_at < until
            ]
            if not people:
                continue
            numbers = [*await desks.received(self.store, region, since, until), *shared]
            found = [await cases.by_number(self.store, number) for number in numbers]
            await self._list(people, [case for case in found if case and case.intake], day)
        self._listed = day

    async def _list(self, people: list[Person], found: list[Case], day: date) -> None:
        if not found:
            return
        found.sort(key=lambda case: (not case.urgent, case.due_on or day, case.number))
        for person in people:
            owed = tuple(self._listing(person, place, found) for place in desks_of(person))
            write = Write(update=("morning", f"{person.staff.id}:{day}"), owed=owed)
            try:
                await self.committer.commit(write)
            except Seen:
                continue

    def _listing(self, person: Person, place: Address, found: list[Case]) -> Owed:
        language = person.staff.language
        urgent = sum(1 for case in found if case.urgent)
        told = self.cards.say(language, "morning", n=len(found))
        name = "morning_urgent" if urgent else "morning_calm"
        html = f"{told} {self.cards.say(language, name, n=urgent)}"
        rows = tuple((self._key(case, language, place),) for case in found[:LISTED])
        return Owed(to=place, order=encode(Order(kind="send", html=html, rows=rows)))

    def _key(self, case: Case, language: str, place: Address) -> Key:
        token = self.cards.speech.buttons.token(owner(case.number), 0, "show", place.value)
        return Key(self.cards.label(case, language), token)

    # -- a family out of reach ------------------------------------------------------------------

    async def out_of_reach(self, family: str, now: datetime, *, mail: bool = False) -> None:
        """The family blocked the bot, or its mail box does not exist: who works on it is told."""
        number = await desks.case_of_family(self.store, family)
        case = await cases.by_number(self.store, number) if number is not None else None
        if case is None:
            return
        owed: tuple[Owed, ...] = ()
        for person in await self._told(await self.handoff.holders(case)):
            name = "family_mail_gone" if mail else "family_gone"
            html = self.cards.say(person.staff.language, name, number=case.number)
            owed += self.cards.told(person, case, Drawn(html))
        day = in_latvia(now).date()
        kind = "mail_gone" if mail else "chat_gone"
        write = Write(
            update=(kind, f"{case.number}:{day}"),
            family=family,
            events=(CaseEvent(case.number, now, "service", kind),),
            owed=owed,
        )
        try:
            await self.committer.commit(write)
        except (Seen, Stale):
            return

    async def staff_out_of_reach(self, family: str, now: datetime) -> None:
        """A coordinator blocked the bot or has no such box: a case must not lie unseen."""
        number = await desks.case_of_family(self.store, family)
        case = await cases.by_number(self.store, number) if number is not None else None
        if case is None or somebody(await workers(self.store, case.region)):
            return
        owed = self.cards.nobody(case, await staff.with_role(self.store, "operator"))
        update = ("nobody", f"{case.number}:{in_latvia(now).date()}")
        try:
            await self.committer.commit(Write(update=update, family=family, owed=owed))
        except (Seen, Stale):
            return


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LATVIA)
