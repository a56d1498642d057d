"""Whether a condition can come true: found by trying values, with CEL itself as the judge.

For every question the values that could make a difference are taken: its choices, the texts and
numbers that conditions compare with and their neighbours, and no answer at all. Questions that are
not asked have no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from math import prod

from dialogs.answers import shifted
from dialogs.conditions import TYPE_OF_KIND, Condition, Type, literals
from dialogs.revision import CompiledDerived, CompiledQuestion, Revision, Values

MOST_TRIES = 600
MOST_NAMES = 8
"""Combinations and names tried for one condition: some 20 ms. With more, nothing is claimed."""

YES_NO = ("yes", "no", "unsure")
WAYS = ("chat", "phone", "email")
_NUMBER = re.compile(r"(?<![\w.'\"])-?\d{1,9}(?![\w.])")
_MONTH, _DAY = re.compile(r"20\d\d-(0[1-9]|1[0-2])"), re.compile(r"20\d\d-\d\d-\d\d")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")

_CALCULATES = re.compile(r"[%*/]|\+|\w\s*-|\.")

Assignment = dict[str, object]


class Truth:
    """What a revision's conditions can come to."""

    def __init__(self, revision: Revision, values: Values) -> None:
        self.revision = revision
        self.values = values
        self._derived = {each.id: each.value for each in revision.derived}
        self._owner = {
            name: question.id
            for question in revision.questions.values()
            for name in (question.id, f"{question.id}_from", f"{question.id}_to")
        }
        self._texts, self._numbers = _compared(revision)

    def asked_later(self, question: CompiledQuestion) -> str | None:
        """A name the question's condition reads although nothing behind it is asked before."""
        order = self.revision.order
        for name in sorted(question.when.uses if question.when else ()):
            owner = self._owner.get(name.removeprefix("answered_"), "")
            behind = self.values[name][1] if name in self.values else (owner,)
            asked = [order[each] for each in behind if each in order]
            if asked and min(asked) >= question.position:
                return name
        return None

    def reachable(self, question: CompiledQuestion) -> bool:
        """Whether some answers lead to this question; True also where that is too much to try."""
        when = question.when
        if when is None:
            return True
        worlds = self.worlds((when,))
        return worlds is None or any(when.holds(known) is True for known in worlds)

    def ever(self, condition: Condition) -> bool:
        """Whether the condition can hold at all, whoever is asked what."""
        worlds = self.worlds((condition,), asked=False)
        return worlds is None or any(condition.holds(known) is True for known in worlds)

    def always(self, condition: Condition) -> bool:
        """Whether the condition holds whatever is answered, even if nothing is."""
        worlds = self.worlds((condition,), asked=False)
        return worlds is not None and all(condition.holds(known) is True for known in worlds)

    def choiceless(self, question: CompiledQuestion) -> bool:
        """Whether it can be asked while none of its choices is offered."""
        conditions = tuple(choice.when for choice in question.choices if choice.when)
        if not conditions or len(conditions) < len(question.choices):
            return False
        when = question.when
        worlds = self.worlds((*conditions, when) if when else conditions)
        return any(
            all(condition.holds(known) is False for condition in conditions)
            and (when is None or when.holds(known) is True)
            for known in worlds or ()
        )

    def unanswerable(self, question: CompiledQuestion) -> bool:
        """Whether no answer keeps all of the question's own rules: a dead end.

        Claimed only where all answers that could make a difference are known: of a closed list,
        and numbers where the rules compare and do not calculate.
        """
        spec = question.question
        rules = [rule.check for rule in question.constraints if rule.check.uses == {"value"}]
        kind = spec.kind
        if not rules or any(_CALCULATES.search(_QUOTED.sub("''", r.source)) for r in rules):
            return False
        tried: list[object]
        if kind in ("choice", "yes_no"):
            tried = [choice.id for choice in spec.choices] or list(YES_NO)
        elif kind in ("number", "year", "group"):
            named = {int(n) for r in rules for n in _NUMBER.findall(_QUOTED.sub("''", r.source))}
            bounds = {bound for bound in (spec.minimum, spec.maximum) if bound is not None}
            near = {n + d for n in named | bounds for d in (-1, 0, 1)}
            tried = [n for n in sorted(near) if (spec.minimum is None or n >= spec.minimum)
                     and (spec.maximum is None or n <= spec.maximum)]  # fmt: skip
        else:
            return False
        return not any(all(r.holds({"value": value}) is not False for r in rules)
                       for value in tried)  # fmt: skip

    def worlds(
        self, conditions: tuple[Condition, ...], asked: bool = True
    ) -> Iterator[Assignment] | None:
        """The answers that matter to these conditions; None where they are too many.

        With ``asked``, a question whose own condition does not hold has no answer.
        """
        names = self._closure(conditions, asked)
        free = [name for name in names if name not in self._derived]
        order = self.revision.order
        free.sort(key=lambda name: order.get(self._owner.get(name, ""), -1))
        domains = [self.domain(name) for name in free]
        if len(names) > MOST_NAMES or prod(map(len, domains)) > MOST_TRIES:
            return None
        derived = [each for each in self.revision.derived if each.id in names]
        return (
            self._world(dict(zip(free, combination, strict=True)), derived, asked)
            for combination in product(*domains)
        )

    def _world(self, chosen: Assignment, derived: list[CompiledDerived], asked: bool) -> Assignment:
        """What is known when these are the answers to what is asked, in asking order."""
        known: Assignment = {}
        for name, value in chosen.items():
            owner = self._owner.get(name, "")
            when = self.revision.questions[owner].when if asked and owner else None
            heard = when is None or when.holds(_with_derived(known, derived)) is True
            if heard and value is not None:
                known[name] = value
            if owner:
                known[f"answered_{owner}"] = heard and value is not None
        return _with_derived(known, derived)

    def _closure(self, conditions: Iterable[Condition], asked: bool) -> list[str]:
        """The names that decide these conditions, and whether their questions are asked."""
        found: dict[str, None] = {}
        waiting = [name for condition in conditions for name in sorted(condition.uses)]
        while waiting:
            name = waiting.pop()
            if name not in self._owner and name not in self.values:
                name = name.removeprefix("answered_")
            if name in found:
                continue
            found[name] = None
            if len(found) > MOST_NAMES:
                break
            if name in self._derived:
                waiting += sorted(self._derived[name].uses)
            elif asked and name in self._owner:
                when = self.revision.questions[self._owner[name]].when
                waiting += sorted(when.uses) if when else []
        return list(found)

    def domain(self, name: str) -> list[object]:
        """The values of a name that could make a difference, and None for no answer."""
        question = None
        if name not in self.values and name in self._owner:
            question = self.revision.questions[self._owner[name]].question
        kind = TYPE_OF_KIND[question.kind] if question else Type(self.values[name][0])
        texts = self._texts.get(name, [])
        if question is not None and question.kind == "yes_no":
            return [*YES_NO, None]
        if question is not None and question.choices:
            ids = [choice.id for choice in question.choices]
            if question.kind == "choice":
                return [*ids, None]
            return [*([choice] for choice in ids), ids, None]
        if name in self._owner and name != self._owner[name]:
            kind = Type.TEXT
        if question is not None and question.kind in ("month", "date"):
            return [*_around(texts, question.kind), None]
        if kind is Type.FLAG:
            return [True, False]
        if kind is Type.NUMBER:
            numbers = {n + d for n in self._numbers.get(name, [0]) for d in (-1, 0, 1)}
            least, most = (question.minimum, question.maximum) if question else (None, None)
            if question is not None and question.kind in ("group", "number") and least is None:
                least = 0
            kept = [n for n in sorted(numbers) if (least is None or n >= least)
                    and (most is None or n <= most)]  # fmt: skip
            return [*(kept or [bound for bound in (least, most) if bound is not None]), None]
        if kind is Type.LIST:
            return [*([text] for text in texts), texts, ["-"], [], None]
        return [*texts, "-", None]


