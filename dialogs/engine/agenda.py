"""Which questions are still to be asked, and what an answer changes about that.

The agenda is kept, never recomputed: an answer touches only the questions whose conditions
use it, so a turn costs the same in a script of ten questions and of a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from dialogs.conversation import Answer, Conversation
from dialogs.edition import Edition
from dialogs.engine.work import Work
from dialogs.programme.facts import PROGRAMME_VALUES, programme_value
from dialogs.revision import CompiledQuestion
from dialogs.script import Question


@lru_cache(maxsize=10_000)
def split(path: str) -> tuple[str, str]:
    """A path's question id and item ("" outside groups)."""
    question, _, item = path.partition("@")
    return question, item


def join(question: str, item: str) -> str:
    """The path of a question for an item."""
    return f"{question}@{item}" if item else question


def question_of(edition: Edition, path: str) -> Question | None:
    """The question behind a path; None for the engine's own prompts and unknown ids."""
    compiled = edition.questions.get(split(path)[0])
    return None if compiled is None else compiled.question


def kind_of(edition: Edition, path: str) -> str:
    """The kind of the question behind a path; "" for the engine's own prompts and unknown ids."""
    question = question_of(edition, path)
    return "" if question is None else question.kind


def asked_later(compiled: CompiledQuestion) -> bool:
    """Whether a question is offered after the case number: its section is, or it is sensitive."""
    return compiled.later or compiled.question.sensitive


def choices_of(work: Work, path: str) -> tuple[str, ...]:
    """The ids of the choices offered now: those whose condition is not known to be false."""
    question_id, item = split(path)
    return tuple(
        each.choice.id
        for each in work.edition.questions[question_id].choices
        if each.when is None or each.when.holds(values(work, each.when.uses, item)) is not False
    )


def items(c: Conversation, group: str) -> tuple[str, ...]:
    """The items of a group question, in order."""
    answer = c.answers.get(group)
    return tuple(answer.value) if answer is not None and answer.value else ()


def paths_of(edition: Edition, c: Conversation, question_id: str) -> tuple[str, ...]:
    """Every path a question has now: one, or one per item of its group."""
    question = edition.questions[question_id]
    if not question.group:
        return (question_id,)
    return tuple(join(question_id, item) for item in items(c, question.group))


def values(work: Work, names: Iterable[str], item: str) -> dict[str, object]:
    """The values of these names as conditions see them; names without a value are left out."""
    found: dict[str, object] = {}
    edition, c = work.edition, work.c
    for name in names:
        if name in PROGRAMME_VALUES:
            value = programme_value(name, c, edition.programme.geography, work.today, item)
        elif name in edition.derived:
            derived = edition.derived[name]
            value = derived.value(values(work, derived.uses, item))
        else:
            value = edition.variable(name, c.answers, item)
        if value is not None:
            found[name] = value
    return found


def applies(work: Work, path: str) -> bool | None:
    """Whether the question is to be asked: yes, no, or not known yet."""
    question_id, item = split(path)
    condition = work.edition.questions[question_id].when
    if condition is None:
        return True
    held = condition.holds(values(work, condition.uses, item))
    if held is None and not any(
        source in work.c.agenda for source in sources(work, condition.uses, item)
    ):
        return False  # what it hangs on was skipped: it will never be known
    return held


def sources(work: Work, names: Iterable[str], item: str) -> Iterable[str]:
    """The paths whose answers these names come from."""
    for name in names:
        for question_id in work.edition.sources.get(name, ()):
            question = work.edition.questions[question_id]
            if question.group and not item:
                yield from paths_of(work.edition, work.c, question_id)
                yield question.group
            else:
                yield join(question_id, item) if question.group else question_id


def build(work: Work, *, later: bool) -> None:
    """Set up the agenda: the questions of the talk, or, once it is a case, all that are left.

    The delicate ones have a page of their own and never stand here (``private``).
    Once there is a case the story is not asked for: what is written then goes to the case.
    """
    work.change(later=later)
    wanted = (
        path
        for question in work.edition.questions.values()
        if later or not asked_later(question)
        if not question.question.sensitive
        if not (work.c.case is not None and question.question.kind == "story")
        for path in paths_of(work.edition, work.c, question.id)
        if unsettled(work.c, path)
    )
    work.change(agenda=_ordered(work, wanted))
    _drop_idle(work)


def _drop_idle(work: Work) -> None:
    """Take off what does not apply, and then what hung on it."""
    before: tuple[str, ...] | None = None
    while before != work.c.agenda:
        before = work.c.agenda
        work.change(agenda=tuple(path for path in before if applies(work, path) is not False))


