"""One suite for both Telegram libraries, against the strict fake server. Nothing is skipped."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.channels import telegram_bot
from bot.channels.channel import (
    Accept,
    DeliveryError,
    Gone,
    Incoming,
    Key,
    Later,
    Misconfigured,
    Missing,
    Moved,
    Order,
    Refused,
    Unclear,
    Unreachable,
)
from bot.channels.telegram import Refusal, call, press_answer, webhook_update
from bot.channels.telegram_aiogram import AiogramChannel
from bot.channels.telegram_bot import TelegramChannel, Webhook
from bot.channels.telegram_ptb import PtbChannel
from tests.telegram.faults import Action, Garble, Hang, Page, Reset, Truncate, refuse
from tests.telegram.server import TelegramServer

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning"
)

Driver = type[AiogramChannel] | type[PtbChannel]
DRIVERS: list[Driver] = [AiogramChannel, PtbChannel]
both = pytest.mark.parametrize("driver", DRIVERS)

YES = Key("Jā", "token-1")
LONG = "\n\n".join(f"{n}. " + "Vārds bija pirmais. " * 40 for n in range(14))
SECRET = "abcdefghijklmnopqrstuvwxyz_-0123456789"


class Park:
    """Where updates go that failed every time; ``closed`` while it fails too."""

    def __init__(self) -> None:
        self.held: list[tuple[Mapping[str, Any], str]] = []
        self.closed = False

    async def __call__(self, update: Mapping[str, Any], reason: str) -> None:
        if self.closed:
            raise OSError("disk full")
        self.held.append((update, reason))


@asynccontextmanager
async def channel_of(
    driver: Driver, server: TelegramServer, park: Park | None = None, webhook: Webhook | None = None
) -> AsyncIterator[TelegramChannel]:
    channel = driver(server.token, server.url, park or Park(), webhook)
    try:
        yield channel
    finally:
        await channel.close()


@asynccontextmanager
async def receiving(channel: TelegramChannel, accept: Accept) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(channel.receive(accept))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(happened: Callable[[], bool]) -> None:
    """Wait for something the loop does; the time limit only ends a test that failed."""
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - the server's ledger tells by being looked at
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat at once what is repeated after a pause."""
    monkeypatch.setattr(telegram_bot, "RETRIES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(telegram_bot, "BACK_OFF", (0.0,))


# ---- outgoing


ORDERS: list[Order] = [
    Order("send", "Labdien, <b>Ilze</b> &amp; <i>Anna</i>"),
    Order("send", "Jā?", rows=((YES, Key("Nē", "token-2")), (Key("Lapa", url="https://e.org"),))),
    Order("send", "Klusu", silent=True),
    Order("send", '<a href="https://example.org/?a=1&amp;b=2">lapa</a> <code>1042</code>'),
    Order("send", "<blockquote expandable>Stāsts 👩\u200d👧</blockquote>"),
    Order("send", LONG, rows=((YES,),)),
    Order("edit", "Jauns", message="2"),
    Order("edit", "Jauns", rows=((YES,),), message="2"),
    Order("bare", message="2"),
    Order("delete", message="2"),
    Order("delete", message="2,3"),
    Order("edit", "Īss", message="2,3"),
]


@both
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order.kind}-{len(order.html)}")
async def test_every_order_gives_the_same_calls_at_the_server(driver: Driver, order: Order) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        await server.user(7).start()
        await channel.perform("7", Order("send", "viens", rows=((YES,),)))
        await channel.perform("7", Order("send", "divi", rows=((YES,),)))
        before = len(server.calls)
        await channel.perform("7", order)
        made = server.calls[before:]
        assert [(c.method, c.params) for c in made] == call("7", order)
        assert all(c.status == 200 for c in made)


