"""The stage on which the stand-in is tried: a server, a bot of aiogram, one person."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.telegram.clock import Clock
from tests.telegram.group import Group
from tests.telegram.ledger import Message
from tests.telegram.server import TelegramServer
from tests.telegram.user import User

MODULE = pytest.mark.asyncio(loop_scope="module")
PRESS_LIFE = 150.0
MESSAGE_LIFE = 86_400.0
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Session(AiohttpSession):
    """aiogram's own session, closing without its quarter of a second for TLS."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[tuple[TelegramServer, Bot]]:
    options.setdefault("clock", Clock(START, running=False))
    async with (
        TelegramServer(**options) as server,
        Bot(server.token, session=Session(api=server.aiogram_api())) as bot,
    ):
        yield server, bot


@dataclass
class Stage:
    """One person with one message of the bot, one own message, and the bot."""

    server: TelegramServer
    bot: Bot
    user: User
    theirs: Message
    own: Message
    group: Group


ids = itertools.count(1000)
"""Ids of people and groups that nobody has yet."""


async def until(holds: Callable[[], bool]) -> None:
    """Let the other tasks run until something holds."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - there is no event for what the server does inside
            await asyncio.sleep(0)


def keys(*datas: str, per_row: int = 8) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(text=f"Button {data}", callback_data=data) for data in datas]
    rows = [buttons[at : at + per_row] for at in range(0, len(buttons), per_row)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def one_button(**fields: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(**fields)]])
