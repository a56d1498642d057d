"""The outline of a script: sections and questions, whom they are for, and where faults are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from bot.web.studio.names import Names, Told


class Leaf(Struct, frozen=True):
    """A question in the outline."""

    id: str
    title: str
    kind: str
    condition: str
    faults: int
    open: bool


class Branch(Struct, frozen=True):
    """A section in the outline."""

    id: str
    title: str
    note: str
    condition: str
    faults: int
    open: bool
    questions: tuple[Leaf, ...]


def outline(names: Names, faults: Iterable[Told], section: str, question: str) -> list[Branch]:
    """The sections in asking order; ``section`` and ``question`` are the ones open."""
    found = list(faults)
    at_question = Counter(f.spot.question for f in found if f.spot.question)
    at_section = Counter(f.spot.section for f in found if not f.spot.question and f.spot.section)
    branches = []
    for each in sorted(names.script.sections, key=lambda section: section.later):
        notes = []
        if each.group:
            notes.append(names.say("per_item", name=names.title(each.group)))
        if each.later:
            notes.append(names.say("after_number"))
        leaves = tuple(
            Leaf(
                q.id, names.title(q.id), names.kind(q.kind),
                names.condition(q.when) if q.when else "", at_question[q.id], q.id == question,
            )
            for q in each.questions
        )  # fmt: skip
        title = names.said(f"section.{each.id}.title", each.title)
        condition = names.condition(each.when) if each.when else ""
        branches.append(
            Branch(each.id, title, " · ".join(notes), condition, at_section[each.id],
                   each.id == section and not question, leaves)
        )  # fmt: skip
    return branches
