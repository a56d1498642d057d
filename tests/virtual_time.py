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

_GRACE = 0.02  # real seconds in which a thread may still report


class _Jumping(selectors.DefaultSelector):
    loop: VirtualTime | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        # More than the loop's own pipe: an answer of PostgreSQL is awaited.
        busy = self.loop is not None and (self.loop.in_threads or len(self.get_map()) > 1)
        events = super().select(None if busy else _GRACE)
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


_execute: Callable[..., Coroutine[Any, Any, Any]] = aiosqlite.Connection._execute


async def _while_time_stands(self: aiosqlite.Connection, *args: Any, **more: Any) -> Any:
    """What the asynchronous engine does in SQLite's own thread."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualTime):
        return await _execute(self, *args, **more)
    loop.in_threads += 1
    try:
        return await _execute(self, *args, **more)
    finally:
        loop.in_threads -= 1


aiosqlite.Connection._execute = _while_time_stands  # type: ignore[method-assign]


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's coroutine in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        runner.run(scene())
