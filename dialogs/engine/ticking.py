"""A question of which several choices count: ticked one by one, then done."""

from __future__ import annotations

import msgspec

from dialogs.answers import Read
from dialogs.engine import asking, tapping
from dialogs.engine.questions import DONE, draw, kept_answer, picks_most
from dialogs.engine.work import How, Work


def tap(work: Work, value: str) -> None:
    """A tap on the question. Every button sets its value, none toggles."""
    prompt = work.c.prompt
    assert prompt is not None
    drawn = draw(work, prompt.path)
    if value == "keep" and kept_answer(work, prompt.path) is not None:
        work.asked = drawn.parts
        tapping.keep(work, prompt.path)
        return
    picked = prompt.picked
    if value[:1] == "+" and value[1:] in drawn.options:
        picked = tuple(dict.fromkeys((*picked, value[1:])))
    elif value[:1] == "-":
        picked = tuple(each for each in picked if each != value[1:])
    elif value != DONE.value or not picked:
        asking.ask(work, prompt.path, picked=picked)
        return
    most = picks_most(work.edition.spec(prompt.path.partition("@")[0]))
    if value == DONE.value or len(picked) >= most:
        finish(work, picked[:most], "", "tapped")
        return
    work.change(prompt=msgspec.structs.replace(prompt, picked=picked))
    fresh = draw(work, prompt.path)
    work.redraw((*fresh.parts, *asking.how_far(work)), fresh.buttons, fresh.last)


def finish(work: Work, picked: tuple[str, ...], raw: str, how: How) -> None:
    """Let the ticked choices count, in the order of the question."""
    prompt = work.c.prompt
    assert prompt is not None
    drawn = draw(work, prompt.path)
    work.asked = drawn.parts
    value = [each for each in drawn.options if each in picked]
    if asking.accepted(work, prompt.path, Read(value)):
        asking.give(work, prompt.path, Read(value), raw or ", ".join(value), how)
