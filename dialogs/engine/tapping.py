"""Taps on the open question: each button sets a value, none toggles."""

from __future__ import annotations

import msgspec

from dialogs import answers
from dialogs.answers import Read
from dialogs.conversation import Ref
from dialogs.engine import agenda, asking, needs, ticking
from dialogs.engine.agenda import question_of, record, split
from dialogs.engine.questions import draw, kept_answer, suggestion, ticks
from dialogs.engine.work import Work
from dialogs.messages import labels as button_labels


def tap(work: Work, value: str) -> None:
    """A tapped button of the open question."""
    prompt = work.c.prompt
    assert prompt is not None
    path = prompt.path
    question = question_of(work.edition, path)
    if question is None:
        asking.ask_next(work)
        return
    if question.kind == "needs":
        needs.tap(work, value)
        return
    if ticks(question):
        ticking.tap(work, value)
        return
    drawn = asking.open_drawn(work)
    work.asked = drawn.parts
    button = next((b for b in drawn.buttons if b.value == value), None)
    if button is None:
        asking.ask(work, path)
    elif value == "suggested":
        found = suggestion(work, path, question)
        assert found is not None
        offered = Read(found[1].value)
        if asking.accepted(work, path, offered):
            label = button_labels(work.edition, button, work.c)[0]
            asking.give(work, path, offered, label, "tapped")
    elif value == "keep":
        keep(work, path)
    elif value == "earlier_years":
        page = str(int(prompt.page or 0) + 1)
        work.change(prompt=msgspec.structs.replace(prompt, page=page))
        older = draw(work, path)
        work.redraw((*older.parts, *asking.how_far(work)), older.buttons, older.last)
    elif question.kind == "group" and value.partition(":")[0] in ("add", "out", "in"):
        _edit(work, path, value)
    else:
        act, _, own = value.partition(":")
        outcome = _tapped(work, path, own if act in ("all", "as") else value)
        if asking.accepted(work, path, outcome):
            label = button_labels(work.edition, button, work.c)[0]
            asking.give(work, path, outcome, label, "tapped", for_all=act == "all")


def _tapped(work: Work, path: str, value: str) -> Read:
    """The value a button sets."""
    question = work.edition.spec(split(path)[0])
    if question.kind == "place":
        if asking.unclear_place(work, path) is not None:
            chosen = asking.choose_place(work, path, (value,))
            assert isinstance(chosen, Read)
            return chosen
        return Read([])
    if question.kind in ("year", "number", "group"):
        return Read(int(value))
    if question.kind == "time":
        return Read(answers.time_of_option(value))
    if question.kind == "contact":
        return Read({"way": value, "value": ""}, sure=value == "chat")
    if question.kind == "choices":
        return Read([value])
    return Read(value)


def keep(work: Work, path: str) -> None:
    """The old value stays (or counts again)."""
    kept = kept_answer(work, path)
    if kept is not None:
        record(work, path, kept)
    asking.went_on(work, path, "tapped")


def _edit(work: Work, path: str, value: str) -> None:
    """Add an item, take one out, or put one back; then the same question again."""
    act, _, item = value.partition(":")
    now = list(agenda.items(work.c, path))
    if act == "add":
        record(work, path, work.answer(asking.items(work, path, len(now) + 1), "+", "tapped"))
        asking.went_on(work, path, "tapped")
        return
    if act == "out":
        left = [each for each in now if each != item]
        work.note("product:taken_out", item=Ref("item_frozen", _frozen(work, path, item)))
        record(work, path, work.answer(left, "-", "tapped"))
    else:
        record(work, path, work.answer(sorted({*now, item}, key=int), "+", "tapped"))
        agenda.restore_item(work, path, item)
        work.change(agenda=tuple(p for p in work.c.agenda if agenda.unsettled(work.c, p)))
        work.note("product:put_back_done", item=Ref("item_frozen", _frozen(work, path, item)))
    asking.ask(work, path)


def _frozen(work: Work, group: str, item: str) -> tuple[str, int | None]:
    """What an item is called at this moment: its group and birth year."""
    year = work.c.answers.get(f"child_year@{item}") if group == "children" else None
    return group, year.value if year is not None and isinstance(year.value, int) else None
