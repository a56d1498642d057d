"""A coordinator's desk: what a tap or a text of staff does.

Rights are looked up at the moment of every act. What belongs to another region and what does not
exist are answered alike. Nothing typed here reaches a family without a button and a preview.
"""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bot.channels.channel import Incoming, Key, Order
from bot.speech import Speech, encode
from bot.staff.cards import REASONS, Row, owner
from dialogs import wording
from dialogs.conversation import Turn
from dialogs.edition import Edition
from dialogs.messages import Drawn
from storage import cases, desks, staff
from storage.commit import Committer
from storage.conversations import Known
from storage.staff import Person
from storage.store import Store
from storage.write import Address, Case, CaseEvent, Owed, Seen, Write

if TYPE_CHECKING:
    from bot.handoff import Handoff
    from bot.turns import Turns

QUESTIONS = ("month", "code", "home", "call")
"""Questions to families that exist in every language."""
LONGEST = 3000
"""Characters of a coordinator's message."""


class Draft(Struct, frozen=True, omit_defaults=True):
    """What a coordinator is in the middle of: for which case, and what was typed so far."""

    case: int = 0
    text: str = ""


class Desk:
    """Handles everything that staff send."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        edition: Edition,
        speech: Speech,
        handoff: Handoff,
        turns: Turns,
    ) -> None:
        self.store = store
        self.committer = committer
        self.edition = edition
        self.speech = speech
        self.cards = handoff.cards
        self.turns = turns

    # -- coming in ------------------------------------------------------------------------------

    async def welcome(self, person: Person, update: tuple[str, str]) -> None:
        """A code was redeemed."""
        language = person.staff.language
        if person.staff.role == "coordinator":
            region = self.cards.region(language, person.staff.region)
            html = self.cards.say(language, "welcome", region=region)
        else:
            html = self.cards.say(language, "welcome_role", role=person.staff.role)
        await self._reply(person, person.addresses[-1], Drawn(html), update)
        if person.staff.role == "coordinator":
            for line in await cases.open_in(self.store, person.staff.region):
                case = await cases.by_number(self.store, line.number)
                if case is not None and not case.taken_by:
                    write = Write(
                        update=("welcome", f"{person.staff.id}:{case.number}"),
                        family=case.family,
                        owed=self.cards.whole(case, person, silent=True),
                    )
                    await self._quietly(write)

    async def group(self, incoming: Incoming) -> None:
        """Anything from a chat of several people: nothing is answered there."""

    async def accept(self, incoming: Incoming, turn: Turn, known: Known) -> None:
        """One act of a staff member."""
        assert known.staff is not None
        person = await staff.by_id(self.store, known.staff.id)
        if person is None or person.staff.revoked_at is not None:
            return
        update = (incoming.channel, incoming.id)
        act = Act(self, person, known.address, update, turn.at)
        if turn.kind == "choice":
            read = self.speech.buttons.read(incoming.token, incoming.address)
            if read is None or not read[0].startswith("c"):
                await act.say("not_yours")
            else:
                await act.tap(int(read[0][1:] or 0), read[2])
        elif turn.kind == "command":
            await act.command(turn.value, turn.text)
        elif turn.kind == "text":
            await act.text(turn.text[:LONGEST])
        elif turn.kind in ("blocked", "unblocked"):
            return
        else:
            await act.say("only_text")

    async def _reply(
        self, person: Person, to: Address, drawn: Drawn, update: tuple[str, str], number: int = 0
    ) -> None:
        order = self.speech.order("send", drawn, owner(number), 0, to)
        await self._quietly(Write(update=update, owed=(Owed(to=to, order=order),)))

    async def _quietly(self, write: Write) -> None:
        try:
            await self.committer.commit(write)
        except Seen:
            return

    async def late(self, today: date, now: datetime) -> int:
        """Tell families whose answer is late, and their coordinators; once for each case."""
        told = 0
        for line in await cases.late(self.store, today):
            case = await cases.by_number(self.store, line.number)
            if case is None:
                continue
            people = await staff.coordinators(self.store, case.region)
            people += await staff.with_role(self.store, "operator") if not people else []
            owed = tuple(
                Owed(to=to, order=encode(Order(kind="send", html=self.cards.say(
                    person.staff.language, "late", number=case.number))))
                for person in people for to in person.addresses
            )  # fmt: skip
            turn = Turn(id=f"late-{case.number}", at=now, kind="staff", value="late")
            await self.turns.act(case.conversation, turn, ("late", str(case.number)), owed=owed)
            told += 1
        return told


class Act:
    """One act of one staff member at one moment, answered in a chat.

    The case page overrides ``reply`` and ``told``: what is said there stands on the next page.
    """

    def __init__(
        self, desk: Desk, person: Person, to: Address, update: tuple[str, str], now: datetime
    ) -> None:
        self.desk = desk
        self.person = person
        self.to = to
        self.update = update
        self.now = now
        self.language = person.staff.language

    def words(self, name: str, /, **args: object) -> str:
        """A text of the staff's chat in this person's language."""
        return self.desk.cards.say(self.language, name, **args)

    async def say(
        self, name: str, /, rows: tuple[Row, ...] = (), number: int = 0, **args: object
    ) -> None:
        """Answer with a text of the staff's chat and, perhaps, buttons of a case."""
        html = self.words(name, **({"number": number} if number else {}), **args)
        await self.reply(Drawn(html, rows), number)

    async def reply(self, drawn: Drawn, number: int = 0) -> None:
        """Answer this act."""
        await self.desk._reply(self.person, self.to, drawn, self.update, number)

    def told(self, html: str) -> tuple[Owed, ...]:
        """An answer that is stored together with the act."""
        return (Owed(to=self.to, order=encode(Order(kind="send", html=html))),)

    async def own_case(self, number: int) -> Case | None:
        """The case, if this person may work on it now."""
        case = await cases.by_number(self.desk.store, number) if number else None
        if case is None or self.person.staff.role != "coordinator":
            return None
        return case if case.region == self.person.staff.region else None

    # -- commands -------------------------------------------------------------------------------

    async def command(self, name: str, rest: str) -> None:
        if name == "cases":
            await self.list_cases()
        elif name == "case" and rest.strip().isdigit():
            await self.show(int(rest))
        elif name == "start":
            await self.desk.welcome(self.person, self.update)
        else:
            await self.say("help")

    async def list_cases(self) -> None:
        region = self.person.staff.region
        lines = await cases.open_in(self.desk.store, region, 20)
        if not lines or self.person.staff.role != "coordinator":
            await self.say("no_cases")
            return
        html = self.words("cases", n=len(lines))
        keys: list[tuple[Key, ...]] = []
        for line in lines:
            label = self.words("urgent_button" if line.urgent else "case_button", number=line.number)
            token = self.desk.speech.buttons.token(owner(line.number), 0, "show", self.to.value)
            keys.append((Key(label, token),))
        order = Order(kind="send", html=html, rows=tuple(keys))
        await self.desk._quietly(
            Write(update=self.update, owed=(Owed(to=self.to, order=encode(order)),))
        )

    async def show(self, number: int) -> None:
        case = await self.own_case(number)
        if case is None:
            await self.say("not_yours")
            return
        here = msgspec.structs.replace(self.person, addresses=(self.to,))
        await self.desk._quietly(
            Write(update=self.update, family=case.family, owed=self.desk.cards.whole(case, here))
        )

    # -- buttons --------------------------------------------------------------------------------

    async def tap(self, number: int, value: str) -> None:
        act, _, rest = value.partition(":")
        if act in ("note", "nobody") and not number:
            await self.forget()
            return
        case = await self.own_case(number)
        if case is None:
            await self.say("not_yours")
        elif act == "show":
            await self.show(number)
        elif case.closed_at is not None:
            await self.say("closed_already", number=number)
        elif act == "take":
            await self.take(case)
        elif act == "ask":
            await self.ask(case)
        elif act == "answer" or (act == "q" and rest == "other"):
            await self.begin(case, "type_question" if act == "q" else "type_answer")
        elif act == "q":
            await self.to_family(case, self.desk.edition.texts.say(
                case.intake.language if case.intake else "lv", f"staff:q_{rest}_text"))  # fmt: skip
        elif act == "send":
            draft = await self.draft()
            if draft.case == number and draft.text:
                await self.to_family(case, draft.text)
            else:
                await self.say("type_answer", number=number)
        elif act == "edit":
            await self.begin(case, "type_answer")
        elif act == "cancel":
            await self.forget()
        elif act == "family":
            await self.preview(case, (await self.draft()).text)
        elif act == "note":
            await self.keep_note(case)
        elif act == "move":
            await self.move(case, rest)
        elif act == "finish":
            await self.finish(case, rest)
        else:
            await self.say("help")

    async def take(self, case: Case) -> None:
        if case.taken_by:
            if case.taken_by != self.person.staff.id:
                await self.say("already_taken", number=case.number)
            return
        taken = msgspec.structs.replace(
            case, state="taken", taken_by=self.person.staff.id, taken_at=self.now
        )
        people = await staff.coordinators(self.desk.store, case.region)
        await self.on_case(taken, "taken", "taken", people)

    async def on_case(
        self, case: Case, act: str, event: str, people: list[Person], text: str = "",
        extra: str = "", owed: tuple[Owed, ...] = (),
    ) -> None:  # fmt: skip
        """Change a case, tell its family, redraw its card; together or not at all."""
        turn = Turn(id="-".join(self.update), at=self.now, kind="staff", value=act, text=text, extra=extra)
        cards = self.desk.cards.redrawn(case, people, self.now)
        line = CaseEvent(case.number, self.now, self.person.staff.id, event, text)
        reached = await self.desk.turns.act(
            case.conversation, turn, self.update, cases=(case,), events=(line,), owed=(*cards, *owed)
        )
        if not reached:
            await self.desk._quietly(
                Write(update=self.update, family=case.family, cases=(case,), events=(line,),
                      owed=(*cards, *owed))
            )  # fmt: skip

    async def ask(self, case: Case) -> None:
        spoken = case.intake.language if case.intake else "lv"
        rows = tuple(((self.words(f"q_{name}"), f"q:{name}"),) for name in QUESTIONS)
        rows += (((self.words("write_other"), "q:other"),),)
        adverb = wording.in_language(self.language, spoken, self.desk.edition.texts)
        await self.say("what_to_ask", rows, case.number, language=adverb)

    async def begin(self, case: Case, name: str) -> None:
        await desks.save(self.desk.store, self.person.staff.id, encode(Draft(case.number)))
        await self.say(name, (((self.words("cancel"), "cancel"),),), case.number)

    async def draft(self) -> Draft:
        kept = await desks.load(self.desk.store, self.person.staff.id)
        return msgspec.json.decode(kept, type=Draft) if kept else Draft()

    async def forget(self) -> None:
        await desks.save(self.desk.store, self.person.staff.id, b"")
        await self.say("cancelled")

    async def text(self, said: str) -> None:
        draft = await self.draft()
        case = await self.own_case(draft.case)
        if case is not None and case.closed_at is None:
            await self.preview(case, said)
            return
        await desks.save(self.desk.store, self.person.staff.id, encode(Draft(0, said)))
        lines = await cases.open_in(self.desk.store, self.person.staff.region, 50)
        mine = [line for line in lines if line.taken_by == self.person.staff.id][:4]
        def key(name: str, number: int, value: str) -> Key:
            label = self.words(name, **({"number": number} if name == "to_family" else {}))
            token = self.desk.speech.buttons.token(owner(number), 0, value, self.to.value)
            return Key(label, token)

        rows: list[tuple[Key, ...]] = [
            (key("to_family", line.number, "family"),) for line in mine
        ]
        if len(mine) == 1:
            rows.append((key("note", mine[0].number, "note"), key("nobody", 0, "nobody")))
        else:
            rows.append((key("nobody", 0, "nobody"),))
        order = Order(kind="send", html=self.words("for_whom"), rows=tuple(rows))
        await self.desk._quietly(
            Write(update=self.update, owed=(Owed(to=self.to, order=encode(order)),))
        )

    async def preview(self, case: Case, said: str) -> None:
        if not said.strip():
            await self.begin(case, "type_answer")
            return
        await desks.save(self.desk.store, self.person.staff.id, encode(Draft(case.number, said)))
        spoken = case.intake.language if case.intake else "lv"
        rows: tuple[Row, ...] = (
            ((self.words("send"), "send"),),
            ((self.words("edit"), "edit"), (self.words("cancel"), "cancel")),
        )
        adverb = wording.in_language(self.language, spoken, self.desk.edition.texts)
        await self.say("preview", rows, case.number, text=said, language=adverb)

    async def to_family(self, case: Case, text: str) -> None:
        confirm = self.told(self.words("sent", number=case.number))
        people = await staff.coordinators(self.desk.store, case.region)
        changed = msgspec.structs.replace(case, state=case.state if case.taken_by else "asked")
        await self.on_case(changed, "words", "to_family", people, text, owed=confirm)
        await desks.save(self.desk.store, self.person.staff.id, b"")

    async def note_down(self, case: Case, text: str) -> None:
        """Keep a note with the case; no family sees it."""
        line = CaseEvent(case.number, self.now, self.person.staff.id, "note", text)
        owed = self.told(self.words("noted", number=case.number))
        await self.desk._quietly(
            Write(update=self.update, family=case.family, events=(line,), owed=owed)
        )

    async def keep_note(self, case: Case) -> None:
        await self.note_down(case, (await self.draft()).text)
        await desks.save(self.desk.store, self.person.staff.id, b"")

    async def move(self, case: Case, region: str) -> None:
        geography = self.desk.edition.programme.geography
        if region not in geography.regions or region == case.region:
            rows = tuple(
                ((geography.place_names(each).of(self.language), f"move:{each}"),)
                for each in geography.regions
                if each != case.region
            )
            rows += (((self.words("cancel"), "cancel"),),)
            await self.say("which_region", rows, case.number)
            return
        moved = msgspec.structs.replace(
            case, region=region, state="new", taken_by="", taken_at=None
        )
        there = await staff.coordinators(self.desk.store, region)
        here = await staff.coordinators(self.desk.store, case.region)
        html = self.words("moved", number=case.number, region=self.desk.cards.region(self.language, region))
        gone = tuple(
            Owed(to=to, order=encode(Order(kind="edit", html=escape(html, quote=False))),
                 ref=f"card:{case.number}")
            for person in here for to in person.addresses
        )  # fmt: skip
        if not there:
            gone += self.desk.cards.nobody(
                moved, await staff.with_role(self.desk.store, "operator"), self.now
            )
        cards = self.desk.cards.new_case(moved, there, self.now)
        await self.on_case(moved, "moved", "moved", [], extra=region, owed=(*gone, *cards))

    async def finish(self, case: Case, reason: str) -> None:
        if reason not in REASONS:
            rows = tuple(((self.words(f"reason_{each}"), f"finish:{each}"),) for each in REASONS)
            rows += (((self.words("cancel"), "cancel"),),)
            await self.say("which_reason", rows, case.number)
            return
        done = msgspec.structs.replace(case, state="closed", closed_at=self.now, reason=reason)
        people = await staff.coordinators(self.desk.store, case.region)
        html = self.words("closed", number=case.number, reason=self.words(f"reason_{reason}"))
        await self.on_case(done, "closed", "closed", people, extra=reason, owed=self.told(html))
