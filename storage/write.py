"""What one turn leaves behind: values handed to the committer, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from dialogs.conversation import Conversation
from dialogs.programme.intake import Intake
from storage.hindrance import Hindrance


class Address(Struct, frozen=True):
    """Where to write to: ``value`` is the chat on the platform, ``id`` our name for it."""

    id: str
    channel: str
    value: str
    group: bool = False


class Owed(Struct, frozen=True, kw_only=True):
    """One message owed to somebody. ``order`` is the encoded order of the channel.

    ``ref`` (at most 40 characters, unique within the address: "CONVERSATION.v12", "card:1042")
    names the message, so that a later order to edit, bare or delete finds it. ``slot`` is a place
    that holds one message at a time: a newer one replaces the older. ``priority`` 0 is an answer,
    higher numbers wait for lower ones when rates are short. Not sent before ``not_before``.
    """

    to: Address
    order: bytes
    ref: str = ""
    slot: str = ""
    priority: int = 0
    not_before: datetime | None = None


class Waiting(Struct, frozen=True):
    """A row of the outbox: what is owed, with the id that orders rows of one address."""

    id: int
    owed: Owed
    family: str
    unclear: int = 0


class Talk(Struct, frozen=True, kw_only=True):
    """A conversation to store over ``version``, the one it was read at (0: not stored yet)."""

    conversation: Conversation
    version: int
    address: str
    expires_at: datetime | None = None


class Timer(Struct, frozen=True):
    """Something due for a conversation; one of each kind, a newer one replaces the older."""

    conversation: str
    kind: str
    due_at: datetime


class Case(Struct, frozen=True, kw_only=True):
    """A coordinator's work item. To change one, give a copy with the changed fields and the
    ``version`` it was read at; ``number`` 0 stands for one not numbered yet."""

    number: int = 0
    conversation: str
    family: str
    region: str
    state: str
    intake: Intake | None
    received_at: datetime
    urgent: str = ""
    due_on: date | None = None
    taken_by: str = ""
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str = ""
    version: int = 0


class CaseEvent(Struct, frozen=True):
    """A line of a case's history; ``who`` is a staff id, "family" or "service"."""

    number: int
    at: datetime
    who: str
    kind: str
    text: str = ""


class Staff(Struct, frozen=True, kw_only=True):
    """Somebody who works with cases: role as in the plan, one region or "" for all."""

    id: str
    role: str
    region: str
    language: str
    created_at: datetime
    revoked_at: datetime | None = None


class Rest(Struct, frozen=True, kw_only=True):
    """What is known only with the case's number: it takes the place of nothing, it is added.

    ``conversation`` is the final one and replaces the snapshot of the write's talk.
    """

    case: Case
    conversation: Conversation
    owed: tuple[Owed, ...] = ()
    timers: tuple[Timer, ...] = ()
    events: tuple[CaseEvent, ...] = ()


class Write(Struct, frozen=True, kw_only=True):
    """All that one turn stores, together or not at all, for at most one family.

    ``family`` is the id whose key seals every value of the write ("": the service's own).
    ``update`` (channel, id) is refused a second time. ``new_family`` makes the key;
    ``new_address`` stores an address met for the first time, of ``family`` or else of
    ``address_staff``. ``finish`` is called inside the transaction with a fresh case number; it
    must be pure, as a repeated transaction calls it again. ``cancel`` ends timers by
    (conversation, kind). ``unblock`` is an address id. ``erase`` destroys the family's key, talk,
    addresses and everything owed about it; what the same write owes is still sent.
    """

    update: tuple[str, str] | None = None
    family: str = ""
    new_family: bool = False
    new_address: Address | None = None
    address_staff: str = ""
    talk: Talk | None = None
    owed: tuple[Owed, ...] = ()
    timers: tuple[Timer, ...] = ()
    cancel: tuple[tuple[str, str], ...] = ()
    finish: Callable[[int], Rest] | None = None
    cases: tuple[Case, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    staff: tuple[Staff, ...] = ()
    unblock: str = ""
    erase: bool = False


class Committed(Struct, frozen=True):
    """The talk's new version (0 without a talk) and the number of a case made (0 without)."""

    version: int = 0
    number: int = 0


class Mark(Struct, frozen=True, kw_only=True):
    """What became of rows of the outbox, recorded with the next batch.

    sent: gone from the outbox, ``refs`` now name the platform's ``message``. dropped: gone.
    failed: kept for the operator with ``reason``. unclear: may have arrived, one repeat follows.
    gone: the address is blocked and all that waits for it failed. moved: the address is ``value``.
    """

    outcome: Literal["sent", "dropped", "failed", "unclear", "gone", "moved"]
    rows: tuple[int, ...] = ()
    address: str = ""
    refs: tuple[str, ...] = ()
    message: str = ""
    reason: str = ""
    channel: str = ""
    value: str = ""


class Stale(Exception):
    """What the write was made from has changed meanwhile: read again and redo the turn."""


class Seen(Exception):
    """The update was committed before: confirm it and do nothing."""


class NotStored(Exception):
    """The database refused the write; nothing of it is stored."""


class Unavailable(NotStored):
    """The database is full, read-only or out of reach: no write would be stored at present.

    A connection lost during COMMIT leaves it open whether this one was: its update tells.
    """

    def __init__(self, fault: str, why: Hindrance) -> None:
        super().__init__(fault)
        self.why = why
