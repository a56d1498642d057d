"""``majup run`` that writes down its own tasks and locks now and then; the soak starts it."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from pathlib import Path

import msgspec
from msgspec import Struct

from bot import logs, service
from bot.settings import Settings, read_settings

GAUGES = "gauges.json"
EVERY = 1.0


class Gauges(Struct):
    """How many there are of each."""

    tasks: int = 0
    locks: int = 0
    lanes: int = 0
    chats: int = 0


def gauges() -> Gauges:
    """Counted among everything the collector knows of that was made since the start."""
    kinds = Counter(type(each).__qualname__ for each in gc.get_objects())
    return Gauges(len(asyncio.all_tasks()), kinds["Lock"], kinds["_Lane"], kinds["Chat"])


async def watch(file: Path) -> None:
    """Write the gauges down for ever."""
    while True:
        await asyncio.sleep(EVERY)
        fresh = file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(gauges()))
        fresh.replace(file)


async def run(settings: Settings) -> None:
    """The service and its watcher."""
    watcher = asyncio.create_task(watch(settings.home / GAUGES))
    try:
        await service.run(settings)
    finally:
        watcher.cancel()


if __name__ == "__main__":
    chosen = read_settings()
    logs.set_up(chosen.log)
    with asyncio.Runner(loop_factory=service.quick_loop) as runner:
        runner.run(run(chosen))
