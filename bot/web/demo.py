"""``majup demo``: a family's chat beside the coordinators' desks, on one page of this machine.

Engine, store, routing and relay are those of the service (``bot.embedded``). The page is served at
once; the engine is loaded meanwhile, and the page says so. For the same reason what takes long to
import is imported where it is first needed.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import secrets
import signal
import socket
import webbrowser
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channels.browser import Browser

if TYPE_CHECKING:
    from bot.office import Office

NAME = "demo"
HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
BODY_LIMIT = 32_000
"""Bytes of what a page posts; the longest message of 4096 characters fits."""
BEAT_SECONDS = 15.0
"""A page that hears nothing so long is sent a sign of life."""
SOON = timedelta(minutes=1)
"""A message that waits for a later moment than this waits for the morning."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ASSETS = {
    "/looks.css": "text/css; charset=utf-8",
    "/demo.css": "text/css; charset=utf-8",
    "/demo.js": "text/javascript; charset=utf-8",
    "/home.svg": "image/svg+xml",
}


class Demo:
    """The page and what it talks with. ``app`` is served; ``work`` loads the engine and runs it."""

    def __init__(self) -> None:
        self.channel = Browser(NAME, _now)
        self.office: Office | None = None
        self.ready = asyncio.Event()
        self.stop = asyncio.Event()
        self._texts: asyncio.Task[tuple[str, str]] | None = None
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                *(Route(path, self._asset) for path in _ASSETS),
                Route("/texts", self._texts_file),
                Route("/events", self._events),
                Route("/act", self._act, methods=["POST"]),
            ]
        )

    # -- the engine -----------------------------------------------------------------------------

    async def work(self) -> None:
        """Load the engine and answer until ``stop``. Raises what ``embedded`` raises."""
        await self._page_and_texts()
        engine = await asyncio.to_thread(importlib.import_module, "bot.embedded")
        async with engine.embedded(self.channel, clock=_now) as office:
            for region in office.edition.programme.geography.regions:
                self.channel.open(engine.desk(region))
            self.office = office
            receiving = asyncio.create_task(self.channel.receive(office.turns.accept))
            self.ready.set()
            try:
                await self.stop.wait()
            finally:
                await self.channel.close()
                receiving.cancel()
                await asyncio.gather(receiving, return_exceptions=True)

    async def _tell_waiting(self) -> None:
        """Tell chats that a message for them waits: a moment, or until the morning."""
        from storage import outbox

        assert self.office is not None
        now = _now()
        for row in await outbox.waiting(self.office.store):
            at = row.owed.not_before
            if at is not None and at > now:
                event = "typing" if at - now < SOON else "night"
                self.channel.tell(row.owed.to.value, {"type": event})

    # -- pages ----------------------------------------------------------------------------------

    async def _page_and_texts(self) -> tuple[str, str]:
        if self._texts is None:
            self._texts = asyncio.create_task(asyncio.to_thread(page_and_texts))
        return await asyncio.shield(self._texts)

    async def _page(self, request: Request) -> Response:
        if not _own_host(request):
            return _refused(403)
        page, _ = await self._page_and_texts()
        return Response(page, headers=HEADERS, media_type="text/html; charset=utf-8")

    async def _texts_file(self, request: Request) -> Response:
        if not _own_host(request):
            return _refused(403)
        _, texts = await self._page_and_texts()
        return Response(texts, headers=HEADERS, media_type="application/json")

    async def _asset(self, request: Request) -> Response:
        path = request.url.path
        data = (PAGE / path.removeprefix("/")).read_bytes()
        return Response(data, headers={**HEADERS, "Content-Type": _ASSETS[path]})

    async def _events(self, request: Request) -> Response:
        """What happens in the family's chat and at the desks; a new family if none is named."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        if not _own_host(request) or site != "same-origin":
            return _refused(403)
        family = request.query_params.get("family", "")
        return StreamingResponse(
            self._stream(family), headers=HEADERS, media_type="text/event-stream"
        )

    async def _stream(self, family: str) -> AsyncIterator[str]:
        if not self.ready.is_set():
            yield _event({"type": "loading"})
            await self.ready.wait()
        if self.office is None or self.stop.is_set():
            return
        address = f"family-{family}"
        fresh = address not in self.channel.rooms
        if fresh:
            family = secrets.token_urlsafe(9)
            address = f"family-{family}"
            self.channel.open(address)
        desks = [name for name in self.channel.rooms if name.startswith("desk-")]
        with self.channel.following([address, *desks]) as events:
            if fresh:
                await self.channel.begin(address)
            chats = {name: self.channel.history(name) for name in (address, *desks)}
            yield _event({"type": "hello", "family": family, "chats": chats})
            seen = events.qsize()  # these are in the histories already
            for _ in range(seen):
                events.get_nowait()
            while not self.stop.is_set():
                try:
                    event = await asyncio.wait_for(events.get(), BEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    return
                yield _event(event)

    async def _act(self, request: Request) -> Response:
        """A page writes or taps: ``{chat, text}`` or ``{chat, token, message}``."""
        if not _own_origin(request):
            return _refused(403)
        body = await _json_body(request)
        if body is None:
            return _refused(400)
        if not self.ready.is_set():
            return _refused(503)
        chat, text, token, message = (str(body.get(name, "")) for name in _FIELDS)
        if chat not in self.channel.rooms or not (text.strip() or token):
            return _refused(404)
        try:
            await self.channel.act(chat, text=text, token=token, message=message)
        except Exception:  # noqa: BLE001 - not stored, whatever it was
            return _refused(503)
        await self._tell_waiting()
        return Response(status_code=204, headers=HEADERS)


def _now() -> datetime:
    return datetime.now(UTC)


_FIELDS = ("chat", "text", "token", "message")


def _event(event: dict[str, Any]) -> str:
    return f"data: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n"


def _refused(status: int) -> Response:
    return PlainTextResponse("", status, headers=HEADERS)


def _own_host(request: Request) -> bool:
    """Whether the page was asked for under this machine's own name: no other site's name may
    lead here (DNS rebinding)."""
    return request.headers.get("host", "").rpartition(":")[0] in (HOST, "localhost")


def _own_origin(request: Request) -> bool:
    """Whether this page itself posts; a browser always names the origin of a POST."""
    host = request.headers.get("host", "")
    return _own_host(request) and request.headers.get("origin") == f"http://{host}"


async def _json_body(request: Request) -> dict[str, Any] | None:
    """The posted object; None for anything else or too much of it."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return None
    data = b""
    try:
        async for part in request.stream():
            data += part
            if len(data) > BODY_LIMIT:
                return None
        found = json.loads(data)
    except (ClientDisconnect, ValueError):
        return None
    return found if isinstance(found, dict) else None


