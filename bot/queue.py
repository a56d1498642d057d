"""What one chat is owed, in order; what a newer message makes of older ones not yet sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from bot.channels.channel import Order
from bot.pace import Bucket, Rates, Window
from bot.predecessor import Left
from storage.write import Address, Waiting

_decode = msgspec.json.Decoder(Order).decode


def anew(order: Order) -> Order:
    """A message to send in place of one that can no longer be edited."""
    return Order(kind="send", html=order.html, rows=order.rows, silent=order.silent)


class Item:
    """One order to carry out for one or more rows of the outbox."""

    __slots__ = ("due", "family", "order", "priority", "ref", "rows", "slot", "unclear")

    def __init__(self, row: Waiting, due: float) -> None:
        owed = row.owed
        self.rows = [row.id]
        self.order = _decode(owed.order)
        self.ref = owed.ref
        self.slot = owed.slot
        self.priority = owed.priority
        self.family = row.family
        self.unclear = row.unclear
        self.due = due

    @property
    def counts(self) -> bool:
        """Whether the platform's rates count it: everything but taking away."""
        return self.order.kind != "delete"


class Chat:
    """The queue of one address. ``busy`` while one of its orders is on its way."""

    __slots__ = (
        "address", "busy", "fails", "group_pace", "items", "pace", "ready_at", "timer",
        "unrecorded",
    )  # fmt: skip

    def __init__(self, address: Address, rates: Rates, before: Left) -> None:
        self.address = address
        self.items: list[Item] = []
        self.busy = False
        self.fails = 0
        self.ready_at = before.waits.get(address.id, 0.0)
        self.timer: asyncio.TimerHandle | None = None
        self.unrecorded: asyncio.Future[None] | None = None
        self.pace = Bucket(rates.chat, rates.burst) if rates.chat else None
        self.group_pace = Window(rates.group, 60.0) if rates.group and address.group else None
        for pace in (self.pace, self.group_pace):
            if pace is not None:
                pace.spend(before.until)

    def add(self, item: Item) -> list[int]:
        """Put an order last; gives rows that came to nothing because of it.

        A newer message of a slot takes the place of an older one that nobody has seen; so does
        a newer edit of a message. An edit of a message not sent yet changes what will be sent.
        """
        if item.order.kind == "send":
            if item.slot:
                self._absorb(item, lambda old: old.slot == item.slot)
            self.items.append(item)
            return []
        for old in self.items:
            if old.order.kind == "send" and old.ref == item.ref and item.ref and not old.unclear:
                if item.order.kind == "delete":
                    self.items.remove(old)
                    return old.rows + item.rows
                _amend(old, item)
                return []
        for old in self.items:
            if item.order.kind == "bare" and old.order.kind == "edit" and old.ref == item.ref:
                _amend(old, item)
                return []
        self._absorb(item, lambda old: old.order.kind in ("edit", "bare") and old.ref == item.ref)
        self.items.append(item)
        return []

    def _absorb(self, item: Item, superseded: Callable[[Item], bool]) -> None:
        kept = []
        for old in self.items:
            if superseded(old) and not old.unclear:
                item.rows = old.rows + item.rows
            else:
                kept.append(old)
        self.items = kept

    def head(self, now: float) -> tuple[Item | None, float]:
        """The next order to carry out, or None and when to look again.

        A delayed message lets later ones pass. When is infinite if nothing waits.
        """
        soonest = float("inf")
        for item in self.items:
            at = max(item.due, self.ready_at)
            if item.counts:
                for pace in (self.pace, self.group_pace):
                    if pace is not None:
                        at = max(at, pace.free_at(now))
            if at <= now:
                return item, now
            soonest = min(soonest, at)
            if item.due <= now:
                break  # it waits for the chat, and order is kept
        return None, soonest

    def late(self, now: float, seconds: float) -> bool:
        """Whether an order due so long ago still waits, and no platform asked for that."""
        if self.ready_at > now and not self.fails:
            return False
        return any(item.due < now - seconds for item in self.items)

    def count(self, item: Item, now: float) -> None:
        """Count an order against the chat's rates."""
        if item.counts:
            for pace in (self.pace, self.group_pace):
                if pace is not None:
                    pace.take(now)

    def idle(self, now: float) -> bool:
        """Whether the chat can be forgotten."""
        return (
            not self.items
            and not self.busy
            and (self.unrecorded is None or self.unrecorded.done())
            and self.ready_at <= now
            and (self.pace is None or self.pace.idle(now))
            and (self.group_pace is None or self.group_pace.idle(now))
        )


def _amend(old: Item, newer: Item) -> None:
    order = newer.order
    if order.kind == "bare":
        old.order = msgspec.structs.replace(old.order, rows=())
    else:
        old.order = msgspec.structs.replace(old.order, html=order.html, rows=order.rows)
    old.rows += newer.rows
