"""The queue of updates: how they wait, expire, are polled and confirmed.

Lives and queue keys as in the public Bot API server: a press 150 s, anything else 24 h;
messages queue by chat, presses by person, side by side (see ``webhook.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from .clock import Clock
from .ledger import JSON
from .refusal import Refusal

PRESS_LIFE = 150.0
MESSAGE_LIFE = 86_400.0
QUEUE_LIMIT = 100_000
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_SET = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def press_queue(user_id: int) -> int:
    """The queue of one person's presses."""
    return user_id + (3 << 33)


@dataclass
class Waiting:
    """One update in the queue."""

    update_id: int
    kind: str
    body: JSON
    queue: int
    expires: float
    again: bool = False
    encoded: bytes = b""

    def json(self) -> bytes:
        """The update as it goes out, encoded once."""
        if not self.encoded:
            whole = {"update_id": self.update_id, self.kind: self.body}
            self.encoded = msgspec.json.encode(whole)
        return self.encoded


@dataclass
class _Poll:
    woken: asyncio.Event
    alive: Callable[[], bool]
    ended_by: str = ""


@dataclass
class Updates:
    """All waiting updates of the bot, oldest first.

    ``conflict_gap``: seconds between two 409 answers, as Telegram spaces them.
    ``poll_limit``: longest long poll in real seconds.
    """

    clock: Clock
    next_id: int = 871_000_001
    conflict_gap: float = 3.0
    poll_limit: float = 50.0
    waiting: dict[int, Waiting] = field(default_factory=dict)
    repeats: list[Waiting] = field(default_factory=list)
    log: dict[int, Waiting] = field(default_factory=dict)
    expired: list[int] = field(default_factory=list)
    allowed: frozenset[str] | None = None
    webhook_active: bool = False
    on_new: Callable[[Waiting], None] | None = None
    _held: list[tuple[str, JSON, int, float]] | None = None
    _poll: _Poll | None = None
    _next_conflict: float = 0.0
    _last_offset: int | None = None
    _last_finish: float = -1.0
    _emptied: list[asyncio.Future[None]] = field(default_factory=list)

    def add(self, kind: str, body: JSON, queue: int, life: float) -> int:
        """Queue an update and give its id; 0 if the bot did not ask for this kind or it is held.

        ``life``: seconds until it is lost.
        """
        if self._held is not None:
            self._held.append((kind, body, queue, self.clock.time() + life))
            return 0
        return self._put(kind, body, queue, self.clock.time() + life)

    def _put(self, kind: str, body: JSON, queue: int, expires: float) -> int:
        wanted = kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed
        if not wanted or len(self.waiting) >= QUEUE_LIMIT:
            return 0
        update = Waiting(self.next_id, kind, body, queue, expires)
        self.next_id += 1
        self.waiting[update.update_id] = self.log[update.update_id] = update
        self._wake(update)
        return update.update_id

    def inject(self, raw: JSON, queue: int = 0, life: float = MESSAGE_LIFE) -> int:
        """Queue an update of any shape. It may carry its own ``update_id``; gives the id."""
        given = raw.get("update_id")
        number = self.next_id if given is None else int(given)
        self.next_id = max(self.next_id, number + 1)
        kind = next((key for key in raw if key != "update_id"), "")
        update = Waiting(number, kind, raw.get(kind) or {}, queue, self.clock.time() + life)
        update.encoded = msgspec.json.encode({**raw, "update_id": number})
        self.waiting[number] = self.log[number] = update
        self._wake(update)
        return number

    def repeat(self, update_id: int, times: int = 1) -> None:
        """Deliver an update again under its own id, whether it was confirmed or not."""
        known = self.log[update_id]
        for _ in range(times):
            copy = Waiting(
                known.update_id,
                known.kind,
                known.body,
                known.queue,
                known.expires,
                again=True,
            )
            copy.encoded = known.json()
            self.repeats.append(copy)
            self._wake(copy)

    def hold(self) -> None:
        """Keep new updates back until ``release``."""
        self._held = [] if self._held is None else self._held

    def release(self, *, backwards: bool = False) -> None:
        """Queue what was held, in order or the last one first (queues may overtake others)."""
        held, self._held = self._held or [], None
        for kind, body, queue, expires in reversed(held) if backwards else held:
            self._put(kind, body, queue, expires)

    def _wake(self, update: Waiting) -> None:
        if self.webhook_active and self.on_new is not None:
            self.on_new(update)
        elif self._poll is not None:
            self._poll.woken.set()

    def drop_expired(self) -> None:
        """Lose what waited too long."""
        now = self.clock.time()
        for number in [n for n, update in self.waiting.items() if update.expires <= now]:
            self.expired.append(number)
            self.done(number)

    def done(self, update_id: int) -> None:
        """An update was confirmed or lost: it is not delivered again."""
        self.waiting.pop(update_id, None)
        if not self.waiting:
            for future in self._emptied:
                if not future.done():
                    future.set_result(None)
            self._emptied.clear()

    def clear(self) -> None:
        """Drop all waiting updates."""
        for number in list(self.waiting):
            self.done(number)
        self.repeats.clear()

    async def emptied(self) -> None:
        """Wait until every update was confirmed or lost."""
        while self.waiting:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._emptied.append(future)
            await future

    async def conflict(self, reason: str) -> Refusal:
        """The 409 for this reason; a second one within ``conflict_gap`` comes late."""
        now = time.monotonic()
        if now < self._next_conflict:
            await asyncio.sleep(self.conflict_gap)
        else:
            self._next_conflict = now + self.conflict_gap
        return Refusal(409, reason)

    def end_poll(self, reason: str) -> None:
        """End the long poll under way with a 409."""
        if self._poll is not None:
            self._poll.ended_by = reason
            self._poll.woken.set()
            self._poll = None

    async def poll(
        self, offset: int, limit: int, longest: float, alive: Callable[[], bool]
    ) -> list[bytes]:
        """Answer one getUpdates: confirm below ``offset``, give up to ``limit`` encoded updates.

        ``alive``: whether the caller still listens. Raises Refusal 409.
        """
        if self.webhook_active:
            raise await self.conflict(WEBHOOK_SET)
        self.end_poll(OTHER_POLL)
        self._confirm(offset)
        if offset == self._last_offset and time.monotonic() < self._last_finish + 0.5:
            limit = 1
        self._last_offset = offset
        poll = _Poll(asyncio.Event(), alive)
        self._poll = poll
        deadline = time.monotonic() + min(max(longest, 0.0), self.poll_limit)
        try:
            while poll.alive():
                poll.woken.clear()
                batch = self._batch(offset, limit)
                left = deadline - time.monotonic()
                if batch or left <= 0:
                    self._last_finish = time.monotonic()
                    return batch
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(poll.woken.wait(), left)
                if poll.ended_by:
                    if not poll.alive():
                        return []
                    raise await self.conflict(poll.ended_by)
            return []
        finally:
            if self._poll is poll:
                self._poll = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            kept = sorted(self.waiting)[offset:]
            for number in [n for n in self.waiting if n not in kept]:
                self.done(number)
            return
        for number in [n for n in self.waiting if n < offset]:
            self.done(number)

    def _batch(self, offset: int, limit: int) -> list[bytes]:
        self.drop_expired()
        batch = [update.json() for update in self.repeats[:limit]]
        del self.repeats[: len(batch)]
        for update in self.waiting.values():
            if len(batch) >= limit:
                break
            if update.update_id >= offset:
                batch.append(update.json())
        return batch
