"""The service is killed at a spread of points of whole cases: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from storage import outbox
from storage.tables import timers
from tests.crash import disk
from tests.crash.disk import AtWrites
from tests.crash.house import BRISK, MortalHouse, Zygote
from tests.crash.judge import Verdict
from tests.crash.quiet import Quiet
from tests.crash.runs import FLAVOURS, Reference, Run, often, once_each, reference, spread
from tests.crash.shim import SIZE
from tests.crash.workers import Workers
from tests.crash.zygote import Life
from tests.harness import MONDAY, free_port
from tests.postgres import postgres
from tests.telegram.clock import Clock
from tests.telegram.ledger import Call
from tests.telegram.server import TelegramServer

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(900),
]

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
        run = Run(fresh, home / "fresh", (700,), [False])
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
        for number, point in enumerate(spread(total, 6), start=2):
            house = MortalHouse(zygote, server, home / f"first-{point}", (point,))
            user = server.user(number, language_code="lv")
            async with house:
                await user.start()
                await user.wait("Labdien", 60)
            assert house.kills <= 1
            print(point, house.lives)


async def test_a_second_service_in_one_home_gives_way_within_a_second(
    zygote: Zygote, home: Path
) -> None:
    async with TelegramServer(clock=Clock(MONDAY)) as server:
        house = MortalHouse(zygote, server, home / "same")
        user = server.user(1, language_code="lv")
        async with house:
            await user.start()
            await user.wait("Labdien", 60)
            settings = {**house.settings, "listen": f"127.0.0.1:{free_port()}"}
            took = []
            for number in range(5):  # on a machine with much else to do one of them is quick
                points, log = (home / f"second-{number}.{end}" for end in ("points", "log"))
                points.write_bytes(bytes(SIZE))
                base, since = MONDAY.timestamp(), time.monotonic()
                life = Life(settings, base, since, str(points), 0, str(log))
                began = time.monotonic()
                _, ended = await zygote.birth(life)
                assert os.waitstatus_to_exitcode(await ended) == 1
                took.append(time.monotonic() - began)
                assert "another process already runs" in log.read_text()
            assert min(took) < 1
            await user.press("English")
            await user.wait("data", 60)


@pytest.mark.parametrize(("webhook", "read_only"), [(False, False), (True, True)])
async def test_writes_that_fail_are_told_and_lose_and_double_nothing(
    zygote: Zygote, home: Path, known: Reference, webhook: bool, read_only: bool
) -> None:
    """At a spread of a talk's writes there is no room, or the database can only be read."""
    writes = AtWrites(range(20, 900, 60) if read_only else range(10, 990, 65), read_only=read_only)
    run = Run(zygote, home / f"full-{webhook}", (), list(FLAVOURS),
              webhook=webhook, meanwhile=writes, paces=disk.BRISK)  # fmt: skip
    verdict = await run.play(known.expected)
    print(f"{len(writes.reached)} of {writes.end} writes, {run.hindered} standstills")
    assert not verdict.faults, "\n".join(verdict.faults)
    assert len(writes.reached) >= 8 and writes.told


async def test_two_workers_killed_at_random_make_one_case_of_each_family(
    zygote: Zygote, home: Path, known: Reference
) -> None:
    made = Workers(zygote, home / "two", postgres(), count=2, kills=3, paces=BRISK)
    verdict = await made.play(4, known.expected)
    assert not verdict.faults, "\n".join(verdict.faults)
    assert verdict.kills == 6


async def test_four_workers_and_a_database_that_die_make_one_case_of_each_family(
    zygote: Zygote, home: Path, known: Reference
) -> None:
    made = Workers(zygote, home / "four", postgres(), count=4, kills=1, within=150,
                   database_dies_every=4, paces=BRISK)  # fmt: skip
    verdict = await made.play(4, known.expected)
    assert not verdict.faults, "\n".join(verdict.faults)
    assert made.deaths and verdict.kills > made.deaths


async def test_what_a_dead_worker_led_goes_on_in_another(zygote: Zygote, home: Path) -> None:
    """Asking for updates, reminders, sending; at Telegram's rates, which it watches itself."""
    made: dict[str, Any] = {"database": postgres().database(), "key_file": str(home / "led.key"),
                            "send_rate": 30, "paces": BRISK}  # fmt: skip
    async with TelegramServer(clock=Clock(MONDAY), rate_limits=True) as server:
        user, other = (server.user(n, language_code="lv") for n in (1, 2))
        first = MortalHouse(zygote, server, home / "led-1", **made)
        second = MortalHouse(zygote, server, home / "led-2", **made)
        async with first:
            await user.start()
            await user.wait("Labdien", 60)
            for label, wanted in (("English", "data"), ("start", "own words"), ("ask me", "Where")):
                await user.press(label)
                await user.wait(wanted, 60)
            async with second, first.store() as store:
                while await outbox.held_until(store, "timers") is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                await Quiet(server, first.database, first.key_file).of(1, 60)
                await first.die()
                async with store.begin() as connection:  # the first reminder comes due
                    due = update(timers).values(due_at=server.clock.now())
                    assert (await connection.execute(due)).rowcount == 1
                seen = len(server.chat(1).history)
                await other.start()
                await other.wait("Labdien", 90)
                async with asyncio.timeout(90):
                    while len(server.chat(1).history) == seen:
                        await server.stirred(1, 0.5)
                again = MortalHouse(zygote, server, home / "led-3", **made)
                async with again:  # nor does a third one send it once more
                    await other.press("English")
                    await other.wait("data", 90)
                    await Quiet(server, first.database, first.key_file).everywhere(60)
                async with store.connect() as connection:
                    waiting = await connection.execute(select(timers.c.due_at))
                    assert all(at > server.clock.now() for at in waiting.scalars())
        reminders = server.chat(1).history[seen:]
        assert [m.from_bot for m in reminders] == [True], server.chat(1).screen()
        assert server.rates.refused == 0


async def test_a_worker_that_stood_still_gives_way_to_the_one_that_took_over(
    zygote: Zygote, home: Path
) -> None:
    made: dict[str, Any] = {"database": postgres().database(), "key_file": str(home / "still.key"),
                            "paces": BRISK}  # fmt: skip
    async with TelegramServer(clock=Clock(MONDAY)) as server:
        user = server.user(1, language_code="lv")
        first = MortalHouse(zygote, server, home / "still-1", **made)
        second = MortalHouse(zygote, server, home / "still-2", **made)
        async with first:
            await user.start()
            await user.wait("Labdien", 60)
            async with second:
                os.kill(first.child, signal.SIGSTOP)
                try:
                    await user.press("English")
                    await user.wait("data", 60)
                finally:
                    os.kill(first.child, signal.SIGCONT)
                await user.press("start")
                await user.wait("own words", 60)
                async with asyncio.timeout(60):  # until only one of them asks for updates
                    while True:
                        overlap = len(server.calls)
                        await asyncio.sleep(4)  # longer than a look at a lease and a 409 take
                        if not _conflicts(server, overlap):
                            break
                await user.press("ask me")
                await user.wait("Where are you now", 60)
                assert not first.lives and not second.lives  # neither gave up


def _conflicts(server: TelegramServer, since: int) -> list[Call]:
    return [call for call in server.calls[since:] if call.status == 409]


async def test_polling_moves_to_another_worker(
    zygote: Zygote, home: Path, known: Reference
) -> None:
    made = Workers(zygote, home / "polling", postgres(), count=2, kills=1, webhook=False,
                   paces=BRISK)  # fmt: skip
    verdict = await made.play(2, known.expected)
    assert not verdict.faults, "\n".join(verdict.faults)
