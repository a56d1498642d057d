"""What is different between two revisions, in words for the people who write scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialogs.data_difference import Told, data_difference
from dialogs.edition import Edition
from dialogs.languages import ENTRY
from dialogs.migrate import renames
from dialogs.texts import SOURCE, script_entries

FIELDS = ("required", "most", "minimum", "maximum", "sensitive", "urgent", "retention", "seen_by",
          "purpose", "basis", "constraints")  # fmt: skip
"""Fields of a question whose change is told as such; texts are counted apart."""


def difference(old: Edition, new: Edition) -> tuple[Told, ...]:
    """Lines about questions, their order, conditions and choices, languages, texts and data."""
    return (
        *_questions(old, new), *_order(old, new), *_languages(old, new), *_texts(old, new),
        *_data(old, new),
    )  # fmt: skip


def said(edition: Edition, told: Told, language: str) -> str:
    """A line in words; a question is named by its title and id."""
    name, args = told
    return edition.texts.say(language, f"script:diff.{name}", **args)


def _questions(old: Edition, new: Edition) -> Iterator[Told]:
    called = renames(new, old)
    for before in old.questions.values():
        now = called.get(before.id, before.id)
        if now not in new.questions:
            yield "removed", {"id": before.id}
    was = {now: before for before, now in called.items()}
    for compiled in new.questions.values():
        earlier = old.questions.get(was.get(compiled.id, compiled.id))
        if earlier is None:
            yield "added", {"id": compiled.id, "kind": compiled.question.kind}
            continue
        if earlier.id != compiled.id:
            yield "renamed", {"id": compiled.id, "was": earlier.id}
        before_, after = earlier.question, compiled.question
        if before_.kind != after.kind:
            yield "retyped", {"id": compiled.id, "was": before_.kind, "kind": after.kind}
        conditions = [each.when.source if each.when else "" for each in (earlier, compiled)]
        if conditions[0] != conditions[1]:
            when = {"was": conditions[0] or "–", "when": conditions[1] or "–"}
            yield "condition", {"id": compiled.id, **when}
        if called.get(earlier.group, earlier.group) != compiled.group:
            group = {"was": earlier.group or "–", "group": compiled.group or "–"}
            yield "group", {"id": compiled.id, **group}
        if earlier.later != compiled.later:
            yield "later" if compiled.later else "earlier", {"id": compiled.id}
        yield from _choices(earlier.question, after, compiled.id)
        for field in FIELDS:
            if getattr(before_, field) != getattr(after, field):
                yield "field", {"id": compiled.id, "field": field}


def _choices(before: Any, after: Any, question: str) -> Iterator[Told]:
    gone = [c.id for c in before.choices if c.id not in {each.id for each in after.choices}]
    come = [c.id for c in after.choices if c.id not in {each.id for each in before.choices}]
    for choice in gone:
        yield "choice_removed", {"id": question, "choice": choice}
    for choice in come:
        yield "choice_added", {"id": question, "choice": choice}
    kept = [c.id for c in before.choices if c.id not in gone]
    if kept != [c.id for c in after.choices if c.id not in come]:
        yield "choices_order", {"id": question}


def _order(old: Edition, new: Edition) -> Iterator[Told]:
    """Questions that changed place among those both have: as few as explain the new order."""
    called = renames(new, old)
    before = [called.get(name, name) for name in old.questions]
    kept = [name for name in before if name in new.questions]
    now = [name for name in new.questions if name in kept]
    stay = set(_longest_run([kept.index(name) for name in now]))
    for place, name in enumerate(now):
        if kept.index(name) in stay:
            continue
        follows = now[place + 1] if place + 1 < len(now) else ""
        yield ("moved_before", {"id": name, "next": follows}) if follows else (
            "moved_last", {"id": name}
        )  # fmt: skip


def _longest_run(numbers: list[int]) -> list[int]:
    """The longest rising subsequence."""
    best: list[list[int]] = []
    for number in numbers:
        before = max((run for run in best if run[-1] < number), key=len, default=[])
        best.append([*before, number])
    return max(best, key=len, default=[])


def _languages(old: Edition, new: Edition) -> Iterator[Told]:
    """Languages that came, went, or are shown to others than before."""
    codes = dict.fromkeys(each.id for each in (*old.languages.all, *new.languages.all))
    for code in codes:
        before, now = old.languages.get(code), new.languages.get(code)
        if now is None:
            yield "language_removed", {"language": code}
        elif before is None:
            yield "language_added", {"language": code, "state": now.state}
        elif before.state != now.state:
            yield "language_state", {"language": code, "was": before.state, "state": now.state}
        elif before != now:
            yield "language_changed", {"language": code}


def _texts(old: Edition, new: Edition) -> Iterator[Told]:
    """How many of the texts both have read differently, per language; the script's own and those
    of the product that the programme says otherwise. ``changes`` are name, old and new text."""
    called = renames(new, old)
    script = new.revision.script.script
    before = {}
    for entry in old.texts.entries.values():
        scope, _, rest = entry.name.partition(":")
        question, dot, field = rest.partition(".")
        if scope == old.revision.script.script:
            question = called.get(question, question)
        before[f"{scope}:{question}{dot}{field}"] = entry
    own = [entry.name for entry in script_entries(new.revision.script)]
    for language in new.texts.languages:
        changed = []
        if language not in old.texts.languages:
            continue
        for name, entry in new.texts.entries.items():
            earlier = before.get(name)
            if earlier is None or name.startswith(f"{ENTRY}:"):
                continue
            before_said = old.texts.translation(language, earlier.name, earlier.text)
            was = before_said or earlier.text
            now = new.texts.translation(language, name, entry.text) or entry.text
            if was != now:
                changed.append((name.removeprefix(f"{script}:"), was, now))
        if changed:
            shown = ", ".join(name for name, *_ in changed[:6])
            shown += " …" if len(changed) > 6 else ""
            yield "texts", {"n": len(changed), "language": language, "names": shown,
                            "changes": tuple(changed)}  # fmt: skip
        missing = sum(
            language != SOURCE
            and new.texts.translation(language, name, new.texts.entries[name].text) is None
            for name in own
        )
        if missing and language in new.languages.full:
            yield "untranslated", {"n": missing, "language": language}


def _data(old: Edition, new: Edition) -> Iterator[Told]:
    """What changed in the programme's data; that they changed, where an upgrade brought it."""
    if old.programme.fingerprint == new.programme.fingerprint:
        return
    lines = list(data_difference(old.programme.own, new.programme.own))
    yield from lines or [("programme", {})]
