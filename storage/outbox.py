"""What is owed to people, as the relay reads it at start, takeover and retry; and leases.

Rows come in with the turn that caused them (``commit``) and leave with the mark that they were
sent. Only what waits or failed is in the table, so reading it costs what is left to do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, delete, func, or_, select, update

from storage import store as database
from storage.sealing import Unreadable
from storage.store import Store
from storage.tables import leases, outbox, sent
from storage.write import Address, Owed, Waiting

EVERYONE = ""
"""In place of an address: all of them."""
_PAUSE = "pause:"

_parcel = msgspec.json.Decoder(tuple[str, str, bool, msgspec.Raw]).decode


class Failed(Struct, frozen=True):
    """A message that could not be delivered, for the operator: its place, not its text."""

    id: int
    address: str
    ref: str
    reason: str
    created_at: datetime


async def waiting(store: Store, after: int = 0, most: int = 1000) -> list[Waiting]:
    """Rows still owed, in order, above the id ``after``; those of erased families are left out.

    Give the last row's id as ``after`` to go on when ``most`` rows came back.
    """
    query = (
        select(outbox)
        .where(outbox.c.state == "waiting", outbox.c.id > after)
        .order_by(outbox.c.id)
        .limit(most)
    )
    async with store.connect() as connection:
        rows = (await connection.execute(query)).all()
        await store.boxes(connection, [row.family_id for row in rows if row.family_id])
    found = []
    for row in rows:
        box = store.box(row.family_id or "")
        if box is None:
            continue
        try:
            payload = box.open(row.payload, "outbox", str(row.id), "payload")
        except Unreadable:
            continue
        channel, value, group, order = _parcel(payload)
        owed = Owed(
            to=Address(row.address_id, channel, value, group),
            order=bytes(order),
            ref=row.ref,
            slot=row.slot,
            priority=row.priority,
            not_before=row.not_before,
        )
        found.append(Waiting(row.id, owed, row.family_id or "", row.unclear))
    return found


_MESSAGE = select(sent.c.message).where(
    sent.c.address_id == bindparam("address"), sent.c.ref == bindparam("ref")
)


async def message(store: Store, address: str, ref: str) -> str | None:
    """The platform's id of the message last sent to an address under a name; None if none was."""
    row = await store.row(_MESSAGE, {"address": address, "ref": ref})
    return row.message if row is not None else None


async def failed(store: Store) -> list[Failed]:
    """What could not be delivered, the oldest first."""
    query = select(outbox).where(outbox.c.state == "failed").order_by(outbox.c.id)
    async with store.connect() as connection:
        rows = await connection.execute(query)
        return [Failed(row.id, row.address_id, row.ref, row.reason, row.created_at) for row in rows]


async def backlog(store: Store) -> tuple[int, datetime | None]:
    """How many messages wait that may go now, and since when the oldest of them.

    What waits for a family's morning is not late.
    """
    since = func.coalesce(outbox.c.not_before, outbox.c.created_at)
    query = select(func.count(), func.min(since)).where(
        outbox.c.state == "waiting",
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= store.clock()),
    )
    async with store.connect() as connection:
        count, oldest = (await connection.execute(query)).one()
    return count, oldest


async def lease(store: Store, name: str, holder: str, seconds: float) -> bool:
    """Take or keep a lease until ``seconds`` from now; False while somebody else holds it."""
    now = store.clock()
    row = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds)}
    async with store.begin() as connection:
        taken = await connection.execute(
            update(leases)
            .where(leases.c.name == name)
            .where(or_(leases.c.holder == holder, leases.c.until <= now))
            .values(holder=holder, until=row["until"])
        )
        if taken.rowcount:
            return True
        add = database.insert(connection.dialect.name, leases).on_conflict_do_nothing()
        made = await connection.execute(add.values(row).returning(leases.c.name))
        return made.first() is not None


async def held_until(store: Store, name: str) -> datetime | None:
    """Until when a lease was last taken; None if it never was."""
    query = select(leases.c.until).where(leases.c.name == name)
    async with store.connect() as connection:
        until: datetime | None = (await connection.execute(query)).scalar_one_or_none()
    return until


async def release(store: Store, name: str, holder: str) -> None:
    """Give a lease back at once; ``held_until`` tells that it ended now."""
    async with store.begin() as connection:
        await connection.execute(
            update(leases)
            .where(leases.c.name == name, leases.c.holder == holder)
            .values(until=store.clock())
        )


async def pause(store: Store, address: str, seconds: float) -> None:
    """Note that the platform wants no call for an address (EVERYONE: for any) so long."""
    await lease(store, _PAUSE + address, "platform", seconds)


async def pauses(store: Store) -> dict[str, datetime]:
    """Till when the platform wants no call, by address (EVERYONE: for any); what is over is put
    away."""
    async with store.begin() as connection:
        paused = leases.c.name.startswith(_PAUSE, autoescape=True)
        await connection.execute(delete(leases).where(paused, leases.c.until <= store.clock()))
        rows = await connection.execute(select(leases.c.name, leases.c.until).where(paused))
        return {row.name.removeprefix(_PAUSE): row.until for row in rows}
