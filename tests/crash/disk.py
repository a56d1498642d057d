"""A disk on which there is no room, now and again: what a service does meanwhile and after.

By a limit on the size of the process's files, which needs no rights (a write beyond it fails in
its midst), or, in the release run, by a small file system that really is full.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

from tests.crash.house import MortalHouse

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
        (house.home / "ballast").unlink(missing_ok=True)
        assert isinstance(outcome, asyncio.CancelledError), outcome