def samples() -> list[dict[str, Any]]:
    """The examples a visitor may watch: language, and lines as in a transcript."""
    from ruamel.yaml import YAML

    found: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
        (PAGE / "samples.yaml").read_text(encoding="utf-8")
    )
    return found


def page_and_texts() -> tuple[str, str]:
    """The page in Latvian, and all it needs in every language, as JSON. Takes part of a second."""
    from dialogs.programme.geography import load_geography
    from dialogs.texts import FIRST, Texts, filled

    texts = Texts.load()
    names = [name for name in texts.entries if name.startswith("demo:")]
    regions = load_geography().regions
    words = {
        language: {
            name.removeprefix("demo:"): texts.say(language, name, region="{region}")
            for name in names
        }
        | {f"region_{each}": texts.say(language, f"card:region_{each}") for each in regions}
        | {f"whole_{each}": regions[each].names.of(language) for each in regions}
        for language in texts.languages
    }
    data = {
        "languages": texts.languages,
        "words": words,
        "regions": list(regions),
        "samples": samples(),
    }
    template = (PAGE / "demo.html").read_text(encoding="utf-8")
    page = filled(template, {name: escape(text) for name, text in words[FIRST].items()})
    return page, json.dumps(data, ensure_ascii=False)


class _Server(uvicorn.Server):
    """Leaves signals to ``run``, which ends the engine too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def run(port: int, open_page: bool) -> Coroutine[Any, Any, None]:
    """The demo, to be run until Ctrl-C; its address is taken and printed at once.

    The coroutine raises PortTaken, StoreFault or ScriptError, each one clear line.
    """
    try:
        sock = socket.create_server((HOST, port), backlog=128)
    except OverflowError:
        raise typer.BadParameter("a port is a number from 0 to 65535") from None
    except OSError as error:
        return _run(error, port, open_page)
    port = sock.getsockname()[1]
    print(f"Mājup demo: http://{HOST}:{port}/", flush=True)
    print("Nothing leaves this computer. Ctrl-C ends the demo and deletes all.", flush=True)
    return _run(sock, port, open_page)


async def _run(sock: socket.socket | OSError, port: int, open_page: bool) -> None:
    if isinstance(sock, OSError):
        from bot.listening import PortTaken

        raise PortTaken(
            f"cannot listen on {HOST}:{port}: {os.strerror(sock.errno or 0)}; "
            f"another port: majup demo --port {port + 1}"
        )
    demo = Demo()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, demo.stop.set)
    server = _Server(
        uvicorn.Config(
            demo.app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[sock]), name="web")
    if open_page:
        asyncio.get_running_loop().run_in_executor(
            None, webbrowser.open, f"http://{HOST}:{port}/"
        )
    working = asyncio.create_task(demo.work(), name="engine")
    try:
        await asyncio.wait({serving, working}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        demo.stop.set()
        demo.ready.set()  # pages that wait for the engine need not any more
        server.should_exit = True
        results = await asyncio.gather(working, serving, return_exceptions=True)
        sock.close()
    for result in results:
        if isinstance(result, BaseException):
            raise result
