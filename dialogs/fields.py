"""Whether the fields of a script's questions go together: with the kind, and with each other."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.faults import Fault, meant
from dialogs.limits import CHOICES
from dialogs.programme.facts import KNOWN, WORDS
from dialogs.script import Question, Script
from dialogs.texts import placeholders
from dialogs.yaml_text import At, Positions

SUGGESTED = frozenset(
    {"text", "long_text", "number", "year", "month", "date", "time", "country", "place", "phone"}
    | {"email", "contact"}
)
"""Kinds that can suggest an earlier answer: those without a closed list of buttons."""
OWN_IDS = frozenset({"story", "needs", "contact"})
"""Kinds of which there is one question, with the kind as its id."""
ASKING = ("required", "again", "differently", "suggest", "most", "minimum", "maximum", "urgent",
          "choices", "constraints", "same", "sensitive")  # fmt: skip
"""Fields that concern an answer; a note has none."""


def shape_faults(script: Script, positions: Positions) -> Iterator[Fault]:
    """Fields that do not go together, and sections that lead nowhere."""
    asked: dict[str, tuple[Question, str, bool]] = {}
    order = sorted(enumerate(script.sections), key=lambda each: each[1].later)
    every = {q.id: (q, s.group or "") for s in script.sections for q in s.questions}
    for s, section in order:
        for q, question in enumerate(section.questions):
            at: At = ("sections", s, "questions", q)
            yield from _programme(question, at, positions)
            yield from _fields(question, bool(section.group), section.later, at, positions)
            group = section.group or ""
            yield from _suggests(question, group, at, positions, asked=set(asked), every=every)
            asked[question.id] = question, group, section.later
    if "contact" not in asked:
        yield positions.fault(positions.key(("sections",)), "no_contact")
    if all(section.later for section in script.sections):
        yield positions.fault(positions.key(("sections",)), "all_later")
    groups = {section.group for section in script.sections}
    for s, section in enumerate(script.sections):
        for q, question in enumerate(section.questions):
            if question.kind == "group" and question.id not in groups:
                place = positions.value(("sections", s, "questions", q, "id"))
                yield positions.fault(place, "group_unused", id=question.id)


def _programme(question: Question, at: At, positions: Positions) -> Iterator[Fault]:
    """Whether an id the programme reads has the kind it counts on.

    The story, the needs and the way to answer are found by their id alone.
    """
    if question.kind in OWN_IDS and question.id != question.kind:
        place = positions.value((*at, "id"))
        yield positions.fault(place, "own_id", id=question.id, kind=question.kind)
    kind = KNOWN.get(question.id, question.kind)
    if question.kind != kind and not {question.kind, kind} <= WORDS:
        place = positions.value((*at, "kind"))
        yield positions.fault(
            place, "programme_kind", id=question.id, kind=kind, own=question.kind
        )


def _suggests(
    question: Question,
    group: str,
    at: At,
    positions: Positions,
    *,
    asked: set[str],
    every: dict[str, tuple[Question, str]],
) -> Iterator[Fault]:
    """Whether what is suggested exists, is answered before, and is of the same kind."""
    if question.suggest is None or question.kind == "note":
        return
    place = positions.value((*at, "suggest"))
    if question.suggest not in every:
        known = meant(question.suggest, every)
        yield positions.fault(place, "suggest_unknown", id=question.suggest, **known)
        return
    source, source_group = every[question.suggest]
    if source.kind != question.kind or question.kind not in SUGGESTED:
        yield positions.fault(
            place, "suggest_kind", id=source.id, kind=source.kind, own=question.kind
        )
    elif source_group not in ("", group):
        yield positions.fault(place, "suggest_group", id=source.id, group=source_group)
    elif question.suggest not in asked:
        yield positions.fault(place, "suggest_later", id=source.id)


def _fields(
    question: Question, grouped: bool, later: bool, at: At, positions: Positions
) -> Iterator[Fault]:
    """One question's fields against its kind."""

    def fault(key: str, code: str, **args: str | int) -> Fault:
        return positions.fault(positions.key((*at, key)), code, **args)

    kind, low, high = question.kind, question.minimum, question.maximum
    if kind == "note":
        for field in ASKING:
            if getattr(question, field) not in (None, False, ()):
                yield fault(field, "note_asks", field=field)
        return
    if low is not None and high is not None and low > high:
        yield fault("minimum", "minimum_above_maximum", least=low, most=high)
    for field in ("minimum", "maximum"):
        counted = ("number", "year", "group", *(("text", "long_text") * (field == "maximum")))
        if getattr(question, field) is not None and kind not in counted:
            yield fault(field, "bound_not_used", field=field, kind=kind)
    if question.most is not None and kind not in ("choices", "needs", "place", "group"):
        yield fault("most", "bound_not_used", field="most", kind=kind)
    if question.most and question.choices and question.most > len(question.choices):
        yield fault("most", "most_above_choices", most=question.most, count=len(question.choices))
    if len(question.choices) > CHOICES:
        count = len(question.choices)
        yield fault("choices", "too_many_choices", count=count, most=CHOICES)
    if question.sensitive and question.required:
        yield fault("required", "sensitive_required")
    if question.sensitive and not later:
        yield fault("sensitive", "sensitive_early")
    if question.same and not grouped:
        yield fault("same", "same_without_group")
    if question.same and "answer" not in placeholders(question.same):
        yield fault("same", "same_without_answer")
    if question.differently and question.differently == question.again:
        yield fault("differently", "not_different")
    if question.differently and not question.again:
        yield fault("differently", "differently_without_again")
