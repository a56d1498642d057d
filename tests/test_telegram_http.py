"""The lean HTTP client against real sockets: TLS, kept connections, answers of every shape."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import trustme

from bot.channels import telegram_http
from bot.channels.channel import Unclear, Unreachable
from bot.channels.telegram_http import JsonClient

OK = b'{"ok":true,"result":true}'
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes, *, head: bytes = b"", status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, head, len(body), body)


async def request(reader: asyncio.StreamReader) -> bytes:
    """One request's body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return await reader.readexactly(length)


@asynccontextmanager
async def server(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def carry_out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(carry_out, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/bot1:A/getMe"
    finally:
        listening.close()
        for task in tasks:
            task.cancel()


async def posted(serve: Serve, seconds: float = 5.0) -> telegram_http.Answer:
    client = JsonClient()
    async with server(serve) as url:
        try:
            return await client.post(url, b"{}", seconds)
        finally:
            await client.close()


async def test_a_connection_is_used_again() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            assert await request(reader) == b'{"a":1}'
            writer.write(answer(OK))

    client = JsonClient()
    async with server(serve) as url:
        for _ in range(5):
            assert (await client.post(url, b'{"a":1}')).done
        assert connections == 1
        await client.close()


async def test_a_connection_that_was_closed_meanwhile_is_not_used() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(answer(OK))
        await writer.drain()

    client = JsonClient()
    async with server(serve) as url:
        for _ in range(3):
            assert (await client.post(url, b"{}")).done
            for _ in range(20):  # the end of the connection is on its way
                await asyncio.sleep(0.005)
        await client.close()


@pytest.mark.parametrize(
    "told",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(OK),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n" + OK[:9]
        + b"\r\n%x\r\n" % (len(OK) - 9) + OK[9:] + b"\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n" + OK,
        answer(OK, head=b"Connection: close\r\n"),
    ],
    ids=["continue", "chunked", "without length", "last of its connection"],
)  # fmt: skip
async def test_answers_of_every_shape(told: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        for at in range(0, len(told), 7):  # in pieces
            writer.write(told[at : at + 7])
            await writer.drain()

    found = await posted(serve)
    assert (found.status, found.json, found.done) == (200, {"ok": True, "result": True}, True)


@pytest.mark.parametrize(
    "told",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Le", answer(OK)[:-3], b"nonsense\r\n\r\n", answer(b"<p>")],
    ids=["nothing", "half a head", "half a body", "no HTTP", "no JSON"],
)
async def test_an_answer_that_says_nothing_is_unclear(told: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(told)
        await writer.drain()

    with pytest.raises(Unclear):
        await posted(serve)


async def test_no_answer_in_time_is_unclear_and_its_connection_is_not_used_again() -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await request(reader))
        if len(asked) == 1:
            await reader.read()  # until the client gives up
        writer.write(answer(OK))

    client = JsonClient()
    async with server(serve) as url:
        with pytest.raises(Unclear, match="in time"):
            await client.post(url, b"1", 0.05)
        assert (await client.post(url, b"2")).done
        assert asked == [b"1", b"2"]
        await client.close()


async def test_a_call_given_up_does_not_leave_its_answer_to_the_next() -> None:
    asked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            body = await request(reader)
            asked.set()
            if body == b"1":
                await asyncio.sleep(0.05)
            writer.write(answer(b'{"ok":true,"result":%b}' % body))

    client = JsonClient()
    async with server(serve) as url:
        first = asyncio.create_task(client.post(url, b"1"))
        await asked.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert (await client.post(url, b"2")).json["result"] == 2
        await client.close()


async def test_nobody_there() -> None:
    client = JsonClient()
    async with server(lambda reader, writer: asyncio.sleep(0)) as url:
        pass
    for nowhere in (url, "http://nobody.invalid/x", "ftp://host/x", "http:///x", "http://a b/x"):
        with pytest.raises(Unreachable) as told:
            await client.post(nowhere, b"{}")
        assert "bot1" not in str(told.value)
    await client.close()


async def test_the_certificate_must_be_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(stranger)
    other_name = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("example.org").configure_cert(other_name)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request(reader)
            writer.write(answer(OK))

    ours = telegram_http._trust()
    authority.configure_trust(ours)
    monkeypatch.setattr(telegram_http, "_trust", lambda: ours)
    client = JsonClient()
    async with server(serve, theirs) as url:
        assert (await client.post(url, b"{}")).done
        assert (await client.post(url, b"{}")).done
    for context in (stranger, other_name):
        async with server(serve, context) as url:
            fresh = JsonClient()
            with pytest.raises(Unreachable):
                await fresh.post(url, b"{}")
            await fresh.close()
    await client.close()
