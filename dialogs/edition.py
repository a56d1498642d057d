"""What a talk stands on: a compiled script, its texts in every language, the programme's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any

import msgspec

from dialogs.conversation import Answer, Button
from dialogs.faults import Fault
from dialogs.kept import read_kept
from dialogs.languages import Languages, shipped
from dialogs.loader import Loaded
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.programme.programme import Programme, load_programme, programme_with
from dialogs.revision import CompiledQuestion, Revision, compile_revision
from dialogs.script import Question
from dialogs.script_files import ScriptFiles, ScriptRead, files_at, read_files
from dialogs.texts import Texts, needs_entries, script_entries

SCRIPTS = Path(__file__).parent / "scripts"
NEEDS_FILE = "needs.yaml"


class ScriptError(Exception):
    """A script that cannot be used; ``faults`` say where and why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{f.file}:{f.line}:{f.column}: {f.code}" for f in faults))
        self.faults = faults


class Edition:
    """One revision with all it needs to be spoken. Immutable; shared by all talks."""

    def __init__(
        self,
        revision: Revision,
        texts: Texts,
        programme: Programme,
        languages: Languages | None = None,
    ) -> None:
        self.revision = revision
        self.texts = texts
        self.programme = programme
        self.languages = languages or shipped()
        self._plain = self
        self._speaking: dict[tuple[str, str], Edition] = {}
        """What ``speaking`` made, for every turn asks; as many as pairs of languages."""
        self.questions: Mapping[str, CompiledQuestion] = revision.questions
        self.members = revision.items
        self.derived = {each.id: each.value for each in revision.derived}
        self.labels: dict[tuple[str, str, bool], str] = {}
        """Labels of plain buttons drawn before: language, name, ticked. No more than texts."""
        self.known_as: dict[tuple[str, str, str], tuple[str, ...]] = {}
        """The same in every language, by the talk's two languages and name: what can be typed."""
        self.fixed: dict[str, tuple[Button, ...]] = {}
        """Buttons of questions, by id, that no answer and no day changes; filled as drawn."""
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

    def speaking(self, language: str, second: str = "") -> Edition:
        """This edition for a talk in a language: what it lacks comes in its fallback, or in the
        second language that the person picked."""
        made = self._speaking.get((language, second))
        if made is None:
            made = self._plain
            behind = self.languages.chain(language, second)
            if behind:
                made = copy(made)
                made.texts = made.texts.falling_back(language, behind)
                made.labels = {}
            self._speaking[language, second] = made
        return made

    def with_languages(self, languages: Languages) -> Edition:
        """This edition with other states of its languages."""
        return Edition(self.revision, self.texts, self.programme, languages)

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
                self.texts.say(each, name) for each in self.languages.offered for name in names
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


def compile_edition(
    loaded: Loaded, texts: Texts, programme: Programme, languages: Languages | None = None
) -> Edition:
    """A script as it was read, with everything it stands on.

    ``texts`` are the product's with all catalogues, ``languages`` the shipped ones unless given.
    Raises ``ScriptError`` with all its faults.
    """
    languages = languages or shipped()
    if NEEDS_FILE in programme.own:
        texts = texts.adding(needs_entries(programme.own[NEEDS_FILE], NEEDS_FILE))
    if loaded.script is None:
        raise ScriptError(loaded.faults)
    texts = texts.following(loaded.script)
    texts = texts.adding((*languages.entries, *script_entries(loaded.script, loaded.positions)))
    data = programme.fingerprint + languages.fingerprint()
    revision = compile_revision(loaded.script, texts, PROGRAMME_VALUES, loaded.positions, data)
    if not isinstance(revision, Revision):
        raise ScriptError(revision)
    return Edition(revision, texts, programme, languages)


def edition_of(read: ScriptRead, programme: Programme) -> Edition:
    """The edition of a draft as it was read. Raises ``ScriptError`` with its faults."""
    if read.faults:
        raise ScriptError((*read.faults, *read.loaded.faults))
    return compile_edition(read.loaded, read.texts, programme, read.languages)


def load_edition(script: str = "return", programme: Programme | None = None) -> Edition:
    """The shipped script of this id (or the file at this path) with everything it stands on.

    Translations and languages beside a file count before the product's. Raises ``ScriptError``.
    """
    path = Path(script) if script.endswith(".yaml") else SCRIPTS / f"{script}.yaml"
    draft = files_at(path)
    if isinstance(draft, Fault):
        raise ScriptError((draft,))
    return edition_of(read_files(draft, Texts.load()), programme or load_programme())


def revive(content: bytes, texts: Texts, programme: Programme, revision: str = "") -> Edition:
    """The edition that was kept, on today's product and programme.

    ``texts`` are the product's with all catalogues, ``revision`` the id it is to have: the one
    it was published under ("": reckoned anew). Raises ``ScriptError`` if today's programme no
    longer has what the script asks for, ``msgspec.DecodeError`` for bytes that are no revision.
    """
    kept = read_kept(content)
    if kept.data != programme.own:
        programme = programme_with(kept.data)
    read = read_files(ScriptFiles(kept.source, languages=kept.languages), texts, kept)
    edition = edition_of(read, programme)
    if revision and revision != edition.id:
        renamed = msgspec.structs.replace(edition.revision, id=revision)
        edition = Edition(renamed, edition.texts, programme, edition.languages)
    return edition
