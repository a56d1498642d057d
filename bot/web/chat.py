"""The web chat's pages. Who is in a chat is known by a key in the browser, nothing else.

Everything works by plain forms; ``chat.js`` only saves the reloading.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import structlog
from markupsafe import Markup
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.channel import NotNow
from bot.channels.webchat import TEXT_LIMIT, Act, Bubble, WebChat
from bot.limits import Allowance
from bot.moving import Moving
from bot.turns import Turns
from bot.web.markup import page_html
from bot.web.pages import LANGUAGES, Ask, Pages
from dialogs.conversation import Conversation, Turn
from dialogs.engine.private import fields
from storage import conversations, web
from storage.store import Store, new_id
from storage.write import Write

log = structlog.get_logger("majup.web")

COOKIE = "majup-talk"
IDLE = timedelta(days=30)
"""A browser not seen for so long is forgotten; the talk itself has its own term."""
LONGEST_WAIT = 25.0
WAITING = 8
"""Pages of one talk that may wait for news at the same time (tabs, devices)."""
SETTLE = 2.5
"""Seconds a page without scripts waits for the answer to what was sent."""
QUIET = 0.25
COMMANDS = ("language", "back", "change", "human", "my_data", "privacy", "delete_me")
LINKED = frozenset({*COMMANDS, "start", "help", "pause", "continue", "review", "skip"})
"""Commands that may stand in a text and be pressed there."""
NAMES = {"lv": "Latviešu", "ru": "Русский", "en": "English"}


class Chat:
    """The pages under ``/chat``."""

    def __init__(
        self,
        store: Store,
        channel: WebChat,
        pages: Pages,
        moving: Moving,
        turns: Turns,
        *,
        frames: str = "'self'",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.channel = channel
        self.pages = pages
        self.moving = moving
        self.turns = turns
        self.frames = frames or "'self'"
        self._waiting: Counter[str] = Counter()
        self.acts = Allowance(30, 60, clock)
        self.notices = Allowance(1, 60, clock)
        self.begun = Allowance(20, 3600, clock)
        self.tries = Allowance(5, 900, clock, pause=3600)

    def routes(self) -> list[Route]:
        """All pages of the chat."""
        route = self.pages.route
        return [
            route("/chat", self.show),
            route("/chat.js", self.embed),
            route("/chat/begin", self.begin, "POST"),
            route("/chat/act", self.act, "POST"),
            route("/chat/log", self.news),
            route("/chat/keep", self.keep, "POST"),
            route("/chat/leave", self.leave, "POST"),
            route("/chat/telegram", self.telegram, "POST"),
            route("/chat/back/{key}", self.returning, "GET", "POST"),
            route("/chat/go/{code}", self.moved, "GET", "POST"),
            route("/chat/private/{code}", self.private, "GET", "POST"),
        ]

    # -- who and where --------------------------------------------------------------------------

    async def chat_of(self, ask: Ask) -> str:
        """The web chat of this browser; "" if it has none."""
        key = ask.cookie(self.pages.cookie_name(COOKIE))
        return await web.owner_of(self.store, "chat", key, idle=IDLE) if key else ""

    async def language_of(self, chat: str, ask: Ask) -> str:
        """The language of the talk, else the browser's."""
        known = await conversations.find(self.store, "web", chat) if chat else None
        talk = known.conversation if known else None
        return self._page_language(talk) or ask.language

    def _page_language(self, c: Conversation | None) -> str:
        """The language of the pages around a talk: its own, or what stands in for it; "" for
        none the pages have."""
        if c is None:
            return ""
        spoken = self.turns.editions.current.languages.chain(c.language, c.second)
        return next((each for each in (c.language, *spoken) if each in LANGUAGES), "")

    async def _enter(self, ask: Ask, chat: str) -> Response:
        """Give this browser a key to a chat and go there."""
        response = self.pages.go("/chat")
        key = await web.make_key(self.store, "chat", chat)
        self.pages.set_cookie(response, COOKIE, key, framed=True)
        return response

    def _message(self, language: str, name: str, status: int = 200) -> Response:
        way = ("", "") if name in ("left", "private_done") else ("/chat", "chat_go")
        return self.pages.message(language, name, status, self.frames, way)

    # -- the talk -------------------------------------------------------------------------------

    async def show(self, ask: Ask) -> Response:
        """The talk as it stands, or the first page."""
        chosen = ask.request.query_params.get("lang", "")
        embed = "embed" in ask.request.query_params
        chat = await self.chat_of(ask)
        if not chat:
            language = chosen if chosen in LANGUAGES else ask.language
            source = ask.request.query_params.get("source", "")[:64]
            return self.pages.page(
                "begin.html", language, frames=self.frames, source=source, embed=embed,
                languages=tuple(NAMES.items()),
            )  # fmt: skip
        language = await self.language_of(chat, ask)
        page = await self.channel.page(chat)
        newest = page.bubbles[-1].id if page.bubbles else 0
        notice = ""
        if not self.acts.free(chat):
            notice = self.pages.say(language, "chat_too_fast")
        drawn = [self._bubble(each, language) for each in page.bubbles if not each.gone]
        return self.pages.page(
            "chat.html", language, frames=self.frames, embed=embed, log=_joined(drawn),
            last=page.last, newest=newest, act=secrets.token_urlsafe(9), notice=notice,
            commands=COMMANDS, telegram=bool(self.moving.bot_name()),
        )  # fmt: skip

    def _bubble(self, bubble: Bubble, language: str) -> str:
        more = self.pages.say(language, "more")
        content = bubble.html if bubble.own else page_html(bubble.html, LINKED, more)
        return self.pages.drawn(
            "bubble.html", language, bubble=bubble, content=content,
            act=secrets.token_urlsafe(9), last=False,
        )  # fmt: skip

    async def begin(self, ask: Ask) -> Response:
        """A new talk: a key for the browser, and the first screen."""
        chat = await self.chat_of(ask)
        if chat:
            return self.pages.go("/chat")
        language = ask.field("lang", 2) or ask.language
        if not self.begun.take(ask.client):
            return self._message(language, "too_often", 429)
        chat = new_id()
        source = "".join(c for c in ask.field("source", 64) if c.isalnum() or c in "-_")
        if len(source) == web.KEY_LENGTH:
            source = ""  # so long are invitations of staff, which have their own page
        if not await self._handed_in(chat, Act("begin", command=f"start {source}".strip())):
            return self._message(language, "no_connection_to_office", 503)
        await self._settled(chat, 0)
        return await self._enter(ask, chat)

    async def act(self, ask: Ask) -> Response:
        """What a person typed, tapped or chose from the menu."""
        chat = await self.chat_of(ask)
        if not chat:
            return JSONResponse({}, 401) if ask.scripted else self.pages.go("/chat")
        if not self.acts.take(chat):
            notice = ""
            if self.notices.take(chat) or not ask.scripted:
                language = await self.language_of(chat, ask)
                notice = self.pages.say(language, "chat_too_fast")
            answer = {"notice": notice, "again": True}  # the page keeps what was typed
            return JSONResponse(answer) if ask.scripted else self.pages.go("/chat")
        if len(ask.form.get("text", "")) > TEXT_LIMIT:
            return self.pages.refused(ask, "too_long", 413)
        token, command = ask.field("token", 64), ask.field("command", 40)
        text = "" if token or command else ask.field("text")
        done = Act(ask.field("act", 24), text, token, command)
        if text.strip().startswith("/start"):
            done = Act(done.id, command="start")
        since = 0 if ask.scripted else (await self.channel.page(chat)).last
        if (token or command or text.strip()) and not await self._handed_in(chat, done):
            if ask.scripted:
                return JSONResponse({}, 503)
            language = await self.language_of(chat, ask)
            return self._message(language, "no_connection_to_office", 503)
        if ask.scripted:
            return JSONResponse({})
        newest = await self._settled(chat, since)
        return self.pages.go(f"/chat#m{newest}")

    async def _handed_in(self, chat: str, act: Act) -> bool:
        try:
            await self.channel.act(chat, act)
        except NotNow:
            return False  # nothing can be stored at present: that is told once, not per act
        except Exception as error:  # noqa: BLE001 - whatever it is, the person may try again
            log.error("web.not_stored", error=type(error).__name__)
            return False
        return True

    async def _settled(self, chat: str, since: int) -> int:
        """Wait until the answer is there; gives the newest message."""
        end = time.monotonic() + SETTLE
        newest = 0
        wait = SETTLE
        while wait > 0:
            page = await self.channel.news(chat, since, wait)
            theirs = [each.id for each in page.bubbles if not each.own]
            newest = max([newest, *theirs])
            since = max(since, page.last)
            if not page.bubbles:
                break
            wait = min(QUIET if theirs else SETTLE, end - time.monotonic())
        return newest

    async def news(self, ask: Ask) -> Response:
        """What changed since a page was drawn; waits for it, if asked to."""
        chat = await self.chat_of(ask)
        if not chat:
            return JSONResponse({}, 401)
        since, wait = _number(ask, "since"), min(_number(ask, "wait"), LONGEST_WAIT)
        if self._waiting[chat] >= WAITING:
            return JSONResponse({}, 429)
        self._waiting[chat] += 1
        try:
            page = await self.channel.news(chat, int(since), wait)
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat]
        language = await self.language_of(chat, ask) if page.bubbles else ""
        items = [
            {"id": each.id, "html": None if each.gone else self._bubble(each, language)}
            for each in page.bubbles
        ]
        return Response(
            json.dumps(
                {"last": page.last, "whole": page.whole, "items": items, "language": language}
            ),
            media_type="application/json",
        )

    async def embed(self, _: Ask) -> Response:
        """The script that puts the talk into another site."""
        response = self.pages.file("embed.js")
        response.headers["cross-origin-resource-policy"] = "cross-origin"
        return response

    # -- going away and coming back -------------------------------------------------------------

    async def keep(self, ask: Ask) -> Response:
        """The private link, shown once."""
        chat = await self.chat_of(ask)
        if not chat:
            return self.pages.go("/chat")
        language = await self.language_of(chat, ask)
        key = await web.make_key(self.store, "return", chat)
        home = self.pages.public_url or str(ask.request.base_url).rstrip("/")
        link = f"{home}/chat/back/{key}"
        return self.pages.page("keep.html", language, frames=self.frames, link=link)

    async def returning(self, ask: Ask) -> Response:
        """A private link was opened; the press of its button lets this browser in."""
        if not self.tries.free(ask.client):
            return self._message(ask.language, "too_often", 429)
        chat = await web.owner_of(self.store, "return", ask.part("key"))
        if not chat:
            self.tries.take(ask.client)
            return self._message(ask.language, "link_gone", 404)
        language = await self.language_of(chat, ask)
        if ask.request.method == "GET":
            return self._press(language, "return")
        await self._handed_in(chat, Act(secrets.token_urlsafe(9), command="start"))
        await self._settled(chat, (await self.channel.page(chat)).last)
        return await self._enter(ask, chat)

    def _press(self, language: str, name: str) -> Response:
        say = self.pages.say
        return self.pages.page(
            "press.html", language, frames=self.frames, heading=say(language, name),
            text=say(language, f"{name}_text"), press=say(language, f"{name}_go"),
        )  # fmt: skip

    async def moved(self, ask: Ask) -> Response:
        """A link from Telegram was opened; the press of its button brings the talk here."""
        code = ask.part("code")
        if not self.tries.free(ask.client):
            return self._message(ask.language, "too_often", 429)
        link = self.moving.links.read("web", code)
        if link is None:
            self.tries.take(ask.client)
            return self._message(ask.language, "link_gone", 404)
        here = await self.chat_of(ask)
        known = await conversations.find(self.store, "web", here) if here else None
        own = known is not None and known.family == link.subject
        if ask.request.method == "GET":
            if not await web.is_used(self.store, code):
                return self._press(ask.language, "move")
            return self.pages.go("/chat") if own else self._message(ask.language, "link_gone", 404)
        chat = here if own else new_id()
        if not await self.moving.arrive_on_web(code, chat):
            return self._message(ask.language, "link_gone", 404)
        await self._handed_in(chat, Act(secrets.token_urlsafe(9), command="start"))
        await self._settled(chat, 0)
        return await self._enter(ask, chat)

    async def telegram(self, ask: Ask) -> Response:
        """A link that carries the talk to Telegram."""
        chat = await self.chat_of(ask)
        language = await self.language_of(chat, ask)
        link = await self.moving.to_telegram(chat) if chat else ""
        if not link:
            return self.pages.go("/chat")
        say = self.pages.say
        return self.pages.page(
            "outside.html", language, frames=self.frames, heading=say(language, "telegram"),
            text=say(language, "telegram_text"), read=self._read(language),
            press=say(language, "telegram_go"), link=link,
        )  # fmt: skip

    def _read(self, language: str) -> str:
        """What is true of Telegram and was not in the notice of a talk begun here."""
        return self.moving.editions.current.texts.say(language, "product:read_telegram")

    async def private(self, ask: Ask) -> Response:
        """The delicate questions; the link is used up when they are sent."""
        code = ask.part("code")
        if not self.tries.free(ask.client):
            return self._message(ask.language, "too_often", 429)
        link = self.moving.links.read("private", code)
        known = await conversations.load(self.store, link.subject) if link else None
        talk = known.conversation if known else None
        if link is None or talk is None:
            self.tries.take(ask.client)
            return self._message(ask.language, "link_gone", 404)
        language = self._page_language(talk) or ask.language
        now = self.store.clock()
        editions = self.turns.editions
        edition = await editions.load(talk.revision) or editions.current
        asked = fields(edition, talk, Turn("page", now, "web"))
        if ask.request.method == "GET":
            return self.pages.page("private.html", language, frames=self.frames, fields=asked)
        use = secrets.token_urlsafe(9)
        if not await web.use_link(self.store, code, use, link.until):
            return self._message(language, "link_gone", 404)
        said = {each.path: ask.field(each.path, 2000) for each in asked}
        text = json.dumps(said, ensure_ascii=False)
        turn = Turn(f"web-{use}", now, "web", text)
        await self.turns.act(talk.id, turn, Write(update=("web", f"private:{use}")))
        return self._message(language, "private_done")

    async def leave(self, ask: Ask) -> Response:
        """Close the talk on this device; it is not deleted."""
        key = ask.cookie(self.pages.cookie_name(COOKIE))
        chat = await self.chat_of(ask)
        language = await self.language_of(chat, ask)
        await web.drop_key(self.store, "chat", key)
        self.channel.forget_own(chat)
        response = self._message(language, "left")
        self.pages.drop_cookie(response, COOKIE, framed=True)
        return response


def _joined(parts: list[str]) -> Markup:
    return Markup("\n".join(parts))  # noqa: S704 - drawn by an escaping template


def _number(ask: Ask, name: str) -> float:
    text = ask.request.query_params.get(name, "0")
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0.0
