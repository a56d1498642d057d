"""Cost with little and with much stored: ``python -m tests.benchmarks.stored``.

Makes two homes, of 1,000 and of 1,000,000 encrypted conversations (kept in ``--folder``, about
4 GB and some minutes for the larger; made once), then drives the product on both in turns.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from dialogs.conversation import Conversation
from dialogs.edition import load_edition
from dialogs.texts import Texts
from storage.batch import Writer
from storage.store import Store, new_id
from storage.write import Address, Talk, Timer, Write
from tests.benchmarks.contenders import product
from tests.benchmarks.engine import twelve
from tests.benchmarks.rig.drive import Load, Result, Window, cores, drive, pin

BATCH = 1000
FEW, MANY = 1_000, 1_000_000
CPU_LIMIT, P99_LIMIT, MEMORY_LIMIT = 1.15, 1.3, 1.1
"""Many against few: processor time a turn, the slowest hundredth, memory."""


def talks() -> list[Conversation]:
    """The twelve questions at every stage."""
    own = load_edition()
    return [c for c, _ in twelve(Texts.load(), own.programme).acts]


def writes(count: int, stages: list[Conversation], now: datetime) -> Iterator[Write]:
    """So many families, each in the middle of a talk, their timers months away."""
    chosen = random.Random(1)
    for n in range(count):
        c = msgspec.structs.replace(chosen.choice(stages), id=new_id())
        address = Address(new_id(), "telegram", str(10_000_000 + n))
        yield Write(
            update=("telegram", f"stored-{n}"),
            family=new_id(),
            new_family=True,
            new_address=address,
            talk=Talk(conversation=c, version=0, address=address.id),
            timers=(Timer(c.id, "talk", now + timedelta(days=60, seconds=n)),),
        )


async def make(home: Path, count: int) -> None:
    """Fill a home by the store's own writer, in large batches."""
    moment = datetime.now(UTC)
    store = await Store.open(
        f"sqlite+aiosqlite:///{home / 'majup.sqlite'}", home / "master.key", lambda: moment
    )
    writer = Writer(store)
    batch: list[Write] = []
    stored = 0
    try:
        for write in writes(count, talks(), moment):
            batch.append(write)
            if len(batch) == BATCH or stored + len(batch) == count:
                outcome = writer.run(batch, ())
                failed = [each for each in outcome.results if isinstance(each, Exception)]
                if failed:
                    raise failed[0]
                stored += len(batch)
                batch = []
                if not stored % 50_000:
                    print(f"{stored:,} of {count:,}", file=sys.stderr)
    finally:
        writer.close()
        await store.close()


def filled(folder: Path, count: int) -> Path:
    """The folder whose home holds so many; made if it is not there yet."""
    place = folder / str(count)
    if not (place / "whole").exists():
        shutil.rmtree(place, ignore_errors=True)
        (place / "home").mkdir(parents=True)
        asyncio.run(make(place / "home", count))
        gc.collect()
        (place / "whole").touch()
    return place


def main() -> int:
    """Make what is missing, measure, print; 1 if a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stored", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("majup-bench-stored"))
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0)
    chosen = parser.parse_args()
    began = time.monotonic()
    folders = {count: filled(chosen.folder, count) for count in (chosen.few, chosen.many)}
    print(f"made in {time.monotonic() - began:.0f} s", file=sys.stderr)
    rig, core = cores()
    pin(rig)
    load = Load(rates=(100.0, 0.0), seconds=chosen.seconds)
    results: dict[int, list[Result]] = {count: [] for count in folders}
    for _ in range(chosen.rounds):
        for count, folder in folders.items():
            results[count].append(drive(product(), load, folder, core))

    def middle(count: int, window: int, value: Callable[[Window], float]) -> float:
        return statistics.median(value(each.windows[window]) for each in results[count])

    missed = False
    print(f"| | {chosen.few:,} stored | {chosen.many:,} stored | ratio | at most | |")
    print("|---|---|---|---|---|---|")
    rows: list[tuple[str, int, Callable[[Window], float], float]] = [
        ("CPU µs a turn, closed loop", 1, lambda w: w.cpu_us, CPU_LIMIT),
        ("CPU µs a turn, 100 turns/s", 0, lambda w: w.cpu_us, CPU_LIMIT),
        ("p99 ms, 100 turns/s", 0, lambda w: w.p99, P99_LIMIT),
        ("MB", 1, lambda w: w.memory, MEMORY_LIMIT),
    ]
    for name, window, value, limit in rows:
        few, many = middle(chosen.few, window, value), middle(chosen.many, window, value)
        held = many / few <= limit
        missed |= not held
        print(f"| {name} | {few:,.0f} | {many:,.0f} | {many / few:.2f} | {limit} | "
              f"{'held' if held else 'missed'} |")  # fmt: skip
    for count, found in results.items():
        for result in found:
            if result.faults:
                print(f"{count:,} stored: {result.faults}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
