"""A relay with its store before a platform that answers as a test says."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.channels.channel import (
    Accept,
    DeliveryError,
    Order,
)
from bot.pace import Rates
from bot.relay import Relay
from bot.trouble import Trouble
from storage import conversations
from storage.commit import Committer
from storage.store import Store
from storage.write import Mark, Owed, Write
from tests.database import TestClock, address, first, open_store

LIFTED = Rates.of(0)


class Platform:
    """A platform that notes what it is told and answers as the test says."""

    name = "telegram"

    def __init__(self) -> None:
        self.calls: list[tuple[float, str, Order]] = []
        self.answers: dict[str, deque[DeliveryError | float | None]] = defaultdict(deque)
        self.last = 0
        self.watch: Any = None

    async def receive(self, accept: Accept) -> None:
        """Not used here."""

    async def close(self) -> None:
        """Nothing to close."""

    async def perform(self, address: str, order: Order) -> str:
        """Note the call; wait, fail or succeed."""
        self.calls.append((asyncio.get_running_loop().time(), address, order))
        if self.watch is not None:
            await self.watch()
        answer = self.answers[address].popleft() if self.answers[address] else None
        if isinstance(answer, float):
            await asyncio.sleep(answer)
        elif answer is not None:
            raise answer
        if order.kind != "send":
            return order.message
        self.last += 1
        return str(self.last)

    def texts(self, number: int = 1) -> list[str]:
        """What was said in a chat, in order."""
        return [order.html for _, to, order in self.calls if to == address(number).value]

    def times(self, number: int = 1) -> list[float]:
        """When each call for a chat came, from the loop's beginning at 1000."""
        return [at - 1000 for at, to, _ in self.calls if to == address(number).value]


class Desk:
    """A store with its committer and relay before a platform."""

    def __init__(self, store: Store, committer: Committer, relay: Relay, told: list[Trouble]):
        self.store, self.committer, self.relay, self.told = store, committer, relay, told

    async def owe(self, *rows: Owed) -> None:
        """Commit rows as a turn would."""
        await self.committer.commit(Write(family="fam1", owed=rows))

    async def quiet(self, seconds: float = 400) -> None:
        """Let time pass until all is sent and recorded."""
        await asyncio.sleep(seconds)
        await self.committer.mark(Mark(outcome="dropped"))


@asynccontextmanager
async def at_desk(
    home: Path,
    platform: Platform,
    rates: Rates = LIFTED,
    holder: str = "alone",
    poll: float = 0.0,
    **rest: Any,
) -> AsyncIterator[Desk]:
    clock = TestClock()
    store = await open_store(home, clock)
    committer = Committer(store)
    told: list[Trouble] = []
    relay = Relay(
        store, committer, {"telegram": platform}, clock, rates,
        holder=holder, poll=poll, tell=told.append, **rest,
    )  # fmt: skip
    await relay.start()
    desk = Desk(store, committer, relay, told)
    if await conversations.load(store, "talk1") is None:
        await committer.commit(first())
    try:
        yield desk
    finally:
        await relay.close()
        await committer.close()
        await store.close()
