"""Second thoughts: an edited message corrects the answer it gave, an old button offers to."""

from __future__ import annotations

import msgspec

from dialogs import answers
from dialogs.answers import Asked, Read, time_of_option
from dialogs.conversation import Button, State
from dialogs.engine import again, agenda, asking, picking, reviewing, telling
from dialogs.engine.questions import draw, question_part
from dialogs.engine.work import Work
from dialogs.recognise.yes_no import read_yes_no


def corrected(work: Work) -> None:
    """A message was edited."""
    c, message = work.c, work.turn.message
    if c.notice is None:
        again.put_again(work)
        return
    for number, told in enumerate(c.story):
        if told.message and told.message == message:
            _story(work, number, work.clean(work.turn.text))
            return
    for path, answer in c.answers.items():
        if answer.message and answer.message == message and answer.how == "typed":
            contact = agenda.kind_of(work.edition, path) in ("contact", "phone", "email")
            allowed = frozenset({"phone", "email"}) if contact else frozenset[str]()
            _answer(work, path, work.clean(work.turn.text, allowed=allowed))
            return
    work.note("product:edit_unknown")
    again.put_again(work)


def _story(work: Work, number: int, said: str) -> None:
    """A message of the story in its new words."""
    story = list(work.c.story)
    story[number] = msgspec.structs.replace(
        story[number], text=said, removed=said.count(telling.CUT)
    )
    work.change(story=tuple(story))
    telling.read_needs_of(work, work.raw)
    if work.c.state is State.TELLING:
        telling.note(work, delay=telling.BURST_SECONDS)
        return
    work.note("product:corrected")
    if work.c.case is not None:
        reviewing.joined_case(work)
    again.put_again(work)


def _answer(work: Work, path: str, said: str) -> None:
    """A typed answer in its new words; what was not understood changes nothing."""
    question = agenda.question_of(work.edition, path)
    if question is None or question.kind in ("story", "needs", "group"):
        again.put_again(work)
        return
    drawn = draw(work, path)
    asked = Asked(
        question,
        work.edition.programme,
        work.today,
        lambda option: asking.labels(work, drawn, option),
        drawn.options,
        work.language,
    )
    outcome = answers.read(said, asked)
    if isinstance(outcome, Read):
        agenda.record(work, path, work.answer(outcome.value, said, "typed", sure=outcome.sure))
        work.note("product:corrected")
        if work.c.case is not None:
            reviewing.joined_case(work)
    else:
        work.note("product:correction_unclear")
    again.put_again(work)


def old_button(work: Work, visit: int, value: str) -> None:
    """A tap on a button that is no longer the open one's.

    The same tap again changes nothing; another value offers to change the answer.
    """
    path = dict(work.c.seen).get(visit, "")
    prompt = work.c.prompt
    question = agenda.question_of(work.edition, path) if path else None
    answer = work.c.answers.get(path) if path else None
    if question is None or answer is None or work.c.notice is None:
        if prompt is None or prompt.path != path:
            work.note("product:old_button")
        again.put_again(work)
        return
    if _same(value, answer.value):
        return  # the same tap again, sent twice
    work.open(
        "old",
        (("product:old_answer", {}), question_part(work, path)),
        (Button("change", "product:change_it", alone=True),),
        (Button("leave", "product:leave_it"),),
        candidates=(path,),
    )


def _same(value: str, kept: object) -> bool:
    """Whether a button's value is what is kept already."""
    value = value.removeprefix("all:").removeprefix("as:")
    if isinstance(kept, dict):
        return value == kept.get("way") or ("way" not in kept and time_of_option(value) == kept)
    if isinstance(kept, list):
        return value.lstrip("+-x") in [str(each) for each in kept] or value in (
            "done", "all", str(len(kept)),
        )  # fmt: skip
    return value == str(kept)


def old_tap(work: Work, value: str) -> None:
    """Yes, change the answer of that old button."""
    assert work.c.prompt is not None
    paths = work.c.prompt.candidates
    if value == "change" and paths and agenda.question_of(work.edition, paths[0]) is not None:
        picking.mend(work, paths[0])
    else:
        work.close()
        again.put_again(work)


def old_text(work: Work, said: str) -> None:
    """Yes or no in words."""
    old_tap(work, "change" if read_yes_no(said) == "yes" else "leave")
