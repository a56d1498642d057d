"""Edits of a script that would leave answers without a question.

A talk under way keeps what it was told; but an answer whose question is gone, of another kind or
with another set of choices is no longer used. Told beside the other faults, before the rehearsal
counts whom it concerns.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.faults import Fault, meant
from dialogs.script import Question, Script, Section
from dialogs.yaml_text import At, Positions


def renamed_faults(script: Script, positions: Positions) -> Iterator[Fault]:
    """Earlier ids (``was``) that cannot be meant: of a question that is still there, or twice."""
    now = {question.id for question, _, _ in _questions(script)}
    taken: dict[str, str] = {}
    for question, _, at in _questions(script):
        for w, was in enumerate(question.was):
            place = positions.value((*at, "was", w))
            if was in now:
                yield positions.fault(place, "was_still_there", id=was)
            elif was in taken:
                yield positions.fault(place, "was_twice", id=was, other=taken[was])
            taken.setdefault(was, question.id)


def orphans(old: Script, new: Script, positions: Positions) -> Iterator[Fault]:
    """Answers given under ``old`` that ``new`` has no use for; places are those of ``new``."""
    called = {was: q.id for q, _, _ in _questions(new) for was in (*q.was, q.id)}
    there = {question.id: (question, section, at) for question, section, at in _questions(new)}
    sections = {section.id: ("sections", s) for s, section in enumerate(new.sections)}
    for before, home, _ in _questions(old):
        if before.kind == "note":
            continue
        if before.id not in called:
            at: At = sections.get(home.id, ("sections",))
            place = positions.key((*at, "questions") if home.id in sections else at)
            free = [name for name in there if name not in {q.id for q, _, _ in _questions(old)}]
            args = {"id": before.id, "title": before.title, **meant(before.id, free)}
            yield positions.fault(place, "answers_orphaned", **args)
            continue
        after, section, at = there[called[before.id]]
        if after.kind != before.kind:
            place = positions.value((*at, "kind"))
            yield positions.fault(
                place, "kind_changed", id=after.id, was=before.kind, kind=after.kind
            )
        elif (home.group or "") != (section.group or ""):
            yield positions.fault(positions.value((*at, "id")), "group_changed", id=after.id)
        else:
            yield from _choices(before, after, at, positions)


def _choices(before: Question, after: Question, at: At, positions: Positions) -> Iterator[Fault]:
    """Choices that could be picked and are gone."""
    kept = {choice.id for choice in after.choices}
    for choice in before.choices:
        if choice.id not in kept:
            fresh = kept - {each.id for each in before.choices}
            place = positions.key((*at, "choices"))
            args = {"id": after.id, "choice": choice.id, **meant(choice.id, fresh)}
            yield positions.fault(place, "choice_orphaned", **args)


def _questions(script: Script) -> Iterator[tuple[Question, Section, At]]:
    for s, section in enumerate(script.sections):
        for q, question in enumerate(section.questions):
            yield question, section, ("sections", s, "questions", q)
