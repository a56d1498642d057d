"""After an outage: taps are lost, messages are not, and every family can go on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import outage
from tests.crash.people import value
from tests.harness import House, house
from tests.player import until
from tests.telegram.user import User


async def _to_country(user: User) -> None:
    await user.start()
    await user.wait()
    await user.choose("English", "data")
    await user.choose("let us start", "own words")
    await user.choose("ask me", "Where are you now")


async def _away(at: House, seconds: float) -> None:
    """The service is gone for so long; its last sign of life was a moment ago."""
    async with at.store() as store:
        await outage.beat(store)
    await at.stop()
    at.server.clock.advance(seconds)


async def test_after_ten_minutes_each_family_goes_on_with_one_tap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "SETTLE_SECONDS", 1.0)
    async with house(tmp_path) as at:
        users = [at.server.user(100 + n, language_code="en") for n in range(5)]
        for user in users:
            await _to_country(user)
        blocked = users.pop()
        await _away(at, 10)
        for user in users:
            await user.press("Abroad")
        await blocked.block()
        at.server.clock.advance(600)
        before = {user.id: len(user.messages) for user in users}
        await users[0].send("Abroad")  # a message is not lost
        await at.start()
        for user in users[1:]:
            await until(lambda user=user: len(user.messages) > before[user.id])
            await user.choose("Abroad", "which country")
            assert len(user.messages) == before[user.id] + 2
        await users[0].wait("which country", 10)
        await asyncio.sleep(1.5)
        assert len(users[0].messages) == before[users[0].id] + 1
        assert len(at.server.updates.expired) == len(users)


async def test_after_a_short_stop_nothing_is_shown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "SETTLE_SECONDS", 0.2)
    async with house(tmp_path) as at:
        user = at.server.user(100, language_code="en")
        await _to_country(user)
        await _away(at, 100)
        await user.press("Abroad")
        await at.start()
        await user.wait("which country", 10)
        await asyncio.sleep(0.5)
        assert [value(b) for b in user.last.buttons][:1] == ["GB"]
        assert sum("which country" in m.text for m in user.messages) == 1
