"""Faults a test can inject into answers of the Bot API, and Telegram's own flood limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from .clock import Clock
from .ledger import JSON
from .refusal import Refusal, too_many

Match = Callable[[str, JSON], bool]


@dataclass(frozen=True)
class Refuse:
    """Answer with this error; nothing is done."""

    refusal: Refusal


@dataclass(frozen=True)
class Page:
    """Answer with a page of HTML, as a proxy in between does; nothing is done."""

    status: int = 502


@dataclass(frozen=True)
class Reset:
    """Close the connection without an answer, before or after the call was carried out."""

    after: bool = False


@dataclass(frozen=True)
class Hang:
    """No answer for ``seconds`` (real), then the connection closes. ``after``: carried out."""

    seconds: float = 300.0
    after: bool = True


@dataclass(frozen=True)
class Slow:
    """The right answer, ``seconds`` (real) late; with ``drip`` it comes byte by byte."""

    seconds: float
    drip: bool = False


@dataclass(frozen=True)
class Truncate:
    """Carried out, but the answer's JSON is cut after ``keep`` bytes."""

    keep: int = 12


@dataclass(frozen=True)
class Garble:
    """Carried out, but the answer is this."""

    body: bytes = b"{}"
    status: int = 200


Action = Refuse | Page | Reset | Hang | Slow | Truncate | Garble


def refuse(
    code: int,
    description: str = "",
    *,
    retry_after: int | None = None,
    migrate_to: int | None = None,
) -> Refuse:
    """An error answer; ``description`` without its kind ("Bad Request: " is put in front)."""
    if retry_after is not None:
        return Refuse(too_many(retry_after))
    parameters = {"migrate_to_chat_id": migrate_to} if migrate_to is not None else None
    return Refuse(Refusal(code, description, parameters))


@dataclass
class Rule:
    """One fault: what it ``match``es, what happens, how many ``times`` (None: for ever).
    ``skip``: calls let through first. ``hits``: how often it struck."""

    match: Match
    action: Action
    times: int | None = 1
    skip: int = 0
    hits: int = 0


@dataclass
class Faults:
    """All faults in force. The first rule that matches strikes."""

    clock: Clock
    rules: list[Rule] = field(default_factory=list)
    _floods: list[tuple[int | None, float]] = field(default_factory=list)

    def add(
        self,
        match: Match | str,
        action: Action,
        *,
        times: int | None = 1,
        skip: int = 0,
    ) -> Rule:
        """Strike calls that match (``match``: a method's name, "*", or a function)."""
        name = match if isinstance(match, str) else ""
        test: Match = (lambda method, _: name in {"*", method}) if isinstance(match, str) else match
        rule = Rule(test, action, times, skip)
        self.rules.append(rule)
        return rule

    def flood(self, retry_after: int, chat_id: int | None = None) -> None:
        """Answer every sending call (to this chat, or all) with 429 until ``retry_after``
        seconds of the clock are over; each answer names the seconds that are left."""
        self._floods.append((chat_id, self.clock.time() + retry_after))

    def clear(self) -> None:
        """No more faults."""
        self.rules.clear()
        self._floods.clear()

    def strike(self, method: str, params: JSON) -> Action | None:
        """What happens to this call, if anything."""
        if self._floods and sends(method):
            now = self.clock.time()
            self._floods = [flood for flood in self._floods if flood[1] > now]
            for chat_id, until in self._floods:
                if chat_id is None or chat_id == params.get("chat_id"):
                    return Refuse(too_many(math.ceil(until - now)))
        for rule in self.rules:
            if rule.times is not None and rule.hits >= rule.times:
                continue
            if rule.match(method, params):
                if rule.skip:
                    rule.skip -= 1
                    continue
                rule.hits += 1
                return rule.action
        return None


def sends(method: str) -> bool:
    """Whether Telegram counts the method as sending."""
    return method.startswith(("send", "copy", "forward", "edit")) and method != "sendChatAction"


@dataclass
class Rates:
    """Telegram's limits: 30 a second over all, 1 a second per chat with a burst, 20 a minute
    per group. Off unless ``on``. Token buckets on the server's clock."""

    clock: Clock
    on: bool = False
    overall: float = 30.0
    per_chat: float = 1.0
    burst: int = 5
    group_minute: int = 20
    refused: int = 0
    _buckets: dict[object, tuple[float, float]] = field(default_factory=dict)

    def check(self, method: str, chat_id: int | None) -> None:
        """Count one call. Raises Refusal 429 when there are too many."""
        if not self.on or not sends(method):
            return
        wanted: list[tuple[object, float, float]] = [("all", self.overall, self.overall)]
        if chat_id is not None and chat_id < 0:
            wanted.append(((chat_id, "minute"), self.group_minute / 60, self.group_minute))
        if chat_id is not None:
            wanted.append((chat_id, self.per_chat, self.burst))
        now = self.clock.time()
        levels: list[tuple[object, float]] = []
        for key, rate, size in wanted:
            level, since = self._buckets.get(key, (size, now))
            level = min(size, level + (now - since) * rate)
            if level < 1:
                self.refused += 1
                raise too_many(max(1, math.ceil((1 - level) / rate)))
            levels.append((key, level))
        for key, level in levels:
            self._buckets[key] = (level - 1, now)
