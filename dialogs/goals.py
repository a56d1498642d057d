"""What the proof of a script has to show, and the talks that should show it.

For each condition the values at which it could turn are taken (``dialogs.truth``); each is a goal,
with the answers of a made-up family that should bring it about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from msgspec import Struct

from dialogs.edition import Edition
from dialogs.family import Plan
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.truth import Truth

MOST_WORLDS = 4000
"""Combinations of answers tried for one condition."""


class Goal(Struct, frozen=True):
    """That a question's condition comes out so while a name has this value.

    ``value`` is None where there is no answer. ``plan`` is what should bring it about.
    """

    question: str
    holds: bool
    name: str
    value: Any
    plan: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, bool, str, str]:
        """What makes it a goal of its own."""
        return self.question, self.holds, self.name, repr(self.value)


def wanted(edition: Edition) -> tuple[tuple[Goal, ...], tuple[str, ...]]:
    """For each condition and each name it reads: it holds and it does not, at each value that
    could make a difference. And the questions whose condition reads too much for that."""
    truth = Truth(edition.revision, PROGRAMME_VALUES)
    found: dict[tuple[str, bool, str, str], Goal] = {}
    untried: list[str] = []
    for compiled in edition.questions.values():
        if compiled.when is None:
            continue
        worlds = truth.worlds((compiled.when,))
        if worlds is None:
            untried.append(compiled.id)
            continue
        for world in islice(worlds, MOST_WORLDS):
            plan = _concrete(edition, world)
            if plan is None:
                continue
            known = {**world, **{name: value for name, value in plan.items() if name in world}}
            held = compiled.when.holds(known) is True
            for name in sorted(compiled.when.uses):
                value = plan.get(name, world.get(name))
                if value is None and not _passable(edition, name):
                    continue
                whole = {**plan, name: value} if name in edition.sources else plan
                goal = Goal(compiled.id, held, name, value, whole)
                if not name.startswith("answered_"):
                    found.setdefault(goal.key, goal)
    return tuple(found.values()), tuple(untried)


def _passable(edition: Edition, name: str) -> bool:
    """Whether a name can be without a value: some question behind it can be passed over."""
    behind = edition.sources.get(name, ())
    return any(not edition.spec(question).required for question in behind)


def _concrete(edition: Edition, world: Mapping[str, object]) -> dict[str, Any] | None:
    """Answers that make a world of values; None if no answers can."""
    plan: dict[str, Any] = {}
    for name, value in world.items():
        source = edition.questions.get(name)
        kind = source.question.kind if source is not None else ""
        if name in edition.derived or name.endswith(("_from", "_to")) or kind == "time":
            continue
        if name == "needs":
            known = [each for each in _listed(value) if each in edition.programme.needs]
            known += [_other(edition, name)] if "-" in _listed(value) else []
            if len(known) > (edition.spec("needs").most or 3) or (value and not known):
                return None
            plan[name] = known or None
        elif name.startswith("answered_"):
            question = edition.questions[name.removeprefix("answered_")].question
            if value is False and question.id not in world and question.when is None:
                if question.required:
                    return None
                plan[question.id] = None
        elif value == "-" and kind == "country":
            plan[name] = _other(edition, name)
        elif value == "-" and kind == "contact":
            plan[name] = "chat"
        else:
            plan[name] = value
    if plan.get("undecided") is False and plan.get("regions") == 0:
        return None
    return plan


def _listed(value: object) -> list[str]:
    return list(value) if isinstance(value, list) else []


def _other(edition: Edition, name: str) -> str:
    """An answer that no condition speaks of."""
    named = " ".join(
        each.when.source for each in edition.questions.values() if each.when is not None
    ) + " ".join(each.source for each in edition.derived.values())
    if name == "needs":
        return next(need for need in edition.programme.needs if f'"{need}"' not in named)
    return next(code for code in ("US", "CA", "AU", "BR") if f'"{code}"' not in named)


def plans(
    edition: Edition, goals: tuple[Goal, ...], left: dict[tuple[str, bool, str, str], Goal]
) -> Iterator[Plan]:
    """The talks to play: everything passed over, as much as can be asked, then goal by goal."""
    yield Plan(brief=True)
    yield Plan(_fullest(edition, goals))
    turn = 0
    for goal in goals:
        if goal.key in left:
            turn += 1
            yield Plan(goal.plan, turn)
    for turn in range(1, 9):
        yield Plan({}, turn)


def _fullest(edition: Edition, goals: tuple[Goal, ...]) -> dict[str, Any]:
    """Answers under which the most is asked: groups as large as they may be, conditions held."""
    values: dict[str, Any] = {
        compiled.id: compiled.question.most
        for compiled in edition.questions.values()
        if compiled.question.kind == "group" and compiled.question.most
    }
    done: set[str] = set()
    for goal in goals:
        agrees = all(values.get(name, value) == value for name, value in goal.plan.items())
        if goal.holds and goal.question not in done and agrees:
            values |= goal.plan
            done.add(goal.question)
    return values
