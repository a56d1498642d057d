"""Who works with cases: invitations, addresses, roles."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sealing import digest
from storage.store import Store, new_id
from storage.tables import addresses, invitations, staff
from storage.write import Address, Staff

INVITATION_LASTS = timedelta(hours=72)
_CODE = re.compile(r"(?=.*[A-Z])(?=.*[a-z0-9])[A-Za-z0-9_-]{21}[AQgw]")
"""128 bits in base64: the last character holds two of them."""

# Asked for at every hand-off, so put together once.
_OF_ROLE = select(staff).where(staff.c.role == bindparam("role"), staff.c.revoked_at.is_(None))
_COORDINATORS = (
    select(staff)
    .where(
        staff.c.role == "coordinator",
        staff.c.region == bindparam("region"),
        staff.c.revoked_at.is_(None),
    )
    .order_by(staff.c.created_at, staff.c.id)
)
_PLACES = (
    select(addresses)
    .where(
        addresses.c.staff_id.in_(bindparam("ids", expanding=True)),
        addresses.c.blocked_at.is_(None),
    )
    .order_by(addresses.c.id)
)


def is_code(text: str) -> bool:
    """Whether a text looks like an invitation code, and not like a word or a place."""
    return _CODE.fullmatch(text) is not None


class Person(Struct, frozen=True):
    """A staff member and where to write to them."""

    staff: Staff
    addresses: tuple[Address, ...]


async def invite(store: Store, role: str, region: str, language: str) -> str:
    """Make an invitation; gives its one-use code of 22 characters (128 bits), kept as a hash."""
    code = secrets.token_urlsafe(16)
    now = store.clock()
    row = {
        "code_hash": digest(code),
        "role": role,
        "region": region,
        "language": language,
        "created_at": now,
        "expires_at": now + INVITATION_LASTS,
    }
    async with store.begin() as connection:
        await connection.execute(invitations.insert(), [row])
    return code


async def redeem(store: Store, code: str, channel: str, address: str) -> Person | None:
    """Use an invitation up for this address; None if unknown, used by another, or out of date.

    The same address may repeat it, so that an update delivered twice gets the same answer.
    """
    now = store.clock()
    async with store.begin() as connection:
        query = select(invitations).where(invitations.c.code_hash == digest(code))
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        known = await _by_address(store, connection, channel, address)
        if row.used_at is not None:
            return known if known is not None and known.staff.id == row.used_by else None
        if row.expires_at <= now:
            return None
        person = await _add(
            store,
            connection,
            _new(store, row.role, row.region, row.language),
            Address(new_id(), channel, address),
        )
        used = await connection.execute(
            update(invitations)
            .where(
                invitations.c.code_hash == row.code_hash,
                invitations.c.used_at.is_(None),
            )
            .values(used_at=now, used_by=person.staff.id)
        )
        if used.rowcount != 1:
            await connection.rollback()
            return None
    return person


async def add(
    store: Store, role: str, region: str, language: str, channel: str, address: str
) -> Person:
    """Register a known address without an invitation."""
    async with store.begin() as connection:
        place = Address(new_id(), channel, address)
        person = _new(store, role, region, language)
        return await _add(store, connection, person, place)


async def everyone(store: Store) -> list[Person]:
    """All staff, revoked ones too."""
    return await _people(store, select(staff).order_by(staff.c.created_at, staff.c.id))


async def coordinators(store: Store, region: str) -> list[Person]:
    """The coordinators of a region who may work now."""
    return await _people(store, _COORDINATORS, region=region)


async def with_role(store: Store, role: str) -> list[Person]:
    """Everybody of a role who may work now."""
    return await _people(store, _OF_ROLE, role=role)


async def by_id(store: Store, person: str) -> Person | None:
    """One staff member; None if unknown."""
    found = await _people(store, select(staff).where(staff.c.id == person))
    return found[0] if found else None


async def revoke(store: Store, person: str) -> bool:
    """End somebody's access now; gives whether there was somebody to end it for."""
    async with store.begin() as connection:
        done = await connection.execute(
            update(staff)
            .where(staff.c.id == person, staff.c.revoked_at.is_(None))
            .values(revoked_at=store.clock())
        )
    return done.rowcount == 1


async def speak(store: Store, person: str, language: str) -> None:
    """From now on a person is written to in this language."""
    async with store.begin() as connection:
        await connection.execute(
            update(staff).where(staff.c.id == person).values(language=language)
        )


def _new(store: Store, role: str, region: str, language: str) -> Staff:
    now = store.clock()
    return Staff(id=new_id(), role=role, region=region, language=language, created_at=now)


async def _add(store: Store, connection: AsyncConnection, person: Staff, place: Address) -> Person:
    found = store.keys.find(place.channel, place.value)
    # An address changes hands whole: somebody who tried the talk first becomes staff only.
    await connection.execute(
        addresses.delete().where(
            addresses.c.channel == place.channel, addresses.c.address_hash == found
        )
    )
    await connection.execute(staff.insert(), [msgspec.structs.asdict(person)])
    row = {
        "id": place.id,
        "staff_id": person.id,
        "channel": place.channel,
        "address_hash": found,
        "address": store.service.seal(place.value.encode(), "addresses", place.id, "address"),
        "is_group": place.group,
    }
    await connection.execute(addresses.insert(), [row])
    return Person(person, (place,))


async def _by_address(
    store: Store, connection: AsyncConnection, channel: str, address: str
) -> Person | None:
    query = (
        select(staff, addresses.c.id.label("address_id"))
        .join(addresses, addresses.c.staff_id == staff.c.id)
        .where(
            addresses.c.channel == channel,
            addresses.c.address_hash == store.keys.find(channel, address),
        )
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Person(_staff(row), (Address(row.address_id, channel, address),))


async def _people(store: Store, query: Select[Any], **values: str) -> list[Person]:
    def job(connection: Connection) -> list[Person]:
        rows = connection.execute(query, values).all()
        ids = [row.id for row in rows]
        places: dict[str, list[Address]] = {name: [] for name in ids}
        for row in connection.execute(_PLACES, {"ids": ids}):
            value = store.service.open(row.address, "addresses", row.id, "address").decode()
            places[row.staff_id].append(Address(row.id, row.channel, value, row.is_group))
        return [Person(_staff(row), tuple(places[row.id])) for row in rows]

    return await store.read(job)


def _staff(row: Any) -> Staff:
    return Staff(
        id=row.id,
        role=row.role,
        region=row.region,
        language=row.language,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
