"""One lean HTTP client for the Bot API, plugged into each library's own extension point.

It posts JSON and says by type whether a request that failed can have arrived. Its errors never
name the address, for that holds the bot token. HTTP is read by httptools, addresses are tried by
aiohappyeyeballs, TLS is the event loop's: a general client costs five to ten times as much a call,
which was most of what a turn cost (``tests/benchmarks``).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import aiohappyeyeballs
import certifi
import httptools

from bot.channels.channel import Unclear, Unreachable
from bot.channels.telegram import decode

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0
KEPT_SECONDS = 15.0
"""An idle connection is not used any more after so long: the server may be closing it just now."""
CONNECTIONS = 100
"""Connections at most; the relay bounds its senders below that."""
NEXT_ADDRESS_SECONDS = 0.25
"""After so long the host's next address is tried beside the first (RFC 8305, 5)."""


def _trust() -> ssl.SSLContext:
    """Trust the system's authorities and Mozilla's: a small container has none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Answer:
    """An HTTP answer: its status, its bytes, and the JSON in them (None if it is none).

    ``done`` says that the call was carried out, with its outcome under "result".
    """

    __slots__ = ("body", "done", "json", "status")

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body
        try:
            self.json: Any = decode(body)
        except ValueError:
            self.json = None
        found = self.json
        self.done = isinstance(found, dict) and found.get("ok") is True and "result" in found


class _Target(NamedTuple):
    """Where a request goes, and what stands before the length of its body."""

    host: str
    port: int
    tls: bool
    head: bytes


def _target(url: str) -> _Target:
    """Raises Unreachable for what is no address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("http", "https") or not url.isascii() or " " in url:
        raise Unreachable("the address of the Bot API server is no address")
    tls = parts.scheme == "https"
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {path or '/'} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
        "User-Agent: majup\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
        "Content-Length: "
    )
    return _Target(host, port or (443 if tls else 80), tls, head.encode())


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    __slots__ = (
        "_answer", "_body", "_client", "_head_read", "_parser", "_transport", "_whole",
        "used_at",
    )  # fmt: skip

    def __init__(self, client: JsonClient) -> None:
        self.used_at = 0.0
        self._client = client
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body: list[bytes] = []
        self._head_read = False
        self._whole = False  # the length of the body is known

    @property
    def usable(self) -> bool:
        """Whether a request can be written."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, request: bytes, answer: asyncio.Future[tuple[int, bytes]]) -> None:
        """Write a request; ``answer`` is given status and body, or Unclear."""
        assert self._transport is not None
        self._answer = answer
        self._body = []
        self._head_read = self._whole = False
        self._transport.write(request)

    def close(self, why: str = "") -> None:
        """Close; whoever waits for an answer is told why there is none."""
        if self._transport is not None:
            self._transport.abort()
        self._fail(why)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by type

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._client.lost(self)
        if self._head_read and not self._whole and exc is None:
            self._complete()  # a body without length ends with the connection
        self._fail("the connection broke" if exc is None else type(exc).__name__)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close("the answer is not HTTP")

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._whole = True

    def on_headers_complete(self) -> None:
        self._head_read = self._parser.get_status_code() >= 200

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if not self._head_read:
            return  # 100 Continue: the answer is still to come
        self._complete()

    def _complete(self) -> None:
        answer, self._answer = self._answer, None
        if answer is None or not self._parser.should_keep_alive():
            if self._transport is not None:
                self._transport.close()
        else:
            self._client.free(self)
        if answer is not None and not answer.done():
            answer.set_result((self._parser.get_status_code(), b"".join(self._body)))

    def _fail(self, why: str) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(Unclear(why))


class JsonClient:
    """Connections to one Bot API server, opened when they are needed."""

    def __init__(self) -> None:
        self._targets: dict[str, _Target] = {}
        self._idle: deque[_Connection] = deque()
        self._open: set[_Connection] = set()
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._tls: ssl.SSLContext | None = None
        self._sweeping: asyncio.TimerHandle | None = None

    async def post(self, url: str, body: bytes, seconds: float = ANSWER_SECONDS) -> Answer:
        """Post JSON and give the answer, whatever its status.

        Raises Unreachable if the request cannot have arrived, Unclear if it may have: broken
        off or timed out after it was written, or answered 200 without saying what was done.
        """
        target = self._targets.get(url)
        if target is None:
            target = self._targets[url] = _target(url)
        loop = asyncio.get_running_loop()
        async with self._room:
            connection = self._taken(loop.time()) or await self._connected(target)
            future: asyncio.Future[tuple[int, bytes]] = loop.create_future()
            timer = loop.call_later(seconds, connection.close, "no answer in time")
            try:
                connection.send(b"%b%d\r\n\r\n%b" % (target.head, len(body), body), future)
                answer = Answer(*await future)
            except asyncio.CancelledError:
                connection.close()  # its answer would be taken for the next one's
                raise
            finally:
                timer.cancel()
        if answer.status == 200 and not answer.done:
            raise Unclear("answer 200 without result")
        return answer

    async def close(self) -> None:
        """Close the connections; the next request would open new ones."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
        self._idle.clear()
        for connection in list(self._open):
            connection.close("closed")
        await asyncio.sleep(0)  # the loop closes the sockets

    # What connections call.

    def free(self, connection: _Connection) -> None:
        """The connection's answer is read: it can be used again."""
        loop = asyncio.get_running_loop()
        connection.used_at = loop.time()
        self._idle.append(connection)
        if self._sweeping is None:
            self._sweeping = loop.call_later(KEPT_SECONDS, self._sweep)

    def lost(self, connection: _Connection) -> None:
        """The connection is closed."""
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)

    # Opening

    def _taken(self, now: float) -> _Connection | None:
        """The connection used last, if it can still be used."""
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and now - connection.used_at < KEPT_SECONDS:
                return connection
            connection.close()
        return None

    async def _connected(self, target: _Target) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                infos = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
                sock = await aiohappyeyeballs.start_connection(
                    infos, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS
                )
                try:
                    if target.tls and self._tls is None:
                        self._tls = _trust()
                    _, connection = await loop.create_connection(
                        lambda: _Connection(self),
                        sock=sock,
                        ssl=self._tls if target.tls else None,
                        server_hostname=target.host if target.tls else None,
                    )
                except BaseException:
                    sock.close()
                    raise
        except (OSError, TimeoutError, UnicodeError) as error:
            raise Unreachable(type(error).__name__) from None
        self._open.add(connection)
        return connection

    def _sweep(self) -> None:
        """Close what was idle for long."""
        loop = asyncio.get_running_loop()
        while self._idle and loop.time() - self._idle[0].used_at >= KEPT_SECONDS:
            self._idle.popleft().close()
        self._sweeping = None
        if self._idle:
            wait = self._idle[0].used_at + KEPT_SECONDS - loop.time()
            self._sweeping = loop.call_later(max(wait, 0.1), self._sweep)


