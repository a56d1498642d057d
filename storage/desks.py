"""What staff are in the middle of (one sealed draft each), and what waits for the office."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, exists, select

from storage.sealing import Unreadable
from storage.store import Store, insert
from storage.tables import case_events, cases, desks

LONGEST_DAYS = 7
"""A draft left alone so many days is no longer offered, and swept."""
_ID = 12
"""Characters of an id (storage.store.new_id)."""
LATE = "late"
"""The line of a case's history that says a promise was broken; each is told once."""
_OWED = ("new", "taken", "asked")
"""States of a case whose family waits for words of a coordinator."""


async def save(store: Store, staff: str, draft: bytes, family: str = "") -> None:
    """Keep this draft in place of any other; an empty one is only taken away.

    Words for a family are sealed under its key, whose id stands before them: with the family
    they become unreadable. A family already erased leaves no draft.
    """
    async with store.begin() as connection:
        await connection.execute(delete(desks).where(desks.c.staff_id == staff))
        await store.boxes(connection, [family])
        box = store.box(family)
        if draft and box is not None:
            sealed = family.encode() + box.seal(draft, "desks", staff, "draft")
            row = {"staff_id": staff, "draft": sealed, "saved_at": store.clock()}
            await connection.execute(insert(connection.dialect.name, desks), [row])


async def load(store: Store, staff: str) -> bytes | None:
    """The draft, if there is one not too old."""
    async with store.connect() as connection:
        query = select(desks).where(desks.c.staff_id == staff)
        row = (await connection.execute(query)).one_or_none()
        if row is None or (store.clock() - row.saved_at).days >= LONGEST_DAYS:
            return None
        # A sealed value begins with its key's mark, an id with a printable character.
        family = "" if row.draft[0] < ord(" ") else row.draft[:_ID].decode("ascii")
        await store.boxes(connection, [family])
    box = store.box(family)
    if box is None:
        return None
    try:
        return box.open(row.draft[len(family) :], "desks", staff, "draft")
    except Unreadable:
        return None


async def late(store: Store, until: date, most: int = 200) -> list[int]:
    """Numbers of open cases with an answer due on or before this day, not told to be late yet.

    A promise is told to be broken on its day or after, so what was told before was another one.
    """
    told = exists().where(
        case_events.c.number == cases.c.number,
        case_events.c.kind == LATE,
        case_events.c.at >= cases.c.due_on,
    )
    query = (
        select(cases.c.number)
        .where(
            cases.c.closed_at.is_(None),
            cases.c.state.in_(_OWED),
            cases.c.due_on <= until,
            ~told,
        )
        .order_by(cases.c.number)
        .limit(most)
    )
    async with store.connect() as connection:
        return list((await connection.execute(query)).scalars())


async def received(store: Store, region: str, since: datetime, until: datetime) -> list[int]:
    """Numbers of a region's cases received in this span that nobody has taken: urgent first."""
    query = (
        select(cases.c.number)
        .where(
            cases.c.region == region,
            cases.c.closed_at.is_(None),
            cases.c.taken_by.is_(None),
            cases.c.received_at >= since,
            cases.c.received_at < until,
        )
        .order_by((cases.c.urgent == "").asc(), cases.c.due_on, cases.c.number)
    )
    async with store.connect() as connection:
        return list((await connection.execute(query)).scalars())


async def case_of_family(store: Store, family: str) -> int | None:
    """The number of a family's open case; None if it has none."""
    query = select(cases.c.number).where(cases.c.family_id == family, cases.c.closed_at.is_(None))
    async with store.connect() as connection:
        found: int | None = (await connection.execute(query)).scalars().first()
    return found
