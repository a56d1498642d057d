"""One act of one coordinator: what a tap, a text or a command of staff does.

A menu or preview is good for one act. Its buttons carry its number (made of the update that
opened it), and the act is stored under that number, so a tap that comes twice does nothing more.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bot.channels.channel import Key, Order
from bot.speech import by_day, encode
from bot.staff.cards import REASONS, SPOKEN, Row, owner, talk_is_open
from bot.staff.rights import COORDINATOR, may_work, somebody, workers
from dialogs import wording
from dialogs.conversation import Turn
from dialogs.messages import Drawn
from storage import cases, conversations, desks, staff
from storage.conversations import Known
from storage.staff import Person
from storage.write import Address, Case, CaseEvent, Owed, Write

if TYPE_CHECKING:
    from bot.staff.desk import Desk

QUESTIONS = ("month", "code", "home", "call")
"""Questions to families that exist in every language."""
LONGEST = 3000
"""Characters of a coordinator's message."""
LISTED = 20
"""Cases in one list."""
OFFERED = 4
"""Families offered for a text typed without a button."""


class Draft(Struct, frozen=True, omit_defaults=True):
    """What a coordinator is in the middle of: for which case (0: not said yet), and what was
    typed so far. ``menu`` is the number of the message that shows it."""

    case: int = 0
    text: str = ""
    menu: int = 0


