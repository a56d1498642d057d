"""What is written or tapped under something that a newer revision has taken away.

Nothing is swallowed: an answer to a question that is no longer asked joins the story under that
question's title, and the talk goes on. The prompt is closed by ``dialogs.migrate``.
"""

from __future__ import annotations

from dialogs.answers import whole_number
from dialogs.conversation import Prompt, State
from dialogs.engine import again, telling
from dialogs.engine.work import Work

GONE = "gone"
SHORT = 12
"""Characters up to which a text under a vanished list is a line's number or a plain yes."""


def closed(prompt: Prompt, title: str, options: tuple[tuple[str, str], ...]) -> Prompt:
    """The prompt as one that is gone.

    ``title`` is the question's, "" for one of the engine's own lists; ``options`` are the values
    of its buttons with the labels the family saw.
    """
    values, labels = tuple(v for v, _ in options), tuple(label for _, label in options)
    return Prompt(GONE, prompt.visit, page=title, candidates=values, picked=labels)


def text(work: Work, said: str) -> None:
    """A text meant for it."""
    prompt = work.c.prompt
    assert prompt is not None
    number = whole_number(said) if len(said) <= SHORT else None
    if prompt.page:
        if number is not None and 0 < number <= len(prompt.picked):
            said = prompt.picked[number - 1]
        telling.add(work, f"{prompt.page}: {said}")
    elif number is None and work.c.state is State.TELLING:
        telling.text(work, said)
        return
    elif len(said) > SHORT:
        telling.add_late(work, said)
    again.put_again(work)


def tap(work: Work, value: str) -> None:
    """One of its buttons: what the family saw on it joins the story."""
    prompt = work.c.prompt
    assert prompt is not None
    label = dict(zip(prompt.candidates, prompt.picked, strict=True)).get(value)
    if prompt.page and label:
        telling.add(work, f"{prompt.page}: {label}")
    again.put_again(work)
