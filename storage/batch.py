"""One transaction for many writes, in a fixed number of statements, in the committer's thread.

The usual batch trusts its writes: updates are inserted and versions compared by the very
statements that store, and a count tells whether all fitted. Only if one did not fit is it looked
up which, that one refused, and the rest stored without it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import store as database
from storage.sealing import Box, Unreadable
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
)
from storage.write import (
    Case,
    CaseEvent,
    Committed,
    Mark,
    NotStored,
    Owed,
    Rest,
    Seen,
    Staff,
    Stale,
    Talk,
    Timer,
    Waiting,
    Write,
)

Row = dict[str, Any]
Rows = defaultdict[str, list[Row]]

_encode = msgspec.json.Encoder().encode

_other = addresses.alias("other")

# In the order in which they run; a write fills lists of the same names.
_STATEMENTS: dict[str, Any] = {
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

_ERASE = (
    delete(conversations).where(conversations.c.family_id == bindparam("this")),
    delete(outbox).where(outbox.c.family_id == bindparam("this")),
    update(cases)
    .where(cases.c.family_id == bindparam("this"))
    .values(intake=None, version=cases.c.version + 1),
    delete(addresses).where(addresses.c.family_id == bindparam("this")),
)


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
        self.statements = 0
        backend = store.url.get_backend_name()
        self._statements = _STATEMENTS | {
            "timers": _upsert(backend, timers, "due_at"),
            "sent": _upsert(backend, sent, "message", "sent_at"),
            "staff": _upsert(
                backend, staff, "role", "region", "language", "revoked_at"
            ),
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
                outcome.results = [
                    refused.get(at) or next(stored) for at in range(len(writes))
                ]
        if isinstance(outcome, Outcome):
            return outcome
        return self._one_by_one(writes, marks)

    def _attempt(
        self, writes: Sequence[Write], marks: Sequence[Mark]
    ) -> Outcome | Exception:
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
            fault = NotStored(f"{type(error.orig).__name__}: {error.orig}")
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
                    self._last = max(
                        self._last, self._connection.execute(newest).scalar() or 0
                    )
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
        outcome = Outcome([], [], [])
        with connection.begin():
            numbers = self._numbers(
                connection, sum(1 for w in writes if w.finish is not None)
            )
            rows: Rows = defaultdict(list)
            made: dict[str, Box] = {}
            for write in writes:
                rest = None
                if write.finish is not None:
                    number = numbers.pop(0)
                    rest = write.finish(number)
                    if rest.case.number != number:
                        raise ValueError("finish gave a case of another number")
                box = self._box(connection, write, rows, made, now)
                version = self._rows(write, rest, box, rows, outcome.owed, now)
                outcome.results.append(
                    Committed(version, rest.case.number if rest else 0)
                )
                if write.erase:
                    outcome.erased.append(write.family)
            for mark in marks:
                self._mark(connection, mark, rows, now)
            for name, statement in self._statements.items():
                wanted = rows.get(name)
                if not wanted:
                    continue
                self.statements += 1
                result = connection.execute(statement, wanted)
                if name in ("talks", "cases") and result.rowcount != len(wanted):
                    raise _Unfit(name)
            if outcome.erased:
                self._erase(connection, outcome.erased, now)
        for family, key in made.items():
            self._store.remember(family, key)
        for family in outcome.erased:
            self._store.forget(family)
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

    def _box(
        self,
        connection: Connection,
        write: Write,
        rows: Rows,
        made: dict[str, Box],
        now: datetime,
    ) -> Box:
        if write.new_family:
            box, wrapped = self._store.keys.new(write.family)
            made[write.family] = box
            rows["families"].append(
                {"id": write.family, "sealed_key": wrapped, "created_at": now}
            )
            return box
        known = self._store.box(write.family)
        if known is not None:
            return known
        query = select(families.c.sealed_key).where(families.c.id == write.family)
        sealed_key = connection.execute(query).scalar_one_or_none()
        if sealed_key is None:
            raise _Unfit("families")
        return self._store.unwrap(write.family, sealed_key)

    def _rows(
        self,
        write: Write,
        rest: Rest | None,
        box: Box,
        rows: Rows,
        owed: list[Waiting],
        now: datetime,
    ) -> int:
        """Turn a write into rows; gives the talk's new version."""
        version = 0
        if write.update is not None:
            channel, name = write.update
            rows["updates"].append({"channel": channel, "id": name, "seen_at": now})
        if write.new_address is not None:
            rows["addresses"].append(self._address_row(write, box))
        if write.talk is not None and not write.erase:
            version = self._talk(write.talk, write.family, rest, box, rows, now)
        for timer in (*write.timers, *rest.timers) if rest else write.timers:
            rows["timers"].append(_timer_row(timer))
        for conversation, kind in write.cancel:
            rows["cancelled"].append({"this": conversation, "of": kind})
        if rest is not None:
            rows["new cases"].append(_case_row(rest.case, box) | {"version": 1})
        for case in write.cases:
            row = _case_row(case, box)
            row["this"] = row.pop("number")
            row["over"] = row["version"]
            row["version"] += 1
            rows["cases"].append(row)
        for line in (*write.events, *rest.events) if rest else write.events:
            rows["events"].append(self._event_row(line, box))
        for person in write.staff:
            rows["staff"].append(_staff_row(person))
        if write.unblock:
            rows["unblocked"].append({"this": write.unblock, "blocked_at": None})
        if write.erase:
            family, box = "", self._store.service
        else:
            family = write.family
        for item in (*write.owed, *rest.owed) if rest else write.owed:
            waiting = Waiting(self._next(), item, family)
            rows["outbox"].append(_outbox_row(waiting, box, now))
            owed.append(waiting)
        return version

    def _talk(
        self,
        talk: Talk,
        family: str,
        rest: Rest | None,
        box: Box,
        rows: Rows,
        now: datetime,
    ) -> int:
        value = rest.conversation if rest else talk.conversation
        row = {
            "address_id": talk.address,
            "revision": value.revision,
            "state": str(value.state),
            "version": talk.version + 1,
            "snapshot": box.seal(_encode(value), "conversations", value.id, "snapshot"),
            "updated_at": now,
            "expires_at": talk.expires_at,
        }
        if talk.version:
            row["this"] = value.id
            row["over"] = talk.version
            rows["talks"].append(row)
        else:
            row["id"] = value.id
            row["family_id"] = family
            row["script"] = value.script
            row["created_at"] = now
            rows["new talks"].append(row)
        return talk.version + 1

    def _address_row(self, write: Write, box: Box) -> Row:
        address = write.new_address
        assert address is not None
        if not write.family:
            box = self._store.service
        return {
            "id": address.id,
            "family_id": write.family or None,
            "staff_id": write.address_staff or None,
            "channel": address.channel,
            "address_hash": self._store.keys.find(address.channel, address.value),
            "address": box.seal(
                address.value.encode(), "addresses", address.id, "address"
            ),
            "is_group": address.group,
        }

    def _event_row(self, line: CaseEvent, box: Box) -> Row:
        this = self._next()
        text = box.seal(line.text.encode(), "case_events", str(this), "text")
        return {
            "id": this,
            "number": line.number,
            "at": line.at,
            "who": line.who,
            "kind": line.kind,
            "text": text if line.text else None,
        }

    def _mark(
        self, connection: Connection, mark: Mark, rows: Rows, now: datetime
    ) -> None:
        match mark.outcome:
            case "sent" | "dropped":
                rows["done"] += [{"this": row} for row in mark.rows]
                rows["sent"] += [
                    {
                        "address_id": mark.address,
                        "ref": ref,
                        "message": mark.message,
                        "sent_at": now,
                    }
                    for ref in mark.refs
                ]
            case "failed":
                rows["failed"] += [
                    {
                        "this": row,
                        "state": "failed",
                        "reason": mark.reason[:200],
                        "unclear": 0,
                    }
                    for row in mark.rows
                ]
            case "unclear":
                rows["failed"] += [
                    {"this": row, "state": "waiting", "reason": "", "unclear": 1}
                    for row in mark.rows
                ]
            case "gone":
                rows["gone"].append({"this": mark.address, "blocked_at": now})
                rows["gone rows"].append(
                    {"this": mark.address, "state": "failed", "reason": "gone"}
                )
            case "moved":
                self._move(connection, mark, rows)

    def _move(self, connection: Connection, mark: Mark, rows: Rows) -> None:
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
            return
        digest = self._store.keys.find(mark.channel, mark.value)
        rows["moved"].append(
            {
                "this": mark.address,
                "on": mark.channel,
                "new": digest,
                "address_hash": digest,
                "address": box.seal(
                    mark.value.encode(), "addresses", mark.address, "address"
                ),
            }
        )

    def _erase(self, connection: Connection, erased: list[str], now: datetime) -> None:
        """Destroy keys and remove what they sealed; cases stay as bare numbers."""
        some = [{"this": family} for family in erased]
        talks = select(conversations.c.id).where(conversations.c.family_id.in_(erased))
        connection.execute(delete(timers).where(timers.c.conversation_id.in_(talks)))
        theirs = select(addresses.c.id).where(addresses.c.family_id.in_(erased))
        connection.execute(delete(sent).where(sent.c.address_id.in_(theirs)))
        numbers = select(cases.c.number).where(cases.c.family_id.in_(erased))
        connection.execute(
            update(case_events)
            .where(case_events.c.number.in_(numbers))
            .values(text=None)
        )
        for statement in _ERASE:
            connection.execute(statement, some)
        connection.execute(
            update(families)
            .where(families.c.id.in_(erased))
            .values(sealed_key=None, erased_at=now)
        )
        self.statements += 8

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
            versions = {
                name: version
                for name, version in connection.execute(
                    select(conversations.c.id, conversations.c.version).where(
                        conversations.c.id.in_(talks)
                    )
                )
            }
            with_case = set(
                connection.execute(
                    select(cases.c.conversation_id).where(
                        cases.c.conversation_id.in_(talks)
                    )
                ).scalars()
            )
            stored = {
                number: version
                for number, version in connection.execute(
                    select(cases.c.number, cases.c.version).where(
                        cases.c.number.in_(
                            [case.number for w in writes for case in w.cases]
                        )
                    )
                )
            }
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
                        tuple_(addresses.c.channel, addresses.c.address_hash).in_(
                            places
                        )
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
                (
                    write.talk
                    and versions.get(write.talk.conversation.id, 0)
                    != write.talk.version
                )
                or (
                    write.finish
                    and write.talk
                    and write.talk.conversation.id in with_case
                )
                or any(stored.get(case.number) != case.version for case in write.cases)
                or (write.family and not write.new_family and write.family not in alive)
                or here in taken
            ):
                refused[at] = Stale()
        return refused


