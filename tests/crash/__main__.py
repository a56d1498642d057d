"""``python -m tests.crash``: the release run of kills, with counts."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.crash.house import Zygote
from tests.crash.judge import Verdict
from tests.crash.runs import FLAVOURS, often, once_each, reference, spread

PATIENCE = 120.0


async def run(given: argparse.Namespace) -> Verdict:
    """What the command line asks for."""
    home = Path(tempfile.mkdtemp(prefix="majup-crash-"))
    whole = Verdict()
    async with Zygote() as zygote:
        known = await reference(zygote, home)
        for flavour in FLAVOURS:
            total = known.points[flavour]
            points: Iterable[int] = range(1, total + 1)
            if not given.all:
                points = () if given.random else spread(total, given.points // 2)
            for webhook in (False, True) if given.all else (False,):
                told = "a story told" if flavour else "all asked"
                way = "webhook" if webhook else "polling"
                part = await once_each(
                    zygote, home / way, known, flavour, points, at_once=given.at_once,
                    webhook=webhook, patience=PATIENCE,
                )  # fmt: skip
                print(f"{told}, {way}: {part.line()}", flush=True)
                whole.add(part)
        if given.random:
            families = 4
            seeds = range(-(-given.conversations // families))
            kills = -(-given.random // len(seeds))
            part = await often(
                zygote, home / "random", known, seeds, kills=kills, families=families,
                at_once=given.at_once,
            )  # fmt: skip
            print(f"at random: {part.line()}", flush=True)
            whole.add(part)
    return whole


def main() -> None:
    """Command line; exits 1 if a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every point, polling and webhook")
    parser.add_argument("--points", type=int, default=60, help="otherwise so many, evenly spread")
    parser.add_argument("--random", type=int, default=0, help="so many kills at random")
    parser.add_argument("--conversations", type=int, default=2000, help="over so many talks")
    parser.add_argument("--at-once", type=int, default=3, help="homes at the same time")
    verdict = asyncio.run(run(parser.parse_args()))
    for fault in verdict.faults:
        print(fault, file=sys.stderr)
    print(f"in all: {verdict.line()}, faults {len(verdict.faults)}")
    sys.exit(1 if verdict.faults else 0)


if __name__ == "__main__":
    main()
