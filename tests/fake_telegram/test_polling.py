"""getUpdates: offsets, lives, two pollers."""

from __future__ import annotations

import asyncio

import pytest
from aiogram.exceptions import TelegramConflictError
from aiogram.types import Update

from tests.fake_telegram.stage import MESSAGE_LIFE, PRESS_LIFE, keys, serving, until


def numbers(updates: list[Update]) -> list[int]:
    return [update.update_id for update in updates]


@pytest.mark.asyncio
async def test_offset_confirms() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        for text in "abc":
            await user.send(text)
        first = await bot.get_updates(limit=2)
        assert [u.message.text for u in first if u.message] == ["a", "b"]
        assert numbers(await bot.get_updates(offset=first[0].update_id)) == [
            *numbers(first),
            first[1].update_id + 1,
        ]
        assert len(await bot.get_updates(offset=first[1].update_id + 1)) == 1
        assert len(await bot.get_updates(offset=-1)) == 1
        assert user.chat.history[0].update_id == first[0].update_id
        server.updates.repeat(first[0].update_id, times=2)
        again = await bot.get_updates(offset=first[1].update_id + 2)
        assert numbers(again) == [first[0].update_id] * 2  # confirmed before, and still here
        await server.updates.emptied()


@pytest.mark.asyncio
async def test_lives() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        await user.start()
        await bot.send_message(7, "x", reply_markup=keys("a"))
        await user.press("Button a")
        server.clock.advance(PRESS_LIFE - 1)
        assert len(await bot.get_updates()) == 2
        server.clock.advance(1)
        left = await bot.get_updates(offset=1)
        assert [u.event_type for u in left] == ["message"]
        server.clock.advance(MESSAGE_LIFE - PRESS_LIFE - 1)
        assert len(await bot.get_updates(offset=2)) == 1
        server.clock.advance(1)
        assert await bot.get_updates() == []
        assert len(server.updates.expired) == 2


@pytest.mark.asyncio
async def test_long_poll_wakes_and_ends() -> None:
    async with serving() as (server, bot):
        assert await bot.get_updates(timeout=0) == []
        poll = asyncio.create_task(bot.get_updates(offset=5, timeout=20))
        await until(lambda: server.updates._poll is not None)
        await server.user(7).send("x")
        assert len(await poll) == 1


@pytest.mark.asyncio
async def test_second_poller_ends_the_first() -> None:
    async with serving() as (server, bot):
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await until(lambda: server.updates._poll is not None)
        assert await bot.get_updates(timeout=0) == []
        with pytest.raises(TelegramConflictError, match="other getUpdates request"):
            await first
        server.updates.conflict_gap = 0.01
        await bot.set_webhook("http://127.0.0.1:1/hook")
        with pytest.raises(TelegramConflictError, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == []


@pytest.mark.asyncio
async def test_allowed_updates() -> None:
    async with serving() as (server, bot):
        user = server.user(7)
        await user.start()
        await bot.get_updates(allowed_updates=["callback_query"])
        await user.send("unseen")
        await bot.send_message(7, "x", reply_markup=keys("a"))
        await user.press("Button a")
        assert [u.event_type for u in await bot.get_updates(offset=1)] == [
            "message",
            "callback_query",
        ]
