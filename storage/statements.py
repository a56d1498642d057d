"""The statements a batch runs, compiled once, and how moments are handed to the driver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, bindparam, delete, exists, insert, select, update
from sqlalchemy.engine import Dialect

from storage import store as database
from storage.tables import (
    addresses,
    case_events,
    cases,
    conversations,
    families,
    outbox,
    timers,
    updates,
)

Row = dict[str, Any]

When = Callable[[datetime | None], Any]
"""Makes a moment ready for the driver."""

_other = addresses.alias("other")

# In the order in which they run; a write fills lists of the same names.
STATEMENTS: dict[str, Any] = {
    "updates": insert(updates),
    "families": insert(families),
    "addresses": insert(addresses),
    "new talks": insert(conversations),
    "talks": update(conversations).where(
        conversations.c.id == bindparam("this"),
        conversations.c.version == bindparam("over"),
    ),
    "new cases": insert(cases),
    "cases": update(cases).where(
        cases.c.number == bindparam("this"), cases.c.version == bindparam("over")
    ),
    "events": insert(case_events),
    "cancelled": delete(timers).where(
        timers.c.conversation_id == bindparam("this"), timers.c.kind == bindparam("of")
    ),
    "unblocked": update(addresses).where(addresses.c.id == bindparam("this")),
    "outbox": insert(outbox),
    "done": delete(outbox).where(outbox.c.id == bindparam("this")),
    "failed": update(outbox).where(outbox.c.id == bindparam("this")),
    "gone": update(addresses).where(addresses.c.id == bindparam("this")),
    "gone rows": update(outbox).where(outbox.c.address_id == bindparam("this")),
    "moved": update(addresses).where(
        addresses.c.id == bindparam("this"),
        ~exists(
            select(1)
            .select_from(_other)
            .where(
                _other.c.channel == bindparam("on"),
                _other.c.address_hash == bindparam("new"),
            )
        ),
    ),
}


class Prepared:
    """A statement compiled once: SQLAlchemy's own work per row would cost more than SQLite's."""

    def __init__(self, statement: Any, row: Row, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(row))
        self.text = str(compiled)
        order = compiled.positiontup
        self._pick = itemgetter(*order) if order else None
        self._single = order is not None and len(order) == 1

    def rows(self, rows: list[Row]) -> Any:
        """The rows as the driver takes them: by position, or by name as they are."""
        if self._pick is None:
            return rows
        if self._single:
            return [(self._pick(row),) for row in rows]
        return [self._pick(row) for row in rows]


def upsert(backend: str, table: Table, *changed: str) -> Any:
    """INSERT that overwrites these columns of a row already there."""
    statement = database.insert(backend, table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in changed},
    )


def aware(moment: datetime | None) -> datetime | None:
    """As psycopg takes it; raises ValueError for a moment without a zone."""
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return moment


def text(moment: datetime | None) -> str | None:
    """As SQLAlchemy's DateTime writes it for SQLite."""
    known = aware(moment)
    if known is None:
        return None
    return known.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
