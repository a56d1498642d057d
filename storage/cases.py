"""Cases, read by what coordinators and the operator want to know.

Changes go through ``Write.cases``: a copy of the case as read, with other fields.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Select, func, select

from dialogs.programme.intake import Intake
from storage.sealing import Unreadable
from storage.store import Store
from storage.tables import case_events, cases
from storage.write import Case, CaseEvent

_decode = msgspec.json.Decoder(Intake).decode
_PAGE = 200


class CaseLine(Struct, frozen=True):
    """A case without its content: what a list shows."""

    number: int
    region: str
    state: str
    urgent: str
    due_on: date | None
    taken_by: str


async def by_number(store: Store, number: int) -> Case | None:
    """One case with its intake; None if there is none."""
    return await _one(store, select(cases).where(cases.c.number == number))


async def of_conversation(store: Store, conversation: str) -> Case | None:
    """The case a talk became; None if it has not."""
    return await _one(store, select(cases).where(cases.c.conversation_id == conversation))


async def open_in(store: Store, region: str, most: int = 50) -> list[CaseLine]:
    """Cases of a region ("" for the shared queue) not closed yet: urgent first, then by date."""
    query = (
        select(cases)
        .where(cases.c.region == region, cases.c.closed_at.is_(None))
        .order_by((cases.c.urgent == "").asc(), cases.c.due_on, cases.c.number)
        .limit(most)
    )
    rows = await store.read(lambda connection: connection.execute(query).all())
    return [_line(row) for row in rows]


async def late(store: Store, today: date, most: int = 200) -> list[CaseLine]:
    """Cases nobody took by the day they were due."""
    query = (
        select(cases)
        .where(
            cases.c.taken_at.is_(None),
            cases.c.closed_at.is_(None),
            cases.c.due_on < today,
        )
        .order_by(cases.c.number)
        .limit(most)
    )
    rows = await store.read(lambda connection: connection.execute(query).all())
    return [_line(row) for row in rows]


async def counts(store: Store) -> dict[tuple[str, str], int]:
    """How many cases there are for each (region, state)."""
    query = select(cases.c.region, cases.c.state, func.count()).group_by(
        cases.c.region, cases.c.state
    )
    async with store.connect() as connection:
        return {(region, state): n for region, state, n in await connection.execute(query)}


async def events(store: Store, number: int) -> list[CaseEvent]:
    """A case's history, the oldest first; erased texts are empty."""
    query = (
        select(case_events, cases.c.family_id)
        .join(cases, cases.c.number == case_events.c.number)
        .where(case_events.c.number == number)
        .order_by(case_events.c.id)
    )
    rows = await store.read(lambda connection: _rows(store, connection, query))
    return [
        CaseEvent(
            row.number,
            row.at,
            row.who,
            row.kind,
            _open(store, row.family_id, row.text, ("case_events", str(row.id), "text")).decode(),
        )
        for row in rows
    ]


async def export(store: Store, region: str | None = None) -> AsyncIterator[Case]:
    """All cases, or those of one region, by number; read in pages, so memory stays flat."""
    last = 0
    while True:
        query = select(cases).where(cases.c.number > last).order_by(cases.c.number).limit(_PAGE)
        if region is not None:
            query = query.where(cases.c.region == region)
        page = await _all(store, query)
        for case in page:
            yield case
        if len(page) < _PAGE:
            return
        last = page[-1].number


async def _one(store: Store, query: Select[Any]) -> Case | None:
    found = await _all(store, query)
    return found[0] if found else None


async def _all(store: Store, query: Select[Any]) -> list[Case]:
    rows = await store.read(lambda connection: _rows(store, connection, query))
    return [_case(store, row) for row in rows]


def _rows(store: Store, connection: Connection, query: Select[Any]) -> Sequence[Row[Any]]:
    """The rows, with the boxes of their families open."""
    rows = connection.execute(query).all()
    store.open_boxes(connection, [row.family_id for row in rows])
    return rows


def _open(store: Store, family: str, sealed: bytes | None, cell: tuple[str, str, str]) -> bytes:
    """What a cell holds; nothing once the family is erased."""
    box = store.box(family)
    if sealed is None or box is None:
        return b""
    try:
        return box.open(sealed, *cell)
    except Unreadable:
        return b""


def _case(store: Store, row: Row[Any]) -> Case:
    intake = _open(store, row.family_id, row.intake, ("cases", str(row.number), "intake"))
    return Case(
        number=row.number,
        conversation=row.conversation_id,
        family=row.family_id,
        region=row.region,
        state=row.state,
        intake=_decode(intake) if intake else None,
        received_at=row.received_at,
        urgent=row.urgent,
        due_on=row.due_on,
        taken_by=row.taken_by or "",
        taken_at=row.taken_at,
        closed_at=row.closed_at,
        reason=row.reason,
        version=row.version,
    )


def _line(row: Row[Any]) -> CaseLine:
    return CaseLine(row.number, row.region, row.state, row.urgent, row.due_on, row.taken_by or "")