def unsettled(c: Conversation, path: str) -> bool:
    """Whether the path still wants an answer (none, or one to be made exact).

    A single number that was guessed is told with its question mark, but not asked again.
    """
    answer = c.answers.get(path)
    return answer is None or not (answer.sure or isinstance(answer.value, int))


def _ordered(work: Work, paths: Iterable[str]) -> tuple[str, ...]:
    """Paths in the order of the script; within a question in the order of the items."""

    def position(path: str) -> tuple[int, int]:
        question_id, item = split(path)
        return work.edition.questions[question_id].position, int(item or 0)

    return tuple(sorted(set(paths), key=position))


def without(agenda: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The agenda without a path."""
    if agenda[:1] == (path,):
        return agenda[1:]
    if path not in agenda:
        return agenda
    at = agenda.index(path)
    return agenda[:at] + agenda[at + 1 :]


def record(work: Work, path: str, answer: Answer) -> None:
    """Let an answer count, and reopen or set aside only what depends on it.

    What the script does not ask (it may have no story) is nobody's answer.
    """
    if split(path)[0] not in work.edition.questions:
        return
    old = work.c.answers.get(path)
    if old is not None and old.value != answer.value and old.sure:
        work.set_aside(path, "changed")
    answers = dict(work.c.answers)
    answers[path] = answer
    agenda = work.c.agenda
    if answer.sure:
        agenda = without(agenda, path)
    elif path not in agenda:
        agenda = _ordered(work, (*agenda, path))
    work.move(path, answers=answers, agenda=agenda)
    question = work.edition.questions[split(path)[0]]
    if question.question.kind == "group":
        _follow_items(work, question.id, old)
    _follow(work, question.id, split(path)[1])


def _follow_items(work: Work, group: str, old: Answer | None) -> None:
    """Items that came bring their questions, items that went take their answers along."""
    now = items(work.c, group)
    before = tuple(old.value) if old is not None and old.value else ()
    for item in before:
        if item not in now:
            remove_item(work, group, item)
    fresh = [
        join(question_id, item)
        for item in now
        if item not in before
        for question_id in work.edition.members.get(group, ())
        if work.c.later or not asked_later(work.edition.questions[question_id])
        if not work.edition.questions[question_id].question.sensitive
    ]
    wanted = [path for path in fresh if unsettled(work.c, path)]
    if wanted:
        work.change(agenda=_ordered(work, (*work.c.agenda, *wanted)))
        _drop_idle(work)


def remove_item(work: Work, group: str, item: str) -> None:
    """Set aside every answer of one item and take its questions off the agenda."""
    for question_id in work.edition.members.get(group, ()):
        path = join(question_id, item)
        work.set_aside(path, "removed")
        work.move(path, agenda=without(work.c.agenda, path))


def restore_item(work: Work, group: str, item: str) -> None:
    """Undo a removal: the item's last answers count again."""
    answers = dict(work.c.answers)
    for question_id in work.edition.members.get(group, ()):
        path = join(question_id, item)
        kept = [e.answer for e in work.c.earlier if e.path == path and e.reason == "removed"]
        if kept:
            answers[path] = kept[-1]
    work.change(answers=answers)


def _follow(work: Work, question_id: str, item: str) -> None:
    """Look again at the questions whose conditions use this answer."""
    for dependent in work.edition.dependents.get(question_id, ()):
        question = work.edition.questions[dependent]
        if (asked_later(question) and not work.c.later) or question.question.sensitive:
            continue
        paths = paths_of(work.edition, work.c, dependent)
        if item and question.group and join(dependent, item) in paths:
            paths = (join(dependent, item),)
        for path in paths:
            _settle(work, path)


def _settle(work: Work, path: str) -> None:
    """Put one dependent question on the agenda, take it off, or set its answer aside."""
    wanted, c = applies(work, path), work.c
    if wanted is False:
        work.set_aside(path, "reopened")
        if path in work.c.agenda:
            work.move(path, agenda=without(work.c.agenda, path))
    elif unsettled(c, path) and path not in c.agenda:
        work.move(path, agenda=_ordered(work, (*c.agenda, path)))
    if work.c is not c:
        _follow(work, *split(path))


def next_path(work: Work) -> str | None:
    """The question to put now: the first of the agenda that is known to apply."""
    for path in work.c.agenda:
        if applies(work, path):
            return path
    return None


def earlier_value(c: Conversation, path: str) -> Answer | None:
    """The last answer of this path that was set aside, to be offered again."""
    for entry in reversed(c.earlier):
        if entry.path == path and entry.reason not in ("removed", "revised"):
            return entry.answer
    return None
