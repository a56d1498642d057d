"""Many families at once against one service: as many cases, each once, each in its region.

``python -m tests.parallel --families 200 [--webhook] [--driver ptb]`` runs with the rates lifted
and prints the counts; it exits 1 if any of them is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import msgspec

from dialogs.sheet import judge
from storage import cases
from tests.harness import REGIONS, House, house
from tests.player import Player, read_card, until
from tests.samples import sample
from tests.talk import edition

FIRST_FAMILY = 100_000
FIRST_DESK = 501
AT_ONCE = 50
"""Families in the middle of their talk at the same time."""


class Counts(msgspec.Struct):
    """What came of it."""

    families: int
    cases: int = 0
    doubled: int = 0
    lost: int = 0
    wrong_region: int = 0
    wrong_desk: int = 0
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether every family has one case at the right desk."""
        wrong = self.doubled + self.lost + self.wrong_region + self.wrong_desk
        return self.cases == self.families and not wrong


async def play(at: House, families: int, at_once: int = AT_ONCE) -> Counts:
    """Let that many families play their talks at once; every region has a coordinator."""
    desks = {region: at.server.user(FIRST_DESK + n) for n, region in enumerate(REGIONS)}
    for region, desk in desks.items():
        await at.coordinator(desk, region)
    room = asyncio.Semaphore(at_once)
    found = Counts(families)
    began = time.monotonic()

    async def one(number: int) -> tuple[int, str]:
        told = sample(number)
        user = at.server.user(FIRST_FAMILY + number, language_code=told.language)
        async with room:
            return await Player(user, told, patience=120).play(f"p-{number}"), told.region

    played = await asyncio.gather(*(one(number) for number in range(families)))
    wanted = dict(played)
    found.doubled = families - len(wanted)

    def arrived() -> bool:
        shown = sum(bool(read_card(m.text)) for desk in desks.values() for m in desk.messages)
        return shown >= families

    await until(arrived, 60)
    found.seconds = round(time.monotonic() - began, 1)
    async with at.store() as store:
        async for case in cases.export(store):
            found.cases += 1
            found.wrong_region += case.region != wanted.get(case.number)
            if case.intake is not None:
                way = judge(edition(), case.intake, case.received_at).route
                found.wrong_region += way.region != case.region
    seen: Counter[int] = Counter()
    for region, desk in desks.items():
        for message in desk.messages:
            number = read_card(message.text)
            if number:
                seen[number] += 1
                found.wrong_desk += wanted.get(number) != region
    found.doubled += sum(count - 1 for count in seen.values())
    found.lost = len(set(wanted) - set(seen))
    return found


async def main(families: int, webhook: bool, driver: str) -> Counts:
    """A house of its own, thrown away afterwards."""
    with tempfile.TemporaryDirectory() as home:
        async with house(Path(home), webhook=webhook, driver=driver) as at:
            return await play(at, families)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--families", type=int, default=200)
    parser.add_argument("--webhook", action="store_true")
    parser.add_argument("--driver", choices=("aiogram", "ptb"), default="aiogram")
    given = parser.parse_args()
    counts = asyncio.run(main(given.families, given.webhook, given.driver))
    for name, value in msgspec.structs.asdict(counts).items():
        print(f"{name.replace('_', ' ')}: {value}")
    sys.exit(0 if counts.right else 1)
