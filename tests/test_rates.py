"""How fast the relay sends: over all, to one chat, to a group; in virtual time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.pace import Rates
from storage.write import Owed
from tests.database import address, owed
from tests.sending import Platform, at_desk
from tests.virtual_time import play

pytest_plugins = ["tests.database"]


@pytest.mark.parametrize("group", [False, True])
def test_rates_of_one_chat(home: Path, group: bool) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform, Rates()) as desk:
            rows = [owed(text=str(n)) for n in range(30)]
            if group:
                to = type(address())("addr1", "telegram", address().value, group=True)
                rows = [Owed(to=to, order=row.order) for row in rows]
            await desk.owe(*rows)
            await desk.quiet()
        times = platform.times()
        assert len(times) == 30
        # In t seconds at most 4 + t to a chat; in any minute at most 20 to a group.
        for i, begin in enumerate(times):
            for j in range(i, len(times)):
                assert j - i + 1 <= 4 + (times[j] - begin) + 1e-6
            assert not group or sum(begin <= at < begin + 60 for at in times) <= 20
        assert times[-1] - times[0] < (67 if group else 27)

    play(scene)


def test_the_rate_over_all_and_answers_before_broadcasts(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform, Rates()) as desk:
            await desk.owe(*(owed(n, "news", priority=5) for n in range(100, 220)))
            await asyncio.sleep(0.5)
            await desk.owe(*(owed(n, "answer") for n in range(1, 11)))
            await desk.quiet()
        times = [at for at, _, _ in platform.calls]
        assert len(times) == 130
        for begin in times:
            assert sum(begin <= at < begin + 1 for at in times) <= 30
        assert times[-1] - times[0] == pytest.approx(4, abs=0.5)
        assert [o.html for _, _, o in platform.calls[30:40]] == ["answer"] * 10

    play(scene)


def test_a_chat_that_waits_for_the_rate_over_all_has_one_sender(home: Path) -> None:
    """A message that comes meanwhile does not bring it a second one."""

    async def scene() -> None:
        platform = Platform()
        under_way = most = 0

        async def watch() -> None:
            nonlocal under_way, most
            if platform.calls[-1][1] != address(1).value:
                return
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(2.5)
            under_way -= 1

        platform.watch = watch
        async with at_desk(home, platform, Rates(overall=1, chat=0.0)) as desk:
            await desk.owe(owed(1, "one"), owed(1, "two"))
            await asyncio.sleep(2.2)
            await desk.owe(owed(2, "other"))
            await asyncio.sleep(0.5)  # "one" is sent, and "two" waits for a second without "other"
            await desk.owe(owed(1, "three"), owed(1, "four"))
            await desk.quiet()
        assert most == 1
        assert platform.texts() == ["one", "two", "three", "four"]

    play(scene)
