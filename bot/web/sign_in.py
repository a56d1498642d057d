"""The one entrance for staff: a one-use link from a mail, or an invitation code.

Who may see what is decided by the rooms behind it, at every request, by the person's role.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from starlette.responses import Response
from starlette.routing import Route

from bot.limits import Allowance
from bot.links import Links
from bot.mails import Mails
from bot.staff.rights import COORDINATOR, SCRIPT_ADMIN
from bot.web.pages import LANGUAGES, Ask, Pages
from dialogs.recognise.contact import read_email
from storage import conversations, staff, web
from storage.commit import Committer
from storage.staff import Person
from storage.store import Store, new_id
from storage.write import Write

COOKIE = "majup-desk"
IDLE = timedelta(minutes=30)
LONGEST_SITTING = timedelta(hours=8)
ID = 12
"""Characters of a staff id; a link may name a case behind it."""
FIRST_ROOM = {COORDINATOR: "/desk", SCRIPT_ADMIN: "/studio"}
"""Where each role begins; others have no room here yet and stay outside."""


class Entrance:
    """Signing in and out, and who sits at a browser."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        pages: Pages,
        links: Links,
        mails: Mails,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.committer = committer
        self.pages = pages
        self.links = links
        self.mails = mails
        self.fails = Allowance(5, 900, clock, pause=3600)
        self.mailed = Allowance(5, 3600, clock)
        self._forms = store.keys.derive("forms")

    def routes(self) -> list[Route]:
        """The pages before the rooms."""
        route = self.pages.route
        return [
            route("/desk/in", self.sign_in, "GET", "POST"),
            route("/desk/in/{code}", self.by_link, "GET", "POST"),
            route("/desk/link", self.new_link, "POST"),
            route("/desk/out", self.sign_out, "POST"),
            route("/desk/language", self.speak, "POST"),
        ]

    async def person(self, ask: Ask, *roles: str, touch: bool = True) -> Person | None:
        """Who sits at this browser, if they may work now and have one of these roles.

        Without ``touch`` the sitting goes on being idle.
        """
        key = ask.cookie(self.pages.cookie_name(COOKIE))
        owner = await web.owner_of(
            self.store, "desk", key, idle=IDLE, most=LONGEST_SITTING, touch=touch
        )
        found = await staff.by_id(self.store, owner) if owner else None
        if found is None or found.staff.revoked_at:
            return None
        return found if not roles or found.staff.role in roles else None

    def token(self, ask: Ask) -> str:
        """What every form of this sitting carries; another sitting's is another."""
        key = ask.cookie(self.pages.cookie_name(COOKIE))
        mark = hmac.digest(self._forms, key.encode(), "sha256")[:16]
        return base64.urlsafe_b64encode(mark).rstrip(b"=").decode()

    def genuine(self, ask: Ask) -> bool:
        """Whether a form was drawn for this sitting."""
        return hmac.compare_digest(ask.field("token", 64).encode(), self.token(ask).encode())

    async def _enter(self, person: Person, where: str) -> Response:
        response = self.pages.go(where)
        key = await web.make_key(self.store, "desk", person.staff.id)
        self.pages.set_cookie(response, COOKIE, key)
        return response

    def _form(
        self, language: str, problem: str = "", told: str = "", status: int = 200
    ) -> Response:
        return self.pages.page("sign_in.html", language, status, problem=problem, told=told)

    async def sign_in(self, ask: Ask) -> Response:
        """The sign-in page, and an invitation code written there."""
        if ask.request.method == "GET":
            inside = await self.person(ask, *FIRST_ROOM)
            if inside is not None:
                return self.pages.go(FIRST_ROOM[inside.staff.role])
            return self._form(ask.language)
        if not self.fails.free(ask.client):
            return self.pages.message(ask.language, "too_often", 429)
        code = ask.field("code", 64).strip()
        wrong = self.pages.say(ask.language, "desk_code_bad")
        mail = ask.field("email", 254).strip()
        address = read_email(mail) if mail else None
        if mail and address is None:
            return self._form(ask.language, self.pages.say(ask.language, "desk_email_bad"), "", 422)
        place = ("email", address) if address else ("page", new_id() + new_id())
        found = None
        if len(code) == web.KEY_LENGTH:
            found = await staff.redeem(self.store, code, *place)
        if found is None:
            self.fails.take(ask.client)
            return self._form(ask.language, wrong, "", 403)
        return await self._enter(found, FIRST_ROOM.get(found.staff.role, "/desk"))

    async def by_link(self, ask: Ask) -> Response:
        """A link from a mail; it is used up by the press of its button."""
        if not self.fails.free(ask.client):
            return self.pages.message(ask.language, "too_often", 429)
        code = ask.part("code")
        link = self.links.read("desk", code)
        found = await staff.by_id(self.store, link.subject[:ID]) if link else None
        if link is None or found is None or found.staff.revoked_at:
            self.fails.take(ask.client)
            return self.pages.page("link_gone.html", ask.language, 404)
        language, studio = found.staff.language, found.staff.role == SCRIPT_ADMIN
        number = "" if studio else link.subject[ID:]
        first = FIRST_ROOM.get(found.staff.role, "/desk")
        where = f"/desk/cases/{number}" if number else first
        if ask.request.method == "GET":
            here = await self.person(ask)
            if here is not None and here.staff.id == found.staff.id:
                return self.pages.go(where)  # signed in already: the link is only an address
            if await web.is_used(self.store, code):
                return self.pages.page("link_gone.html", language, 404)
            say = self.pages.say
            opens = say(language, "studio_open" if studio else "desk_open")
            return self.pages.page(
                "press.html", language, heading=opens, text=say(language, "desk_open_text"),
                press=opens,
            )  # fmt: skip
        use = secrets.token_urlsafe(9)  # every use is somebody else's: the link works once
        if not await web.use_link(self.store, code, use, link.until):
            return self.pages.page("link_gone.html", language, 404)
        return await self._enter(found, where)

    async def new_link(self, ask: Ask) -> Response:
        """A new link by mail; the answer is the same whether the address is known or not."""
        told = self.pages.say(ask.language, "desk_link_sent")
        address = read_email(ask.field("email", 254).strip())
        if not self.mailed.take(ask.client):
            return self.pages.message(ask.language, "too_often", 429)
        if address and self.mailed.take(f"to {address}"):
            known = await conversations.find(self.store, "email", address)
            if known is not None and known.staff is not None and not known.staff.revoked_at:
                owed = self.mails.sign_in(known.staff, known.address)
                await self.committer.commit(Write(owed=(owed,)))
        return self._form(ask.language, "", told)

    async def sign_out(self, ask: Ask) -> Response:
        """End this browser's sitting."""
        await web.drop_key(self.store, "desk", ask.cookie(self.pages.cookie_name(COOKIE)))
        response = self.pages.go("/desk/in")
        self.pages.drop_cookie(response, COOKIE)
        return response

    async def speak(self, ask: Ask) -> Response:
        """Another language for whoever sits here, on pages and in what they are sent."""
        person = await self.person(ask)
        if person is None or not self.genuine(ask):
            return self.pages.go("/desk/in")
        language = ask.field("language", 5)
        if language in LANGUAGES:
            await staff.speak(self.store, person.staff.id, language)
        return self.pages.go(self.pages.inside(ask, FIRST_ROOM.get(person.staff.role, "/desk")))
