"""The console of script admins: its rooms, who may enter, and how every page of it is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.staff.rights import SCRIPT_ADMIN
from bot.web.pages import LANGUAGES, Ask, Pages
from bot.web.sign_in import Entrance
from bot.web.studio.bench import Benches
from bot.web.studio.names import tongue
from bot.web.studio.sitting import Sitting, number
from bot.web.studio.workshop import Change, Clash, Head, Part, Workshop, told
from dialogs import wording
from dialogs.texts import Texts
from dialogs.yaml_edit import EditFault
from storage import staff
from storage.drafts import Version

if TYPE_CHECKING:
    from bot.office import Office

ROOMS = (
    ("script", "/studio"),
    ("texts", "/studio/texts"),
    ("publish", "/studio/publish"),
    ("data", "/studio/data"),
    ("insight", "/studio/insight"),
)
BODY = 600_000
"""Bytes of a form: a whole script may be sent as a file (storage keeps 256 KB of one)."""
FIELDS = 400
ABOUT_FORM = ("version", "do", "also", "part", "to")
"""Fields that say what a form is, not what somebody wrote in it."""
LOOK = 1.0
"""Seconds between two looks of an open page for what others changed."""
BEAT = 15
"""Looks after which a quiet stream says that it is alive, and rights are looked up anew."""


Handler = Callable[[Sitting], Awaitable[Response]]


class Studio:
    """All rooms."""

    def __init__(self, office: Office, pages: Pages, entrance: Entrance) -> None:
        # The rooms import this module for their base.
        from bot.web.studio.data_room import DataRoom
        from bot.web.studio.insight_room import InsightRoom
        from bot.web.studio.live_chat import LiveChat
        from bot.web.studio.publish_room import PublishRoom
        from bot.web.studio.script_room import ScriptRoom
        from bot.web.studio.texts_room import TextsRoom

        self.office = office
        self.pages = pages
        self.entrance = entrance
        self.workshop = Workshop(office)
        self.benches = Benches(self)
        self.chat = LiveChat(self)
        self.rooms = (
            ScriptRoom(self), TextsRoom(self), PublishRoom(self), DataRoom(self),
            InsightRoom(self),
        )  # fmt: skip
        self._said: dict[str, str] = {}

    def routes(self) -> list[Route]:
        """Every route of the studio; each lets in script admins alone."""
        found = [
            self.route("/studio/events", self.events),
            self.route("/studio/undo", self.undo, "POST"),
            *self.chat.routes(),
        ]
        for room in self.rooms:
            found += room.routes()
        # What does not exist looks like what is not yours, and like the sign-in to strangers.
        return [*found, self.route("/studio/{rest:path}", self.nowhere, "GET", "POST")]

    def route(self, path: str, handler: Handler, *methods: str) -> Route:
        """A route for script admins; posts must come from a form drawn for this sitting."""

        async def guarded(ask: Ask) -> Response:
            person = await self.entrance.person(ask)
            if person is None:
                return self._held(ask, ask.language) or self.pages.go("/desk/in")
            language = person.staff.language
            if person.staff.role != SCRIPT_ADMIN:
                return self._missing(language)
            token = self.entrance.token(ask)
            if ask.request.method == "POST" and not self.entrance.genuine(ask):
                held = self._held(ask, language, token)
                return held or self.pages.message(language, "studio_old_form", 403)
            return await handler(Sitting(ask, person, token))

        return self.pages.route(path, guarded, *methods, most=BODY, fields=FIELDS)

    def _held(self, ask: Ask, language: str, token: str = "") -> Response | None:
        """What was written while the sitting ended, to be sent once more; None for an empty form.

        With the ``token`` of a new sitting it can be sent at once, else one signs in first. It
        shows only what this very request brought from a page of ours.
        """
        own = [(name, value) for name, value in ask.pairs if name != "token"]
        if all(name in ABOUT_FORM or not value for name, value in own):
            return None
        words = [value for _, value in own if " " in value.strip() or "\n" in value.strip()]
        return self.pages.page("studio/held.html", language, 403, token=token, pairs=own,
                               words=words, action=ask.request.url.path)  # fmt: skip

    def _missing(self, language: str) -> Response:
        return self.pages.message(language, "studio_missing", 404)

    async def nowhere(self, sit: Sitting) -> Response:
        """There is nothing at this address."""
        return self._missing(sit.language)

    # -- drawing ---------------------------------------------------------------------------------

    @property
    def texts(self) -> Texts:
        """The texts of the pages."""
        return self.pages.texts

    def say(self, language: str, name: str, /, **args: object) -> str:
        """A text of the studio."""
        return self.texts.say(language, f"studio:{name}", **args)

    def group(self, language: str, name: str) -> str:
        """Which of the assistant's words a text is: "Pages and mails"; "" of an unknown kind.

        A name without a colon is one of the script's own.
        """
        kind = name.partition(":")[0] if ":" in name else "own"
        known = f"studio:texts_of.{kind}" in self.texts.entries
        return self.say(language, f"texts_of.{kind}") if known else ""

    def rule(self, language: str, name: str) -> str:
        """What a setting of the programme is called; a new one has only its name."""
        known = f"studio:rule.{name}" in self.texts.entries
        return self.say(language, f"rule.{name}") if known else name

    def tell(self, sit: Sitting, text: str) -> None:
        """Say something on the page shown next."""
        self._said[sit.who] = text

    async def page(
        self, sit: Sitting, template: str, room: str, head: Head, status: int = 200, **values: Any
    ) -> Response:
        """A page of the console."""
        language = sit.language

        say = partial(self.say, language)
        version = head.version
        undo = self.changed(sit, version) if version is not None else ""
        return self.pages.page(
            f"studio/{template}", language, status, s=say, token=sit.token, room=room,
            rooms=[(name, path, say(f"room.{name}")) for name, path in ROOMS], version=head.number,
            tongues=[(code, tongue(code, code)) for code in LANGUAGES],
            said=self._said.pop(sit.who, ""), undo=undo,
            unsaved=sit.ask.request.method == "POST", **values,
        )  # fmt: skip

    def changed(self, sit: Sitting, version: Version) -> str:
        """What a version changed, in words: "Question changed: rooms (11.42)"."""
        name, *args = told(version)
        filled = {f"a{n}": arg for n, arg in enumerate(args)}
        if name == "undone":
            filled = {}
        try:
            text = self.say(sit.language, f"change.{name}", **filled)
        except KeyError:
            text = self.say(sit.language, "change.changed")
        return text

    def at(self, sit: Sitting, version: Version) -> str:
        """When a version was made."""
        return wording.stamp(sit.language, version.at, self.texts)

    async def by(self, sit: Sitting, who: str) -> str:
        """Who did something: you, an address, or a login."""
        if who == sit.who:
            return self.say(sit.language, "you")
        person = await staff.by_id(self.office.store, who) if len(who) == 12 else None
        if person is None:
            return self.say(sit.language, "service") if who == "service" else who
        mails = [each.value for each in person.addresses if each.channel == "email"]
        return mails[0] if mails else self.say(sit.language, "colleague")

    # -- what all rooms do -----------------------------------------------------------------------

    async def keep(
        self, sit: Sitting, change: Change, what: tuple[str, ...], part: Part | None = None,
        clash: str = "clash_form",
    ) -> Head | None:  # fmt: skip
        """Make a change and say that it is kept, or why not (then None).

        ``what`` and ``part`` as for ``Workshop.save``; ``clash`` is what is said when somebody
        else was faster: a form is then drawn again with what was written. Raises Faulty.
        """
        try:
            head = await self.workshop.save(sit.who, sit.version, change, what, part)
        except Clash as met:
            version = met.head.version
            who = await self.by(sit, version.who) if version is not None else ""
            self.tell(sit, self.say(sit.language, clash, who=who))
            return None
        except EditFault:
            self.tell(sit, self.say(sit.language, "cannot_edit"))
            return None
        self.tell(sit, self.say(sit.language, "saved"))
        return head

    async def undo(self, sit: Sitting) -> Response:
        """Take the latest edit back."""
        back = self.pages.inside(sit.ask, "/studio")
        try:
            await self.workshop.undo(sit.who, sit.version)
            self.tell(sit, self.say(sit.language, "undone"))
        except Clash:
            self.tell(sit, self.say(sit.language, "undo_clash"))
        return self.pages.go(back)

    async def events(self, sit: Sitting) -> Response:
        """Server-sent events: that others changed the draft, that the check is done."""
        seen = number(sit.ask.query("version"))

        async def look(told_of: int) -> tuple[int, str, str]:
            """The newest version, a word if another one made it since, and its mark if checked."""
            head = await self.workshop.head()
            text = ""
            version = head.version
            if version is not None and version.number != told_of and version.who != sit.who:
                by = await self.by(sit, version.who)
                text = self.say(sit.language, "others_changed", who=by)
            done = self.workshop.compiling(head).done()
            return head.number, text, head.mark if done else ""

        async def stream() -> AsyncIterator[str]:
            yield "retry: 3000\n\n"
            told_of, checked = seen, ""
            looks = 0
            while True:
                # A look that was begun is ended, though the page may be gone by then.
                told_of, text, mark = await asyncio.shield(look(told_of))
                if text:
                    yield f"event: changed\ndata: {text}\n\n"
                if mark and mark != checked:
                    checked = mark
                    yield f"event: checked\ndata: {told_of}\n\n"
                looks += 1
                if looks % BEAT == 0:
                    if await self.entrance.person(sit.ask, SCRIPT_ADMIN, touch=False) is None:
                        return
                    yield ": here\n\n"
                await asyncio.sleep(LOOK)

        return StreamingResponse(stream(), media_type="text/event-stream")

