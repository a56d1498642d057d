"""Each fault of the Bot API with each kind of order: from the outbox to what stands in the chat.

All at once, each in a chat of its own, through the real relay and both libraries. Long waits,
a wrong token and chats that moved have tests of their own (``test_relay``, in virtual time).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from bot.channels.channel import Key, Order
from bot.pace import Rates
from bot.relay import Relay
from bot.speech import encode
from storage import outbox
from storage.commit import Committer
from storage.write import Owed, Write
from tests.database import TestClock, address, first, open_store
from tests.telegram.faults import (
    Action,
    Garble,
    Hang,
    Page,
    Refuse,
    Reset,
    Slow,
    Truncate,
    refuse,
)
from tests.telegram.ledger import JSON, Message
from tests.telegram.refusal import too_many
from tests.telegram.server import TelegramServer
from tests.transports import DRIVERS, Driver, channel_of

pytest_plugins = ["tests.database"]
pytestmark = pytest.mark.only_sqlite

PASSING: dict[str, Action] = {
    "429": Refuse(too_many(1)), "500": refuse(500), "502": refuse(502), "504": refuse(504),
    "page": Page(502), "page 403": Page(403), "reset before": Reset(after=False),
    "reset after": Reset(after=True), "silence": Hang(0.3, after=True), "late": Slow(0.5),
    "drip": Slow(0.5, drip=True), "cut": Truncate(), "nonsense": Garble(b"<html>"),
    "empty": Garble(b"{}"),
}  # fmt: skip
GONE: dict[str, Action] = {
    "blocked": refuse(403, "bot was blocked by the user"),
    "deactivated": refuse(403, "user is deactivated"),
    "kicked": refuse(403, "bot was kicked from the supergroup chat"),
    "no chat": refuse(400, "chat not found"),
}
REFUSED: dict[str, Action] = {
    "entities": refuse(400, "can't parse entities: Unsupported start tag"),
    "long": refuse(400, "message is too long"),
    "empty text": refuse(400, "message text is empty"),
    "button": refuse(400, "BUTTON_DATA_INVALID"),
}
MISSING: dict[str, Action] = {
    "edited away": refuse(400, "message to edit not found"),
    "deleted": refuse(400, "message to delete not found"),
    "too old": refuse(400, "message can't be edited"),
}
EVERY = PASSING | GONE | REFUSED | MISSING
METHODS = {
    "send": {"sendMessage"}, "edit": {"editMessageText"}, "bare": {"editMessageReplyMarkup"},
    "delete": {"deleteMessage", "deleteMessages"},
}  # fmt: skip
ORDERS = {
    "send": Order("send", "Second"), "edit": Order("edit", "Second"),
    "bare": Order("bare"), "delete": Order("delete"),
}  # fmt: skip
CASES = dict(enumerate(product(EVERY, METHODS), start=1))


def _strikes(number: int, kind: str) -> Callable[[str, JSON], bool]:
    chat = int(address(number).value)
    return lambda method, params: method in METHODS[kind] and params.get("chat_id") == chat


def _owed(number: int, order: Order) -> Owed:
    return Owed(to=address(number), order=encode(order), ref="the-message")


@pytest.mark.parametrize("driver", DRIVERS)
async def test_every_fault_with_every_order(
    home: Path, clock: TestClock, driver: Driver
) -> None:
    store = await open_store(home, clock)
    committer = Committer(store)
    async with TelegramServer() as server, channel_of(driver, server) as channel:
        relay = Relay(store, committer, {"telegram": channel}, clock, Rates.of(0))
        await relay.start()

        async def settled() -> None:
            async with asyncio.timeout(60):
                while await outbox.waiting(store):  # noqa: ASYNC110 - the database is looked at
                    await asyncio.sleep(0.05)

        greeting = Order("send", "First", rows=((Key("Yes", "token"),),))
        for number in CASES:
            server.user(int(address(number).value)).chat.known = True
            await committer.commit(first(number, owed=(_owed(number, greeting),)))
        await settled()
        for number, (fault, kind) in CASES.items():
            server.faults.add(_strikes(number, kind), EVERY[fault])
        for number, (_, kind) in CASES.items():
            write = Write(family=f"fam{number}", owed=(_owed(number, ORDERS[kind]),))
            await committer.commit(write)
        await settled()
        assert all(rule.hits == 1 for rule in server.faults.rules)
        failed = {row.address: row.reason for row in await outbox.failed(store)}
        for number, (fault, kind) in CASES.items():
            chat = server.chat(int(address(number).value))
            what = f"{fault}, {kind}:\n{chat.screen()}"
            lost = fault in GONE or fault in REFUSED or (fault in MISSING and kind == "send")
            assert (address(number).id in failed) == lost, what  # the operator sees it
            assert (failed.get(address(number).id) == "gone") == (fault in GONE), what
            _judge(fault, kind, chat.from_bot, what)
        await relay.close()
    await committer.close()
    await store.close()


def _judge(fault: str, kind: str, shown: list[Message], what: str) -> None:
    texts = [message.text for message in shown]
    if fault in GONE or fault in REFUSED:
        assert texts == ["First"], what  # nothing came of it, and nothing was done twice
    elif fault in MISSING:
        assert texts == (["First", "Second"] if kind == "edit" else ["First"]), what
    elif kind == "send":
        assert texts in (["First", "Second"], ["First", "Second", "Second"]), what
    elif kind == "edit":
        assert texts == ["Second"], what
    elif kind == "bare":
        assert texts == ["First"] and not shown[0].buttons, what
    else:
        assert texts == [], what
