"""How often questions were asked, answered, skipped: counts alone, of nobody in particular."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy import select

from storage.store import Store, insert
from storage.tables import tallies


class Key(Struct, frozen=True):
    """What is counted: of which revision, in which language, of which question."""

    script: str
    revision: str
    language: str
    question: str
    what: str


async def add(store: Store, counts: Mapping[Key, int]) -> None:
    """Add to the counts there are."""
    if not counts:
        return
    async with store.begin() as connection:
        statement = insert(connection.dialect.name, tallies)
        statement = statement.on_conflict_do_update(
            index_elements=["script", "revision", "language", "question", "what"],
            set_={"count": tallies.c.count + statement.excluded.count},
        )
        rows = [
            {"script": key.script, "revision": key.revision, "language": key.language,
             "question": key.question, "what": key.what, "count": count}
            for key, count in counts.items()
        ]  # fmt: skip
        await connection.execute(statement, rows)


async def of(store: Store, script: str) -> dict[Key, int]:
    """All counts of a script."""
    query = select(tallies).where(tallies.c.script == script)
    async with store.connect() as connection:
        return {Key(*row[:5]): row[5] for row in await connection.execute(query)}
