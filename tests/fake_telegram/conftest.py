"""One server for the tests of a file; a person, a group and two messages for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from aiogram import Bot

from tests.fake_telegram.stage import Stage, ids, keys, serving
from tests.telegram.server import TelegramServer


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared() -> AsyncIterator[tuple[TelegramServer, Bot]]:
    async with serving() as both:
        yield both


@pytest_asyncio.fixture(loop_scope="module")
async def stage(shared: tuple[TelegramServer, Bot]) -> Stage:
    server, bot = shared
    user = server.user(next(ids))
    theirs = await user.start()
    await bot.send_message(user.id, "<b>Sveiki</b>", parse_mode="HTML", reply_markup=keys("a"))
    group = server.group(-next(ids))
    await group.add_bot(user)
    server.updates.clear()
    return Stage(server, bot, user, theirs, user.last, group)
