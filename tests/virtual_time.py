"""An event loop whose clock jumps to the next timer when nothing else is left to do."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple, Unpack

import aiosqlite

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class _Jumping(selectors.DefaultSelector):
    loop: VirtualTime | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        # Threads are counted until the loop has heard of their end; more than the loop's own
        # pipe means that an answer of PostgreSQL is awaited. Else nobody can report any more.
        busy = self.loop is not None and (self.loop.in_threads or len(self.get_map()) > 1)
        events = super().select(None if busy else 0)
        if not events and self.loop is not None:
            self.loop.now += timeout
        return events


class VirtualTime(asyncio.SelectorEventLoop):
    """Hours of waiting pass at once; ``time()`` begins at 1000."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.in_threads = 0
        selector = _Jumping()
        super().__init__(selector)
        selector.loop = self

    def time(self) -> float:
        return self.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[_Ts]], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """Time stands while a thread works."""
        future = super().run_in_executor(executor, func, *args)
        self.in_threads += 1
        future.add_done_callback(self._back)
        return future

    def _back(self, _future: asyncio.Future[Any]) -> None:
        self.in_threads -= 1


_Job = Callable[..., Coroutine[Any, Any, Any]]


def _while_time_stands(job: _Job) -> _Job:
    """What the asynchronous engine does in SQLite's own thread."""

    async def counted(self: aiosqlite.Connection, *args: Any, **more: Any) -> Any:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualTime):
            return await job(self, *args, **more)
        loop.in_threads += 1
        try:
            return await job(self, *args, **more)
        finally:
            loop.in_threads -= 1

    return counted


for _name in ("_connect", "_execute", "close"):
    setattr(aiosqlite.Connection, _name, _while_time_stands(getattr(aiosqlite.Connection, _name)))


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's coroutine in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        runner.run(scene())
