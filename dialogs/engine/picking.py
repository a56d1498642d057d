"""Which answer of a numbered line is meant, where a line holds several."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.conversation import Button, Ref, State
from dialogs.engine import again, agenda, asking, reviewing, telling
from dialogs.engine.work import Work
from dialogs.messages import labels
from dialogs.recognise import choices

PART = "part"


def to_mend(work: Work, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of a line's questions that have an answer, or are asked before the sending."""
    found = []
    for path in paths:
        question = agenda.question_of(work.edition, path)
        if question is None or path not in agenda.paths_of(work.edition, work.c, question.id):
            continue
        early = not agenda.asked_later(work.edition.questions[question.id]) and agenda.applies(
            work, path
        )
        if early or path in work.c.answers:
            found.append(path)
    return tuple(found[:8])


def pick(work: Work, paths: tuple[str, ...], way_back: str) -> None:
    """Open the one question there is, or ask which; ``way_back`` is the value of "back"."""
    if not paths:
        again.put_again(work)
    elif len(paths) == 1:
        mend(work, paths[0])
    else:
        work.open(PART, (("product:which_part", {}),), _buttons(work, paths),
                  (Button(way_back, "product:back"),), candidates=paths)  # fmt: skip


def _buttons(work: Work, paths: tuple[str, ...]) -> tuple[Button, ...]:
    return tuple(
        Button(
            f"part:{number}",
            "product:part",
            {
                "title": Ref("message", work.edition.name(agenda.split(path)[0], "title")),
                "item": Ref("item_suffix", agenda.split(path)),
            },
            alone=True,
        )
        for number, path in enumerate(paths, 1)
    )


_WAY_BACK = {State.REVIEWING: "/review", State.TELLING: "note"}


def tap(work: Work, value: str) -> None:
    """The part that was tapped."""
    assert work.c.prompt is not None
    paths = work.c.prompt.candidates
    number = telling.number_of(value)
    if 1 <= number <= len(paths):
        mend(work, paths[number - 1])
    else:
        work.close()
        again.put_again(work)


def text(work: Work, said: str) -> None:
    """The part by its number or its title; asked again where neither was said."""
    assert work.c.prompt is not None
    options = [
        (button.value, labels(work.edition, button, work.c))
        for button in _buttons(work, work.c.prompt.candidates)
    ]
    found = choices.match_choice(said, options)
    if len(found) == 1:
        tap(work, found[0])
    else:
        pick(work, work.c.prompt.candidates, _WAY_BACK.get(work.c.state, "/continue"))


def mend(work: Work, path: str) -> None:
    """Ask this question again, its old value first, as fits where the talk stands."""
    question = agenda.question_of(work.edition, path)
    if question is None:
        again.put_again(work)
    elif work.c.state is State.TELLING:
        telling.mend(work, path)
    elif work.c.state is State.REVIEWING:
        reviewing.amend(work, path)
    elif question.kind == "story":
        if work.c.case is None:
            telling.ask(work)
        else:
            again.put_again(work)  # what is written now goes to the case anyway
    else:
        work.change(agenda=(path, *(p for p in work.c.agenda if p != path)))
        work.stand(State.ASKING)
        asking.ask(work, path)
