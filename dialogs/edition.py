"""What a talk stands on: a compiled script, its texts in every language, the programme's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dialogs.conversation import Answer
from dialogs.faults import Fault
from dialogs.loader import Loaded, load_script
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.programme.programme import Programme, load_programme
from dialogs.revision import CompiledQuestion, Revision, compile_revision
from dialogs.script import Question
from dialogs.texts import Texts, beside, script_entries

SCRIPTS = Path(__file__).parent / "scripts"


class ScriptError(Exception):
    """A script that cannot be used; ``faults`` say where and why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{f.file}:{f.line}:{f.column}: {f.code}" for f in faults))
        self.faults = faults


class Edition:
    """One revision with all it needs to be spoken. Immutable; shared by all talks."""

    def __init__(self, revision: Revision, texts: Texts, programme: Programme) -> None:
        self.revision = revision
        self.texts = texts
        self.programme = programme
        self.questions: Mapping[str, CompiledQuestion] = revision.questions
        self.members = revision.items
        self.derived = {each.id: each.value for each in revision.derived}
        self._kinds = {
            name: (question_id, suffix)
            for question_id, compiled in revision.questions.items()
            for name, suffix in _variables(compiled.question)
        }
        self.sources: dict[str, tuple[str, ...]] = {
            name: (question_id,) for name, (question_id, _) in self._kinds.items()
        }
        self.sources |= {
            name: tuple(q for q in follows if q in revision.questions)
            for name, (_, follows) in PROGRAMME_VALUES.items()
        }
        for each in revision.derived:
            behind = [q for name in each.value.uses for q in self.sources.get(name, ())]
            self.sources[each.id] = tuple(dict.fromkeys(behind))
        dependents: dict[str, list[str]] = {}
        for compiled in revision.questions.values():
            for question_id in compiled.follows:
                dependents.setdefault(question_id, []).append(compiled.id)
        self.dependents = {name: tuple(ids) for name, ids in dependents.items()}

    @property
    def id(self) -> str:
        """The revision's id."""
        return self.revision.id

    def spec(self, question_id: str) -> Question:
        """The question as the script has it. KeyError for an unknown id."""
        return self.questions[question_id].question

    def name(self, question_id: str, field: str) -> str:
        """The name of one of a question's texts ("return:country.text")."""
        return f"{self.questions[question_id].name}.{field}"

    def variable(self, name: str, answers: Mapping[str, Answer], item: str) -> Any:
        """The value a condition sees under a question's name; None while there is none."""
        found = self._kinds.get(name)
        if found is None:
            return None
        question_id, suffix = found
        path = f"{question_id}@{item}" if self.questions[question_id].group else question_id
        answer = answers.get(path)
        if suffix == "answered":
            return answer is not None and answer.value is not None
        if answer is None or answer.value is None:
            return None
        kind, value = self.questions[question_id].question.kind, answer.value
        if kind == "time":
            return value["status"] if not suffix else value[suffix]
        if kind == "group":
            return len(value)
        if kind == "place":
            return [place["iso"] for place in value if isinstance(place["iso"], str)]
        if kind == "contact":
            return value["way"]
        if kind == "story":
            return ""
        if kind == "attachment":
            return value["file"]
        return None if kind == "year" and isinstance(value, list) else value


    def need_labels(self, need: str) -> tuple[str, ...]:
        """A need's family and staff labels in every language."""
        names = (f"needs:{need}.family", f"needs:{need}.label")
        return tuple(
            dict.fromkeys(
                self.texts.say(each, name) for each in self.texts.languages for name in names
            )
        )


def _variables(question: Question) -> Iterator[tuple[str, str]]:
    if question.kind == "note":
        return
    yield question.id, ""
    yield f"answered_{question.id}", "answered"
    if question.kind == "time":
        yield f"{question.id}_from", "start"
        yield f"{question.id}_to", "end"


def compile_edition(loaded: Loaded, texts: Texts, programme: Programme) -> Edition:
    """A script as it was read, with everything it stands on.

    ``texts`` are the product's with all catalogues. Raises ``ScriptError`` with all its faults.
    """
    if loaded.script is None:
        raise ScriptError(loaded.faults)
    texts = texts.following(loaded.script)
    texts = texts.adding(script_entries(loaded.script, loaded.positions))
    revision = compile_revision(
        loaded.script, texts, PROGRAMME_VALUES, loaded.positions, programme.fingerprint
    )
    if not isinstance(revision, Revision):
        raise ScriptError(revision)
    return Edition(revision, texts, programme)


def load_edition(script: str = "return", programme: Programme | None = None) -> Edition:
    """The shipped script of this id (or the file at this path) with everything it stands on.

    Translations beside a file at a path count before the product's. Raises ``ScriptError``.
    """
    path = Path(script) if script.endswith(".yaml") else SCRIPTS / f"{script}.yaml"
    texts = Texts.load().over(beside(path))
    return compile_edition(load_script(path), texts, programme or load_programme())
