"""Putting whatever is open once more, at the bottom of the chat."""

from __future__ import annotations

from dialogs.conversation import Button, Ref, State
from dialogs.engine import agenda, asking, beginning, human, reviewing, telling
from dialogs.engine.work import Work


def put_again(work: Work) -> None:
    """Put whatever is open once more, at the bottom of the chat."""
    c = work.c
    if c.state is State.LANGUAGE:
        choosing = c.prompt is not None and c.prompt.path == beginning.SECOND
        beginning.ask_second(work) if choosing else beginning.welcome(work)
    elif c.state is State.NOTICE:
        beginning.notice(work)
    elif c.state is State.TELLING:
        telling.resume(work) if c.story else telling.ask(work)
    elif c.state is State.REVIEWING:
        reviewing.show(work)
    elif c.state is State.HUMAN:
        human.put_again(work)
    elif c.state is State.AMENDING and c.prompt is not None and is_question(work, c.prompt.path):
        asking.ask(work, c.prompt.path)
    elif c.resume == "urgent" and agenda.unsettled(c, "contact"):
        asking.ask(work, "contact")
    elif c.state in (State.ASKING, State.AMENDING):
        asking.ask_next(work)
    elif c.state is State.SENT:
        work.close()
        work.say(
            ("product:with_coordinator", {"number": Ref("number")}),
            *reviewing.case_parts(work),
            ("product:write_here", {}),
        )
    else:
        work.say(("product:gone", {}), buttons=(Button("/start", "product:begin_anew"),))


def is_question(work: Work, path: str) -> bool:
    """Whether a prompt's path is a question of the script."""
    return agenda.question_of(work.edition, path) is not None
