"""How fast the relay may send: a platform's rates, counted on the loop's clock."""

from __future__ import annotations

from collections import deque

from msgspec import Struct


class Rates(Struct, frozen=True):
    """Messages a second over all and to one chat (``burst`` at once), and a minute to a group.

    The defaults are what Telegram names: about 30, 1 with short bursts, 20. 0 lifts a rate.
    """

    overall: int = 30
    chat: float = 1.0
    burst: int = 4
    group: int = 20

    @classmethod
    def of(cls, overall: int) -> Rates:
        """The rates for MAJUP_SEND_RATE: 0 lifts every one of them."""
        return cls(overall) if overall else cls(0, 0.0, 0, 0)


class Window:
    """At most ``count`` in any ``span`` seconds."""

    __slots__ = ("_count", "_span", "_times")

    def __init__(self, count: int, span: float) -> None:
        self._times: deque[float] = deque(maxlen=count)
        self._count = count
        self._span = span

    def free_at(self, now: float) -> float:
        """When the next may go; ``now`` if at once."""
        if len(self._times) < self._count:
            return now
        return max(now, self._times[0] + self._span)

    def take(self, now: float) -> None:
        """Count one."""
        self._times.append(now)

    def spend(self, at: float) -> None:
        """All of it was used at a moment."""
        self._times.extend([at] * self._count)

    def idle(self, now: float) -> bool:
        """Whether nothing counted matters any more."""
        return not self._times or self._times[-1] + self._span <= now


class Bucket:
    """``rate`` a second in the long run, ``burst`` of them at once after a pause."""

    __slots__ = ("_empty_at", "_slack", "_step")

    def __init__(self, rate: float, burst: int) -> None:
        self._step = 1 / rate
        self._slack = (burst - 1) * self._step
        self._empty_at = 0.0

    def free_at(self, now: float) -> float:
        """When the next may go; ``now`` if at once."""
        return max(now, self._empty_at - self._slack)

    def take(self, now: float) -> None:
        """Count one."""
        self._empty_at = max(now, self._empty_at) + self._step

    def spend(self, at: float) -> None:
        """All of it was used at a moment."""
        self._empty_at = max(self._empty_at, at + self._slack + self._step)

    def idle(self, now: float) -> bool:
        """Whether nothing counted matters any more."""
        return self._empty_at <= now
