"""What a staff member is in the middle of: one sealed draft each, gone when it is sent."""

from __future__ import annotations

from sqlalchemy import delete, select

from storage.sealing import Unreadable
from storage.store import Store, insert
from storage.tables import desks

_LONGEST_DAYS = 7
"""A draft left alone so many days is no longer offered."""


async def save(store: Store, staff: str, draft: bytes) -> None:
    """Keep this draft in place of any other; an empty one is only taken away."""
    async with store.begin() as connection:
        await connection.execute(delete(desks).where(desks.c.staff_id == staff))
        if draft:
            sealed = store.service.seal(draft, "desks", staff, "draft")
            row = {"staff_id": staff, "draft": sealed, "saved_at": store.clock()}
            await connection.execute(insert(connection.dialect.name, desks), [row])


async def load(store: Store, staff: str) -> bytes | None:
    """The draft, if there is one not too old."""
    async with store.connect() as connection:
        query = select(desks).where(desks.c.staff_id == staff)
        row = (await connection.execute(query)).one_or_none()
    if row is None or (store.clock() - row.saved_at).days >= _LONGEST_DAYS:
        return None
    try:
        return store.service.open(row.draft, "desks", staff, "draft")
    except Unreadable:
        return None
