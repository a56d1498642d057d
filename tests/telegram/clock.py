"""The test's clock: everything the fake server dates, expires or retries goes by it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock a test can move.

    ``start``: aware moment to begin at (default: now). ``running``: whether it also moves by
    itself with real time; a clock that does not run moves by ``advance`` only.
    """

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self._base = (start or datetime.now(UTC)).timestamp()
        self._running = running
        self._since = time.monotonic()
        self._sleepers: set[asyncio.Future[None]] = set()

    def time(self) -> float:
        """Seconds since 1970."""
        if not self._running:
            return self._base
        return self._base + time.monotonic() - self._since

    def now(self) -> datetime:
        """The same moment as an aware UTC datetime."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float | timedelta) -> None:
        """Move forward (or back, if negative) and wake whoever sleeps long enough."""
        step = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        self._base += step
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock has moved ``seconds`` on."""
        due = self.time() + seconds
        while (left := due - self.time()) > 0:
            sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleepers.add(sleeper)
            try:
                await asyncio.wait_for(sleeper, left if self._running else None)
            except TimeoutError:
                pass
            finally:
                self._sleepers.discard(sleeper)
