"""A script compiled for the engine: every condition ready, every dependence known.

A revision is immutable. Its id is a hash over all that decides what families read and are asked:
the script, its texts in every language, and the programme's data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from msgspec import Struct

from dialogs.conditions import (
    RESERVED,
    TYPE_OF_KIND,
    Condition,
    Type,
    Variables,
    variables_of,
)
from dialogs.faults import Fault, meant
from dialogs.script import Choice, Constraint, Question, Script, Section
from dialogs.texts import Texts, script_entries
from dialogs.yaml_text import At, Place, Positions

Values = Mapping[str, tuple[str, tuple[str, ...]]]
"""The programme's own values by name: CEL type and the questions they follow from.

A value all of whose questions are asked per item of one group is itself per item of that group.
"""

WITH_CHOICES = ("choice", "choices")


class CompiledChoice(Struct, frozen=True):
    """A choice with its condition; without one it is always offered."""

    choice: Choice
    when: Condition | None


class CompiledConstraint(Struct, frozen=True):
    """A rule; ``name`` names its message among the texts."""

    check: Condition
    constraint: Constraint
    name: str


class CompiledDerived(Struct, frozen=True):
    """A value worked out from answers: compute them in order, each may use those before."""

    id: str
    value: Condition


class CompiledQuestion(Struct, frozen=True):
    """A question ready to be asked.

    ``when`` joins the conditions of section and question. ``group`` is the group question whose
    items it is asked for, or "". ``follows`` are the questions whose answers decide whether it is
    asked or with which choices, ``reads`` all names its conditions read, directly or through
    derived values. ``name`` begins the names of its texts (``return:country``).
    """

    id: str
    question: Question
    section: Section
    position: int
    group: str
    when: Condition | None
    urgent: Condition | None
    constraints: tuple[CompiledConstraint, ...]
    choices: tuple[CompiledChoice, ...]
    follows: frozenset[str]
    reads: frozenset[str]
    name: str

    @property
    def later(self) -> bool:
        """Whether it is offered after the case number."""
        return self.section.later


class Revision(Struct, frozen=True):
    """A compiled script.

    ``questions`` stand in the order in which they are asked: those before the case number, then
    the later ones. ``dependents`` gives, for a question id, a derived value or one of the
    programme's values, the questions whose conditions read it, directly or through others.
    ``items`` gives the questions asked per item of a group.
    """

    id: str
    script: Script
    questions: dict[str, CompiledQuestion]
    order: dict[str, int]
    items: dict[str, tuple[str, ...]]
    derived: tuple[CompiledDerived, ...]
    dependents: dict[str, tuple[str, ...]]


def compile_revision(
    script: Script,
    texts: Texts,
    values: Values | None = None,
    positions: Positions | None = None,
    data: bytes = b"",
) -> Revision | tuple[Fault, ...]:
    """Compile a script, or say all that keeps it from being asked.

    ``values`` are the programme's own names for conditions, ``data`` the bytes of the
    programme's data that this revision stands on, ``positions`` those of the script's YAML.
    """
    work = _Compiler(script, values or {}, positions or Positions(script.script, ""))
    questions = work.questions()
    if work.faults:
        return tuple(sorted(work.faults, key=lambda fault: (fault.line, fault.column)))
    return Revision(
        id=revision_id(script, texts, data),
        script=script,
        questions=questions,
        order={name: question.position for name, question in questions.items()},
        items=work.items,
        derived=tuple(work.derived),
        dependents=_dependents(questions.values()),
    )


def revision_id(script: Script, texts: Texts, data: bytes = b"") -> str:
    """12 hex digits that change whenever a family could read or be asked something else."""
    entries = [*texts.entries.values(), *script_entries(script)]
    said = sorted(
        (
            language,
            entry.name,
            entry.text,
            texts.translation(language, entry.name, entry.text),
        )
        for language in texts.languages
        for entry in entries
    )
    digest = hashlib.sha256(script.model_dump_json().encode())
    digest.update(json.dumps(said, ensure_ascii=False).encode())
    digest.update(data)
    return digest.hexdigest()[:12]


def _dependents(questions: Iterable[CompiledQuestion]) -> dict[str, tuple[str, ...]]:
    """What each name decides."""
    found: dict[str, list[str]] = {}
    for question in questions:
        for name in sorted(question.reads | question.follows):
            found.setdefault(name, []).append(question.id)
    return {name: tuple(ids) for name, ids in found.items()}


class _Compiler:
    """One pass over a script. ``reached``: name -> the questions its value comes from."""

    def __init__(self, script: Script, values: Values, positions: Positions) -> None:
        self.script = script
        self.values = values
        self.positions = positions
        self.faults: list[Fault] = []
        self.items: dict[str, tuple[str, ...]] = {}
        self.derived: list[CompiledDerived] = []
        self.reached: dict[str, frozenset[str]] = {}
        self.everywhere: dict[str, Type] = {}
        self.per_item: dict[str, dict[str, Type]] = {}
        self.group_of: dict[str, str] = {}
        self.through: dict[str, frozenset[str]] = {}
        self.sections = sorted(enumerate(script.sections), key=lambda entry: entry[1].later)
        self.choices = {
            choice.id
            for section in script.sections
            for question in section.questions
            for choice in question.choices
        }

    def fault(self, place: Place, code: str, **args: str | int) -> None:
        """Note a fault at a place of the script."""
        self.faults.append(self.positions.fault(place, code, **args))

    def questions(self) -> dict[str, CompiledQuestion]:
        """All questions in asking order; meanwhile ids, groups and derived values are checked."""
        self._ids()
        self._names()
        self._derive()
        scopes = {"": Variables(self.everywhere)}
        for group, types in self.per_item.items():
            scopes[group] = Variables({**self.everywhere, **types})
        found: dict[str, CompiledQuestion] = {}
        for s, section in self.sections:
            at: At = ("sections", s)
            scope = scopes[section.group or ""]
            outer = self._compile(section.when, (*at, "when"), scope)
            for q, question in enumerate(section.questions):
                inner = (*at, "questions", q)
                found[question.id] = self._question(
                    question, section, inner, outer=outer, scope=scope, position=len(found)
                )
        for group in self.per_item:
            inside = (name for name, made in found.items() if made.group == group)
            self.items[group] = tuple(inside)
        return found

    def _ids(self) -> None:
        """Ids are unique where they must be, and are no words with another meaning."""
        seen: dict[str, At] = {}
        sections: dict[str, At] = {}
        for s, section in enumerate(self.script.sections):
            self._once(sections, section.id, ("sections", s, "id"))
            for q, question in enumerate(section.questions):
                at: At = ("sections", s, "questions", q)
                self._once(seen, question.id, (*at, "id"))
                if question.id in RESERVED or question.id.startswith("answered_"):
                    self.fault(self.positions.value((*at, "id")), "reserved_id", id=question.id)
                choices: dict[str, At] = {}
                for c, choice in enumerate(question.choices):
                    self._once(choices, choice.id, (*at, "choices", c, "id"))
        for d, derived in enumerate(self.script.derived):
            at = ("derived", d, "id")
            self._once(seen, derived.id, at)
            if derived.id in RESERVED:
                self.fault(self.positions.value(at), "reserved_id", id=derived.id)
            if derived.id in self.values:
                self.fault(self.positions.value(at), "programme_name", id=derived.id)

    def _once(self, seen: dict[str, At], name: str, at: At) -> None:
        if name in seen:
            first = self.positions.value(seen[name]).line
            self.fault(self.positions.value(at), "duplicate_id", id=name, first=first)
        seen.setdefault(name, at)

    def _names(self) -> None:
        """Which names conditions may use, everywhere or per item."""
        groups = {q.id for section in self.script.sections for q in section.questions
                  if q.kind == "group"}  # fmt: skip
        asked: set[str] = set()
        for s, section in self.sections:
            group = section.group or ""
            if group:
                place = self.positions.value(("sections", s, "group"))
                if group not in groups:
                    self.fault(place, "unknown_group", id=group, **meant(group, groups))
                elif group not in asked:
                    self.fault(place, "group_asked_later", id=group)
            for q, question in enumerate(section.questions):
                asked.add(question.id)
                self.group_of[question.id] = group
                if group and question.kind in ("group", "story", "needs"):
                    at: At = ("sections", s, "questions", q, "kind")
                    self.fault(self.positions.value(at), "kind_in_group", kind=question.kind)
                scope = self.per_item.setdefault(group, {}) if group else self.everywhere
                for name, type_ in variables_of(question).items():
                    scope[name] = type_
                    self.reached[name] = frozenset({question.id})
        for name, (kind, follows) in self.values.items():
            present = [question for question in follows if question in self.group_of]
            inside = {self.group_of[question] for question in present}
            group = inside.pop() if len(inside) == 1 else ""
            scope = self.per_item[group] if group else self.everywhere
            scope[name] = Type(kind)
            self.reached[name] = frozenset(present)

    def _derive(self) -> None:
        """Compile derived values, each over the answers and those before it."""
        for d, derived in enumerate(self.script.derived):
            at: At = ("derived", d, "value")
            value = self._compile(derived.value, at, Variables(self.everywhere), None)
            if value is not None:
                self.derived.append(CompiledDerived(derived.id, value))
                self.everywhere[derived.id] = value.type
                self.through[derived.id] = self._read([value])
                self.reached[derived.id] = self._behind(self.through[derived.id])
            else:
                self.everywhere.setdefault(derived.id, Type.FLAG)

    def _read(self, conditions: Iterable[Condition | None]) -> frozenset[str]:
        """The names these conditions read, directly or through derived values."""
        direct = {name for made in conditions if made for name in made.uses}
        return frozenset(direct).union(*(self.through.get(name, ()) for name in direct))

    def _behind(self, names: Iterable[str]) -> frozenset[str]:
        """The questions whose answers these names come from."""
        found: frozenset[str] = frozenset()
        return found.union(*(self.reached.get(name, found) for name in names))

    def _question(
        self,
        question: Question,
        section: Section,
        at: At,
        *,
        outer: Condition | None,
        scope: Variables,
        position: int,
    ) -> CompiledQuestion:
        self._choices_fit(question, at)
        own = scope
        if question.constraints or question.urgent:
            own = Variables({**scope.types, "value": TYPE_OF_KIND[question.kind]})
        when = self._compile(question.when, (*at, "when"), scope) or outer
        if when and outer and when is not outer:
            both = Condition.compile(f"({outer.source}) && ({when.source})", scope)
            when = both if isinstance(both, Condition) else when
        choices = tuple(
            CompiledChoice(choice, self._compile(choice.when, (*at, "choices", c, "when"), scope))
            for c, choice in enumerate(question.choices)
        )
        constraints = []
        for c, rule in enumerate(question.constraints):
            check = self._compile(rule.check, (*at, "constraints", c, "check"), own)
            if check is not None:
                name = f"{self.script.script}:{question.id}.rule{c + 1}.message"
                constraints.append(CompiledConstraint(check, rule, name))
        reads = self._read([when, *(choice.when for choice in choices)])
        return CompiledQuestion(
            id=question.id,
            question=question,
            section=section,
            position=position,
            group=section.group or "",
            when=when,
            urgent=self._compile(question.urgent, (*at, "urgent"), own),
            constraints=tuple(constraints),
            choices=choices,
            follows=self._behind(reads),
            reads=reads,
            name=f"{self.script.script}:{question.id}",
        )

    def _choices_fit(self, question: Question, at: At) -> None:
        """Choices where the kind has them, and only there."""
        if question.kind in WITH_CHOICES and len(question.choices) < 2:
            self.fault(self.positions.value((*at, "kind")), "choices_missing", id=question.id)
        if question.choices and question.kind not in WITH_CHOICES:
            place = self.positions.key((*at, "choices"))
            self.fault(place, "choices_not_used", id=question.id, kind=question.kind)

    def _compile(
        self,
        source: str | None,
        at: At,
        scope: Variables,
        result: Type | None = Type.FLAG,
    ) -> Condition | None:
        """The condition, or None with its problems noted at their places."""
        if source is None:
            return None
        made = Condition.compile(source, scope, result)
        if isinstance(made, Condition):
            return made
        for problem in made:
            place = self.positions.inside(at, problem.column, source)
            code, args = problem.code, problem.args
            name = str(args.get("name", ""))
            if code == "unknown_name" and name in self.group_of:
                group = self.group_of[name]
                code, args = "per_item_name", {"name": name, "group": group}
            elif code == "unknown_name" and name in self.choices:
                code, args = "unquoted_value", {"name": name}
            self.faults.append(Fault(self.positions.file, place.line, place.column, code, args))
        return None