def _upsert(backend: str, table: Table, *changed: str) -> Any:
    statement = database.insert(backend, table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in changed},
    )


def _timer_row(timer: Timer) -> Row:
    return {
        "conversation_id": timer.conversation,
        "kind": timer.kind,
        "due_at": timer.due_at,
    }


def _staff_row(person: Staff) -> Row:
    return msgspec.structs.asdict(person)


def _case_row(case: Case, box: Box) -> Row:
    intake = None
    if case.intake is not None:
        intake = box.seal(_encode(case.intake), "cases", str(case.number), "intake")
    return {
        "number": case.number,
        "conversation_id": case.conversation,
        "family_id": case.family,
        "region": case.region,
        "state": case.state,
        "urgent": case.urgent,
        "intake": intake,
        "version": case.version,
        "received_at": case.received_at,
        "due_on": case.due_on,
        "taken_by": case.taken_by or None,
        "taken_at": case.taken_at,
        "closed_at": case.closed_at,
        "reason": case.reason,
    }


def _outbox_row(waiting: Waiting, box: Box, now: datetime) -> Row:
    owed: Owed = waiting.owed
    payload = _encode(
        (owed.to.channel, owed.to.value, owed.to.group, msgspec.Raw(owed.order))
    )
    return {
        "id": waiting.id,
        "address_id": owed.to.id,
        "family_id": waiting.family or None,
        "ref": owed.ref,
        "slot": owed.slot,
        "payload": box.seal(payload, "outbox", str(waiting.id), "payload"),
        "priority": owed.priority,
        "not_before": owed.not_before,
        "unclear": 0,
        "state": "waiting",
        "reason": "",
        "created_at": now,
    }