@both
async def test_ids_of_messages_and_of_their_parts(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        user = server.user(7)
        await user.start()
        assert await channel.perform("7", Order("send", "viens")) == "2"
        long = await channel.perform("7", Order("send", LONG, rows=((YES,),)))
        assert long == ",".join(str(m.message_id) for m in user.messages[1:])
        assert len(user.messages) > 3
        assert [len(m.buttons) for m in user.messages[1:]] == [0] * (len(user.messages) - 2) + [1]
        assert await channel.perform("7", Order("bare", message=long)) == long
        short = await channel.perform("7", Order("edit", "īss", message=long))
        assert short == long.split(",")[0]
        assert [m.text for m in user.messages] == ["viens", "īss"]
        assert await channel.perform("7", Order("edit", "īss", message=short)) == short


@both
async def test_a_split_message_that_broke_off_goes_on_where_it_was(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        user = server.user(7)
        await user.start()
        server.faults.add("sendMessage", refuse(429, retry_after=1), skip=1)
        order = Order("send", LONG)
        with pytest.raises(Later):
            await channel.perform("7", order)
        assert len(user.messages) == 1
        ids = await channel.perform("7", order)
        assert len(user.messages) == len(call("7", order)) == len(ids.split(","))


# ---- failures

FAILURES: list[tuple[Action, DeliveryError | None]] = [
    (refuse(403, "bot was blocked by the user"), Gone()),
    (refuse(403, "user is deactivated"), Gone()),
    (refuse(403, "bot was kicked from the supergroup chat"), Gone()),
    (refuse(429, retry_after=1), Later(1.0)),
    (refuse(429, retry_after=344), Later(344.0)),
    (refuse(400, "chat not found"), Gone()),
    (refuse(400, "message is not modified: specified new message content"), None),
    (refuse(400, "message to edit not found"), Missing()),
    (refuse(400, "message can't be edited"), Missing()),
    (refuse(400, 'can\'t parse entities: Unsupported start tag "x"'),
     Refused("can't parse entities")),
    (refuse(400, "message is too long"), Refused("message is too long")),
    (refuse(400, "message text is empty"), Refused("message text is empty")),
    (refuse(400, "BUTTON_DATA_INVALID"), Refused("button_data_invalid")),
    (refuse(400, "group chat was upgraded", migrate_to=-1002000000302), Moved("-1002000000302")),
    (refuse(401), Misconfigured()),
    (refuse(404), Misconfigured()),
    (refuse(409, "terminated by other getUpdates request"), Misconfigured()),
    (refuse(500), Unreachable()),
    (refuse(502), Unreachable()),
    (refuse(504), Unreachable()),
    (Page(502), Unreachable()),
    (Page(403), Unreachable()),
    (Garble(b"{}", 500), Unreachable()),
    (Garble(b"[]", 500), Unreachable()),
    (Garble(b'{"ok":false,"error_code":429}', 429), Unreachable()),
    (Garble(b"{}"), Unclear()),
    (Garble(b"<html>"), Unclear()),
    (Truncate(), Unclear()),
    (Reset(after=False), Unclear()),
    (Reset(after=True), Unclear()),
]  # fmt: skip


@both
@pytest.mark.parametrize(("action", "expected"), FAILURES, ids=lambda value: str(value)[:60])
async def test_failure(
    driver: Driver, action: Action, expected: DeliveryError | None,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        await server.user(7).start()
        await channel.perform("7", Order("send", "viens"))
        server.faults.add("editMessageText", action)
        order = Order("edit", "kanārijputniņš", message="2")
        if expected is None:
            assert await channel.perform("7", order) == "2"
            return
        server.faults.add("sendMessage", action)
        for tried in (order, Order("send", "kanārijputniņš")):
            with pytest.raises(DeliveryError) as caught:
                await channel.perform("7", tried)
            assert isinstance(caught.value, type(expected))
            for name in ("seconds", "everyone", "address", "why"):
                assert getattr(caught.value, name, None) == getattr(expected, name, None)
            told = "".join(traceback.format_exception(caught.value)) + caplog.text
            assert server.token not in told


@both
async def test_an_answer_without_the_messages_id_is_unclear(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        await server.user(7).start()
        server.faults.add("sendMessage", Garble(b'{"ok":true,"result":{}}'))
        with pytest.raises(Unclear):
            await channel.perform("7", Order("send", "x"))


@both
async def test_no_server_there(driver: Driver) -> None:
    async with TelegramServer() as server:
        pass
    async with channel_of(driver, server) as channel:
        with pytest.raises(Unreachable) as caught:
            await channel.perform("7", Order("send", "x"))
        assert server.token not in "".join(traceback.format_exception(caught.value))


@both
async def test_a_server_that_does_not_answer_in_time(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        await server.user(7).start()
        server.faults.add("sendMessage", Hang())
        name, params = call("7", Order("send", "x"))[0]
        with pytest.raises(Unclear):
            await channel.request(name, params, 0.2)


@both
async def test_what_real_refusals_of_the_server_mean(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        user = server.user(7)
        with pytest.raises(Gone):
            await channel.perform("7", Order("send", "x"))
        await user.start()
        with pytest.raises(Missing):
            await channel.perform("7", Order("edit", "x", message="999"))
        with pytest.raises(Missing):
            await channel.perform("7", Order("delete", message="999"))
        with pytest.raises(Refused) as caught:
            await channel.perform("7", Order("send", "<x>kanārijputniņš</x>"))
        assert caught.value.why == "can't parse entities"
        await user.block()
        with pytest.raises(Gone):
            await channel.perform("7", Order("send", "x"))


@both
async def test_a_wait_is_for_everyone_when_two_people_hear_it(driver: Driver) -> None:
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        server.faults.add("sendMessage", refuse(429, retry_after=30), times=None)
        heard = []
        for address in ("-1002000000301", "-1002000000302", "7", "-1002000000301", "7", "8"):
            with pytest.raises(Later) as caught:
                await channel.perform(address, Order("send", "x"))
            heard.append(caught.value.everyone)
        assert heard == [False, False, False, False, False, True]


@both
@pytest.mark.parametrize("token", ["", "abc", "123:a b"])
async def test_a_token_that_cannot_be_one(driver: Driver, token: str) -> None:
    with pytest.raises(Misconfigured):
        driver(token, "http://127.0.0.1:1", Park())


@both
async def test_the_menu_is_written_once(driver: Driver) -> None:
    texts = {
        "lv": {"commands": [("help", "Palīdzība")], "description": "Palīgs", "short": "Mājup"},
        "ru": {"commands": [("help", "Помощь")], "description": "Помощник", "short": "Mājup"},
    }
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        await channel.introduce(texts, "lv")
        assert len(server.ledger.carried_out("setMyCommands")) == 3
        before = len(server.calls)
        await channel.introduce(texts, "lv")
        assert all(c.method.startswith("get") for c in server.calls[before:])


# ---- receiving


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


# ---- what is loaded


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("bot.channels.telegram_bot", {"aiogram", "telegram", "aiohttp", "httpx"}),
        ("bot.channels.telegram_aiogram", {"telegram"}),
        ("bot.channels.telegram_ptb", {"aiogram"}),
    ],
)
async def test_no_library_is_loaded_that_is_not_used(module: str, never: set[str]) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await run.communicate()
    loaded = set(told.decode().split())
    assert module in loaded
    assert not never & loaded
