"""A disk on which there is no room, now and again: what a service does meanwhile and after.

By a limit on the size of the process's files, which needs no rights (a write beyond it fails in
its midst), or, in the release run, by a small file system that really is full. At any moment, or
at chosen writes one after the other (``AtWrites``), so that in the end each has failed.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path

from tests.crash.house import MortalHouse
from tests.crash.judge import not_kept
from tests.crash.shim import passed, read_only_from

Meanwhile = Callable[[MortalHouse], Awaitable[None]]
FRAME = 4096 + 24
"""A page in a write-ahead log (sqlite.org/walformat)."""
MOST_FRAMES = 40
"""About what the longest turn writes."""


def _log_size(house: MortalHouse) -> int:
    log = house.home / "majup.sqlite-wal"
    return log.stat().st_size if log.exists() else 0


async def files_end(house: MortalHouse, seed: int = 1, full: float = 0.5) -> None:
    """Again and again the database's log may grow by some bytes only, then by any number.

    ``full``: at most so many seconds at a time without room.
    """
    dice = random.Random(seed)
    await _started(house)
    while True:
        await asyncio.sleep(0.2 + 0.3 * dice.random())
        room = _log_size(house) + dice.randrange(MOST_FRAMES * FRAME)
        _may_grow_to(house, max(room, house.log.stat().st_size + FRAME))
        await asyncio.sleep(full * (0.4 + 0.6 * dice.random()))
        _may_grow_to(house, resource.RLIM_INFINITY)


async def _started(house: MortalHouse) -> None:
    """A service that finds no room at its start says so and ends."""
    log = house.log
    while not (log.exists() and "service.started" in log.read_text()):  # noqa: ASYNC110 - a file
        await asyncio.sleep(0.05)


def _may_grow_to(house: MortalHouse, size: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(house.child, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


HEADER = 32
"""Bytes before the first page of a write-ahead log (sqlite.org/walformat)."""
WITHIN = (1, 24, 25, 2072, FRAME - 1)
"""Where in a frame the room ends: in its header, after it, in the page; each in turn."""
BRISK = {"bot.standstill.WAITS": 0.3, "bot.standstill.CALM": 4.0}
"""Whoever waits is told soon; else as in Life."""
HELD = 0.15
"""Seconds for which nothing can be written, once somebody has been told that it is so."""
UNTOLD = 20.0
"""Seconds in which a family whose turn cannot be stored must be told."""


class AtWrites:
    """At each of these writes in turn nothing more can be written, for a while.

    A write is a frame of the database's log (``read_only`` False: the file may not grow beyond
    it) or a statement (True: SQLite refuses changes from it on). ``reached`` has those at which
    it was so; one that the service has passed before its turn comes is left out. ``end`` is the
    last write there was. At the first that concerns a family, and no later, it lasts until that
    family has been told (``told``).
    """

    def __init__(self, writes: Iterable[int], *, read_only: bool = False) -> None:
        self.writes = list(writes)
        self.read_only = read_only
        self.reached: list[int] = []
        self.end = 0
        self.told = False

    async def __call__(self, house: MortalHouse) -> None:
        """What happens meanwhile."""
        await _started(house)
        for number in self.writes:
            limit = HEADER + (number - 1) * FRAME + WITHIN[number % len(WITHIN)]
            if self._passed(house) >= number or limit < house.log.stat().st_size + FRAME:
                continue
            self._hinder(house, number, limit)
            while not self._at(house, number, limit):
                self.end = max(self.end, self._passed(house))
                await asyncio.sleep(0.005)
            self.reached.append(number)
            self.told = self.told or await _told(house)
            await asyncio.sleep(HELD)
            self._hinder(house, 0, resource.RLIM_INFINITY)
        while True:
            self.end = max(self.end, self._passed(house))
            await asyncio.sleep(0.05)

    def _passed(self, house: MortalHouse) -> int:
        """Writes so far."""
        if self.read_only:
            return passed(house.home / "points")[0]["statement"]
        return max(0, _log_size(house) - HEADER) // FRAME

    def _hinder(self, house: MortalHouse, number: int, limit: int) -> None:
        if self.read_only:
            read_only_from(house.home / "points", number)
        else:
            _may_grow_to(house, limit)

    def _at(self, house: MortalHouse, number: int, limit: int) -> bool:
        """Whether that write was tried: no whole one ends where the room does."""
        if self.read_only:
            return self._passed(house) >= number
        return _log_size(house) >= limit


async def _told(house: MortalHouse) -> bool:
    """Whether a family was told; False if it is no turn of a family that cannot be stored."""
    loop = asyncio.get_running_loop()
    end, idle = loop.time() + UNTOLD, loop.time() + 1.0
    while loop.time() < end:
        chats = house.server.ledger.chats.values()
        if any(not_kept(m.text) for chat in chats for m in chat.history):
            return True
        if house.server.updates.waiting:
            idle = loop.time() + 1.0
        elif loop.time() > idle:
            return False
        await asyncio.sleep(0.05)
    raise AssertionError(f"nobody was told in {UNTOLD} s:\n{house.log.read_text()}")


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int = 8) -> Iterator[Path]:
    """A file system of its own in memory. Raises PermissionError where none may be mounted."""
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "majup-full", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        raise PermissionError("no file system may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


async def disk_fills(house: MortalHouse, seed: int = 1) -> None:
    """Again and again the file system has some bytes left, then room."""
    dice = random.Random(seed)
    ballast = house.home / "ballast"
    await _started(house)
    while True:
        await asyncio.sleep(0.2 + 0.3 * dice.random())
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(4096))
                file.flush()
        with contextlib.suppress(OSError):
            size = ballast.stat().st_size
            with ballast.open("r+b") as file:
                file.truncate(max(0, size - 4096 * dice.randrange(MOST_FRAMES)))
        await asyncio.sleep(0.5 * (0.4 + 0.6 * dice.random()))
        ballast.unlink()


@contextlib.asynccontextmanager
async def during(meanwhile: Meanwhile | None, house: MortalHouse) -> AsyncIterator[None]:
    """Let something happen to a house for a time; at the end there is room."""
    if meanwhile is None:
        yield
        return
    task = asyncio.ensure_future(meanwhile(house))
    try:
        yield
    finally:
        task.cancel()
        outcome = (await asyncio.gather(task, return_exceptions=True))[0]
        _may_grow_to(house, resource.RLIM_INFINITY)
        read_only_from(house.home / "points", 0)
        (house.home / "ballast").unlink(missing_ok=True)
        assert isinstance(outcome, asyncio.CancelledError), outcome
