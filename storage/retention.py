"""What is kept no longer than promised: the daily sweep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, String, Table, and_, cast, delete, literal, select, tuple_

from storage.desks import LONGEST_DAYS
from storage.store import Store
from storage.tables import (
    cases,
    conversations,
    desks,
    invitations,
    outbox,
    parked,
    sent,
    updates,
    used_links,
    web_keys,
    web_messages,
)

UPDATES_KEPT = timedelta(hours=48)  # Telegram repeats an update for 24 hours at most
_PAGE = 500


class Swept(Struct, frozen=True):
    """How many rows of each kind were removed."""

    updates: int
    parked: int
    sent: int
    failed: int
    invitations: int
    web: int
    drafts: int


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
    """Remove what is only needed for a while; ``sent_days`` for names of sent messages.

    The card of an open case keeps its name: whoever hands the case on must lose what it shows.
    """
    now = store.clock()
    old = now - timedelta(days=sent_days)
    cards = select(literal("card:") + cast(cases.c.number, String)).where(
        cases.c.closed_at.is_(None)
    )
    return Swept(
        updates=await _along(store, updates, updates.c.seen_at < now - UPDATES_KEPT),
        parked=await _along(store, parked, parked.c.parked_at < old),
        sent=await _along(store, sent, and_(sent.c.sent_at < old, sent.c.ref.not_in(cards))),
        failed=await _along(
            store, outbox, and_(outbox.c.state == "failed", outbox.c.created_at < old)
        ),
        invitations=await _along(store, invitations, invitations.c.expires_at < old),
        web=await _along(store, web_keys, web_keys.c.seen_at < old)
        + await _along(store, used_links, used_links.c.expires_at < now)
        + await _along(store, web_messages, web_messages.c.at < old),
        drafts=await _along(store, desks, desks.c.saved_at < now - timedelta(days=LONGEST_DAYS)),
    )


async def _along(store: Store, table: Table, old: ColumnElement[bool]) -> int:
    """Walk a table by its key and remove old rows a page at a time, so that turns get between."""
    key = list(table.primary_key.columns)
    last: tuple[Any, ...] | None = None
    removed = 0
    while True:
        page = select(*key, old.label("old")).order_by(*key).limit(_PAGE)
        if last is not None:
            page = page.where(tuple_(*key) > tuple_(*last))
        async with store.connect() as connection:
            rows = (await connection.execute(page)).all()
        gone = [tuple(row)[:-1] for row in rows if row.old]
        if gone:
            async with store.begin() as connection:
                await connection.execute(delete(table).where(tuple_(*key).in_(gone), old))
            removed += len(gone)
        if len(rows) < _PAGE:
            return removed
        last = tuple(rows[-1])[:-1]
