"""Published revisions: script and texts under one hash, never changed, and which one holds.

A revision's content is kept once. Publishing and taking back each leave a line in the history;
the newest line says which revision conversations are to be brought to.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from storage import store as database
from storage.store import Store
from storage.tables import publications, revisions

MOST_BY = 12
"""Characters kept of who published."""


class Published(Struct, frozen=True):
    """A line of a script's history; the content is read by ``content``.

    ``number`` counts over all scripts: of two lines the one with the higher number came later.
    """

    number: int
    revision: str
    script: str
    at: datetime
    by: str


class Overtaken(Exception):
    """Somebody else published or took back meanwhile: look again before deciding."""


async def publish(
    store: Store,
    script: str,
    revision: str,
    content: bytes | None,
    by: str,
    *,
    over: int | None = None,
) -> Published:
    """Let a revision hold from now on; its content is kept unless it is kept already.

    ``content`` None names a revision published before. ``over`` is the number of the line that
    is to be the newest now (0: none): raises Overtaken if it is not. A revision that holds
    already gets no second line.
    """
    now = store.clock()
    try:
        async with store.begin() as connection:
            if connection.dialect.name == "postgresql":  # SQLite lets one write at a time anyway
                lock = "LOCK TABLE publications IN SHARE ROW EXCLUSIVE MODE"
                await connection.execute(text(lock))
            query = select(publications).order_by(publications.c.number.desc()).limit(1)
            held = (
                await connection.execute(query.where(publications.c.script == script))
            ).one_or_none()
            if over is not None and over != (held.number if held else 0):
                raise Overtaken
            if content is not None:
                row = {
                    "id": revision, "script": script, "content": content,
                    "published_at": now, "published_by": by[:MOST_BY],
                }  # fmt: skip
                add = database.insert(connection.dialect.name, revisions).on_conflict_do_nothing()
                await connection.execute(add, [row])
            if held is not None and held.revision == revision:
                return Published(held.number, held.revision, held.script, held.at, held.by)
            last = (await connection.execute(select(func.max(publications.c.number)))).scalar()
            made = Published((last or 0) + 1, revision, script, now, by[:MOST_BY])
            await connection.execute(
                publications.insert().values(
                    number=made.number, script=script, revision=revision, at=now, by=made.by
                )
            )
    except IntegrityError:  # two at the same moment on a database with several writers
        raise Overtaken from None
    return made


async def content(store: Store, revision: str) -> bytes | None:
    """What was published under this hash; None if nothing was."""
    query = select(revisions.c.content).where(revisions.c.id == revision)
    async with store.connect() as connection:
        found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def newest(store: Store, script: str) -> Published | None:
    """The line that holds now; None if nothing was ever published. One cheap read."""
    found = await history(store, script, most=1)
    return found[0] if found else None


async def history(store: Store, script: str, most: int = 500) -> list[Published]:
    """The lines of a script, the newest first; for "" those of all scripts."""
    query = select(
        publications.c.number,
        publications.c.revision,
        publications.c.script,
        publications.c.at,
        publications.c.by,
    ).order_by(publications.c.number.desc())
    if script:
        query = query.where(publications.c.script == script)
    async with store.connect() as connection:
        return [Published(*row) for row in await connection.execute(query.limit(most))]
