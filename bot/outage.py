"""After an outage: whose tap may have been lost sees the open question once more.

A tap lives 150 s in Telegram's queue, a message 24 hours (Bot API server, TQueue). So nobody
knows which taps were lost; only who was in the middle of a talk when the service fell silent.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.speech import by_day, country_of
from bot.turns import Turns
from dialogs.conversation import Turn
from storage import conversations, outbox
from storage.store import Store
from storage.write import Stale, Write

log = structlog.get_logger("majup.outage")

TAPS_LIVE = timedelta(seconds=150)
MID_TALK = timedelta(minutes=30)
"""Whose last turn was so long before the outage was still at it."""
AT_ONCE_AFTER = timedelta(hours=2)
"""After a longer outage nobody is written to in their night; the reminder comes next day."""
SETTLE_SECONDS = 10.0
"""Messages that waited come first: who wrote one has a reply already."""
_NAME = "alive"


async def beat(store: Store) -> None:
    """Note that the service is alive."""
    await outbox.lease(store, _NAME, "service", 0)


async def last_beat(store: Store) -> datetime | None:
    """When the service was last known to be alive; None before its first start."""
    return await outbox.held_until(store, _NAME)


async def show_again(turns: Turns, down: datetime, up: datetime) -> int:
    """Put open questions once more after an outage; gives to how many families.

    ``down`` and ``up``: when the service was last alive, and when it came back.
    """
    if up - down <= TAPS_LIVE:
        return 0
    await asyncio.sleep(SETTLE_SECONDS)
    shown = 0
    for name in await conversations.active_since(turns.store, down - MID_TALK, up):
        known = await conversations.load(turns.store, name)
        if known is None or known.blocked or known.conversation is None:
            continue
        c = known.conversation
        now = turns.clock()
        night = by_day(country_of(c), now) is not None and up - down > AT_ONCE_AFTER
        if c.prompt is None or night:
            continue
        turn = Turn(f"outage-{up.timestamp():.0f}", now, "command", value="continue")
        try:
            shown += await turns.act(
                name, turn, Write(update=("outage", f"{name}:{up.timestamp():.0f}"))
            )
        except Stale:
            continue  # the family has just written
    log.info("outage.over", seconds=round((up - down).total_seconds()), shown=shown)
    return shown