class Act:
    """One act of one staff member at one moment."""

    def __init__(
        self, desk: Desk, person: Person, to: Address, update: tuple[str, str], now: datetime
    ) -> None:
        self.desk = desk
        self.store = desk.store
        self.cards = desk.cards
        self.person = person
        self.to = to
        self.update = update
        self.now = now
        self.language = person.staff.language
        self.menu = zlib.crc32("|".join(update).encode()) % 999_999 + 1
        """The number of the menu this act opens, if it opens one."""
        self.used = 0
        """The number of the menu that was tapped; 0 for a card's own buttons."""

    # -- saying ---------------------------------------------------------------------------------

    def words(self, name: str, /, **args: object) -> str:
        """A text of the staff's chat in this person's language."""
        return self.cards.say(self.language, name, **args)

    def message(self, html: str, rows: tuple[Row, ...] = (), number: int = 0) -> tuple[Owed, ...]:
        """A message here; with buttons it is the menu of this act."""
        order = self.desk.speech.order("send", Drawn(html, rows), owner(number), self.menu, self.to)
        return (Owed(to=self.to, order=order, ref=_menu_ref(self.menu) if rows else ""),)

    def bared(self, menu: int) -> tuple[Owed, ...]:
        """A menu without its buttons."""
        if not menu:
            return ()
        return (Owed(to=self.to, order=encode(Order(kind="bare")), ref=_menu_ref(menu)),)

    @property
    def once(self) -> tuple[str, str]:
        """The name under which this act is stored: of the menu used, else of the update."""
        return self._once(self.used) if self.used else self.update

    def _once(self, menu: int) -> tuple[str, str]:
        return "desk", f"{self.person.staff.id}:{menu}"

    async def say(
        self, name: str, /, rows: tuple[Row, ...] = (), number: int = 0, old: int = 0,
        **args: object,
    ) -> None:  # fmt: skip
        """Answer with a text of the staff's chat; ``old`` is a menu done with by this."""
        html = self.words(name, **({"number": number} if number else {}), **args)
        done = self.bared(self.used) + (self.bared(old) if old != self.used else ())
        owed = done + self.message(html, rows, number)
        await self.desk.quietly(Write(update=self.once, owed=owed))

    # -- commands -------------------------------------------------------------------------------

    async def command(self, name: str, rest: str) -> None:
        """/cases, /case N, /start; anything else gets the help."""
        number = rest.strip()
        if name == "cases":
            await self.list_cases()
        elif name == "case" and number.isascii() and number.isdecimal() and len(number) < 10:
            await self.show(int(number))
        elif name == "start":
            await self.desk.welcome(self.person, self.update, self.now)
        else:
            await self.say("help")

    async def list_cases(self) -> None:
        """The open cases this person may work on, the most urgent first."""
        lines = []
        if self.person.staff.role == COORDINATOR:
            lines = await cases.open_in(self.store, self.person.staff.region)
            lines += await cases.open_in(self.store, "")
        lines.sort(key=lambda line: (not line.urgent, line.due_on, line.number))
        found = [await cases.by_number(self.store, line.number) for line in lines[:LISTED]]
        if not found:
            await self.say("no_cases")
            return
        html = self.words("cases", n=len(lines))
        await self.desk.quietly(
            Write(update=self.update, owed=self.listed(html, [each for each in found if each]))
        )

    def listed(self, html: str, found: list[Case]) -> tuple[Owed, ...]:
        """A message with a button for each case."""
        rows = tuple(
            (self.key(self.cards.label(case, self.language), case.number, 0, "show"),)
            for case in found
        )
        return (Owed(to=self.to, order=encode(Order(kind="send", html=html, rows=rows))),)

    def key(self, label: str, number: int, menu: int, value: str) -> Key:
        """A button about a case."""
        token = self.desk.speech.buttons.token(owner(number), menu, value, self.to.value)
        return Key(label, token)

    async def show(self, number: int) -> None:
        """The card at the bottom of the chat."""
        case = await self.own_case(number)
        if case is None:
            await self.say("not_yours")
            return
        if case.intake is None:  # its family's key is gone: nothing can be said under it
            await self.say("withdrawn", number=case.number)
            return
        here = msgspec.structs.replace(self.person, addresses=(self.to,))
        owed = self.cards.whole(case, here)
        await self.desk.quietly(Write(update=self.update, family=case.family, owed=owed))

    # -- buttons --------------------------------------------------------------------------------

    async def own_case(self, number: int) -> Case | None:
        """The case, if this person may work on it now."""
        case = await cases.by_number(self.store, number) if number else None
        return case if case is not None and may_work(self.person, case.region) else None

    async def tap(self, number: int, menu: int, value: str) -> None:
        """A button of a card (``menu`` 0) or of a menu."""
        self.used = menu
        if menu and await conversations.seen(self.store, *self.once):
            return
        act, _, rest = value.partition(":")
        if act in ("nobody", "cancel"):
            await self.forget()
            return
        case = await self.own_case(number)
        if case is None:
            await self.say("not_yours")
        elif act == "show":
            await self.show(number)
        elif case.closed_at is not None or case.intake is None:
            await self.say("closed_already", number=number)
        elif act == "take":
            await self.take(case)
        elif act == "ask":
            await self.ask(case)
        elif act == "answer":
            await self.begin(case, "type_answer")
        elif act == "q":
            await self.question(case, rest)
        elif act in ("send", "edit", "family", "note"):
            await self.with_draft(case, act)
        elif act == "end":
            await self.end_talk(case)
        elif act == "move":
            await self.move(case, rest)
        elif act == "finish":
            await self.finish(case, rest)
        else:
            await self.say("help")

    async def on_case(
        self, case: Case, act: str, event: str, owed: tuple[Owed, ...], *, text: str = "",
        extra: str = "",
    ) -> None:  # fmt: skip
        """Change a case and tell its family; together or not at all. Raises Stale."""
        turn = Turn("-".join(self.once), self.now, "staff", text, value=act, extra=extra)
        line = CaseEvent(case.number, self.now, self.person.staff.id, event, text)
        told = self.bared(self.used) + owed
        write = Write(
            update=self.once, family=case.family, cases=(case,), events=(line,), owed=told
        )
        if not await self.desk.turns.act(case.conversation, turn, write):
            await self.desk.quietly(write)

    async def take(self, case: Case) -> None:
        """The case is this person's now; one from the shared queue comes into their region."""
        if case.taken_by:
            if case.taken_by != self.person.staff.id:
                await self.say("already_taken", number=case.number)
            return
        mine = self.person.staff.region
        state = case.state if case.state in SPOKEN else "taken"
        taken = msgspec.structs.replace(
            case, state=state, region=mine, taken_by=self.person.staff.id, taken_at=self.now
        )
        owed = self.cards.redrawn(taken, await workers(self.store, mine))
        if not case.region:
            others = [p for p in await workers(self.store, "") if p.staff.region != mine]
            for person in others:
                region = self.cards.region(person.staff.language, mine)
                owed += self.cards.gone(case, (person,), "taken_elsewhere", region=region)
        await self.on_case(taken, "taken", "taken", owed, extra=mine)

    async def ask(self, case: Case) -> None:
        """What can be asked; the language it will be asked in is said."""
        rows = tuple(((self.words(f"q_{name}"), f"q:{name}"),) for name in QUESTIONS)
        rows += (((self.words("write_other"), "q:other"),), ((self.words("cancel"), "cancel"),))
        adverb = self._adverb(await self._spoken(case))
        await self.say("what_to_ask", rows, case.number, language=adverb)

    async def question(self, case: Case, name: str) -> None:
        """One of the questions that exist, or one to be written."""
        if name not in QUESTIONS:
            await self.begin(case, "type_question")
            return
        spoken, texts = await self._spoken(case), self.desk.edition.texts
        talk = await self._talk(case)
        if talk is not None and talk.conversation is not None:
            c = talk.conversation
            texts = self.desk.speech.editions.of(c.revision).speaking(c.language, c.second).texts
        text = texts.say(spoken, f"staff:q_{name}_text")
        await self.to_family(case, text)

    async def _talk(self, case: Case) -> Known | None:
        return await conversations.load(self.store, case.conversation)

    async def _spoken(self, case: Case) -> str:
        """The language the family reads now."""
        talk = await self._talk(case)
        if talk is not None and talk.conversation is not None and talk.conversation.language:
            return talk.conversation.language
        return case.intake.language if case.intake is not None else "lv"

    async def spoken_here(self, case: Case) -> str:
        """The language the family reads now, as an adverb in this person's language."""
        return self._adverb(await self._spoken(case))

    def _adverb(self, spoken: str) -> str:
        return wording.in_language(self.language, spoken, self.desk.edition.texts)

    # -- writing to a family --------------------------------------------------------------------

    async def draft(self) -> Draft:
        """What this person is in the middle of."""
        kept = await desks.load(self.store, self.person.staff.id)
        return msgspec.json.decode(kept, type=Draft) if kept else Draft()

    async def keep(self, draft: Draft, family: str = "") -> None:
        """Remember what this person is in the middle of; words for a family under its key."""
        content = encode(draft) if draft.menu else b""
        await desks.save(self.store, self.person.staff.id, content, family)

    async def begin(self, case: Case, name: str) -> None:
        """The next text typed is for this family."""
        old = (await self.draft()).menu
        await self.keep(Draft(case.number, menu=self.menu))
        rows = (((self.words("cancel"), "cancel"),),)
        await self.say(name, rows, case.number, old if old != self.menu else 0)

    async def text(self, said: str) -> None:
        """Something typed: for the case it was asked for, else nobody's until that is said."""
        if self.person.staff.role != COORDINATOR:
            await self.say("help")
            return
        before = await self.draft()
        text = before.text
        if before.menu != self.menu:  # else this text was added before something went wrong
            text = "\n".join(filter(None, (before.text, said)))[:LONGEST]
        case = await self.own_case(before.case)
        if case is not None and case.closed_at is None and case.intake is not None:
            await self.preview(case, text, before.menu)
        else:
            await self.for_whom(text, before.menu)

    async def for_whom(self, text: str, old: int) -> None:
        """Typed without a button: it goes nowhere before that is answered."""
        await self.keep(Draft(0, text, self.menu))
        lines = await cases.open_in(self.store, self.person.staff.region)
        mine = [line for line in lines if line.taken_by == self.person.staff.id][:OFFERED]
        rows = [
            (self.key(self.words("to_family", number=n), n, self.menu, "family"),)
            for n in (line.number for line in mine)
        ]
        last = [self.key(self.words("nobody"), 0, self.menu, "nobody")]
        if len(mine) == 1:
            last.insert(0, self.key(self.words("note"), mine[0].number, self.menu, "note"))
        order = Order(kind="send", html=self.words("for_whom"), rows=(*rows, tuple(last)))
        menu = Owed(to=self.to, order=encode(order), ref=_menu_ref(self.menu))
        await self.desk.quietly(Write(update=self.update, owed=(*self._bared_but(old), menu)))

    def _bared_but(self, menu: int) -> tuple[Owed, ...]:
        return self.bared(menu) if menu != self.menu else ()

    async def preview(self, case: Case, text: str, old: int = 0) -> None:
        """What the family will see, its language named; nothing is sent yet."""
        await self.keep(Draft(case.number, text, self.menu), case.family)
        spoken = await self._spoken(case)
        html = self.words("preview", number=case.number, text=text, language=self._adverb(spoken))
        rows: tuple[Row, ...] = (
            ((self.words("send"), "send"),),
            ((self.words("edit"), "edit"), (self.words("cancel"), "cancel")),
        )
        before = self._bared_but(old) + self.bared(self.used if self.used != old else 0)
        owed = before + self.message(html, rows, case.number)
        await self.desk.quietly(Write(update=self.once, family=case.family, owed=owed))

    async def with_draft(self, case: Case, act: str) -> None:
        """A button under a preview or under the question whom a text is for."""
        draft = await self.draft()
        if draft.menu != self.used or not draft.text or draft.case not in (0, case.number):
            await self.say("settled")
        elif act == "send":
            await self.to_family(case, draft.text)
        elif act == "edit":
            await self.begin(case, "type_answer")
        elif act == "family":
            await self.preview(case, draft.text)
        else:
            await self.note_down(case, draft.text)
            await self.keep(Draft())

    async def note_down(self, case: Case, text: str) -> None:
        """Keep a note with the case; no family sees it."""
        line = CaseEvent(case.number, self.now, self.person.staff.id, "note", text)
        owed = self.bared(self.used) + self.message(self.words("noted", number=case.number))
        await self.desk.quietly(
            Write(update=self.once, family=case.family, events=(line,), owed=owed)
        )

    async def to_family(self, case: Case, text: str) -> None:
        """Send words to the family; by day, unless the case is urgent."""
        talk = await self._talk(case)
        if talk is None or talk.blocked:
            await self.say("family_gone", number=case.number)
            return
        country = case.intake.country if case.intake is not None else ""
        night = not case.urgent and by_day(country, self.now) is not None
        html = self.words("sent_by_day" if night else "sent_words", number=case.number, text=text)
        answered = msgspec.structs.replace(case, state="answered")
        owed = self.message(html)
        if not talk_is_open(case):  # its end is a button of the card from now on
            owed = self.cards.redrawn(answered, await workers(self.store, case.region)) + owed
        await self.on_case(answered, "words", "to_family", owed, text=text)
        await self.keep(Draft())

    async def end_talk(self, case: Case) -> None:
        """The talk is over for now: the bot may speak again, and no answer is owed."""
        if not talk_is_open(case):
            await self.say("settled")
            return
        quiet = msgspec.structs.replace(case, state="quiet")
        owed = self.cards.redrawn(quiet, await workers(self.store, case.region))
        owed += self.message(self.words("talk_ended", number=case.number))
        await self.on_case(quiet, "ended", "ended", owed)

    async def forget(self) -> None:
        """Nothing is sent; the menu is done with."""
        draft = await self.draft()
        if draft.menu == self.used:
            await self.keep(Draft())
        await self.say("cancelled")

    # -- handing on and ending ------------------------------------------------------------------

    async def move(self, case: Case, region: str) -> None:
        """Hand the case to another region; who gave it sees it no more."""
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
        state = case.state if case.state in SPOKEN else "new"
        moved = msgspec.structs.replace(
            case, region=region, state=state, taken_by="", taken_at=None
        )
        there = await workers(self.store, region)
        here = [p for p in await workers(self.store, case.region) if p.staff.region != region]
        owed: tuple[Owed, ...] = ()
        for person in here:
            name = self.cards.region(person.staff.language, region)
            owed += self.cards.gone(case, (person,), "moved", region=name)
        owed += self.cards.new_case(moved, there, self.now)
        if not somebody(there):
            owed += self.cards.nobody(moved, await staff.with_role(self.store, "operator"))
        name = self.cards.region(self.language, region)
        html = self.words("moved", number=case.number, region=name)
        await self.on_case(moved, "moved", "moved", owed + self.message(html), extra=region)

    async def finish(self, case: Case, reason: str) -> None:
        """Close the case; the reason is asked."""
        if reason not in REASONS:
            rows = tuple(((self.words(f"reason_{each}"), f"finish:{each}"),) for each in REASONS)
            rows += (((self.words("cancel"), "cancel"),),)
            await self.say("which_reason", rows, case.number)
            return
        done = msgspec.structs.replace(case, state="closed", closed_at=self.now, reason=reason)
        html = self.words("closed", number=case.number, reason=self.words(f"reason_{reason}"))
        owed = self.cards.redrawn(done, await workers(self.store, case.region))
        await self.on_case(done, "closed", "closed", owed + self.message(html))


def _menu_ref(menu: int) -> str:
    return f"menu:{menu}"
