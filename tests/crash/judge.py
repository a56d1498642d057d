"""Compares what people saw and what is stored with a talk nobody disturbed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select

from storage import cases, conversations, outbox, tables
from storage.store import Store
from tests.crash.people import NUMBER
from tests.telegram.ledger import Chat
from tests.telegram.server import TelegramServer

_CASE = re.compile(r"\b1\d{3}\b|plkst\. \d+\.\d\d")  # numbers and times of day differ
_MOMENTS = ("at", "started", "last", "received", "told_at", "asked_at", "started_at")


class Verdict(Struct):
    """Counts over one or many runs; ``faults`` says in words what is wrong."""

    conversations: int = 0
    kills: int = 0
    points: Counter[str] = msgspec.field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    answers_lost: int = 0
    repeats: int = 0
    most_repeats: int = 0
    drained: float = 0.0
    faults: list[str] = msgspec.field(default_factory=list)

    def add(self, other: Verdict) -> None:
        """Count another run in."""
        self.conversations += other.conversations
        self.kills += other.kills
        self.points.update(other.points)
        self.lost += other.lost
        self.doubled += other.doubled
        self.answers_lost += other.answers_lost
        self.repeats += other.repeats
        self.most_repeats = max(self.most_repeats, other.most_repeats)
        self.drained = max(self.drained, other.drained)
        self.faults += other.faults

    def line(self) -> str:
        """The counts on one line."""
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.points.items()))
        return (
            f"conversations {self.conversations}, kills {self.kills} ({kinds}), "
            f"cases lost {self.lost}, doubled {self.doubled}, answers lost {self.answers_lost}, "
            f"repeats {self.repeats} (most in one chat for one kill: {self.most_repeats}), "
            f"longest drain at SIGTERM {self.drained:.1f} s"
        )


class Kept(Struct):
    """What is stored of one family, without moments, ids and numbers."""

    cases: tuple[int, ...]
    state: str
    answers: str
    intake: str


def _timeless(value: Any) -> Any:
    plain = msgspec.to_builtins(value)

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: walk(v) for k, v in node.items() if k not in _MOMENTS}
        if isinstance(node, list):
            return [walk(v) for v in node]
        if isinstance(node, str) and re.match(r"\d{4}-\d\d-\d\dT", node):
            return "moment"
        return node

    return walk(plain)


async def kept(store: Store, family: int) -> Kept:
    """What is stored of a family by its Telegram id."""
    known = await conversations.find(store, "telegram", str(family))
    assert known is not None and known.conversation is not None, "the family is not stored"
    c = known.conversation
    async with store.connect() as connection:
        query = select(tables.cases.c.number).where(tables.cases.c.family_id == known.family)
        numbers = tuple((await connection.execute(query)).scalars())
    answers = {
        name: [str(_timeless(answer.value)), _timeless(answer.raw)]
        for name, answer in sorted(c.answers.items())
    }
    found = await cases.by_number(store, numbers[0]) if numbers else None
    intake = _timeless(found.intake) if found is not None else {}
    return Kept(numbers, found.state if found else "", repr(answers), repr(intake))


def told(chat: Chat) -> Counter[str]:
    """What the bot sent to a chat, how often; edits count as the message they became."""
    return Counter(_CASE.sub("N", message.text) for message in chat.history if message.from_bot)


class Expected(Struct):
    """What an undisturbed run gave for one flavour of family."""

    kept: Kept
    told: Counter[str]
    staff: Counter[str]


async def judge(
    server: TelegramServer, store: Store, families: dict[int, Expected], staff: int, kills: int
) -> Verdict:
    """What became of these families, whose service was killed so often."""
    verdict = Verdict(conversations=len(families), kills=kills)
    seen: set[int] = set()
    for family, expected in families.items():
        here = await kept(store, family)
        chat = server.chat(family)
        shown = [NUMBER.search(m.text) for m in chat.history if m.from_bot]
        numbers = {int(found[1]) for found in shown if found}
        if not here.cases:
            verdict.lost += 1
            verdict.faults.append(f"family {family}: no case")
        if len(here.cases) > 1 or seen & set(here.cases):
            verdict.doubled += 1
            verdict.faults.append(f"family {family}: cases {here.cases}")
        seen |= set(here.cases)
        if numbers != set(here.cases):
            verdict.lost += 1
            verdict.faults.append(f"family {family}: told {numbers}, stored {here.cases}")
        for what in ("answers", "intake", "state"):
            if getattr(here, what) != getattr(expected.kept, what):
                verdict.answers_lost += 1
                verdict.faults.append(
                    f"family {family}: {what} differ\n  {getattr(here, what)}\n"
                    f"  {getattr(expected.kept, what)}"
                )
        _repeats(verdict, f"family {family}", told(chat), expected.told, kills)
    whole: Counter[str] = Counter()
    for expected in families.values():
        whole.update(expected.staff)
    if families:
        _repeats(verdict, "the coordinator", told(server.chat(staff)), whole, kills)
    waiting = await outbox.waiting(store)
    parked = await conversations.parked_updates(store)
    failed = await outbox.failed(store)
    if waiting or parked or failed:
        verdict.faults.append(f"left: waiting {waiting}, parked {parked}, failed {failed}")
    return verdict


def _repeats(
    verdict: Verdict, who: str, sent: Counter[str], expected: Counter[str], kills: int
) -> None:
    extra, missing = sent - expected, expected - sent
    count = extra.total()
    verdict.repeats += count
    if kills:
        verdict.most_repeats = max(verdict.most_repeats, -(-count // kills))
    if count > kills:
        verdict.faults.append(f"{who}: {count} repeats for {kills} kills: {list(extra)}")
    if missing:
        verdict.faults.append(f"{who}: never told {list(missing)}")
