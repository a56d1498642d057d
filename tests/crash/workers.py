"""Several workers on one PostgreSQL behind one webhook address, killed at random, and it too."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storage import staff
from storage.store import Store
from tests.crash.house import MortalHouse, Zygote
from tests.crash.judge import Expected, Verdict, judge
from tests.crash.people import PATIENCE, Coordinator, case
from tests.crash.quiet import Quiet
from tests.crash.runs import FLAVOURS, REGION, STAFF, at_random
from tests.harness import MONDAY
from tests.postgres import Postgres
from tests.telegram.clock import Clock
from tests.telegram.server import TelegramServer


class Workers:
    """``count`` workers; each dies ``kills`` times; the database dies every so many seconds.

    ``within``: a life that is to die does so within so many points.
    """

    def __init__(
        self, zygote: Zygote, home: Path, postgres: Postgres, *, count: int = 2, kills: int = 0,
        database_dies_every: float = 0.0, webhook: bool = True, seed: int = 1,
        paces: Mapping[str, float] | None = None, within: int = 500,
    ) -> None:  # fmt: skip
        self.server = TelegramServer(clock=Clock(MONDAY))
        self.postgres = postgres
        self.url = postgres.database()
        self.home = home
        self.deaths = 0
        self._every = database_dies_every
        self._dice = random.Random(seed)
        self._zygote = zygote
        self._made: dict[str, Any] = {
            "database": self.url, "key_file": str(home / "master.key"), "webhook": webhook,
            "again": database_dies_every > 0, "paces": paces,
        }  # fmt: skip
        self._plans = [list(at_random(seed * 100 + n, within, kills)) for n in range(count)]
        self.workers: list[MortalHouse] = []

    async def play(self, families: int, expected: dict[bool, Expected]) -> Verdict:
        """So many families play whole cases; gives what became of them."""
        self.home.mkdir(parents=True)
        store = await Store.open(self.url, self.home / "master.key", lambda: MONDAY)
        await staff.add(store, "coordinator", REGION, "lv", "telegram", str(STAFF))
        await store.close()
        flavours = [FLAVOURS[n % 2] for n in range(families)]
        async with self.server, contextlib.AsyncExitStack() as running:
            boss = self.server.user(id=STAFF, first_name="Koordinators", language_code="lv")
            boss.chat.known = True
            users = [
                self.server.user(id=1000 + n, first_name="Anna", language_code="en")
                for n in range(families)
            ]
            for n, plan in enumerate(self._plans):
                worker = MortalHouse(
                    self._zygote, self.server, self.home / f"worker-{n}", plan, **self._made
                )
                self.workers.append(await running.enter_async_context(worker))
            quiet = Quiet(self.server, self.url, self.home / "master.key")
            desk = Coordinator(boss, quiet)
            dying = asyncio.create_task(self._database_dies())
            try:
                await asyncio.gather(
                    *(case(u, desk, f) for u, f in zip(users, flavours, strict=True))
                )
            finally:
                dying.cancel()
                await asyncio.gather(dying, return_exceptions=True)
            await quiet.everywhere(PATIENCE)
            for worker in self.workers:
                await worker.stop()
            store = await Store.open(self.url, self.home / "master.key", lambda: MONDAY)
            try:
                wanted = {u.id: expected[f] for u, f in zip(users, flavours, strict=True)}
                kills = sum(worker.kills for worker in self.workers) + self.deaths
                return await judge(self.server, store, wanted, STAFF, kills)
            finally:
                await store.close()

    async def _database_dies(self) -> None:
        while self._every:
            await asyncio.sleep(self._every * (0.5 + self._dice.random()))
            self.deaths += 1
            await asyncio.to_thread(self.postgres.kill)
            await asyncio.sleep(0.3)
            await asyncio.to_thread(self.postgres.start)
