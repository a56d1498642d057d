"""HTTP on bare asyncio protocols: the Bot API's server side and the webhook's client side.

Written for little cost: the rig must never be what is measured.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, cast
from urllib.parse import unquote_plus, urlsplit

import httptools
import msgspec

Fields = dict[str, Any]


class Api(Protocol):
    """What the server's connections call."""

    def on_request(self, conn: ApiConnection, url: bytes, ctype: str, body: bytes) -> None:
        """Answer a request, now or later, with ``conn.respond``."""

    def on_disconnect(self, conn: ApiConnection) -> None:
        """The connection was lost."""


def parse_body(ctype: str, body: bytes) -> Fields:
    """Fields of a Bot API request, whichever of its encodings was used."""
    if not body:
        return {}
    if ctype.startswith("application/json"):
        found: Fields = msgspec.json.decode(body)
        return found
    if ctype.startswith("multipart/form-data"):
        return _multipart(ctype, body)
    fields: Fields = {}
    for part in body.decode().split("&"):
        name, _, value = part.partition("=")
        fields[unquote_plus(name)] = unquote_plus(value)
    return fields


def _multipart(ctype: str, body: bytes) -> Fields:
    boundary = ctype.split("boundary=", 1)[1].split(";", maxsplit=1)[0].strip('"').encode()
    fields: Fields = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        name = head.decode("utf-8", "replace").split('name="', 1)[1].split('"', 1)[0]
        fields[name] = data.removesuffix(b"\r\n").decode("utf-8", "replace")
    return fields


class ApiConnection(asyncio.Protocol):
    """A keep-alive connection of the server; requests go to ``api.on_request``."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._ctype = ""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by type

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.api.on_disconnect(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self.transport is not None:
                self.transport.close()

    # What the parser calls.

    def on_url(self, url: bytes) -> None:
        self._url = url
        self._ctype = ""
        self._body = []

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == 12 and name.lower() == b"content-type":
            self._ctype = value.decode()
        elif len(name) == 6 and name.lower() == b"expect" and self.transport is not None:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self.api.on_request(self, self._url, self._ctype, b"".join(self._body))

    def respond(self, payload: bytes, status: bytes = b"200 OK") -> None:
        """Answer the request."""
        if self.transport is not None:
            self.transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(payload), payload)
            )


class _HookConnection(asyncio.Protocol):
    def __init__(self, pool: WebhookPool) -> None:
        self.transport: asyncio.Transport | None = None
        self.job: bytes | None = None
        self._pool = pool
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by type

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._pool.lost(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self.transport is not None:
                self.transport.close()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        keep = self._parser.should_keep_alive()
        body, self._body = b"".join(self._body), []
        if not keep and self.transport is not None:
            self._parser = httptools.HttpResponseParser(self)
            self.transport.close()
        self._pool.done(self, status, body, keep)


class WebhookPool:
    """Telegram's webhook sender: at most ``most`` requests at once, repeated on failure.

    The address may say https: it is spoken to in plain HTTP, as behind a proxy.
    """

    def __init__(
        self, url: str, secret: str, most: int, on_reply: Callable[[bytes], None]
    ) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "127.0.0.1"
        self.port = parts.port or 80
        self.retries = 0
        self._most = most
        self._on_reply = on_reply
        header = f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n" if secret else ""
        self._head = (
            f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Content-Type: application/json\r\n{header}Connection: keep-alive\r\n"
            "Content-Length: "
        ).encode()
        self._idle: list[_HookConnection] = []
        self._count = 0
        self._queue: deque[bytes] = deque()
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[None]] = set()
        self._closed = False

    def post(self, payload: bytes) -> None:
        """Deliver an update, as soon as a connection is free."""
        if self._idle:
            self._send(self._idle.pop(), payload)
            return
        self._queue.append(payload)
        self._more()

    def _more(self) -> None:
        if self._queue and self._count < self._most and not self._closed:
            self._count += 1
            task = self._loop.create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _connect(self) -> None:
        try:
            _, conn = await self._loop.create_connection(
                lambda: _HookConnection(self), self.host, self.port
            )
        except OSError:
            self._count -= 1
            self._loop.call_later(0.1, self._more)
            return
        self._next(conn)

    def _send(self, conn: _HookConnection, payload: bytes) -> None:
        conn.job = payload
        assert conn.transport is not None
        conn.transport.write(b"%b%d\r\n\r\n%b" % (self._head, len(payload), payload))

    def _next(self, conn: _HookConnection) -> None:
        if conn.transport is None or conn.transport.is_closing():
            return
        if self._queue:
            self._send(conn, self._queue.popleft())
        else:
            self._idle.append(conn)

    def done(self, conn: _HookConnection, status: int, body: bytes, keep: bool) -> None:
        """A delivery was answered; anything but 2xx is delivered again."""
        job, conn.job = conn.job, None
        if 200 <= status < 300:
            if body[:1] == b"{":
                self._on_reply(body)
        elif job is not None:
            self.retries += 1
            self._loop.call_later(0.25, self.post, job)
        if keep:
            self._next(conn)

    def lost(self, conn: _HookConnection) -> None:
        """A connection broke; what it carried is delivered again."""
        self._count -= 1
        if conn in self._idle:
            self._idle.remove(conn)
        job, conn.job = conn.job, None
        if job is not None and not self._closed:
            self.retries += 1
            self._queue.appendleft(job)
        self._loop.call_later(0.1, self._more)

    def close(self) -> None:
        """Deliver nothing more."""
        self._closed = True
        for conn in list(self._idle):
            if conn.transport is not None:
                conn.transport.close()
