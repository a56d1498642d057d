"""Runs of whole cases on a service that dies: one kill at a chosen point, or many at random."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from storage import staff
from storage.store import Store
from tests.crash.disk import AtWrites, Meanwhile, during
from tests.crash.house import MortalHouse, Zygote
from tests.crash.judge import Expected, Verdict, judge, kept, not_kept, seen
from tests.crash.people import PATIENCE, Coordinator, case
from tests.crash.quiet import Quiet
from tests.harness import MONDAY
from tests.telegram.clock import Clock
from tests.telegram.server import TelegramServer
from tests.telegram.user import User

STAFF = 900
OPERATOR = 901
REGION = "vidzeme"
HINDERED_LINE = "store.hindered"
"""In the log; not there if only what was sent could not be noted for a moment."""
HINDERED, WORKS = "Neko nevar saglabāt", "Atkal visu var saglabāt"
FLAVOURS = (True, False)


class Reference(Struct):
    """An undisturbed run for each flavour: what it gave and how many points it passed."""

    expected: dict[bool, Expected]
    points: dict[bool, int]


async def furnish(home: Path) -> None:
    """An up-to-date database with a coordinator and an operator, for the homes of runs."""
    url = f"sqlite+aiosqlite:///{home}/majup.sqlite"
    store = await Store.open(url, home / "master.key", lambda: MONDAY)
    await staff.add(store, "coordinator", REGION, "lv", "telegram", str(STAFF))
    await staff.add(store, "operator", "", "lv", "telegram", str(OPERATOR))
    await store.close()


def furnished(home: Path) -> Path:
    """The furnished home nearest above a run's home."""
    return next(p / "furnished" for p in home.parents if (p / "furnished").is_dir())


async def reference(zygote: Zygote, home: Path, **more: Any) -> Reference:
    """Play each flavour once without a kill."""
    expected: dict[bool, Expected] = {}
    points: dict[bool, int] = {}
    await furnish(home / "furnished")
    for told_all in FLAVOURS:
        run = Run(zygote, home / f"reference-{told_all}", (), [told_all], **more)
        await run.play()
        expected[told_all] = run.found[0]
        points[told_all] = sum(run.house.lives[-1][0].values())
    return Reference(expected, points)


