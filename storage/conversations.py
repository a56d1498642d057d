"""Families, their addresses and talks, read by what the service wants to know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select

from dialogs.conversation import Conversation
from storage import store as database
from storage.store import Store
from storage.tables import (
    addresses,
    conversations,
    families,
    parked,
    staff,
    timers,
    updates,
)
from storage.write import Address, Staff, Timer

_decode = msgspec.json.Decoder(Conversation).decode


class Known(Struct, frozen=True):
    """What is known of an address: whose it is, and the family's newest talk.

    ``version`` is what the next write of this talk must be made over; 0 without a talk.
    """

    address: Address
    family: str = ""
    staff: Staff | None = None
    blocked: bool = False
    conversation: Conversation | None = None
    version: int = 0


_TALK = (
    conversations.c.id.label("talk_id"),
    conversations.c.version,
    conversations.c.snapshot,
)


_FIND = (
    select(
        addresses,
        families.c.sealed_key,
        *_TALK,
        staff.c.role,
        staff.c.region,
        staff.c.language,
        staff.c.created_at,
        staff.c.revoked_at,
    )
    .join(families, families.c.id == addresses.c.family_id, isouter=True)
    .join(
        conversations,
        conversations.c.family_id == addresses.c.family_id,
        isouter=True,
    )
    .join(staff, staff.c.id == addresses.c.staff_id, isouter=True)
    .where(
        addresses.c.channel == bindparam("channel"),
        addresses.c.address_hash == bindparam("found"),
    )
    .order_by(conversations.c.created_at.desc())
    .limit(1)
)


async def find(store: Store, channel: str, address: str) -> Known | None:
    """Whose address is this? One read; None if never met (or erased)."""
    found = store.keys.find(channel, address)
    row = await store.row(_FIND, {"channel": channel, "found": found})
    if row is None:
        return None
    place = Address(row.id, channel, address, row.is_group)
    person = None
    if row.staff_id is not None and row.role is not None:
        person = Staff(
            id=row.staff_id,
            role=row.role,
            region=row.region,
            language=row.language,
            created_at=row.created_at,
            revoked_at=row.revoked_at,
        )
    blocked = row.blocked_at is not None
    if row.family_id is None:
        return Known(place, "", person, blocked)
    return Known(
        place,
        row.family_id,
        person,
        blocked,
        _conversation(store, row.family_id, row),
        row.version or 0,
    )


_LOAD = (
    select(
        conversations.c.family_id,
        families.c.sealed_key,
        *_TALK,
        addresses.c.id,
        addresses.c.channel,
        addresses.c.address,
        addresses.c.is_group,
        addresses.c.blocked_at,
    )
    .join(families, families.c.id == conversations.c.family_id)
    .join(addresses, addresses.c.id == conversations.c.address_id)
    .where(conversations.c.id == bindparam("talk"))
)


async def load(store: Store, conversation: str) -> Known | None:
    """A talk by its id, with the address of its last turn; None if erased."""
    row = await store.row(_LOAD, {"talk": conversation})
    if row is None or row.sealed_key is None:
        return None
    box = store.unwrap(row.family_id, row.sealed_key)
    value = box.open(row.address, "addresses", row.id, "address").decode()
    return Known(
        Address(row.id, row.channel, value, row.is_group),
        row.family_id,
        None,
        row.blocked_at is not None,
        _conversation(store, row.family_id, row),
        row.version,
    )


async def addresses_of(store: Store, family: str) -> list[Address]:
    """All addresses of a family that are not blocked."""
    query = (
        select(addresses, families.c.sealed_key)
        .join(families, families.c.id == addresses.c.family_id)
        .where(addresses.c.family_id == family, addresses.c.blocked_at.is_(None))
    )
    async with store.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [address_of(store, row) for row in rows]


def address_of(store: Store, row: Any) -> Address:
    """An address from a row of ``addresses`` with, for a family's, its ``sealed_key``."""
    box = store.unwrap(row.family_id, row.sealed_key) if row.family_id else store.service
    value = box.open(row.address, "addresses", row.id, "address").decode()
    return Address(row.id, row.channel, value, row.is_group)


