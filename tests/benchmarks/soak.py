"""Hours of load, and nothing may grow: ``python -m tests.benchmarks.soak --minutes 60``.

The product answers a steady stream of new people. Memory, file handles, threads, tasks, locks,
chats and lanes are looked at again and again; at the end each may be little above what it was
after a fifth of the time. A short one runs with the tests.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.benchmarks.contenders import product
from tests.benchmarks.rig.drive import Contender, Load, Result, cores, drive, pin
from tests.benchmarks.rig.people import People
from tests.benchmarks.rig.process import Bot
from tests.benchmarks.watched import GAUGES, Gauges

SLACK = {"megabytes": (1.10, 12.0), "files": (1.1, 8), "threads": (1.0, 2), "tasks": (1.2, 40),
         "locks": (1.2, 40), "lanes": (1.2, 40), "chats": (1.5, 1200)}  # fmt: skip
"""How far a reading may rise: by a factor, and by this much besides. Chats of the relay are let go
in sweeps of a thousand."""


class Reading(Struct, frozen=True):
    """What was seen at the end of a window."""

    megabytes: float
    files: int
    threads: int
    tasks: int
    locks: int
    lanes: int
    chats: int


def watched(contender: Contender) -> Contender:
    """The product under a watcher that writes down its own tasks and locks."""
    return msgspec.structs.replace(
        contender, argv=(sys.executable, "-m", "tests.benchmarks.watched")
    )


def read(bot: Bot, place: Path) -> Reading:
    """A reading of a running bot."""
    file = place / "home" / GAUGES
    own = msgspec.json.decode(file.read_bytes(), type=Gauges) if file.exists() else Gauges()
    return Reading(
        bot.memory()[0], bot.files(), bot.threads(), own.tasks, own.locks, own.lanes, own.chats
    )


def grown(readings: list[Reading]) -> list[str]:
    """What grew: the last fifth of the readings against the second fifth, medians."""
    fifth = max(1, len(readings) // 5)
    early, late = readings[fifth : 2 * fifth], readings[-fifth:]

    def middle(found: list[Reading], name: str) -> float:
        ordered: list[float] = sorted(getattr(each, name) for each in found)
        return ordered[len(ordered) // 2]

    told = []
    for name, (factor, more) in SLACK.items():
        before, after = middle(early, name), middle(late, name)
        if after > before * factor + more:
            told.append(f"{name} grew from {before:.0f} to {after:.0f}")
    return told


def row(reading: Reading) -> str:
    """A line of the table."""
    return " ".join(f"{getattr(reading, name):>10.0f}" for name in SLACK)


def soak(
    minutes: float, rate: float, folder: Path, told: Callable[[Reading], None] = lambda _: None
) -> tuple[Result, list[Reading]]:
    """Load the product for so long; gives the result and what was seen, ten times and more.

    ``told`` hears of each reading at once.
    """
    count = max(10, int(minutes * 2))
    seconds = minutes * 60 / count
    readings: list[Reading] = []

    def look(bot: Bot, _: People) -> None:
        readings.append(read(bot, folder))
        told(readings[-1])

    rig, core = cores()
    pin(rig)
    load = Load(people=100, rates=(rate,) * count, warm=0.0, seconds=seconds)
    return drive(watched(product()), load, folder, core, look), readings


def main() -> int:
    """Soak, print every reading, say what grew; 1 if anything did."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=100.0, help="turns a second")
    chosen = parser.parse_args()
    print(" ".join(f"{name:>10}" for name in SLACK), flush=True)
    with tempfile.TemporaryDirectory(prefix="majup-soak-") as folder:
        result, readings = soak(
            chosen.minutes, chosen.rate, Path(folder), lambda each: print(row(each), flush=True)
        )
    turns = sum(window.turns for window in result.windows)
    told = grown(readings)
    print(f"{turns:,} turns, {result.finished:,} people; {result.faults or 'nothing lost'}")
    print("\n".join(told) or "Nothing grew.")
    return int(bool(told or result.faults))


if __name__ == "__main__":
    sys.exit(main())