class Run:
    """Families of these flavours at the same time on one home; ``plan`` as in MortalHouse.

    ``meanwhile`` happens to the house as long as they play.
    """

    def __init__(
        self, zygote: Zygote, home: Path, plan: Iterable[int], flavours: list[bool],
        *, webhook: bool = False, patience: float = PATIENCE, meanwhile: Meanwhile | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        self.home = home
        self.meanwhile = meanwhile
        shutil.copytree(furnished(home), home, dirs_exist_ok=True)
        self.flavours = flavours
        self.patience = patience
        self.server = TelegramServer(clock=Clock(MONDAY))
        self._house = partial(
            MortalHouse, zygote, self.server, home, plan, webhook=webhook, **more
        )
        self.found: list[Expected] = []
        self.hindered = 0
        """How often the service said that nothing can be stored."""

    def log(self) -> str:
        """The end of what the service wrote."""
        return "\n".join(self.house.log.read_text().splitlines()[-15:])

    async def play(self, expected: dict[bool, Expected] | None = None) -> Verdict:
        """Play to the end; compare with what is expected, or note it in ``found``."""
        async with self.server:
            self.house = self._house()
            boss = self.server.user(id=STAFF, first_name="Koordinators", language_code="lv")
            operator = self.server.user(id=OPERATOR, first_name="Operators", language_code="lv")
            boss.chat.known = operator.chat.known = True
            families = [
                self.server.user(id=1000 + n, first_name="Anna", language_code="en")
                for n in range(len(self.flavours))
            ]
            quiet = Quiet(self.server, self.house.database, self.house.key_file)
            desk = Coordinator(boss, quiet, self.patience)
            async with self.house:
                async with during(self.meanwhile, self.house):
                    await asyncio.gather(
                        *(
                            case(user, desk, flavour, self.patience)
                            for user, flavour in zip(families, self.flavours, strict=True)
                        )
                    )
                await quiet.everywhere(self.patience)
                hindered = HINDERED_LINE in self.house.log.read_text()
                if hindered and isinstance(self.meanwhile, AtWrites):
                    await self._over(operator)
                drained = await self.house.stop()
            async with self.house.store() as store:
                if expected is None:
                    for user in families:
                        self.found.append(
                            Expected(await kept(store, user.id), seen(user.chat), seen(boss.chat))
                        )
                    return Verdict()
                wanted = {
                    user.id: expected[flavour]
                    for user, flavour in zip(families, self.flavours, strict=True)
                }
                verdict = await judge(self.server, store, wanted, STAFF, self.house.kills)
        self.hindered = self.house.log.read_text().count(HINDERED_LINE)
        if isinstance(self.meanwhile, AtWrites):
            verdict.faults += self._wrongly_told(operator, families)
        verdict.drained = drained
        verdict.points.update(kind for _, kind in self.house.lives[: self.house.kills])
        if verdict.faults:
            verdict.faults.append(f"home: {self.home}")
        else:
            shutil.rmtree(self.home, ignore_errors=True)  # a file system of its own stays
        return verdict


    async def _over(self, operator: User) -> None:
        """Wait until the operator has heard that all can be stored again."""
        async with asyncio.timeout(self.patience):
            while not (operator.messages and operator.last.text.startswith(WORKS)):
                await self.server.stirred(operator.id, 0.5)

    def _wrongly_told(self, operator: User, families: list[User]) -> list[str]:
        """What the operator and families heard too often, or did not hear, of a standstill."""
        heard = [m.text for m in operator.messages if m.from_bot]
        wrong = [f"the operator heard in place {n}: {text}" for n, text in enumerate(heard)
                 if not text.startswith((HINDERED, WORKS)[n % 2])]  # fmt: skip
        if len(heard) != 2 * self.hindered:
            wrong.append(f"{self.hindered} standstills, the operator heard {heard}")
        told = [sum(not_kept(m.text) for m in user.chat.history) for user in families]
        if max(told) > self.hindered:
            wrong.append(f"{self.hindered} standstills, of which the families heard {told}")
        return wrong


def spread(total: int, count: int) -> list[int]:
    """``count`` points of 1..total, evenly spread."""
    return sorted({1 + total * n // count for n in range(count)})


def at_random(seed: int, most: int, kills: int) -> Iterator[int]:
    """The points at which so many lives die, each within the first ``most`` of its life."""
    dice = random.Random(seed)
    return (dice.randint(1, most) for _ in range(kills))


async def many(
    runs: Iterable[Callable[[], Run]], known: Reference, at_once: int = 3,
    whole: Verdict | None = None,
) -> Verdict:  # fmt: skip
    """Play these runs, so many at a time, and count them in, every twentieth with a word.

    What went wrong in one is told with the others.
    """
    whole = Verdict() if whole is None else whole
    slots = asyncio.Semaphore(at_once)
    played = 0

    async def one(made: Callable[[], Run]) -> None:
        nonlocal played
        async with slots:
            run = made()
            try:
                whole.add(await run.play(known.expected))
            except (AssertionError, TimeoutError) as error:
                whole.lost += 1
                whole.faults.append(f"{run.home}: {type(error).__name__} {error}\n{run.log()}")
            played += 1
            if not played % 20:
                print(f"  so far: {whole.line()}, faults {len(whole.faults)}", flush=True)

    await asyncio.gather(*(one(made) for made in runs))
    return whole


async def once_each(
    zygote: Zygote, home: Path, known: Reference, flavour: bool, points: Iterable[int],
    *, at_once: int = 3, whole: Verdict | None = None, **more: Any,
) -> Verdict:  # fmt: skip
    """One whole case for each point, in which the service dies there."""

    def made(point: int) -> Run:
        return Run(zygote, home / f"{flavour}-{point}", (point,), [flavour], **more)

    return await many([partial(made, point) for point in points], known, at_once, whole)


async def often(
    zygote: Zygote, home: Path, known: Reference, seeds: Iterable[int],
    *, kills: int, families: int = 2, at_once: int = 3, whole: Verdict | None = None, **more: Any,
) -> Verdict:  # fmt: skip
    """For each seed some families at the same time on a service that dies so often.

    Polling and webhook, and now and then the other library, take turns.
    """
    total = sum(known.points.values()) * families // 2

    def made(seed: int) -> Run:
        flavours = [FLAVOURS[n % 2] for n in range(families)]
        plan = at_random(seed, max(60, 2 * total // kills), kills)
        driver = "ptb" if seed % 4 == 3 else "aiogram"
        return Run(zygote, home / f"seed-{seed}", plan, flavours,
                   webhook=bool(seed % 2), driver=driver, **more)  # fmt: skip

    return await many([partial(made, seed) for seed in seeds], known, at_once, whole)
