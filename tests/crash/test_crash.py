"""The service is killed at a spread of points of whole cases: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.crash.house import MortalHouse, Zygote
from tests.crash.judge import Verdict
from tests.crash.runs import Reference, Run, often, once_each, reference, spread
from tests.harness import MONDAY
from tests.telegram.clock import Clock
from tests.telegram.server import TelegramServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

SEEDS, KILLS = 7, 8
SINGLE = 6


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def zygote() -> AsyncIterator[Zygote]:
    """One process that forks all services."""
    async with Zygote() as made:
        yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the homes of all runs lie."""
    return tmp_path_factory.mktemp("crash")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(zygote: Zygote, home: Path) -> Reference:
    """What undisturbed cases give."""
    return await reference(zygote, home)


async def test_killed_at_a_spread_of_points_nothing_is_lost_or_doubled(
    zygote: Zygote, home: Path, known: Reference
) -> None:
    whole = Verdict()
    points = spread(known.points[False], SINGLE)
    whole.add(await once_each(zygote, home, known, False, points))
    whole.add(await often(zygote, home, known, range(SEEDS), kills=KILLS))
    print(whole.line())
    assert not whole.faults, "\n".join(whole.faults)
    assert whole.kills >= 60
    assert (whole.lost, whole.doubled, whole.answers_lost) == (0, 0, 0)
    assert whole.most_repeats <= 1
    assert whole.drained < 10


async def test_a_really_fresh_process_goes_on_where_the_last_one_died(
    home: Path, known: Reference
) -> None:
    async with Zygote(fresh=True) as fresh:
        run = Run(fresh, home / "fresh", (700,), [False], patience=90)
        verdict = await run.play(known.expected)
    assert not verdict.faults, "\n".join(verdict.faults)
    assert verdict.kills == 1


async def test_a_first_start_killed_anywhere_is_made_good_by_the_next(
    zygote: Zygote, home: Path
) -> None:
    async with TelegramServer(clock=Clock(MONDAY)) as server:
        whole = MortalHouse(zygote, server, home / "whole")
        user = server.user(1, language_code="lv")
        async with whole:
            await user.start()
            await user.wait("Labdien", 60)
        total = sum(whole.lives[0][0].values())
        for number, point in enumerate(spread(total, 10), start=2):
            house = MortalHouse(zygote, server, home / f"first-{point}", (point,))
            user = server.user(number, language_code="lv")
            async with house:
                await user.start()
                await user.wait("Labdien", 60)
            assert house.kills <= 1
            print(point, house.lives)
