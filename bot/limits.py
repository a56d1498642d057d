"""How often somebody may do something: counts in a sliding window, in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

_KEPT = 20_000  # who was seen last; others start afresh


class Allowance:
    """At most ``most`` acts in ``seconds`` for each name; then none for ``pause`` seconds.

    ``time`` gives seconds that never go back. With ``pause`` 0 the window simply slides on.
    """

    def __init__(
        self, most: int, seconds: float, time: Callable[[], float], pause: float = 0.0
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._pause = pause
        self._time = time
        self._acts: OrderedDict[str, deque[float]] = OrderedDict()
        self._until: dict[str, float] = {}

    def free(self, name: str) -> bool:
        """Whether an act would be allowed now; counts nothing."""
        now = self._time()
        if self._until.get(name, now) > now:
            return False
        self._until.pop(name, None)
        acts = self._acts.get(name)
        if acts is None:
            return True
        while acts and acts[0] <= now - self._seconds:
            acts.popleft()
        return len(acts) < self._most

    def take(self, name: str) -> bool:
        """Count one act; False if it is one too many."""
        if not self.free(name):
            return False
        now = self._time()
        acts = self._acts.setdefault(name, deque())
        acts.append(now)
        self._acts.move_to_end(name)
        if self._pause and len(acts) >= self._most:
            self._until[name] = now + self._pause
            acts.clear()
        if len(self._acts) > _KEPT:
            self._until.pop(self._acts.popitem(last=False)[0], None)
        return True
