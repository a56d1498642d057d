"""What whoever sent before left behind: how much of the rates it may have used, and which waits
the platform asked it for. Both hold for the next one too."""

from __future__ import annotations

import asyncio
from datetime import datetime

from msgspec import Struct

from storage import outbox
from storage.store import Store


class Left(Struct, frozen=True):
    """Moments of the loop's clock.

    ``until``: others may have sent up to then. ``waits``: till when the platform wants no call
    for an address (by its id); ``everyone``: till when for none at all.
    """

    until: float = float("-inf")
    waits: dict[str, float] = {}
    everyone: float = 0.0


async def left(store: Store, until: datetime | None = None) -> Left:
    """What holds from before. ``until``: when the lease of the one who sent before ended."""
    waits = await outbox.pauses(store)
    now, clock = asyncio.get_running_loop().time(), store.clock()
    found = {name: now + (end - clock).total_seconds() for name, end in waits.items()}
    everyone = found.pop(outbox.EVERYONE, 0.0)
    if until is None:
        return Left(waits=found, everyone=everyone)
    return Left(now - max(0.0, (clock - until).total_seconds()), found, everyone)
