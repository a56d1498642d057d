"""What both Telegram libraries receive, polling and by webhook, from the strict fake server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.channels import telegram_bot
from bot.channels.channel import (
    Incoming,
    Key,
    Misconfigured,
    Order,
)
from bot.channels.telegram import Refusal, press_answer, webhook_update
from bot.channels.telegram_bot import TelegramChannel, Webhook
from tests.telegram.faults import Garble, Page, Reset, Truncate, refuse
from tests.telegram.server import TelegramServer
from tests.transports import Driver, Park, both, channel_of, receiving, until

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning"
)
YES = Key("Jā", "token-1")
SECRET = "abcdefghijklmnopqrstuvwxyz_-0123456789"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat at once what is repeated after a pause."""
    monkeypatch.setattr(telegram_bot, "RETRIES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(telegram_bot, "BACK_OFF", (0.0,))


@both
async def test_an_update_is_confirmed_after_accept_and_delays_no_other_chat(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        slow, quick_one = server.user(7), server.user(8)
        committed = asyncio.Event()
        accepted: list[str] = []

        async def accept(found: Incoming) -> None:
            if found.address == "7":
                await committed.wait()
            accepted.append(f"{found.address} {found.turn.text if found.turn else ''}")

        async with receiving(channel, accept):
            await slow.send("pirmais")
            await slow.send("otrais")
            await quick_one.send("a")
            await until(lambda: len(accepted) == 1)
            await quick_one.send("b")
            await until(lambda: len(accepted) == 2)
            assert accepted == ["8 a", "8 b"]
            held = min(server.updates.waiting)
            assert all(c.params["offset"] <= held for c in server.ledger.calls_of("getUpdates"))
            committed.set()
            async with asyncio.timeout(10):
                await server.updates.emptied()
            assert accepted[2:] == ["7 pirmais", "7 otrais"]


@both
async def test_a_chat_keeps_its_order_and_chats_run_side_by_side(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        heard: dict[str, list[str]] = {}
        inside: dict[str, int] = {}
        most = 0

        async def accept(found: Incoming) -> None:
            nonlocal most
            inside[found.address] = inside.get(found.address, 0) + 1
            assert inside[found.address] == 1
            most = max(most, sum(inside.values()))
            for _ in range(int(found.id) % 3 + 1):
                await asyncio.sleep(0)
            inside[found.address] -= 1
            heard.setdefault(found.address, []).append(found.turn.text if found.turn else "")

        people = [server.user(100 + n) for n in range(20)]
        for number in range(10):
            for person in people:
                await person.send(str(number))
        async with receiving(channel, accept), asyncio.timeout(20):
            await server.updates.emptied()
        assert len(heard) == 20
        assert all(texts == [str(n) for n in range(10)] for texts in heard.values())
        assert most > 1


@both
async def test_a_press_is_answered_before_it_is_accepted(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        user = server.user(7)
        await user.start()
        await channel.perform("7", Order("send", "Jā?", rows=((YES,),)))
        answered = asyncio.Event()
        tokens: list[str] = []

        async def accept(found: Incoming) -> None:
            if found.token:
                await answered.wait()
                tokens.append(found.token)

        async with receiving(channel, accept):
            press = await user.press("Jā")
            await press.answered()
            assert tokens == []
            answered.set()
            await until(lambda: tokens == ["token-1"])


@both
async def test_a_press_that_cannot_be_answered_is_accepted_all_the_same(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        tokens: list[str] = []

        async def accept(found: Incoming) -> None:
            tokens.append(found.token)

        server.faults.add("answerCallbackQuery", refuse(400, "query is too old"))
        server.faults.add("answerCallbackQuery", Page(502))
        async with receiving(channel, accept):
            server.user(7).tap("viens")
            server.user(7).tap("divi")
            await until(lambda: len(tokens) == 2)
            async with asyncio.timeout(10):
                await server.updates.emptied()


@both
async def test_an_update_that_always_fails_is_parked_and_its_chat_goes_on(driver: Driver) -> None:
    park = Park()
    async with TelegramServer() as server, channel_of(driver, server, park) as channel:
        tried: list[str] = []

        async def accept(found: Incoming) -> None:
            text = found.turn.text if found.turn else ""
            tried.append(text)
            if text.startswith("bumba"):
                raise RuntimeError("kanārijputniņš")

        user = server.user(7)
        async with receiving(channel, accept), asyncio.timeout(10):
            for text in ("bumba", "bumba 2", "labi", "bumba 3"):
                await user.send(text)
            await until(lambda: len(park.held) == 3)
            await server.updates.emptied()
        # Right behind a parked update one try is enough; a success gives the tries back.
        assert tried == ["bumba"] * 4 + ["bumba 2", "labi"] + ["bumba 3"] * 4
        assert [u["message"]["text"] for u, _ in park.held] == ["bumba", "bumba 2", "bumba 3"]
        assert all(r.startswith("RuntimeError at accept:") for _, r in park.held)


@both
async def test_an_update_that_recovers_is_not_parked(driver: Driver) -> None:
    park = Park()
    async with TelegramServer() as server, channel_of(driver, server, park) as channel:
        tried: list[str] = []

        async def accept(found: Incoming) -> None:
            tried.append(found.id)
            if len(tried) < 4:
                raise RuntimeError

        async with receiving(channel, accept), asyncio.timeout(10):
            await server.user(7).send("x")
            await until(lambda: len(tried) == 4)
            await server.updates.emptied()
        assert len(set(tried)) == 1
        assert park.held == []


@both
async def test_what_can_neither_be_accepted_nor_parked_is_not_confirmed(driver: Driver) -> None:
    park = Park()
    park.closed = True
    async with TelegramServer() as server, channel_of(driver, server, park) as channel:
        tried: list[str] = []

        async def accept(found: Incoming) -> None:
            tried.append(found.id)
            raise RuntimeError

        await server.user(7).send("x")
        async with receiving(channel, accept):
            await until(lambda: len(tried) > 8)
            assert server.updates.waiting
            park.closed = False
            async with asyncio.timeout(10):
                await server.updates.emptied()
        assert len(park.held) == 1


@both
async def test_polling_goes_on_after_faults(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        texts: list[str] = []

        async def accept(found: Incoming) -> None:
            texts.append(found.turn.text if found.turn else "")

        server.faults.add("getMe", Page(502))
        server.faults.add("deleteWebhook", refuse(429, retry_after=1))
        for action in (Page(502), refuse(500), Reset(), Truncate(), Garble(b"{}"), Reset(True)):
            server.faults.add("getUpdates", action)
        async with receiving(channel, accept), asyncio.timeout(10):
            await server.user(7).send("x")
            await server.updates.emptied()
        assert texts == ["x"]


@both
async def test_updates_of_unknown_shape_are_confirmed(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        seen: list[Incoming] = []

        async def accept(found: Incoming) -> None:
            seen.append(found)

        server.inject({"telepathy": {"thought": "?"}})
        server.inject({"message": {"chat": "x"}})
        server.inject({"message": {"message_id": 1, "chat": {"id": 7, "type": "private"},
                                   "date": 1, "hologram": {}}})  # fmt: skip
        async with receiving(channel, accept), asyncio.timeout(10):
            await server.updates.emptied()
        assert [found.turn.extra if found.turn else None for found in seen] == [None, None, "other"]


@both
async def test_a_wrong_token_ends_it(driver: Driver) -> None:
    async with TelegramServer() as server:
        channel = driver("4242:another", server.url, Park())
        with pytest.raises(Misconfigured):
            await channel.receive(_nothing)
        await channel.close()


async def _nothing(found: Incoming) -> None:
    """Accept and forget."""


@both
async def test_a_second_poller_gives_way_and_the_first_goes_on(driver: Driver) -> None:
    async with (
        TelegramServer() as server,
        channel_of(driver, server) as first,
        channel_of(driver, server) as second,
    ):
        server.updates.conflict_gap = 0.0
        first.standing_seconds = 0.0
        texts: list[str] = []

        async def accept(found: Incoming) -> None:
            texts.append(found.turn.text if found.turn else "")

        async with receiving(first, accept) as task:
            await until(lambda: bool(server.ledger.calls_of("getUpdates")))
            took = []
            for _ in range(5):  # on a machine with much else to do one of them is quick
                began = time.monotonic()
                with pytest.raises(Misconfigured, match="second poller"):
                    await asyncio.wait_for(second.receive(accept), 20)
                took.append(time.monotonic() - began)
            assert min(took) < 1
            await server.user(7).send("x")
            async with asyncio.timeout(5):
                await server.updates.emptied()
            assert texts == ["x"]
            assert not task.done()


@both
async def test_a_conflict_that_stays_ends_even_the_first(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        channel.standing_seconds = 0.0
        server.faults.add("getUpdates", refuse(409, "terminated"), times=None)
        async with asyncio.timeout(10):
            with pytest.raises(Misconfigured, match="second poller"):
                await channel.receive(_nothing)


@both
async def test_what_is_being_accepted_when_receiving_ends_is_finished(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        entered, committed = asyncio.Event(), asyncio.Event()
        done: list[str] = []

        async def accept(found: Incoming) -> None:
            entered.set()
            await committed.wait()
            done.append(found.id)

        task = asyncio.create_task(channel.receive(accept))
        await server.user(7).send("x")
        await entered.wait()
        task.cancel()
        await asyncio.sleep(0)
        committed.set()
        await asyncio.gather(task, return_exceptions=True)
        assert len(done) == 1


@both
async def test_when_receiving_ends_nothing_is_left_behind(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        entered = asyncio.Event()

        async def accept(found: Incoming) -> None:
            entered.set()
            await asyncio.Event().wait()

        channel.drain_seconds = 0.0
        before = asyncio.all_tasks()
        async with receiving(channel, accept):
            await server.user(7).send("x")
            await entered.wait()
        assert {t for t in asyncio.all_tasks() - before if "feeding" in repr(t)} == set()
        assert server.updates.waiting
        assert channel._lanes == {}  # no lock is kept for a chat that has nothing waiting


# ---- the webhook


@asynccontextmanager
async def webhook_of(
    server: TelegramServer, channel: TelegramChannel, answer: bool
) -> AsyncIterator[None]:
    """A route as the service has it; the fake server's public address leads there."""

    async def route(request: web.Request) -> web.Response:
        header = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        found = webhook_update(await request.read(), header, SECRET)
        if isinstance(found, Refusal):
            return web.Response(status=found.status)
        try:
            await channel.feed(found, answer)
        except OSError:
            return web.Response(status=500)
        reply = None if answer else press_answer(found)
        return web.json_response(reply) if reply else web.Response()

    app = web.Application()
    app.router.add_post("/telegram/webhook", route)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.webhook.routes["https://majup.example"] = [f"http://127.0.0.1:{port}"]
    server.webhook.retry_scale = 0.0
    try:
        yield
    finally:
        await runner.cleanup()

HOOK = Webhook("https://majup.example/telegram/webhook", SECRET)


@both
@pytest.mark.parametrize("answer", [True, False], ids=["by-call", "in-reply"])
async def test_the_webhook_end_to_end(driver: Driver, answer: bool) -> None:
    park = Park()
    async with (
        TelegramServer() as server,
        channel_of(driver, server, park, HOOK) as channel,
        webhook_of(server, channel, answer),
    ):
        heard: list[str] = []

        async def accept(found: Incoming) -> None:
            heard.append(found.token or (found.turn.text if found.turn else ""))
            if found.turn and found.turn.text == "bumba":
                park.closed = len(heard) < 5
                raise RuntimeError

        async with receiving(channel, accept):
            await until(lambda: bool(server.webhook.url))
            assert server.ledger.calls_of("setWebhook")[0].params == {
                "url": HOOK.url,
                "secret_token": SECRET,
                "allowed_updates": ["message", "edited_message", "callback_query",
                                    "my_chat_member"],
                "max_connections": 100,
            }  # fmt: skip
            user = server.user(7)
            await user.send("bumba")
            await user.send("labi")
            async with asyncio.timeout(10):
                await server.updates.emptied()
            # Four tries that could not be parked: 500, delivered again, parked, then the next.
            assert heard == ["bumba"] * 8 + ["labi"]
            assert len(park.held) == 1
            await channel.perform("7", Order("send", "Jā?", rows=((YES,),)))
            press = await user.press("Jā")
            await press.answered()
            assert server.ledger.carried_out("answerCallbackQuery")[0].via == (
                "http" if answer else "webhook"
            )
            assert heard[-1] == "token-1"


@both
async def test_fed_before_receiving_waits_for_it(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        heard: list[str] = []

        async def accept(found: Incoming) -> None:
            heard.append(found.id)

        early: Awaitable[None] = asyncio.create_task(channel.feed({"update_id": 5}))
        async with receiving(channel, accept), asyncio.timeout(5):
            await early
        assert heard == ["5"]
