"""One transaction for many writes, in a fixed number of statements, in the committer's thread.

The usual batch trusts its writes: updates are inserted and versions compared by the very
statements that store, and a count tells whether all fitted. Only if one did not fit is it looked
up which, that one refused, and the rest stored without it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select, tuple_, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import store as database
from storage.hindrance import hindrance
from storage.rows import Draft
from storage.sealing import Box, Unreadable
from storage.statements import STATEMENTS, Prepared, When, aware, text, upsert
from storage.store import SERVICE, Store
from storage.tables import (
    addresses,
    case_events,
    cases,
    conversations,
    counters,
    families,
    outbox,
    sent,
    staff,
    timers,
    updates,
    web_messages,
)
from storage.write import Committed, Mark, NotStored, Seen, Stale, Unavailable, Waiting, Write


class Outcome(msgspec.Struct):
    """What a batch gave: a result for each write, the rows now owed, the families erased."""

    results: list[Committed | Exception]
    owed: list[Waiting]
    erased: list[str]
    marked: bool = True


class _Unfit(Exception):
    """A write of the batch did not fit what is stored."""


class Writer:
    """The thread's side of the committer; every method runs in that one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._engine = database.writer_engine(store.url)
        self._connection: Connection | None = None
        self._last = 0
        self._tail = os.urandom(1)[0]
        self._moment = 0
        self._prepared: dict[str, Prepared] = {}
        self._when: When = text if self._engine.dialect.name == "sqlite" else aware
        self.statements = 0
        backend = store.url.get_backend_name()
        self._statements = STATEMENTS | {
            "timers": upsert(backend, timers, "due_at"),
            "sent": upsert(backend, sent, "message", "sent_at"),
            "staff": upsert(backend, staff, "role", "region", "language", "revoked_at"),
        }

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    def run(self, writes: Sequence[Write], marks: Sequence[Mark]) -> Outcome:
        """Store the writes and marks; a write that does not fit takes nobody along."""
        outcome = self._attempt(writes, marks)
        if isinstance(outcome, _Unfit | IntegrityError):
            try:
                refused = self._sift(writes)
            except DBAPIError:
                return self._one_by_one(writes, marks)
            fit = [write for at, write in enumerate(writes) if at not in refused]
            outcome = self._attempt(fit, marks)
            if isinstance(outcome, Outcome):
                stored = iter(outcome.results)
                outcome.results = [refused.get(at) or next(stored) for at in range(len(writes))]
        if isinstance(outcome, Outcome):
            return outcome
        return self._one_by_one(writes, marks)

    def _attempt(self, writes: Sequence[Write], marks: Sequence[Mark]) -> Outcome | Exception:
        try:
            return self._transaction(writes, marks)
        except Exception as error:  # noqa: BLE001 - what finish() raised belongs to its caller
            return error

    def _one_by_one(self, writes: Sequence[Write], marks: Sequence[Mark]) -> Outcome:
        whole = Outcome([], [], [])
        for write in writes:
            one = self._attempt((write,), ())
            if isinstance(one, Outcome):
                whole.results += one.results
                whole.owed += one.owed
                whole.erased += one.erased
            else:
                whole.results.append(self._why(write, one))
        whole.marked = not marks or isinstance(self._attempt((), marks), Outcome)
        return whole

    def _why(self, write: Write, error: Exception) -> Exception:
        if isinstance(error, _Unfit | IntegrityError):
            try:
                return self._sift((write,)).get(0) or Stale()
            except DBAPIError as worse:
                error = worse
        if isinstance(error, DBAPIError):
            told, why = f"{type(error.orig).__name__}: {error.orig}", hindrance(error)
            fault = Unavailable(told, why) if why else NotStored(told)
            fault.__cause__ = error
            return fault
        return error

    def _begun(self) -> Connection:
        if self._connection is not None and (
            self._connection.closed or self._connection.invalidated
        ):
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = self._engine.connect()
            with self._connection.begin():
                for column in (outbox.c.id, case_events.c.id):
                    newest = select(column).order_by(column.desc()).limit(1)
                    self._last = max(self._last, self._connection.execute(newest).scalar() or 0)
        return self._connection

    def _next(self) -> int:
        """An id above all earlier ones: microseconds, and a byte that tells workers apart.

        Of two commits that touch the same conversation the later was made from the earlier, so
        their ids keep the order also when different workers of one machine made them.
        """
        self._last = max(self._last + 256, self._moment)
        return self._last

    def _transaction(self, writes: Sequence[Write], marks: Sequence[Mark]) -> Outcome:
        connection = self._begun()
        now = self._store.clock()
        self._moment = int(now.timestamp() * 1_000_000) << 8 | self._tail
        draft = Draft(
            self._store.keys, self._store.service, self._when, self._when(now), self._next
        )
        outcome = Outcome([], draft.owed, [])
        with connection.begin():
            numbers = self._numbers(connection, sum(1 for w in writes if w.finish is not None))
            made: dict[str, Box] = {}
            for write in writes:
                rest = None
                if write.finish is not None:
                    number = numbers.pop(0)
                    rest = write.finish(number)
                    if rest.case.number != number:
                        raise ValueError("finish gave a case of another number")
                if write.new_family:
                    box, wrapped = self._store.keys.new(write.family)
                    made[write.family] = box
                    draft.family(write.family, wrapped)
                else:
                    box = self._box(connection, write.family)
                version = draft.write(write, rest, box)
                outcome.results.append(Committed(version, rest.case.number if rest else 0))
                if write.erase:
                    outcome.erased.append(write.family)
            for mark in marks:
                if mark.outcome == "moved":
                    self._move(connection, mark, draft)
                else:
                    draft.mark(mark)
            self._execute(connection, draft)
            if outcome.erased:
                self._erase(connection, outcome.erased, now)
        for family, key in made.items():
            self._store.remember(family, key)
        for family in outcome.erased:
            self._store.forget(family)
        if outcome.erased and connection.dialect.name == "sqlite":
            # Earlier pages in the write-ahead log still hold the wrapped key.
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.rollback()
        return outcome

    def _numbers(self, connection: Connection, count: int) -> list[int]:
        """Fresh case numbers; kept only if the transaction is."""
        if not count:
            return []
        self.statements += 1
        query = (
            update(counters)
            .where(counters.c.name == "case")
            .values(value=counters.c.value + count)
            .returning(counters.c.value)
        )
        last: int = connection.execute(query).scalar_one()
        return list(range(last - count + 1, last + 1))

    def _box(self, connection: Connection, family: str) -> Box:
        known = self._store.box(family)
        if known is not None:
            return known
        query = select(families.c.sealed_key).where(families.c.id == family)
        sealed_key = connection.execute(query).scalar_one_or_none()
        if sealed_key is None:
            raise _Unfit("families")
        return self._store.unwrap(family, sealed_key)

    def _execute(self, connection: Connection, draft: Draft) -> None:
        for name, statement in self._statements.items():
            rows = draft.rows.get(name)
            if not rows:
                continue
            self.statements += 1
            prepared = self._prepared.get(name)
            if prepared is None:
                prepared = Prepared(statement, rows[0], self._engine.dialect)
                self._prepared[name] = prepared
            result = connection.exec_driver_sql(prepared.text, prepared.rows(rows))
            if name in ("talks", "cases") and result.rowcount != len(rows):
                raise _Unfit(name)

    def _move(self, connection: Connection, mark: Mark, draft: Draft) -> None:
        query = (
            select(addresses.c.family_id, families.c.sealed_key)
            .join(families, families.c.id == addresses.c.family_id, isouter=True)
            .where(addresses.c.id == mark.address)
        )
        found = connection.execute(query).one_or_none()
        if found is None:
            return
        try:
            box = self._store.unwrap(found.family_id or SERVICE, found.sealed_key)
        except Unreadable:
            return  # erased meanwhile
        draft.moved(mark, box)

    def _erase(self, connection: Connection, erased: list[str], now: datetime) -> None:
        """Destroy keys and remove what they sealed; cases stay as bare numbers."""
        talks = select(conversations.c.id).where(conversations.c.family_id.in_(erased))
        places = select(addresses.c.id).where(addresses.c.family_id.in_(erased))
        numbers = select(cases.c.number).where(cases.c.family_id.in_(erased))
        for statement in (
            delete(timers).where(timers.c.conversation_id.in_(talks)),
            delete(sent).where(sent.c.address_id.in_(places)),
            update(case_events).where(case_events.c.number.in_(numbers)).values(text=None),
            delete(conversations).where(conversations.c.family_id.in_(erased)),
            delete(outbox).where(outbox.c.family_id.in_(erased)),
            update(cases)
            .where(cases.c.family_id.in_(erased))
            .values(intake=None, version=cases.c.version + 1),
            delete(addresses).where(addresses.c.family_id.in_(erased)),
            delete(web_messages).where(web_messages.c.family_id.in_(erased)),
            update(families)
            .where(families.c.id.in_(erased))
            .values(sealed_key=None, erased_at=now),
        ):
            self.statements += 1
            connection.execute(statement)

    def _sift(self, writes: Sequence[Write]) -> dict[int, Exception]:
        """Find the writes that do not fit what is stored, and say why."""
        connection = self._begun()
        with connection.begin():
            seen = {
                (channel, name)
                for channel, name in connection.execute(
                    select(updates.c.channel, updates.c.id).where(
                        updates.c.id.in_([w.update[1] for w in writes if w.update])
                    )
                )
            }
            talks = [w.talk.conversation.id for w in writes if w.talk]
            query = select(conversations.c.id, conversations.c.version).where(
                conversations.c.id.in_(talks)
            )
            versions = {row.id: row.version for row in connection.execute(query)}
            with_case = set(
                connection.execute(
                    select(cases.c.conversation_id).where(cases.c.conversation_id.in_(talks))
                ).scalars()
            )
            changed = [case.number for write in writes for case in write.cases]
            numbers = select(cases.c.number, cases.c.version).where(cases.c.number.in_(changed))
            stored = {row.number: row.version for row in connection.execute(numbers)}
            alive = {
                *connection.execute(
                    select(families.c.id).where(
                        families.c.id.in_([w.family for w in writes if w.family]),
                        families.c.sealed_key.is_not(None),
                    )
                ).scalars()
            }
            places = [
                (
                    w.new_address.channel,
                    self._store.keys.find(w.new_address.channel, w.new_address.value),
                )
                for w in writes
                if w.new_address
            ]
            taken = {
                (channel, digest)
                for channel, digest in connection.execute(
                    select(addresses.c.channel, addresses.c.address_hash).where(
                        tuple_(addresses.c.channel, addresses.c.address_hash).in_(places)
                    )
                )
            }
        refused: dict[int, Exception] = {}
        place = iter(places)
        for at, write in enumerate(writes):
            here = next(place) if write.new_address else None
            if write.update in seen:
                refused[at] = Seen()
            elif (
                (write.talk and versions.get(write.talk.conversation.id, 0) != write.talk.version)
                or (write.finish and write.talk and write.talk.conversation.id in with_case)
                or any(stored.get(case.number) != case.version for case in write.cases)
                or (write.family and not write.new_family and write.family not in alive)
                or here in taken
            ):
                refused[at] = Stale()
        return refused
