"""What is kept no longer than promised: the daily sweep."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import delete, select

from storage.store import Store
from storage.tables import conversations, invitations, outbox, parked, sent, updates

UPDATES_KEPT = timedelta(hours=48)  # Telegram repeats an update for 24 hours at most
_PAGE = 500


class Swept(Struct, frozen=True):
    """How many rows of each kind were removed."""

    updates: int
    parked: int
    sent: int
    failed: int
    invitations: int


async def expired(store: Store, most: int = _PAGE) -> list[tuple[str, str]]:
    """(conversation, family) of talks past their ``expires_at`` that never became a case.

    The caller ends each with ``Write(family=..., erase=True)``, so that the family's key goes too.
    """
    query = (
        select(conversations.c.id, conversations.c.family_id)
        .where(conversations.c.expires_at <= store.clock())
        .order_by(conversations.c.expires_at)
        .limit(most)
    )
    async with store.connect() as connection:
        return [(row.id, row.family_id) for row in await connection.execute(query)]


async def sweep(store: Store, sent_days: int = 30) -> Swept:
    """Remove what is only needed for a while; ``sent_days`` for names of sent messages."""
    now = store.clock()
    old = now - timedelta(days=sent_days)
    counts = []
    for statement in (
        delete(updates).where(updates.c.seen_at < now - UPDATES_KEPT),
        delete(parked).where(parked.c.parked_at < old),
        delete(sent).where(sent.c.sent_at < old),
        delete(outbox).where(outbox.c.state == "failed", outbox.c.created_at < old),
        delete(invitations).where(invitations.c.expires_at < old),
    ):
        async with store.begin() as connection:
            counts.append((await connection.execute(statement)).rowcount)
    return Swept(*counts)
