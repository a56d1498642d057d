"""A home whose service may die: the test's side of the zygote, and who starts it again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from storage.store import Store
from tests.crash.shim import SIZE, passed
from tests.crash.zygote import Life
from tests.harness import PUBLIC, SECRET, free_port
from tests.telegram.server import TelegramServer

ROOT = Path(__file__).parents[2]
BRISK = {
    "bot.office.LEASE_SECONDS": 5.0, "bot.service.LEASE_SECONDS": 5.0, "bot.relay._LEASE": 3.5,
}  # fmt: skip
"""What a worker led is taken over in a third of the time; the release run keeps the real one."""
END_WITHIN = 120.0
"""Seconds a service may take to end before a test gives up on it."""


class Zygote:
    """The process that forks services. ``fresh`` starts a new interpreter for each instead."""

    def __init__(self, *, fresh: bool = False) -> None:
        self.fresh = fresh
        self._process: asyncio.subprocess.Process | None = None
        self._born: asyncio.Future[int] | None = None
        self._ends: dict[int, asyncio.Future[int]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Zygote:
        if not self.fresh:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crash.zygote", cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            self._born = asyncio.get_running_loop().create_future()
            self._listening = asyncio.create_task(self._listen())
            await self._born
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            await self._process.wait()
        if self._listening is not None:
            await self._listening

    async def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        async for line in self._process.stdout:
            told = msgspec.json.decode(line)
            if "born" in told and self._born is not None:
                # A process id comes again after some thousand lives: each has an end of its own.
                self._ends[told["born"]] = asyncio.get_running_loop().create_future()
                self._born.set_result(told["born"])
            elif "ended" in told:
                child, status = told["ended"]
                end = self._end_of(child)
                if not end.done():
                    end.set_result(status)

    def _end_of(self, child: int) -> asyncio.Future[int]:
        if child not in self._ends:
            self._ends[child] = asyncio.get_running_loop().create_future()
        return self._ends[child]

    async def birth(self, life: Life) -> tuple[int, asyncio.Future[int]]:
        """Start a service; gives its process id and the wait status it will end with."""
        if self.fresh:
            return await self._alone(life)
        assert self._process is not None and self._process.stdin is not None
        async with self._one_at_a_time:
            self._born = asyncio.get_running_loop().create_future()
            self._process.stdin.write(msgspec.json.encode(life) + b"\n")
            child = await self._born
        return child, self._end_of(child)

    async def _alone(self, life: Life) -> tuple[int, asyncio.Future[int]]:
        order = Path(life.points).with_suffix(".life")
        order.write_bytes(msgspec.json.encode(life))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crash.zygote", "--one", str(order), cwd=ROOT
        )
        end = self._end_of(process.pid)

        async def watch() -> None:
            code = await process.wait()
            end.set_result(-code if code < 0 else code << 8)

        self._listening = asyncio.create_task(watch())
        return process.pid, end


class MortalHouse:
    """A home folder and the service in it, which dies at given points and is started again.

    ``plan`` gives for each life the number of the point at which it dies, 0 for a life without
    end; once it is used up, lives are without end. ``kills`` counts deaths by the shim. With
    ``again`` a service that gives up is started again too, as an operator's supervisor does.
    ``paces``: see Life.
    """

    def __init__(
        self, zygote: Zygote, server: TelegramServer, home: Path, plan: Iterable[int] = (),
        *, webhook: bool = False, again: bool = False, paces: Mapping[str, float] | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        self.again = again
        self.paces = dict(paces or {})
        self.zygote = zygote
        self.server = server
        self.home = home
        self.plan: Iterator[int] = iter(plan)
        self.kills = 0
        self.lives: list[tuple[dict[str, int], str]] = []
        home.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.settings: dict[str, Any] = {
            "home": str(home),
            "bot_token": server.token,
            "bot_api": server.url,
            "listen": f"127.0.0.1:{port}",
            "send_rate": 0,
            **more,
        }
        if webhook:
            self.settings |= {"webhook": "on", "webhook_secret": SECRET, "public_url": PUBLIC}
            server.webhook.routes.setdefault(PUBLIC, []).append(self.url)
            server.webhook.retry_scale = 0.05
        self.child = 0
        self._end: asyncio.Future[int] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def log(self) -> Path:
        """What the lives of the service wrote."""
        return self.home / "service.log"

    async def __aenter__(self) -> MortalHouse:
        await self._birth()
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _birth(self) -> None:
        points = self.home / "points"
        points.write_bytes(bytes(SIZE))
        clock = self.server.clock
        life = Life(
            self.settings, clock._base, clock._since, str(points), next(self.plan, 0),
            str(self.log), self.paces,
        )  # fmt: skip
        self.child, self._end = await self.zygote.birth(life)
        if self._stopping:  # told to end while this life was being started
            self._end_child()

    def _end_child(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGTERM)

    async def _keep(self) -> None:
        """Start the service again whenever it dies."""
        while True:
            assert self._end is not None
            status = await self._end
            self.lives.append(passed(self.home / "points"))
            if self._stopping:
                return
            if self.again and not os.WIFSIGNALED(status):
                await asyncio.sleep(0.5)
                await self._birth()
                continue
            if not os.WIFSIGNALED(status):
                raise AssertionError(f"the service ended by itself:\n{self.log.read_text()}")
            self.kills += 1
            await self._birth()

    async def kill(self) -> None:
        """Kill the service now; it is started again."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL)

    async def die(self) -> None:
        """Kill the service now, for good."""
        self._stopping = True
        await self.kill()
        if self._keeper is not None:
            await self._keeper

    async def stop(self) -> float:
        """Tell the service to end as an operator does; gives the seconds it took."""
        self._stopping = True
        started = asyncio.get_running_loop().time()
        assert self._keeper is not None
        if self._keeper.done():
            self._keeper.result()
            return 0.0
        self._end_child()
        try:
            await asyncio.wait_for(self._keeper, END_WITHIN)
        except TimeoutError:
            for number in (signal.SIGUSR2, signal.SIGUSR1):  # where it stands: tasks, threads
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.child, number)
                await asyncio.sleep(1)
            said = self.log.read_text() if self.log.exists() else ""
            raise AssertionError(f"{self.child} did not end when told to:\n{said}") from None
        return asyncio.get_running_loop().time() - started

    @property
    def database(self) -> str:
        """Where its database is."""
        return str(self.settings.get("database") or f"sqlite+aiosqlite:///{self.home}/majup.sqlite")

    @property
    def key_file(self) -> Path:
        """Where its master key is."""
        return Path(self.settings.get("key_file") or self.home / "master.key")

    @contextlib.asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The database, beside the service as the commands open it."""
        found = await Store.open(self.database, self.key_file, self.server.clock.now)
        try:
            yield found
        finally:
            await found.close()
