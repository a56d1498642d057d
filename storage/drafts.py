"""Versions of drafts: each edit leaves one, none is changed, undoing adds one more.

Two people who edit at once meet at the number: whoever stores second is told so.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from storage.store import Store
from storage.tables import drafts

KEPT = 300
"""Versions kept of each script; the oldest go."""


class Version(Struct, frozen=True):
    """One version: ``under`` is the one that undoing leads back to (0: the beginning).

    ``what`` says in ids what changed; the content is read by ``content``.
    """

    number: int
    under: int
    at: datetime
    who: str
    what: str


class Overtaken(Exception):
    """Somebody else stored a version meanwhile."""


async def newest(store: Store, script: str) -> Version | None:
    """The version a script's draft is at; None if nobody began one."""
    found = await history(store, script, 1)
    return found[0] if found else None


async def history(store: Store, script: str, most: int = 50) -> list[Version]:
    """The versions of a script's draft, the newest first."""
    query = (
        select(drafts.c.number, drafts.c.under, drafts.c.at, drafts.c.who, drafts.c.what)
        .where(drafts.c.script == script)
        .order_by(drafts.c.number.desc())
        .limit(most)
    )
    async with store.connect() as connection:
        return [Version(*row) for row in await connection.execute(query)]


async def content(store: Store, script: str, number: int) -> bytes | None:
    """What a version holds; None if it is not there."""
    query = select(drafts.c.content).where(drafts.c.script == script, drafts.c.number == number)
    async with store.connect() as connection:
        found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def save(
    store: Store, script: str, number: int, under: int, who: str, what: str, content: bytes
) -> Version:
    """Store the version of this number. Raises Overtaken if there is one already."""
    made = Version(number, under, store.clock(), who, what[:200])
    row = {"script": script, "number": number, "under": under, "at": made.at, "who": who,
           "what": made.what, "content": content}  # fmt: skip
    try:
        async with store.begin() as connection:
            await connection.execute(drafts.insert(), [row])
            await connection.execute(
                delete(drafts).where(drafts.c.script == script, drafts.c.number <= number - KEPT)
            )
    except IntegrityError:
        raise Overtaken from None
    return made
