"""Where things stand in a script: faults by section, question and field; its conditions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from dialogs.faults import Fault
from dialogs.script import Script
from dialogs.yaml_text import At, Positions


class Spot(Struct, frozen=True):
    """Where a fault belongs: ids of the section and question ("" outside), and the field.

    ``index`` is the choice's or rule's number where the field is one of a list.
    """

    section: str = ""
    question: str = ""
    field: str = ""
    index: int = -1
    inner: str = ""


class Spots:
    """Finds where in the script a line and column belong."""

    def __init__(self, script: Script | None, positions: Positions) -> None:
        self.sections = script.sections if script is not None else ()
        places = sorted(
            ((place.line, place.column), at)
            for found in (positions.values, positions.keys)
            for at, place in found.items()
            if at
        )
        self._at = [at for _, at in places]
        self._where = [where for where, _ in places]

    def of(self, fault: Fault) -> Spot:
        """The spot of a fault."""
        found = bisect_right(self._where, (fault.line, fault.column)) - 1
        return self.spot(self._at[found]) if found >= 0 else Spot()

    def spot(self, at: At) -> Spot:
        """The spot of a path."""
        if at[0] != "sections" or len(at) < 2:
            return Spot(field=".".join(map(str, at)))
        section = self.sections[int(at[1])] if self.sections else None
        name = section.id if section is not None else ""
        if len(at) < 4 or at[2] != "questions":
            return Spot(name, "", str(at[2]) if len(at) > 2 else "")
        question = section.questions[int(at[3])].id if section is not None else ""
        index = int(at[5]) if len(at) > 5 and isinstance(at[5], int) else -1
        inner = str(at[6]) if len(at) > 6 else ""
        return Spot(name, question, str(at[4]) if len(at) > 4 else "", index, inner)


def expressions(script: Script) -> Iterator[tuple[At, str]]:
    """Every condition of a script with its path."""
    for d, derived in enumerate(script.derived):
        yield ("derived", d, "value"), derived.value
    for s, section in enumerate(script.sections):
        if section.when:
            yield ("sections", s, "when"), section.when
        for q, question in enumerate(section.questions):
            at: At = ("sections", s, "questions", q)
            if question.when:
                yield (*at, "when"), question.when
            if question.urgent:
                yield (*at, "urgent"), question.urgent
            for c, choice in enumerate(question.choices):
                if choice.when:
                    yield (*at, "choices", c, "when"), choice.when
            for c, rule in enumerate(question.constraints):
                yield (*at, "constraints", c, "check"), rule.check