def _conversation(store: Store, family: str, row: Any) -> Conversation | None:
    if row.snapshot is None:
        return None
    box = store.unwrap(family, row.sealed_key)
    return _decode(box.open(row.snapshot, "conversations", row.talk_id, "snapshot"))


async def due(store: Store, now: datetime, most: int = 100) -> list[Timer]:
    """Timers that are due, the oldest first."""
    query = select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at).limit(most)
    async with store.connect() as connection:
        rows = await connection.execute(query)
        return [Timer(row.conversation_id, row.kind, row.due_at) for row in rows]


async def next_due(store: Store) -> datetime | None:
    """When the next timer is due; None if there is none."""
    query = select(timers.c.due_at).order_by(timers.c.due_at).limit(1)
    async with store.connect() as connection:
        moment: datetime | None = (await connection.execute(query)).scalar_one_or_none()
    return moment


async def active_since(store: Store, since: datetime, until: datetime) -> list[str]:
    """Ids of talks whose last turn lies in the span: whose prompt may have lost its taps."""
    query = (
        select(conversations.c.id)
        .where(conversations.c.updated_at >= since, conversations.c.updated_at < until)
        .order_by(conversations.c.updated_at, conversations.c.id)
    )
    async with store.connect() as connection:
        return [row.id for row in await connection.execute(query)]


async def page(store: Store, script: str, after: str, most: int = 500) -> list[Conversation]:
    """Talks of a script in the order of their ids, from behind ``after`` ("": the first).

    Talks of erased families are left out; the last page is empty.
    """
    query = (
        select(conversations.c.family_id, families.c.sealed_key, *_TALK)
        .join(families, families.c.id == conversations.c.family_id)
        .where(
            conversations.c.script == script,
            conversations.c.id > after,
            families.c.sealed_key.is_not(None),
        )
        .order_by(conversations.c.id)
        .limit(most)
    )
    async with store.connect() as connection:
        rows = (await connection.execute(query)).all()
    found = (_conversation(store, row.family_id, row) for row in rows)
    return [c for c in found if c is not None]


_SEEN = select(updates.c.id).where(
    updates.c.channel == bindparam("channel"), updates.c.id == bindparam("update")
)


async def seen(store: Store, channel: str, update: str) -> bool:
    """Was this update committed (or parked) before?"""
    return await store.row(_SEEN, {"channel": channel, "update": update}) is not None


async def park(store: Store, channel: str, update: str, payload: bytes, reason: str) -> None:
    """Put an update aside that fails every time, and count it as seen. Doing so twice is fine."""
    row = {
        "channel": channel,
        "id": update,
        "reason": reason[:200],
        "payload": store.service.seal(payload, "parked", f"{channel}|{update}", "payload"),
        "parked_at": store.clock(),
    }
    mark = {"channel": channel, "id": update, "seen_at": row["parked_at"]}
    async with store.begin() as connection:
        backend = connection.dialect.name
        await connection.execute(database.insert(backend, parked).on_conflict_do_nothing(), [row])
        await connection.execute(database.insert(backend, updates).on_conflict_do_nothing(), [mark])


class Parked(Struct, frozen=True):
    """An update put aside."""

    channel: str
    id: str
    reason: str
    parked_at: datetime


async def parked_updates(store: Store) -> list[Parked]:
    """What was put aside, the oldest first; without contents."""
    query = select(parked).order_by(parked.c.parked_at)
    async with store.connect() as connection:
        rows = await connection.execute(query)
        return [Parked(row.channel, row.id, row.reason, row.parked_at) for row in rows]


async def unpark(store: Store, channel: str, update: str) -> bytes | None:
    """Take a parked update back to try it again; gives its payload, None if not parked."""
    here = (parked.c.channel == channel, parked.c.id == update)
    async with store.begin() as connection:
        payload = (await connection.execute(select(parked.c.payload).where(*here))).scalar()
        if payload is None:
            return None
        await connection.execute(parked.delete().where(*here))
        await connection.execute(
            updates.delete().where(updates.c.channel == channel, updates.c.id == update)
        )
    return store.service.open(payload, "parked", f"{channel}|{update}", "payload")
