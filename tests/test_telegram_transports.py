"""What both Telegram libraries send, and what they make of the strict server's answers."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback

import pytest

from bot.channels import telegram_bot
from bot.channels.channel import (
    DeliveryError,
    Gone,
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
from bot.channels.telegram import call
from tests.telegram.faults import Action, Garble, Hang, Page, Reset, Truncate, refuse
from tests.telegram.server import TelegramServer
from tests.transports import Driver, Park, both, channel_of

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning"
)
YES = Key("Jā", "token-1")
LONG = "\n\n".join(f"{n}. " + "Vārds bija pirmais. " * 40 for n in range(14))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat at once what is repeated after a pause."""
    monkeypatch.setattr(telegram_bot, "RETRIES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(telegram_bot, "BACK_OFF", (0.0,))

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
