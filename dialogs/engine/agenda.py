"""Which questions are still to be asked, and what an answer changes about that.

The agenda is kept, never recomputed: an answer touches only the questions whose conditions
use it, so a turn costs the same in a script of ten questions and of a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.conversation import Answer, Conversation
from dialogs.edition import Edition
from dialogs.engine.work import Work
from dialogs.programme.facts import PROGRAMME_VALUES, programme_value
from dialogs.script import Question


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
        source in work.c.agenda for source in _sources(work, condition.uses, item)
    ):
        return False  # what it hangs on was skipped: it will never be known
    return held


def _sources(work: Work, names: Iterable[str], item: str) -> Iterable[str]:
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
    """Set up the agenda of the talk (or of the questions offered after the case number)."""
    work.change(later=later)
    wanted = [
        path
        for question in work.edition.questions.values()
        if question.later == later
        for path in paths_of(work.edition, work.c, question.id)
        if unsettled(work.c, path)
    ]
    kept = tuple(path for path in work.c.agenda if path not in wanted) if later else ()
    work.change(agenda=_ordered(work, (*kept, *wanted)))
    work.change(agenda=tuple(path for path in work.c.agenda if applies(work, path) is not False))


def unsettled(c: Conversation, path: str) -> bool:
    """Whether the path still wants an answer (none, or one to be made exact)."""
    answer = c.answers.get(path)
    return answer is None or not answer.sure


def _ordered(work: Work, paths: Iterable[str]) -> tuple[str, ...]:
    """Paths in the order of the script; within a question in the order of the items."""

    def position(path: str) -> tuple[int, int]:
        question_id, item = split(path)
        return work.edition.questions[question_id].position, int(item or 0)

    return tuple(sorted(set(paths), key=position))


def record(work: Work, path: str, answer: Answer) -> None:
    """Let an answer count, and reopen or set aside only what depends on it."""
    old = work.c.answers.get(path)
    if old is not None and old.value != answer.value and old.sure:
        work.set_aside(path, "changed")
    answers = dict(work.c.answers)
    answers[path] = answer
    agenda = work.c.agenda
    if answer.sure:
        agenda = tuple(other for other in agenda if other != path)
    elif path not in agenda:
        agenda = _ordered(work, (*agenda, path))
    work.change(answers=answers, agenda=agenda)
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
        if work.edition.questions[question_id].later == work.c.later
    ]
    wanted = [path for path in fresh if unsettled(work.c, path)]
    work.change(agenda=_ordered(work, (*work.c.agenda, *wanted)))
    work.change(agenda=tuple(p for p in work.c.agenda if p not in wanted or applies(work, p)
                             is not False))


def remove_item(work: Work, group: str, item: str) -> None:
    """Set aside every answer of one item and take its questions off the agenda."""
    for question_id in work.edition.members.get(group, ()):
        path = join(question_id, item)
        work.set_aside(path, "removed")
        work.change(agenda=tuple(other for other in work.c.agenda if other != path))


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
        if question.later != work.c.later:
            continue
        paths = paths_of(work.edition, work.c, dependent)
        if item and question.group and join(dependent, item) in paths:
            paths = (join(dependent, item),)
        for path in paths:
            _settle(work, path)


def _settle(work: Work, path: str) -> None:
    """Put one dependent question on the agenda, take it off, or set its answer aside."""
    wanted = applies(work, path)
    if wanted is False:
        work.set_aside(path, "reopened")
        if path in work.c.agenda:
            work.change(agenda=tuple(other for other in work.c.agenda if other != path))
    elif unsettled(work.c, path) and path not in work.c.agenda:
        work.change(agenda=_ordered(work, (*work.c.agenda, path)))


def next_path(work: Work) -> str | None:
    """The question to put now: the first of the agenda that is known to apply."""
    for path in work.c.agenda:
        if applies(work, path):
            return path
    return None


def earlier_value(c: Conversation, path: str) -> Answer | None:
    """The last answer of this path that was set aside, to be offered again."""
    for entry in reversed(c.earlier):
        if entry.path == path and entry.reason != "removed":
            return entry.answer
    return None


# How many items are reckoned for a group that is not answered yet, so that "N more questions"
# does not rise when the number is given (conversation-style: it is the longest way left).
def questions_left(work: Work) -> int:
    """How many questions the longest way still has, the open one included."""
    left = len(work.c.agenda)
    for path in work.c.agenda:
        question = work.edition.questions[split(path)[0]]
        if question.question.kind == "group" and question.id not in work.c.answers:
            per_item = sum(
                1
                for member in work.edition.members.get(question.id, ())
                if work.edition.questions[member].later == work.c.later
            )
            left += per_item * (question.question.most or 1)
    return left
