"""A Telegram channel over either library before the fake server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.channel import (
    Accept,
)
from bot.channels.telegram_aiogram import AiogramChannel
from bot.channels.telegram_bot import TelegramChannel, Webhook
from bot.channels.telegram_ptb import PtbChannel
from tests.telegram.server import TelegramServer

Driver = type[AiogramChannel] | type[PtbChannel]
DRIVERS: list[Driver] = [AiogramChannel, PtbChannel]
both = pytest.mark.parametrize("driver", DRIVERS)


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
