"""A strict stand-in for api.telegram.org on loopback.

    async with TelegramServer() as server:
        bot = Bot(server.token, session=AiohttpSession(api=server.aiogram_api()))
        user = server.user(id=7, first_name="Anna", language_code="lv")
        await user.start()
        answer = await user.wait("Labdien")

It refuses what Telegram refuses (see ``methods``, ``play``, ``keyboards``, ``html``), loses what
Telegram loses (``updates``), delivers as Telegram delivers (``webhook``) and keeps what each
chat saw (``ledger``). As a process: ``python -m tests.telegram.server --port 8081``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

import msgspec
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from . import methods, play, wire
from .clock import Clock
from .faults import (
    Action,
    Faults,
    Garble,
    Hang,
    Page,
    Rates,
    Refuse,
    Reset,
    Slow,
    Truncate,
)
from .ledger import GROUP_KINDS, JSON, Call, Chat, Ledger, Message
from .methods import Upload
from .refusal import Refusal, bad
from .updates import MESSAGE_LIFE, Updates
from .user import Group, Press, User
from .webhook import Webhook

TOKEN = "4242:Strict-fake-token_for-tests"
UPLOAD_LIMIT = 50 * 1024 * 1024


class TelegramServer:
    """The server, one bot behind it, and everybody who talks with that bot.

    ``token``: the only token it knows. ``clock``: the time of everything but the network.
    ``port``: 0 for a free one. ``rate_limits``: enforce Telegram's flood limits.
    ``latency``: real seconds before each answer.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: Clock | None = None,
        port: int = 0,
        rate_limits: bool = False,
        latency: float = 0.0,
    ) -> None:
        self.token = token
        self.clock = clock or Clock()
        self.port = port
        self.latency = latency
        self.answer_life = 300.0
        """Seconds of the clock after which a press can no longer be answered (Telegram does
        not document its own figure)."""
        self.me: JSON = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Majup",
            "username": "majup_test_bot",
        }
        self.ledger = Ledger()
        self.faults = Faults(self.clock)
        self.rates = Rates(self.clock, on=rate_limits)
        self.updates = Updates(self.clock)
        self.webhook = Webhook(self.clock, self.updates, self._webhook_reply)
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, Upload] = {}
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | str, JSON] = {}
        self.control: Callable[[web.Request], Awaitable[web.Response]] | None = None
        """Answers requests under /control, when the server is a process of its own."""
        self.under_way = ""
        """The method being carried out."""
        self._queries = 700_000_000_000
        self._stirs: dict[int, asyncio.Event] = {}
        self._runner: web.AppRunner | None = None

    # Running -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen on loopback; ``port`` is known afterwards."""
        app = web.Application(client_max_size=UPLOAD_LIMIT + 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections and cut those under way; ``start`` takes the same port again."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.webhook.close()
        await self.stop()

    @property
    def url(self) -> str:
        """The address to give the bot in place of https://api.telegram.org."""
        return f"http://127.0.0.1:{self.port}"

    def aiogram_api(self) -> TelegramAPIServer:
        """The same for aiogram's session."""
        return TelegramAPIServer.from_base(self.url)

    # People, groups, chats ----------------------------------------------------------------

    def user(
        self,
        id: int,
        first_name: str = "Anna",
        language_code: str | None = "lv",
        **more: Any,
    ) -> User:
        """The person with this id, made at first. The bot cannot write before they do."""
        if id not in self.users:
            person: JSON = {"id": id, "is_bot": False, "first_name": first_name, **more}
            if language_code:
                person["language_code"] = language_code
            shown = ("first_name", "last_name", "username")
            about: JSON = {key: person[key] for key in shown if key in person}
            chat = Chat(id, "private", about, known=False)
            self.ledger.chats[id] = chat
            self.users[id] = User(self, person, chat)
        return self.users[id]

    def group(
        self,
        id: int,
        title: str = "Group",
        kind: str = "supergroup",
        *,
        forum: bool = False,
    ) -> Group:
        """The group with this id (negative), made at first, without the bot: ``add_bot``."""
        if id not in self.groups:
            if id >= 0 or kind not in GROUP_KINDS:
                raise ValueError(
                    "a group has a negative id and is a group, supergroup or channel"
                )
            about: JSON = {"title": title}
            if forum:
                about["is_forum"] = True
            chat = Chat(id, kind, about, known=False, bot_status="left")
            self.ledger.chats[id] = chat
            self.groups[id] = Group(self, chat)
        return self.groups[id]

    def chat(self, chat_id: int) -> Chat:
        """What one chat saw."""
        return self.ledger.chats[chat_id]

    @property
    def calls(self) -> list[Call]:
        """Every call, in order."""
        return self.ledger.calls

    def recent(self, count: int = 12) -> str:
        """The last calls as text."""
        return "\n".join(
            f"  {call.number} {call.method} {call.status} {call.description or ''} {call.params}"
            for call in self.calls[-count:]
        )

    def inject(self, update: JSON, queue: int = 0) -> int:
        """Queue raw update JSON, also of kinds and shapes that do not exist yet."""
        return self.updates.inject(update, queue)

    # What the parts need ------------------------------------------------------------------

    def show(self, chat: Chat, message: Message) -> None:
        """Put a message into its chat."""
        self.ledger.add(chat, message)
        self.stir(chat.id)

    def stir(self, chat_id: int) -> None:
        """Wake those who wait for news in a chat."""
        event = self._stirs.pop(chat_id, None)
        if event is not None:
            event.set()

    async def stirred(self, chat_id: int, timeout: float) -> bool:
        """Wait for news in a chat; False when there was none in time."""
        event = self._stirs.setdefault(chat_id, asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), timeout)
        except TimeoutError:
            return False
        return True

    def deliver_message(
        self, chat: Chat, message: Message, kind: str = "message"
    ) -> int:
        """Queue the update that tells the bot of a message."""
        return self.updates.add(kind, message.json(chat), chat.id, MESSAGE_LIFE)

    def next_query_id(self) -> str:
        """A new callback query id."""
        self._queries += 1
        return str(self._queries)

    def member(self, person: JSON, status: str) -> JSON:
        """A ChatMember."""
        body: JSON = {"user": person, "status": status}
        if status == "kicked":
            body["until_date"] = 0
        if status == "creator":
            body["is_anonymous"] = False
        if status == "administrator":
            rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
                      "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                      "can_change_info", "can_invite_users", "can_post_stories",
                      "can_edit_stories", "can_delete_stories")  # fmt: skip
            body.update(dict.fromkeys(rights, False))
        return body

    def bot_becomes(self, chat: Chat, status: str, by: JSON) -> None:
        """Change the bot's standing in a chat and tell it (my_chat_member)."""
        old, chat.bot_status = chat.bot_status, status
        change = {
            "chat": chat.json(),
            "from": by,
            "date": int(self.clock.time()),
            "old_chat_member": self.member(self.me, old),
            "new_chat_member": self.member(self.me, status),
        }
        self.updates.add("my_chat_member", change, chat.id, MESSAGE_LIFE)

    def new_file(self, kind: str, content: bytes, name: str = "") -> JSON:
        """Keep a file and give its Bot API object."""
        number = len(self.files) + 1
        file_id = f"{kind}-file-{number:08d}"
        self.files[file_id] = Upload(kind, name or file_id, content)
        body: JSON = {"file_id": file_id, "file_unique_id": file_id[-12:],
                      "file_size": len(content)}  # fmt: skip
        if kind in {"photo", "video", "animation", "sticker"}:
            body.update(width=512, height=512)
        if kind in {"video", "animation", "voice", "audio", "video_note"}:
            body["duration"] = 1
        if kind == "video_note":
            body["length"] = 240
        if kind == "sticker":
            body.update(type="regular", is_animated=False, is_video=False)
        return body

    def file_of(self, given: Upload | str, kind: str) -> JSON:
        """The Bot API object of an upload or of a file sent before."""
        if isinstance(given, Upload):
            if not given.content:
                raise bad("file must be non-empty")
            if len(given.content) > UPLOAD_LIMIT:
                raise Refusal(413)
            return self.new_file(kind, given.content, given.filename)
        known = self.files.get(given)
        if known is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return self.new_file(kind, known.content, known.filename)

    def allow(self, kinds: list[str] | None) -> None:
        """Set which updates the bot gets: None leaves it, [] is the default set."""
        if kinds is not None:
            known = set(methods.UPDATE_KINDS)
            if set(kinds) - known:
                raise bad(f"unknown update types {sorted(set(kinds) - known)}")
            self.updates.allowed = frozenset(kinds) or None

    # Calls --------------------------------------------------------------------------------

    def carry_out(self, method: str, args: JSON, call: Call) -> Any:
        """Do one checked call (all methods but getUpdates), give its result. Raises Refusal."""
        handler = play.HANDLERS.get(method)
        if handler is None:
            raise bad(f"METHOD_NOT_PLAYED: teach tests/telegram/play.py {method}")
        self.rates.check(method, call.chat_id)
        self.under_way = method
        call.result = handler(self, args)
        return call.result

    def _log(self, method: str, params: Mapping[str, Any], via: str) -> Call:
        call = Call(len(self.calls) + 1, self.clock.time(), method, dict(params), via)
        self.calls.append(call)
        return call

    async def _webhook_reply(self, kind: str, body: bytes) -> None:
        """Carry out the call that came as answer to an update; the bot hears nothing of it."""
        try:
            given, files = wire.arguments(kind, body)
        except Refusal:
            return  # not a call at all
        method = methods.NAMES.get(str(given.pop("method", "")).lower())
        if method is None:
            return
        call = self._log(method, given, "webhook")
        try:
            call.params = methods.check(method, given, files)
            self.carry_out(method, call.params, call)
            call.status = 200
        except Refusal as refusal:
            call.status, call.description = refusal.code, refusal.description

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        parts = request.path.split("/")
        if len(parts) == 3 and parts[1].startswith("bot"):
            return await self._bot_call(request, parts[1][3:], parts[2])
        if len(parts) >= 4 and parts[1] == "file":
            return self._download(parts)
        if self.control is not None and parts[1] == "control":
            return await self.control(request)
        return _json(404, Refusal(404).body())

    def _download(self, parts: list[str]) -> web.Response:
        found = self.files.get(parts[-1])
        if parts[2] != f"bot{self.token}" or found is None:
            return _json(404, Refusal(404).body())
        return web.Response(body=found.content)

    async def _bot_call(
        self, request: web.Request, token: str, name: str
    ) -> web.StreamResponse:
        if self.latency:
            await asyncio.sleep(self.latency)
        method = methods.NAMES.get(name.lower())
        call = self._log(method or name, {}, "http")
        try:
            if token != self.token:
                raise Refusal(401, "" if ":" in token else "invalid token specified")
            if method is None:
                raise Refusal(404, "method not found")
            kind = request.headers.get("Content-Type", "")
            given, files = wire.arguments(kind, await request.read())
            call.params = {**request.query, **given}
            call.params = methods.check(method, call.params, files)
        except Refusal as refusal:
            return self._refuse(call, refusal)
        fault = self.faults.strike(method, call.params)
        if fault is None:
            return await self._carried_out(request, call)
        call.fault = type(fault).__name__
        return await self._struck(request, call, fault)

    async def _struck(
        self, request: web.Request, call: Call, fault: Action
    ) -> web.StreamResponse:
        match fault:
            case Refuse(refusal):
                return self._refuse(call, refusal)
            case Page(status):
                call.status = status
                page = f"<html><head><title>{status}</title></head><body>nginx</body></html>"
                return web.Response(status=status, text=page, content_type="text/html")
            case Reset(after=False):
                return _cut(request)
            case Hang(seconds, after=False):
                await asyncio.sleep(seconds)
                return _cut(request)
        answer = await self._carried_out(request, call)
        match fault:
            case Reset():
                call.status = 0
                return _cut(request)
            case Hang(seconds):
                call.status = 0
                await asyncio.sleep(seconds)
                return _cut(request)
            case Slow(seconds, drip):
                return await _slowly(request, answer, seconds, drip)
            case Truncate(keep):
                return _raw(answer.status, _bytes(answer)[:keep])
            case Garble(body, status):
                return _raw(status, body)

    async def _carried_out(self, request: web.Request, call: Call) -> web.Response:
        try:
            if call.method == "getUpdates":
                return await self._get_updates(request, call)
            result = self.carry_out(call.method, call.params, call)
        except Refusal as refusal:
            return self._refuse(call, refusal)
        call.status = 200
        return _json(200, {"ok": True, "result": result})

    async def _get_updates(self, request: web.Request, call: Call) -> web.Response:
        args = call.params
        limit = args.get("limit", 100)
        self.allow(args.get("allowed_updates"))

        def alive() -> bool:
            return request.transport is not None and not request.transport.is_closing()

        batch = await self.updates.poll(
            args.get("offset", 0),
            limit if 1 <= limit <= 100 else 100,
            args.get("timeout", 0),
            alive,
        )
        call.result, call.status = len(batch), 200
        return _raw(200, b'{"ok":true,"result":[' + b",".join(batch) + b"]}")

    def _refuse(self, call: Call, refusal: Refusal) -> web.Response:
        call.status, call.description = refusal.code, refusal.description
        return _json(refusal.code, refusal.body())


def _json(status: int, body: JSON) -> web.Response:
    return _raw(status, msgspec.json.encode(body))


def _raw(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json")


def _bytes(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _cut(request: web.Request) -> web.Response:
    """Close the connection hard; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _slowly(
    request: web.Request, answer: web.Response, seconds: float, drip: bool
) -> web.StreamResponse:
    if not drip:
        await asyncio.sleep(seconds)
        return answer
    body = _bytes(answer)
    stream = web.StreamResponse(
        status=answer.status, headers={"Content-Type": "application/json"}
    )
    await stream.prepare(request)
    for at in range(len(body)):
        await asyncio.sleep(seconds / len(body))
        await stream.write(body[at : at + 1])
    await stream.write_eof()
    return stream


if __name__ == "__main__":
    from .control import main

    main()
