"""The case page: a coordinator's desk without Telegram, on the same acts as in the chat.

Rights are looked up at every request; what does not exist and what belongs to others is answered
alike. Signing in is ``sign_in``'s.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from msgspec import Struct
from starlette.responses import Response
from starlette.routing import Route

from bot.staff.act import LONGEST, QUESTIONS, Act
from bot.staff.cards import REASONS, Row, talk_is_open
from bot.staff.rights import COORDINATOR
from bot.web.markup import page_html
from bot.web.pages import Ask, Pages
from bot.web.sign_in import Entrance
from dialogs import wording
from dialogs.programme.workdays import in_latvia
from storage import cases
from storage.staff import Person
from storage.write import Address, Case, Owed, Stale

if TYPE_CHECKING:
    from bot.office import Office

LISTED = 100
HERE = Address("", "page", "")
"""Where an act of the page is answered: on the page itself."""


class PageAct(Act):
    """An act of the page: what is said stands on the page shown next."""

    said: str = ""

    def message(self, html: str, rows: tuple[Row, ...] = (), number: int = 0) -> tuple[Owed, ...]:
        """Keep what is said."""
        self.said = html
        return ()

    def bared(self, menu: int) -> tuple[Owed, ...]:
        """A page has no menus to take away."""
        return ()


class Line(Struct, frozen=True):
    """A case in the list."""

    number: int
    label: str
    due: str
    urgent: bool
    state: str
    yours: bool


class CasePages:
    """The pages under ``/desk``."""

    def __init__(
        self,
        office: Office,
        pages: Pages,
        entrance: Entrance,
    ) -> None:
        self.office = office
        self.store = office.store
        self.desk = office.turns.desk
        self.pages = pages
        self.entrance = entrance
        self._said: dict[str, str] = {}

    def routes(self) -> list[Route]:
        """All pages of the desk."""
        route = self.pages.route
        return [
            route("/desk", self.listed),
            route("/desk/cases/{number}", self.show),
            route("/desk/cases/{number}/{act}", self.act, "POST"),
        ]

    async def person(self, ask: Ask) -> Person | None:
        """The coordinator of this browser, if they may work now."""
        return await self.entrance.person(ask, COORDINATOR)

    # -- reading --------------------------------------------------------------------------------

    async def listed(self, ask: Ask) -> Response:
        """Open cases of the own region and of the shared queue, the most urgent first."""
        person = await self.person(ask)
        if person is None:
            return self.pages.go("/desk/in")
        language, region = person.staff.language, person.staff.region
        found = await cases.open_in(self.store, region, LISTED)
        found += await cases.open_in(self.store, "", LISTED) if region else []
        lines = []
        for each in found:
            case = await cases.by_number(self.store, each.number)
            if case is not None and case.intake is not None:
                lines.append(self._line(case, person))
        lines.sort(key=lambda line: not line.urgent)
        return self.pages.page(
            "cases.html", language, lines=lines, region=self.desk.cards.region(language, region),
            said=self._said.pop(person.staff.id, ""),
        )  # fmt: skip

    def _line(self, case: Case, person: Person) -> Line:
        language = person.staff.language
        due = wording.day(language, case.due_on) if case.due_on else ""
        yours = case.taken_by == person.staff.id
        return Line(
            case.number, self.desk.cards.label(case, language), due, bool(case.urgent),
            self._state(case, language, yours=yours), yours,
        )  # fmt: skip

    def _state(self, case: Case, language: str, *, yours: bool) -> str:
        name = "desk_new"
        if case.closed_at is not None:
            name = "desk_closed"
        elif yours:
            name = "desk_yours"
        elif case.taken_by:
            name = "desk_taken"
        return self.pages.say(language, name)

    def _act(self, person: Person, name: str) -> PageAct:
        update = ("desk", f"{person.staff.id}:{name[:24]}")
        return PageAct(self.desk, person, HERE, update, self.office.clock())

    def _missing(self, language: str) -> Response:
        return self.pages.message(language, "desk_missing", 404, way=("/desk", "desk_all"))

    async def _found(self, ask: Ask, act: PageAct) -> Case | None:
        text = ask.part("number")
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            return None
        return await act.own_case(int(text))

    async def show(self, ask: Ask) -> Response:
        """One case: its card, what can be done, its history."""
        person = await self.person(ask)
        if person is None:
            return self.pages.go("/desk/in")
        act = self._act(person, secrets.token_urlsafe(9))
        case = await self._found(ask, act)
        if case is None:
            return self._missing(person.staff.language)
        return await self._case(person, act, case)

    async def _case(self, person: Person, act: PageAct, case: Case) -> Response:
        language = person.staff.language
        more = self.pages.say(language, "more")
        cards = self.desk.cards
        blocks = cards.drawn(case, person).html.split("\n\n")
        events = [
            (
                wording.stamp(language, each.at, self.office.edition.texts),
                self.pages.say(language, f"event_{each.kind}")
                if f"web:event_{each.kind}" in self.office.edition.texts.entries
                else self.pages.say(language, "event_other"),
                each.text if each.kind in ("to_family", "message", "note") else "",
            )
            for each in await cases.events(self.store, case.number)
        ]
        geography = self.office.edition.programme.geography
        regions = [
            (each, geography.place_names(each).of(language))
            for each in geography.regions
            if each != case.region
        ]
        return self.pages.page(
            "case.html", language, number=case.number,
            blocks=[page_html(block, more=more) for block in blocks],
            open=case.closed_at is None and case.intake is not None,
            taken=bool(case.taken_by), talking=talk_is_open(case),
            yours=case.taken_by == person.staff.id,
            urgent=bool(case.urgent),
            state=self._state(case, language, yours=case.taken_by == person.staff.id),
            questions=[(name, act.words(f"q_{name}")) for name in QUESTIONS],
            spoken=await act.spoken_here(case), regions=regions,
            reasons=[(each, act.words(f"reason_{each}")) for each in REASONS],
            act=secrets.token_urlsafe(9), words=act.words, events=events, longest=LONGEST,
            said=page_html(self._said.pop(person.staff.id, "")),
            received=in_latvia(case.received_at),
        )  # fmt: skip

    # -- doing ----------------------------------------------------------------------------------

    async def act(self, ask: Ask) -> Response:
        """Take, question, check, send, note, end of the talk, move or finish."""
        person = await self.person(ask)
        if person is None:
            return self.pages.go("/desk/in")
        act = self._act(person, ask.field("act", 24))
        case = await self._found(ask, act)
        if case is None:
            return self._missing(person.staff.language)
        language, here = person.staff.language, f"/desk/cases/{case.number}"
        if case.closed_at is not None or case.intake is None:
            self._said[person.staff.id] = act.words("closed_already", number=case.number)
            return self.pages.go(here)
        wanted, text = ask.part("act"), ask.field("text", LONGEST).strip()
        if wanted == "check":
            if not text:
                return self.pages.go(here)
            return self.pages.page(
                "check.html", language, number=case.number, text=text,
                spoken=await act.spoken_here(case), act=secrets.token_urlsafe(9), words=act.words,
            )  # fmt: skip
        try:
            await self._do(act, case, wanted, text, ask)
        except (Stale, RuntimeError):
            act.said = self.pages.say(language, "desk_changed")
        self._said[person.staff.id] = act.said
        still = await act.own_case(case.number)
        return self.pages.go(here if still is not None else "/desk")

    async def _do(self, act: PageAct, case: Case, wanted: str, text: str, ask: Ask) -> None:
        if wanted == "take":
            await act.take(case)
        elif wanted == "question" and ask.field("name") in QUESTIONS:
            await act.question(case, ask.field("name"))
        elif wanted == "send" and text:
            await act.to_family(case, text)
        elif wanted == "note" and text:
            await act.note_down(case, text)
        elif wanted == "end":
            await act.end_talk(case)
        elif wanted == "move" and ask.field("region"):
            await act.move(case, ask.field("region"))
        elif wanted == "finish" and ask.field("reason") in REASONS:
            await act.finish(case, ask.field("reason"))
