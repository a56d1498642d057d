"""Published revisions: script, catalogues and programme data under one hash, never changed."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from storage import store as database
from storage.store import Store
from storage.tables import revisions


class Published(Struct, frozen=True):
    """A revision's place in history; its content is read by ``content``."""

    id: str
    script: str
    published_at: datetime
    published_by: str


async def publish(store: Store, script: str, revision: str, content: bytes, by: str) -> None:
    """Keep a revision; one that is kept already stays as it is."""
    row = {
        "id": revision,
        "script": script,
        "content": content,
        "published_at": store.clock(),
        "published_by": by,
    }
    async with store.begin() as connection:
        add = database.insert(connection.dialect.name, revisions).on_conflict_do_nothing()
        await connection.execute(add, [row])


async def content(store: Store, revision: str) -> bytes | None:
    """What was published under this hash; None if nothing was."""
    query = select(revisions.c.content).where(revisions.c.id == revision)
    async with store.connect() as connection:
        found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def history(store: Store, script: str) -> list[Published]:
    """Revisions of a script, the newest first."""
    query = (
        select(
            revisions.c.id,
            revisions.c.script,
            revisions.c.published_at,
            revisions.c.published_by,
        )
        .where(revisions.c.script == script)
        .order_by(revisions.c.published_at.desc(), revisions.c.id)
    )
    async with store.connect() as connection:
        return [Published(*row) for row in await connection.execute(query)]
