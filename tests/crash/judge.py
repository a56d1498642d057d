"""Compares what people saw and what is stored with a talk nobody disturbed."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select

from storage import cases, conversations, outbox, tables
from storage.store import Store
from tests.talk import edition
from tests.telegram.ledger import Chat
from tests.telegram.server import TelegramServer

NUMBER = re.compile(r"Your case number: (\d+)")
NOT_KEPT = ("product:not_kept", "product:tap_not_kept")
"""What a family is told whose turn cannot be stored."""
_CASE = re.compile(r"\b1\d{3}\b|plkst\. \d+\.\d\d")  # numbers and times of day differ
NUMBERED = "№"
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


class Seen(Struct):
    """What the bot sent to a chat, but for its saying that nothing can be stored.

    ``stands``: the texts that are left at the end, edits counted as what they became; a message
    that a newer one took the place of is not among them. ``copies``: how often one and the same
    message came, at most, by its text. Two are the same if their source and their buttons are: a
    button's token names the talk, the visit and the value, so that a question asked again for
    a reason is another message.
    """

    stands: Counter[str]
    copies: dict[str, int]


@cache
def _not_kept() -> frozenset[str]:
    shipped = edition()
    return frozenset(
        shipped.texts.say(language, name)
        for language in shipped.languages.offered
        for name in NOT_KEPT
    )


def not_kept(text: str) -> bool:
    """Whether a message says that nothing can be stored just now."""
    return text in _not_kept()


def _plain(text: str) -> str:
    return _CASE.sub(NUMBERED, text)


def _sent(chat: Chat) -> Counter[tuple[str, str, tuple[str, ...]]]:
    """How often each message was sent: its text without numbers, its source, its buttons."""
    found: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for message in chat.history:
        if message.from_bot and not not_kept(message.text):
            first = message.edits[0] if message.edits else message
            tokens = tuple(b.data or b.text for line in first.keyboard for b in line)
            found[_plain(first.text), first.html, tokens] += 1
    return found


def seen(chat: Chat) -> Seen:
    """What a chat saw."""
    stands = Counter(
        _plain(message.text)
        for message in chat.messages
        if message.from_bot and not not_kept(message.text)
    )
    copies: dict[str, int] = {}
    for (text, _, _), count in _sent(chat).items():
        copies[text] = max(copies.get(text, 0), count)
    return Seen(stands, copies)


class Expected(Struct):
    """What an undisturbed run gave for one flavour of family."""

    kept: Kept
    family: Seen
    staff: Seen


async def judge(
    server: TelegramServer, store: Store, families: dict[int, Expected], staff: int, kills: int
) -> Verdict:
    """What became of these families, whose service was killed so often."""
    verdict = Verdict(conversations=len(families), kills=kills)
    taken: set[int] = set()
    for family, expected in families.items():
        here = await kept(store, family)
        chat = server.chat(family)
        shown = [NUMBER.search(m.text) for m in chat.history if m.from_bot]
        numbers = {int(found[1]) for found in shown if found}
        if not here.cases:
            verdict.lost += 1
            verdict.faults.append(f"family {family}: no case")
        if len(here.cases) > 1 or taken & set(here.cases):
            verdict.doubled += 1
            verdict.faults.append(f"family {family}: cases {here.cases}")
        taken |= set(here.cases)
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
        _screen(verdict, f"family {family}", chat, expected.family, kills)
    if families:
        every = [expected.staff for expected in families.values()]
        whole = Seen(Counter(), {})
        for one in every:
            whole.stands.update(one.stands)
            for text, count in one.copies.items():
                many = count if NUMBERED in text else count * len(every)  # with a number: its own
                whole.copies[text] = max(whole.copies.get(text, 0), many)
        _screen(verdict, "the coordinator", server.chat(staff), whole, kills)
    waiting = await outbox.waiting(store)
    parked = await conversations.parked_updates(store)
    failed = await outbox.failed(store)
    if waiting or parked or failed:
        verdict.faults.append(f"left: waiting {waiting}, parked {parked}, failed {failed}")
    return verdict


def _screen(verdict: Verdict, who: str, chat: Chat, expected: Seen, kills: int) -> None:
    """Compare a chat with an undisturbed one.

    A kill between the platform's taking a message and the record of it repeats that message,
    or leaves it standing beside the one that takes its place: at most one for each kill.
    """
    repeated = {
        text: count - expected.copies.get(text, 1)
        for (text, _, _), count in _sent(chat).items()
        if count > expected.copies.get(text, 1)
    }
    count = sum(repeated.values())
    verdict.repeats += count
    if kills:
        verdict.most_repeats = max(verdict.most_repeats, -(-count // kills))
    if count > kills:
        verdict.faults.append(f"{who}: {count} repeats for {kills} kills: {repeated}")
    stands = seen(chat).stands
    extra, missing = stands - expected.stands, expected.stands - stands
    if extra.total() > kills:
        verdict.faults.append(f"{who}: {kills} kills, but too much stands there: {list(extra)}")
    if missing:
        verdict.faults.append(f"{who}: never told {list(missing)}")
