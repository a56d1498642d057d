"""How talks go, question by question: counted at each turn, without a word of what was said.

Counts gather in memory and are added to the store every half minute. Those of the last half
minute go with a process that is killed: they are statistics, not answers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dialogs.conversation import Conversation, Erase, State, Step, Turn
from dialogs.engine.agenda import split
from storage import tallies
from storage.store import Store
from storage.tallies import Key

EDGES = (5, 10, 20, 40, 80, 160, 320, 640, 1800, 7200)
"""Seconds between question and answer that part the counts ``t0`` (under 5) to ``t10``."""


class Tallies:
    """Counts of this process that are not stored yet."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._counts: Counter[Key] = Counter()

    def note(
        self, before: Conversation | None, made: Step, turn: Turn, questions: Mapping[str, Any]
    ) -> None:
        """Count what one turn that was stored has done; ``questions`` are the script's, by id."""
        after = made.conversation
        for question, what in counted(before, made, turn):
            if question in questions:
                known = before if before is not None and what != "asked" else after
                key = Key(after.script, known.revision, after.language[:5], question, what)
                self._counts[key] += 1

    async def store_them(self) -> None:
        """Add what was counted to the store."""
        counts, self._counts = self._counts, Counter()
        try:
            await tallies.add(self.store, counts)
        except BaseException:
            self._counts.update(counts)
            raise


def counted(before: Conversation | None, made: Step, turn: Turn) -> Iterator[tuple[str, str]]:
    """What happened to which question: asked, answered, skipped, misread, left, t0 ... t10."""
    after = made.conversation
    was, now = before.prompt if before is not None else None, after.prompt
    if was is not None and before is not None:
        question = split(was.path)[0]
        gone = any(isinstance(effect, Erase) for effect in made.effects)
        if (gone or after.state is State.WITHDRAWN) and before.case is None:
            yield question, "left"
        answer, earlier = after.answers.get(was.path), before.answers.get(was.path)
        if answer is not None and answer != earlier and turn.kind != "due":
            yield question, "skipped" if answer.value is None else "answered"
            if before.last is not None:
                seconds = (turn.at - before.last).total_seconds()
                yield question, f"t{bisect_right(EDGES, max(0.0, seconds))}"
        elif now is not None and now.path == was.path and now.attempt > was.attempt:
            yield question, "misread"
    if now is not None and (was is None or now.path != was.path):
        yield split(now.path)[0], "asked"


def median(counts: Mapping[str, int]) -> float | None:
    """The median of the times in seconds, as exact as the counts ``t0`` ... allow; None of none."""
    rows = [counts.get(f"t{n}", 0) for n in range(len(EDGES) + 1)]
    total = sum(rows)
    if not total:
        return None
    half, so_far = total / 2, 0
    for n, count in enumerate(rows):
        if so_far + count >= half and count:
            low = EDGES[n - 1] if n else 0
            high = EDGES[n] if n < len(EDGES) else EDGES[-1] * 2
            return low + (high - low) * (half - so_far) / count
        so_far += count
    return None
