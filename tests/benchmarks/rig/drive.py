"""Drive one bot with simulated people through windows of measurement."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import uvloop
from msgspec import Struct

from tests.benchmarks.rig.bot_api import BotApi
from tests.benchmarks.rig.people import People, Scenario
from tests.benchmarks.rig.process import Bot, cpu_of, free_port, listens

TOKEN = "42:TEST"
READY_SECONDS = 120.0
LEAVE_SECONDS = 60.0
"""Time for the last answers and for the coordinator's messages, of which there is one chat."""


class Place(Struct, frozen=True):
    """Where a bot finds what it needs: the Bot API's port, its own, a folder to keep things in."""

    api_port: int
    bot_port: int
    folder: Path


class Contender(Struct, frozen=True):
    """A bot to measure. ``prepare`` is called before each start and may fill the folder."""

    label: str
    argv: tuple[str, ...]
    env: Callable[[Place], Mapping[str, str]]
    scenario: Path
    coordinator: int
    prepare: Callable[[Place], None] | None = None


class Load(Struct, frozen=True):
    """How a bot is loaded.

    ``rates``: turns a second offered in each window, 0 for a closed loop. ``warm`` and ``seconds``
    are of each window, ``arrive`` of the time people take to come and spread over the scenario.
    """

    people: int = 200
    rates: tuple[float, ...] = (100.0, 0.0)
    latency_ms: float = 0.0
    warm: float = 1.5
    seconds: float = 6.0
    arrive: float = 25.0
    patience: float = 60.0


class Window(Struct, frozen=True):
    """What one window gave. Times in milliseconds, processor time in microseconds a turn."""

    rate: float
    turns: int
    per_second: float
    cpu_us: float
    busy: float
    rig_busy: float
    p50: float
    p99: float
    calls: float
    memory: float


class Result(Struct, frozen=True):
    """All windows of one start of a bot, and what went wrong."""

    label: str
    load: Load
    windows: tuple[Window, ...]
    first_reply: float
    finished: int
    missing: int
    doubled: int
    wrong: int
    overdue: int
    unanswered: int

    @property
    def faults(self) -> str:
        """What went wrong in a few words; "" if nothing."""
        named = ("missing", "doubled", "wrong", "overdue", "unanswered")
        return ", ".join(f"{getattr(self, name)} {name}" for name in named if getattr(self, name))


def pin(rig: int | None) -> None:
    """Keep this process on one core."""
    if rig is not None:
        os.sched_setaffinity(0, {rig})


def cores() -> tuple[int | None, int | None]:
    """Cores for rig and bot: different ones, or any if there is one only."""
    found = sorted(os.sched_getaffinity(0))
    return (found[0], found[1]) if len(found) > 1 else (None, None)


def drive(
    contender: Contender,
    load: Load,
    folder: Path,
    cpu: int | None = None,
    watch: Callable[[Bot, People], None] | None = None,
) -> Result:
    """Start a bot, load it, measure it, stop it. ``watch`` is called at every window's end."""
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _ended)  # else the bot would outlive us
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_drive(contender, load, folder, cpu, watch))


def _ended(*_: object) -> None:
    raise SystemExit(143)


async def _drive(
    contender: Contender,
    load: Load,
    folder: Path,
    cpu: int | None,
    watch: Callable[[Bot, People], None] | None,
) -> Result:
    place = Place(free_port(), free_port(), folder)
    api = BotApi(TOKEN, load.latency_ms / 1000)
    await api.serve(place.api_port)
    if contender.prepare is not None:
        contender.prepare(place)
    started = time.perf_counter()
    bot = Bot(contender.argv, contender.env(place), folder / "bot.log", cpu)
    try:
        await _ready(contender, api, bot, folder)
        people = People(
            api, Scenario(contender.scenario), load.people, contender.coordinator, load.patience
        )
        first = asyncio.create_task(_first(people, started))
        await people.arrive(min(1.0, load.arrive), load.arrive)
        windows = []
        for rate in load.rates:
            windows.append(await _window(api, bot, people, load, rate))
            if watch is not None:
                watch(bot, people)
        unanswered = await people.leave(LEAVE_SECONDS)
        return Result(
            contender.label, load, tuple(windows), await first,
            len(people.finished), people.missing(),
            sum(count - 1 for count in people.handed_over.values()),
            len(people.wrong), people.overdue.total(), unanswered,
        )  # fmt: skip
    finally:
        bot.stop()
        api.close()


async def _ready(contender: Contender, api: BotApi, bot: Bot, folder: Path) -> None:
    end = time.perf_counter() + READY_SECONDS
    while api.pool is None or not listens(api.pool.port):
        if bot.process.poll() is not None:
            raise SystemExit(f"{contender.label} ended at once; see {folder / 'bot.log'}")
        if time.perf_counter() > end:
            raise SystemExit(f"{contender.label} did not get ready; see {folder / 'bot.log'}")
        await asyncio.sleep(0.02)


async def _first(people: People, started: float) -> float:
    """Seconds from the start of the process to the first answer."""
    await people.answered.wait()
    return time.perf_counter() - started


async def _window(api: BotApi, bot: Bot, people: People, load: Load, rate: float) -> Window:
    people.go_on(rate)
    await asyncio.sleep(load.warm)
    del people.waits[:]
    gc.collect()
    gc.freeze()
    pid = os.getpid()
    turns, calls = people.turns, api.calls.total()
    cpu, rig, began = bot.cpu(), cpu_of(pid), time.perf_counter()
    people.measuring = True
    await asyncio.sleep(load.seconds)
    people.measuring = False
    took = time.perf_counter() - began
    cpu, rig = bot.cpu() - cpu, cpu_of(pid) - rig
    turns, calls = people.turns - turns, api.calls.total() - calls
    waits = sorted(people.waits)
    return Window(
        rate=rate,
        turns=turns,
        per_second=turns / took,
        cpu_us=cpu / max(turns, 1) * 1e6,
        busy=cpu / took,
        rig_busy=rig / took,
        p50=_quantile(waits, 0.5) * 1000,
        p99=_quantile(waits, 0.99) * 1000,
        calls=calls / max(turns, 1),
        memory=bot.memory()[1],
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
