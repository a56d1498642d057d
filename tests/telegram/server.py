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

from . import chats, editing, methods, play, profile, sending, wire
from .clock import Clock
from .faults import (
    Action,
    Garble,
    Hang,
    Page,
    Refuse,
    Reset,
    Slow,
    Truncate,
)
from .ledger import JSON, Call
from .refusal import Refusal, bad
from .world import UPLOAD_LIMIT, World

PARTS = (chats, editing, profile, sending)
"""Importing these registers the methods they carry out."""

TOKEN = "4242:Strict-fake-token_for-tests"


class TelegramServer(World):
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
        super().__init__(token, clock or Clock(), rate_limits)
        self.port = port
        self.latency = latency
        self.control: Callable[[web.Request], Awaitable[web.Response]] | None = None
        """Answers requests under /control, when the server is a process of its own."""
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

    async def answered_with_call(self, kind: str, body: bytes) -> None:
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

    async def _bot_call(self, request: web.Request, token: str, name: str) -> web.StreamResponse:
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

    async def _struck(self, request: web.Request, call: Call, fault: Action) -> web.StreamResponse:
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
    stream = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    await stream.prepare(request)
    for at in range(len(body)):
        await asyncio.sleep(seconds / len(body))
        await stream.write(body[at : at + 1])
    await stream.write_eof()
    return stream


if __name__ == "__main__":
    from .control import main

    main()
