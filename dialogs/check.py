"""All that can be said of a script without asking anybody: every fault, at once.

What the loader and the compiler refuse comes first; then whether questions can be reached,
whether conditions compare with what exists, whether the texts keep to the limits, and whether the
translations keep up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale

from dialogs.extract import translation_fault
from dialogs.faults import Fault, meant
from dialogs.fields import shape_faults
from dialogs.languages import ENTRY, FILE, Languages, shipped
from dialogs.limits import (
    ASKED_TOGETHER,
    CHOICES,
    QUESTION,
    allowed_placeholders,
    shown,
    text_faults,
)
from dialogs.mended import believed, without_faulty
from dialogs.orphans import orphans, renamed_faults
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.revision import CompiledQuestion, Revision, Values, compile_revision
from dialogs.script import Question, Script
from dialogs.script_files import ScriptRead, files_at, read_files
from dialogs.texts import SOURCE, Entry, Texts, placeholders, script_entries
from dialogs.translate import coverage
from dialogs.truth import Truth, compared_with, value_choices
from dialogs.yaml_text import At, Positions

COUNTRIES = frozenset(
    code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()
)


def check_paths(
    paths: Iterable[Path],
    texts: Texts | None = None,
    values: Values | None = None,
    against: Script | None = None,
) -> list[Fault]:
    """Every fault of these script files, and of the ``.yaml`` files of these folders.

    ``texts`` are the product's with all catalogues, ``values`` the programme's own names; the
    shipped ones unless given. With ``against``, a script that families have answered, edits of
    the same script that would leave their answers without a question are faults too. Raises
    TextsError if the product's own texts cannot be read.
    """
    if texts is None:
        texts = Texts.load()
    values = PROGRAMME_VALUES if values is None else values
    faults: list[Fault] = []
    ids: dict[str, str] = {}
    for path in paths:
        files = [path]
        if path.is_dir():
            files = [each for each in sorted(path.rglob("*.yaml")) if each.name != FILE]
        if not files:
            faults.append(Fault(str(path), 0, 0, "no_scripts"))
        for file in files:
            draft = files_at(file)
            if isinstance(draft, Fault):
                faults.append(draft)
                continue
            read = read_files(draft, texts)
            loaded = read.loaded
            faults += check_read(read, values)
            if loaded.script is None:
                continue
            name = loaded.script.script
            if name in ids:
                place = loaded.positions.value(("script",))
                faults.append(
                    loaded.positions.fault(place, "script_twice", id=name, file=ids[name])
                )
            ids.setdefault(name, str(file))
            if against is not None and against.script == name:
                faults += orphans(against, loaded.script, loaded.positions)
    return faults


def check_read(read: ScriptRead, values: Values | None = None) -> list[Fault]:
    """Every fault of one draft: of its files, its script, its translations, its languages."""
    values = PROGRAMME_VALUES if values is None else values
    script, positions = read.loaded.script, read.loaded.positions
    rest = read.loaded.rest
    faults = [*read.loaded.faults, *read.faults]
    if script is not None:
        taken = {name.partition(":")[0] for name in read.texts.entries}
        if script.script in taken | {ENTRY}:
            place = positions.value(("script",))
            faults.append(positions.fault(place, "reserved_id", id=script.script))
        faults += check_script(script, positions, read.texts, values, read.languages)
        file = Path(positions.file).parent / FILE
        faults += check_languages(script, read.texts, read.languages, file)
    elif rest is not None:
        found = check_script(rest.script, positions, read.texts, values, read.languages)
        faults += believed(found, rest, read.loaded.faults, positions)
        faults.sort(key=lambda fault: (fault.line, fault.column, fault.code))
    return faults


def check_languages(
    script: Script, texts: Texts, languages: Languages, file: Path = Path(FILE)
) -> list[Fault]:
    """What languages lack that are shown to people, beside the script's own texts.

    A draft may lack anything, a partial one nothing necessary, a full one nothing at all. ``file``
    is the languages' file.
    """
    whole = texts.adding((*languages.entries, *script_entries(script)))
    faults: list[Fault] = []
    for each in coverage(whole, languages, script.script):
        own = each.state == "full"  # of these the script's texts are told where they stand
        lacking = [
            name for name in each.lacking if not (own and name.startswith(f"{script.script}:"))
        ]
        if lacking:
            code = "language_incomplete" if own else "language_not_ready"
            shown = ", ".join(lacking[:8]) + (" …" if len(lacking) > 8 else "")
            args: dict[str, str | int] = {"language": each.language, "n": len(lacking)}
            args["names"] = shown
            faults.append(Fault(str(file), 0, 0, code, args))
    return faults


def check_script(
    script: Script,
    positions: Positions,
    texts: Texts,
    values: Values,
    languages: Languages | None = None,
) -> list[Fault]:
    """The faults of one script of good shape, by line; ``languages`` are the shipped ones unless
    given."""
    languages = languages or shipped()
    faults = [*_texts(script, positions, texts, languages), *shape_faults(script, positions)]
    faults += renamed_faults(script, positions)
    made = compile_revision(script, texts, values, positions)
    needs = frozenset(
        name[len("needs:") : -len(".family")]
        for name in texts.entries
        if name.startswith("needs:") and name.endswith(".family")
    )
    if isinstance(made, Revision):
        faults += _conditions(made, positions, values, needs)
    else:
        faults += made
        rest = without_faulty(script, made, positions)
        again = compile_revision(rest.script, texts, values, positions) if rest else None
        if rest is not None and isinstance(again, Revision):
            found = _conditions(again, positions, values, needs)
            faults += believed(found, rest, made, positions)
    faults.sort(key=lambda fault: (fault.line, fault.column, fault.code))
    return list({(f.line, f.column, f.code, str(f.args)): f for f in faults}.values())


def _questions(script: Script) -> Iterator[tuple[Question, At]]:
    for s, section in enumerate(script.sections):
        for q, question in enumerate(section.questions):
            yield question, ("sections", s, "questions", q)


def _texts(
    script: Script, positions: Positions, texts: Texts, languages: Languages
) -> Iterator[Fault]:
    """Lengths, placeholders, markup and translations of every text in every language shown."""
    spoken = [each for each in texts.languages if each in (*languages.offered, SOURCE)]
    prefix = len(script.script) + 1
    question_at = {at: question for question, at in _questions(script)}
    entries = list(script_entries(script, positions))
    for entry in entries:
        place = positions.value(entry.at)
        question = question_at.get(entry.at[:4])
        name = entry.name[prefix:]
        allowed = allowed_placeholders(name, script, question)
        for unknown in sorted(placeholders(entry.text) - allowed):
            args: dict[str, str | int] = {"name": unknown, **meant(unknown, allowed)}
            yield positions.fault(place, "unknown_placeholder", **args)
        for language, text in _versions(entry, texts, spoken):
            for code, args in text_faults(name, text):
                yield positions.fault(place, code, language=language, **args)
        for language in languages.full:
            if language in texts.catalogues and language != SOURCE:
                found = translation_fault(entry, texts.catalogues[language])
                if found:
                    yield positions.fault(place, found[0], language=language, **found[1])
    named = {entry.name: entry for entry in entries}
    for question, at in _questions(script):
        yield from _question_texts(
            script.script, question, at, named=named, positions=positions, texts=texts,
            languages=spoken,
        )  # fmt: skip


def _versions(entry: Entry, texts: Texts, languages: list[str]) -> Iterator[tuple[str, str]]:
    """A text in every of these languages that has it."""
    yield SOURCE, entry.text
    for language in languages:
        found = texts.translation(language, entry.name, entry.text)
        if isinstance(found, str):
            yield language, found


def _question_texts(
    script: str,
    question: Question,
    at: At,
    *,
    named: dict[str, Entry],
    positions: Positions,
    texts: Texts,
    languages: list[str],
) -> Iterator[Fault]:
    """What its texts are together: the whole message, and labels that cannot be told apart."""
    for language in languages:

        def said(field: str, language: str = language) -> str:
            entry = named.get(f"{script}:{question.id}.{field}")
            if entry is None:
                return ""
            found = texts.translation(language, entry.name, entry.text)
            return found if isinstance(found, str) else entry.text

        whole = " ".join(filter(None, (shown(said(field)) for field in ASKED_TOGETHER)))
        if len(whole) > QUESTION and len(shown(said("text"))) <= QUESTION:
            place = positions.value((*at, "why"))
            args: dict[str, str | int] = {"length": len(whole), "most": QUESTION}
            yield positions.fault(place, "too_long_together", language=language, **args)
        seen: dict[str, str] = {}
        for c, choice in enumerate(question.choices):
            label = said(f"{choice.id}.text").casefold()
            if label in seen:
                place = positions.value((*at, "choices", c, "text"))
                args = {"id": choice.id, "other": seen[label], "language": language}
                yield positions.fault(place, "same_label", **args)
            seen.setdefault(label, choice.id)


def _conditions(
    revision: Revision, positions: Positions, values: Values, needs: frozenset[str]
) -> Iterator[Fault]:
    """Conditions that compile and yet cannot be meant."""
    truth = Truth(revision, values)
    closed = value_choices(revision.questions, needs, COUNTRIES)
    script = revision.script
    for d, derived in enumerate(script.derived):
        yield from _compared(derived.value, ("derived", d, "value"), closed, positions)
    for s, section in enumerate(script.sections):
        if section.when:
            yield from _compared(section.when, ("sections", s, "when"), closed, positions)
        for q, question in enumerate(section.questions):
            at: At = ("sections", s, "questions", q)
            own = {**closed, "value": closed[question.id]} if question.id in closed else closed
            for path, source in _sources(question, at):
                yield from _compared(source, path, own, positions)
            compiled = revision.questions[question.id]
            where = (*at, "when") if question.when else ("sections", s, "when")
            yield from _asked(compiled, where, at, truth, positions)


def _sources(question: Question, at: At) -> Iterator[tuple[At, str]]:
    """The expressions of a question with their places."""
    for field in ("when", "urgent"):
        source = getattr(question, field)
        if source:
            yield (*at, field), source
    for c, choice in enumerate(question.choices):
        if choice.when:
            yield (*at, "choices", c, "when"), choice.when
    for c, rule in enumerate(question.constraints):
        yield (*at, "constraints", c, "check"), rule.check


def _compared(
    source: str, at: At, closed: dict[str, frozenset[str]], positions: Positions
) -> Iterator[Fault]:
    """Comparisons with a value that the name can never have."""
    for column, text, name in compared_with(source):
        known = closed.get(name)
        if known and text not in known:
            args: dict[str, str | int] = {"value": text, "name": name, **meant(text, known)}
            if len(known) <= CHOICES:
                args["known"] = ", ".join(sorted(known))
            code = "impossible_value" if "known" in args else "unknown_code"
            yield positions.fault(positions.inside(at, column, source), code, **args)


def _asked(
    question: CompiledQuestion,
    where: At,
    at: At,
    truth: Truth,
    positions: Positions,
) -> Iterator[Fault]:
    """Whether, when and with what the question is asked."""
    place = positions.value(where)
    when = question.when
    if when is not None:
        later = truth.asked_later(question)
        if later:
            yield positions.fault(place, "asked_later", name=later)
        elif not truth.ever(when):
            yield positions.fault(place, "never_true")
        elif not truth.reachable(question):
            yield positions.fault(place, "never_asked", id=question.id)
        elif truth.always(when):
            yield positions.fault(place, "always_true")
    for c, choice in enumerate(question.choices):
        if choice.when is not None and not truth.ever(choice.when):
            choice_at = positions.value((*at, "choices", c, "when"))
            yield positions.fault(choice_at, "choice_never_offered", id=choice.choice.id)
    if truth.choiceless(question):
        yield positions.fault(positions.key((*at, "choices")), "no_choice_left", id=question.id)
    for c, rule in enumerate(question.constraints):
        if rule.check.uses == frozenset() and rule.check.holds({}) is False:
            rule_at = positions.value((*at, "constraints", c, "check"))
            yield positions.fault(rule_at, "never_true")
    if question.constraints and truth.unanswerable(question):
        rules_at = positions.key((*at, "constraints"))
        yield positions.fault(rules_at, "no_answer_fits", id=question.id)
