"""``python -m tests.crash``: every fault the service must bear, with counts.

As it is: the tests of faults as the gate runs them, and the counts of their kills. With
``--all`` after them the release run: one kill at every point of whole cases, polling and
webhook, then ``--random`` kills over ``--conversations`` talks, then disks that are full now and
again and at every write of a talk, then workers on PostgreSQL.
``--part`` names a part of the release run to be run alone (more than once: these parts).
Exits 1 if a law was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest

from tests.crash.disk import BRISK, AtWrites, Meanwhile, disk_fills, files_end, small_disk
from tests.crash.house import Zygote
from tests.crash.judge import Verdict
from tests.crash.runs import FLAVOURS, Reference, Run, many, often, reference
from tests.crash.workers import Workers
from tests.postgres import end, postgres
from tests.test_outage import a_day_away

PATIENCE = 300.0
APART, MOST_WRITES, TRIES = 29, 2000, 4
"""How many writes lie between two of one talk that fail; more than a talk has; and how often those
left out are tried again."""
TESTS = (
    "tests/crash", "tests/test_torn.py", "tests/test_delivery.py", "tests/test_outage.py",
    "tests/test_relay.py", "tests/test_relay_rows.py", "tests/test_rates.py",
    "tests/test_telegram_transports.py", "tests/test_telegram_receiving.py", "tests/test_commit.py",
    "tests/test_standstill.py", "tests/test_hindrance.py",
)  # fmt: skip
"""Where the tests of faults stand."""
PARTS = ("away", "points", "random", "full", "workers")
"""Of the release run."""


def told(what: str, part: Verdict) -> None:
    """Print one line of counts."""
    print(f"{what}: {part.line()}, faults {len(part.faults)}", flush=True)


async def every_point(zygote: Zygote, home: Path, known: Reference, given: argparse.Namespace,
                      whole: Verdict) -> None:  # fmt: skip
    """One whole case for each point there is, in which the service dies at it.

    In no order, so that wherever a run is broken off it has been everywhere.
    """
    all_of_them = [
        (webhook, flavour, point)
        for webhook in (False, True)
        for flavour in FLAVOURS
        for point in range(1, known.points[flavour] + 1, given.step)
    ]
    random.Random(1).shuffle(all_of_them)
    runs = [
        partial(
            Run, zygote, home / f"{webhook}-{flavour}-{point}", (point,), [flavour],
            webhook=webhook, patience=PATIENCE,
        )
        for webhook, flavour, point in all_of_them
    ]  # fmt: skip
    await many(runs, known, given.at_once, whole)
    told(f"{len(runs)} points, polling and webhook, all asked and a story told", whole)


async def at_random(zygote: Zygote, home: Path, known: Reference, given: argparse.Namespace,
                    whole: Verdict) -> None:  # fmt: skip
    """So many kills over so many talks, four families at a time."""
    families = 4
    seeds = range(-(-given.conversations // families))
    kills = -(-given.random // len(seeds))
    await often(
        zygote, home / "random", known, seeds, kills=kills, families=families,
        at_once=given.at_once, patience=PATIENCE, whole=whole,
    )  # fmt: skip
    told("with the kills at random", whole)


async def workers(zygote: Zygote, home: Path, known: Reference, whole: Verdict) -> None:
    """Two and four workers on one PostgreSQL, both ways, with and without its dying."""
    for seed, (count, webhook, dies) in enumerate(
        [(2, True, 0.0), (4, True, 0.0), (2, True, 4.0), (4, True, 4.0), (2, False, 0.0)]
    ):
        made = Workers(
            zygote, home / f"workers-{seed}", postgres(), count=count, kills=4, seed=seed,
            webhook=webhook, database_dies_every=dies,
        )  # fmt: skip
        whole.add(await made.play(2 * count, known.expected))
        told(f"{count} workers{', PostgreSQL dying' if dies else ''}", whole)


async def without_room(zygote: Zygote, home: Path, known: Reference, whole: Verdict) -> None:
    """Whole cases on disks that are full now and again: by a limit, and really full ones."""
    hindered = 0
    for seed in range(8):
        place = home / f"full-{seed}"
        with contextlib.ExitStack() as mounted:
            way: Meanwhile = partial(files_end, seed=seed)
            if seed % 2:
                try:
                    mounted.enter_context(small_disk(place))
                    way = partial(disk_fills, seed=seed)
                except PermissionError as error:
                    print(error, flush=True)
            run = Run(zygote, place, (), list(FLAVOURS), webhook=seed % 4 > 1, meanwhile=way)
            await many([lambda run=run: run], known, 1, whole)  # type: ignore[misc]
            hindered += run.hindered
    told(f"disks without room, {hindered} times nothing could be stored", whole)


async def every_write(zygote: Zygote, home: Path, known: Reference, given: argparse.Namespace,
                      whole: Verdict) -> None:  # fmt: skip
    """Every write of whole cases fails once: for want of room, and because SQLite refuses it.

    One talk has many such moments, so far apart that it goes on between them. What a talk had
    passed before its turn came is tried again.
    """
    for read_only, flavour in itertools.product((False, True), FLAVOURS):
        what = f"{'read-only' if read_only else 'full'}-{flavour}"
        left, end, first = set(range(1, MOST_WRITES, given.step)), 0, MOST_WRITES
        for again in range(TRIES):
            tried = [
                AtWrites([each for each in sorted(left) if each % APART == n], read_only=read_only)
                for n in range(APART)
            ]
            runs = [
                partial(
                    Run, zygote, home / f"{what}-{again}-{n}", (), [flavour], webhook=bool(n % 2),
                    patience=PATIENCE, meanwhile=writes, paces=BRISK,
                )
                for n, writes in enumerate(tried) if writes.writes
            ]  # fmt: skip
            await many(runs, known, given.at_once, whole)
            reached = {each for writes in tried for each in writes.reached}
            end = max(end, *(writes.end for writes in tried))
            first = min({first, *reached})
            left = {each for each in left - reached if first < each < end}
            if not left:
                break
        told(f"{what}: writes {first} to {end}, after the start's own, each failed once but for "
             f"{len(left)}", whole)  # fmt: skip


async def release(given: argparse.Namespace, whole: Verdict) -> None:
    """The release run."""
    home = Path(tempfile.mkdtemp(prefix="majup-crash-"))
    parts = given.part or PARTS
    if "away" in parts:
        await a_day_away(home / "away", families=500, patience=3600)
        print("23 hours away: 5000 messages, 500 families, one reply to each", flush=True)
    async with Zygote() as zygote:
        known = await reference(zygote, home)
        print(f"points of a whole case: {known.points}", flush=True)
        if "points" in parts:
            await every_point(zygote, home, known, given, whole)
        if "random" in parts:
            await at_random(zygote, home, known, given, whole)
        if "full" in parts:
            await without_room(zygote, home, known, whole)
            await every_write(zygote, home, known, given, whole)
        if "workers" in parts:
            await workers(zygote, home, known, whole)


def main() -> None:
    """Command line; exits 1 if a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--all", action="store_true", help="the release run")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part of it")
    parser.add_argument("--only-kills", action="store_true", help="without the gate's tests")
    parser.add_argument("--step", type=int, default=1, help="every so many-th point")
    parser.add_argument("--random", type=int, default=10_000, help="kills at random")
    parser.add_argument("--conversations", type=int, default=2000, help="over so many talks")
    parser.add_argument("--at-once", type=int, default=3, help="homes at the same time")
    given = parser.parse_args()
    failed = 0
    if not given.only_kills and not given.part:
        failed = int(pytest.main(["-n", "2", "-rP", "--show-capture=stdout", *TESTS]))
    whole = Verdict()
    if given.all or given.part:
        try:
            asyncio.run(release(given, whole))
        finally:
            for fault in whole.faults:
                print(fault, file=sys.stderr)
            told("in all", whole)
            end()
    sys.exit(1 if failed or whole.faults else 0)


if __name__ == "__main__":
    main()