def _around(texts: Iterable[str], kind: str) -> list[str]:
    """The months or days that conditions speak of, and those before and after."""
    found: set[str] = set()
    for text in texts:
        if kind == "month" and _MONTH.fullmatch(text):
            found |= {shifted(text, by) for by in (-1, 0, 1)}
        elif kind == "date" and _DAY.fullmatch(text):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                continue
            found |= {(day + timedelta(by)).isoformat() for by in (-1, 0, 1)}
    return sorted(found) or ["2027-06" if kind == "month" else "2027-06-15"]


def _with_derived(known: Assignment, derived: Iterable[CompiledDerived]) -> Assignment:
    """The values and those worked out from them."""
    for each in derived:
        given = each.value.value(known)
        known = {**known, each.id: given} if given is not None else known
    return known


def _compared(revision: Revision) -> tuple[dict[str, list[str]], dict[str, list[int]]]:
    """The texts and numbers that appear in conditions together with each name."""
    texts: dict[str, set[str]] = {}
    numbers: dict[str, set[int]] = {}
    for condition in conditions_of(revision):
        here = {text for _, text in literals(condition.source)}
        counts = {int(n) for n in _NUMBER.findall(_QUOTED.sub("''", condition.source))}
        for name in condition.uses:
            texts.setdefault(name, set()).update(here)
            numbers.setdefault(name, set()).update(counts)
    return (
        {name: sorted(found)[:12] for name, found in texts.items()},
        {name: sorted(found)[:12] for name, found in numbers.items() if found},
    )


def conditions_of(revision: Revision) -> Iterator[Condition]:
    """Every compiled expression of a revision."""
    for derived in revision.derived:
        yield derived.value
    for question in revision.questions.values():
        for condition in (
            question.when,
            question.urgent,
            *(choice.when for choice in question.choices),
            *(rule.check for rule in question.constraints),
        ):
            if condition is not None:
                yield condition


def value_choices(
    questions: Mapping[str, CompiledQuestion], needs: frozenset[str], countries: frozenset[str]
) -> dict[str, frozenset[str]]:
    """For each name whose values are a closed list, that list."""
    found: dict[str, frozenset[str]] = {}
    for name, question in questions.items():
        kind = question.question.kind
        if question.choices:
            found[name] = frozenset(choice.choice.id for choice in question.choices)
        elif kind == "yes_no":
            found[name] = frozenset(YES_NO)
        elif kind == "needs":
            found[name] = needs
        elif kind == "country":
            found[name] = countries
        elif kind == "contact":
            found[name] = frozenset(WAYS)
    return found


def compared_with(expression: str) -> Iterator[tuple[int, str, str]]:
    """Each quoted text of an expression that is compared with a name: column, text, name."""
    loops = {
        match[3]: match[1]
        for match in re.finditer(
            r"\b(\w+)\.(exists|all|exists_one|filter)\(\s*(\w+)\s*,", expression
        )
    }
    for column, text in literals(expression):
        before = expression[: column - 1]
        after = expression[column - 1 + len(text) + 2 :]
        match = (
            re.search(r"\b(\w+)\s*[!=]=\s*$", before)
            or re.search(r"\b(\w+)\s+in\s+\[[^\]]*$", before)
            or re.match(r"\s*(?:[!=]=|in)\s*(\w+)", after)
        )
        if match:
            yield column, text, loops.get(match[1], match[1])
