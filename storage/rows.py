"""Writes and marks turned into rows: sealed, dated, and in the lists their statements take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec

from storage.sealing import Box, Keys
from storage.statements import Row, When, text
from storage.write import (
    Address,
    Case,
    CaseEvent,
    Mark,
    Owed,
    Rest,
    Staff,
    Timer,
    Waiting,
    Write,
)

_encode = msgspec.json.Encoder().encode


class Draft:
    """The rows of one transaction by the names in ``statements.STATEMENTS``.

    ``now`` is its moment as the driver takes it; ``number`` gives rising ids.
    """

    def __init__(self, keys: Keys, service: Box, when: When, now: Any, number: Callable[[], int]):
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)
        self.owed: list[Waiting] = []
        self._keys = keys
        self._service = service
        self._when = when
        self._now = now
        self._number = number

    def family(self, family: str, wrapped: bytes) -> None:
        """A family met for the first time, with its wrapped key."""
        self.rows["families"].append({"id": family, "sealed_key": wrapped, "created_at": self._now})

    def write(self, write: Write, rest: Rest | None, box: Box) -> int:
        """All rows of a write; gives its talk's new version (0 without a talk)."""
        rows, when = self.rows, self._when
        version = 0
        if write.update is not None:
            channel, name = write.update
            rows["updates"].append({"channel": channel, "id": name, "seen_at": self._now})
        if write.new_address is not None:
            rows["addresses"].append(self._address(write.new_address, write, box))
        if write.talk is not None and not write.erase:
            version = self._talk(write, rest, box)
        for timer in (*write.timers, *rest.timers) if rest else write.timers:
            rows["timers"].append(_timer(timer, when))
        for conversation, kind in write.cancel:
            rows["cancelled"].append({"this": conversation, "of": kind})
        if rest is not None:
            rows["new cases"].append(_case(rest.case, box, when) | {"version": 1})
        for case in write.cases:
            row = _case(case, box, when)
            row["this"] = row.pop("number")
            row["over"] = row["version"]
            row["version"] += 1
            rows["cases"].append(row)
        for line in (*write.events, *rest.events) if rest else write.events:
            rows["events"].append(self._event(line, box))
        for person in write.staff:
            rows["staff"].append(_staff(person, when))
        if write.unblock:
            rows["unblocked"].append({"this": write.unblock, "blocked_at": None})
        family = "" if write.erase else write.family
        for item in (*write.owed, *rest.owed) if rest else write.owed:
            waiting = Waiting(self._number(), item, family)
            rows["outbox"].append(self._outbox(waiting, self._service if write.erase else box))
            self.owed.append(waiting)
        return version

    def mark(self, mark: Mark) -> None:
        """The rows of a mark, all but ``moved``."""
        rows = self.rows
        match mark.outcome:
            case "sent" | "dropped":
                rows["done"] += [{"this": row} for row in mark.rows]
                rows["sent"] += [
                    {
                        "address_id": mark.address,
                        "ref": ref,
                        "message": mark.message,
                        "sent_at": self._now,
                    }
                    for ref in mark.refs
                ]
            case "failed":
                rows["failed"] += [
                    {"this": row, "state": "failed", "reason": mark.reason[:200], "unclear": 0}
                    for row in mark.rows
                ]
            case "unclear":
                rows["failed"] += [
                    {"this": row, "state": "waiting", "reason": "", "unclear": 1}
                    for row in mark.rows
                ]
            case "gone":
                rows["gone"].append({"this": mark.address, "blocked_at": self._now})
                rows["gone rows"].append(
                    {"this": mark.address, "state": "failed", "reason": "gone"}
                )

    def moved(self, mark: Mark, box: Box) -> None:
        """The row of an address that has another value now."""
        digest = self._keys.find(mark.channel, mark.value)
        self.rows["moved"].append(
            {
                "this": mark.address,
                "on": mark.channel,
                "new": digest,
                "address_hash": digest,
                "address": box.seal(mark.value.encode(), "addresses", mark.address, "address"),
            }
        )

    def _talk(self, write: Write, rest: Rest | None, box: Box) -> int:
        talk = write.talk
        assert talk is not None
        value = rest.conversation if rest else talk.conversation
        row = {
            "address_id": talk.address,
            "revision": value.revision,
            "state": str(value.state),
            "version": talk.version + 1,
            "snapshot": box.seal(_encode(value), "conversations", value.id, "snapshot"),
            "updated_at": self._now,
            "expires_at": self._when(talk.expires_at),
        }
        if talk.version:
            row["this"] = value.id
            row["over"] = talk.version
            self.rows["talks"].append(row)
        else:
            row["id"] = value.id
            row["family_id"] = write.family
            row["script"] = value.script
            row["created_at"] = self._now
            self.rows["new talks"].append(row)
        return talk.version + 1

    def _address(self, address: Address, write: Write, box: Box) -> Row:
        return {
            "id": address.id,
            "family_id": write.family or None,
            "staff_id": write.address_staff or None,
            "channel": address.channel,
            "address_hash": self._keys.find(address.channel, address.value),
            "address": box.seal(address.value.encode(), "addresses", address.id, "address"),
            "is_group": address.group,
        }

    def _event(self, line: CaseEvent, box: Box) -> Row:
        this = self._number()
        sealed = box.seal(line.text.encode(), "case_events", str(this), "text")
        return {
            "id": this,
            "number": line.number,
            "at": self._when(line.at),
            "who": line.who,
            "kind": line.kind,
            "text": sealed if line.text else None,
        }

    def _outbox(self, waiting: Waiting, box: Box) -> Row:
        owed: Owed = waiting.owed
        to = owed.to
        payload = _encode((to.channel, to.value, to.group, msgspec.Raw(owed.order)))
        return {
            "id": waiting.id,
            "address_id": to.id,
            "family_id": waiting.family or None,
            "ref": owed.ref,
            "slot": owed.slot,
            "payload": box.seal(payload, "outbox", str(waiting.id), "payload"),
            "priority": owed.priority,
            "not_before": self._when(owed.not_before),
            "unclear": 0,
            "state": "waiting",
            "reason": "",
            "created_at": self._now,
        }


def _timer(timer: Timer, when: When) -> Row:
    return {
        "conversation_id": timer.conversation,
        "kind": timer.kind,
        "due_at": when(timer.due_at),
    }


def _staff(person: Staff, when: When) -> Row:
    return msgspec.structs.asdict(person) | {
        "created_at": when(person.created_at),
        "revoked_at": when(person.revoked_at),
    }


def _case(case: Case, box: Box, when: When) -> Row:
    intake = None
    if case.intake is not None:
        intake = box.seal(_encode(case.intake), "cases", str(case.number), "intake")
    due = case.due_on.isoformat() if case.due_on and when is text else case.due_on
    return {
        "number": case.number,
        "conversation_id": case.conversation,
        "family_id": case.family,
        "region": case.region,
        "state": case.state,
        "urgent": case.urgent,
        "intake": intake,
        "version": case.version,
        "received_at": when(case.received_at),
        "due_on": due,
        "taken_by": case.taken_by or None,
        "taken_at": when(case.taken_at),
        "closed_at": when(case.closed_at),
        "reason": case.reason,
    }
