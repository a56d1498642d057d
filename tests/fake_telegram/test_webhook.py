"""Updates that are posted: order, secret, repeats, replies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiogram import Dispatcher, types
from aiogram.methods import SendMessage
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from tests.fake_telegram.stage import PRESS_LIFE, keys, serving, until


@dataclass
class Hook:
    """A bot's webhook that answers as told and remembers what came."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    closes: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.got.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.news.set()
        if self.closes:
            self.closes -= 1
            assert request.transport is not None
            request.transport.abort()
        gate = self.gates.get(update["update_id"])
        if gate is not None:
            await gate.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def count(self, wanted: int) -> None:
        async with asyncio.timeout(5):
            while len(self.got) < wanted:
                self.news.clear()
                await self.news.wait()

    @property
    def texts(self) -> list[str]:
        return [u["message"]["text"] if "message" in u else u["callback_query"]["data"]
                for u in self.got]  # fmt: skip


@asynccontextmanager
async def hooked() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield hook
    finally:
        await runner.cleanup()


@pytest.mark.asyncio
async def test_webhook_order_and_secret() -> None:
    async with serving() as (server, bot), hooked() as hook:
        anna, juris = server.user(7), server.user(8)
        await anna.send("waits already")
        await bot.set_webhook(hook.url, secret_token="s-1", allowed_updates=["message",
                              "callback_query"])  # fmt: skip
        await server.updates.emptied()
        await bot.send_message(7, "x", reply_markup=keys("tap"))
        gate = hook.gates[server.updates.next_id] = asyncio.Event()
        await anna.send("one")
        await anna.send("two")
        await anna.press("Button tap")
        await juris.send("other chat")
        await hook.count(4)
        # "two" waits behind "one"; the press and the other chat do not.
        assert sorted(hook.texts[1:]) == ["one", "other chat", "tap"]
        gate.set()
        await server.updates.emptied()
        assert hook.texts[-1] == "two"
        assert set(hook.secrets) == {"s-1"}
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.last_error_message) == (
            hook.url,
            0,
            None,
        )


@pytest.mark.asyncio
async def test_webhook_repeats_with_pauses() -> None:
    async with serving() as (server, bot), hooked() as hook:
        hook.answers = [web.Response(status=500), web.Response(status=503),
                        web.Response(status=429, headers={"Retry-After": "10"})]  # fmt: skip
        await bot.set_webhook(hook.url)
        await server.user(7).send("x")
        await hook.count(2)  # the first repeat comes at once
        for seconds, count in ((1.9, 2), (0.1, 3), (9.9, 3), (0.1, 4)):
            await until(lambda: bool(server.clock._sleepers))
            server.clock.advance(seconds)
            await hook.count(count)
            assert len(hook.got) == count
        await server.updates.emptied()
        assert [d.status for d in server.webhook.deliveries] == [500, 503, 429, 200]
        assert "Wrong response from the webhook: 429" in str(
            (await bot.get_webhook_info()).last_error_message
        )


@pytest.mark.asyncio
async def test_webhook_that_hangs_or_closes_gets_it_again() -> None:
    async with serving() as (server, bot), hooked() as hook:
        server.webhook.read_limit = 0.05
        await bot.set_webhook(hook.url)
        gate = hook.gates[server.updates.next_id] = asyncio.Event()
        message = await server.user(7).send("x")
        await hook.count(2)
        gate.set()
        await server.updates.emptied()
        hook.closes = 1
        await server.user(7).send("y")
        await server.updates.emptied()
        assert hook.texts == ["x", "x", "y", "y"]
        assert [bool(d.error) for d in server.webhook.deliveries] == [
            True,
            False,
            True,
            False,
        ]
        server.updates.repeat(message.update_id)
        await hook.count(5)
        assert hook.got[-1] == hook.got[0]


@pytest.mark.asyncio
async def test_webhook_down_then_press_is_lost() -> None:
    async with serving() as (server, bot), hooked() as hook:
        await server.user(7).start()
        server.updates.clear()
        await bot.send_message(7, "x", reply_markup=keys("a"))
        await bot.set_webhook("http://127.0.0.1:1/hook")
        await server.user(7).press("Button a")
        await server.user(7).send("typed")
        await until(lambda: len(server.webhook.deliveries) >= 4)
        assert {d.error for d in server.webhook.deliveries} == {"Connection refused"}
        server.clock.advance(PRESS_LIFE)
        await bot.set_webhook(hook.url)
        await server.updates.emptied()
        assert hook.texts == ["typed"]


@pytest.mark.asyncio
async def test_webhook_reply_is_carried_out() -> None:
    async with serving() as (server, bot), hooked() as hook:
        await bot.set_webhook(hook.url)
        call = {"method": "sendMessage", "chat_id": 7, "text": "from the answer"}
        wrong = {"method": "sendMessage", "chat_id": 7, "txt": "?"}
        with aiohttp.MultipartWriter("form-data") as form:
            for name, value in (
                ("method", "sendMessage"),
                ("chat_id", "7"),
                ("text", "form"),
            ):
                part = form.append(value)
                part.set_content_disposition("form-data", name=name)
        hook.answers = [
            web.json_response(call),
            web.json_response(wrong),
            web.Response(body=form),
        ]
        user = server.user(7)
        for text in "abc":
            await user.send(text)
        await server.updates.emptied()
        assert [m.text for m in user.messages] == ["from the answer", "form"]
        assert [(c.via, c.status) for c in server.ledger.calls_of("sendMessage")] == [
            ("webhook", 200), ("webhook", 400), ("webhook", 200)]  # fmt: skip


@pytest.mark.asyncio
async def test_webhook_with_aiograms_own_handler() -> None:
    async with serving() as (server, bot):
        dispatcher = Dispatcher()

        @dispatcher.message()
        async def ask(message: types.Message) -> SendMessage:
            return SendMessage(chat_id=message.chat.id, text="ā <b>b</b>", parse_mode="HTML")

        app = web.Application()
        handler = SimpleRequestHandler(dispatcher, bot, False, secret_token="s")
        handler.register(app, path="/hook")
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await bot.set_webhook(url, secret_token="s", max_connections=1)
        users = [server.user(number) for number in range(10)]
        for user in users:
            await user.send("x")
        assert {(await user.wait())[0].text for user in users} == {"ā b"}
        await bot.set_webhook(url, secret_token="other")
        await users[0].send("x")
        await until(lambda: len(server.webhook.deliveries) >= 12)
        assert server.webhook.deliveries[-1].status == 401
        await runner.cleanup()


@pytest.mark.asyncio
async def test_webhook_address_behind_a_proxy() -> None:
    async with serving() as (server, bot), hooked() as one, hooked() as two:
        server.webhook.routes["https://majup.example"] = [
            hook.url.removesuffix("/hook") for hook in (one, two)
        ]
        await bot.set_webhook("https://majup.example/hook")
        for text in "abcd":
            await server.user(7).send(text)
        await server.updates.emptied()
        assert sorted(one.texts + two.texts) == ["a", "b", "c", "d"]
        assert len(one.got) == len(two.got) == 2
