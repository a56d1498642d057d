"""Faults on order: refusals, resets, slow and broken answers; the clock and the control."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from tests.fake_telegram.stage import MODULE, PRESS_LIFE, START, Session, Stage, keys, serving
from tests.telegram.clock import Clock
from tests.telegram.control import Control
from tests.telegram.faults import Action, Garble, Hang, Page, Reset, Slow, Truncate, refuse

FAULTS: list[tuple[Action, type[Exception], str, bool]] = [
    (refuse(429, retry_after=344), TelegramRetryAfter, "344", False),
    (refuse(500), TelegramServerError, "Internal Server Error", False),
    (refuse(502), TelegramServerError, "Bad Gateway", False),
    (refuse(504), TelegramServerError, "Gateway Timeout", False),
    (refuse(401), TelegramUnauthorizedError, "Unauthorized", False),
    (refuse(403, "bot was blocked by the user"), TelegramForbiddenError, "blocked", False),
    (refuse(400, "message thread not found"), TelegramBadRequest, "thread not found", False),
    (refuse(400, "group chat was upgraded to a supergroup chat", migrate_to=-5),
     TelegramMigrateToChat, "-5", False),
    (refuse(404, "method not found"), TelegramNotFound, "not found", False),
    (Page(502), ClientDecodeError, "decode", False),
    (Reset(), TelegramNetworkError, "Disconnected", False),
    (Reset(after=True), TelegramNetworkError, "Disconnected", True),
    (Hang(0.3), TelegramNetworkError, "timeout", True),
    (Hang(0.3, after=False), TelegramNetworkError, "timeout", False),
    (Slow(0.3), TelegramNetworkError, "timeout", True),
    (Slow(0.3, drip=True), TelegramNetworkError, "timeout", True),
    (Truncate(), ClientDecodeError, "decode", True),
    (Garble(), ClientDecodeError, "deserialize", True),
]  # fmt: skip


@MODULE
@pytest.mark.parametrize(("action", "kind", "words", "done"), FAULTS)
async def test_fault(
    stage: Stage, action: Action, kind: type[Exception], words: str, done: bool
) -> None:
    rule = stage.server.faults.add(
        lambda method, params: method == "sendMessage" and params["chat_id"] == stage.user.id,
        action,
        skip=1,
    )
    await stage.bot.send_message(stage.user.id, "skipped")
    hasty = Session(api=stage.server.aiogram_api(), timeout=0.1)
    async with Bot(stage.server.token, session=hasty) as bot:
        with pytest.raises(kind, match=words):
            await bot.send_message(stage.user.id, "struck")
    assert rule.hits == 1
    assert (stage.user.last.text == "struck") is done
    assert stage.server.calls[-1].ok is done
    await stage.bot.send_message(stage.user.id, "after")
    assert stage.user.last.text == "after"


@MODULE
async def test_slow_answer_arrives(stage: Stage) -> None:
    stage.server.faults.add("sendMessage", Slow(0.02, drip=True))
    assert (await stage.bot.send_message(stage.user.id, "x")).text == "x"


@pytest.mark.asyncio
async def test_flood_counts_down() -> None:
    async with serving() as (server, bot):
        for number in (7, 8):
            await server.user(number).start()
        server.faults.flood(35, chat_id=7)
        await bot.send_message(8, "x")
        waits = []
        for _ in range(3):
            with pytest.raises(TelegramRetryAfter) as caught:
                await bot.send_message(7, "x")
            waits.append(caught.value.retry_after)
            server.clock.advance(10)
        assert waits == [35, 25, 15]
        server.clock.advance(5)
        await bot.send_message(7, "x")
        server.faults.flood(1)
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(8, "x")


@pytest.mark.asyncio
async def test_rates() -> None:
    async with serving(rate_limits=True) as (server, bot):
        user = server.user(7)
        await user.start()
        group = server.group(-100)
        await group.add_bot(user)
        server.rates.burst = 3
        for _ in range(3):
            await bot.send_message(7, "x")
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(7, "x")
        assert caught.value.retry_after == 1
        server.clock.advance(1)
        await bot.send_message(7, "x")
        server.rates.burst = 100
        for _ in range(20):
            await bot.send_message(-100, "x")
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(-100, "x")
        assert caught.value.retry_after == 3
        server.clock.advance(60)
        for number in range(100, 130):
            await server.user(number).start()
            await bot.send_message(number, "x")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(7, "x")
        assert server.rates.refused == 3


@pytest.mark.asyncio
async def test_server_goes_away_and_comes_back() -> None:
    async with serving() as (server, bot):
        port = server.port
        await server.stop()
        with pytest.raises(TelegramNetworkError):
            await bot.get_me()
        await server.start()
        assert server.port == port
        assert (await bot.get_me()).id == 4242


@pytest.mark.asyncio
async def test_clock() -> None:
    clock = Clock(START, running=False)
    assert clock.now() == START
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9)
    await asyncio.sleep(0.001)
    assert not sleeper.done()
    clock.advance(1)
    await asyncio.wait_for(sleeper, 1)
    running = Clock(START)
    await running.sleep(0.01)
    assert (running.now() - START).total_seconds() >= 0.01


@pytest.mark.asyncio
async def test_control() -> None:
    async with serving() as (server, bot), aiohttp.ClientSession() as client:
        server.control = Control(server).answer

        async def control(verb: str, **body: Any) -> tuple[int, Any]:
            async with client.post(f"{server.url}/control/{verb}", json=body) as answer:
                return answer.status, await answer.json()

        await control("send", user=7, text="/start", first_name="Ilze")
        await bot.send_message(7, "x", reply_markup=keys("a"))
        assert (await control("wait", user=7))[1][0]["keyboard"] == [[["Button a", "a"]]]
        assert (await control("wait", user=7, timeout=0.01))[0] == 408
        assert (await control("press", user=7, label="Button a"))[0] == 200
        assert (await control("press", user=7, label="None"))[0] == 400
        assert (await control("advance", seconds=PRESS_LIFE))[0] == 200
        assert "Ilze: /start" in (await control("chat", chat=7))[1]["screen"]
        assert (await control("nothing"))[0] == 404
        assert len(await bot.get_updates()) == 1
        assert (await control("stats"))[1]["expired"] == 1
