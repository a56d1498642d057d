"""A draft played at once: a talk that begins at the welcome or in the middle, at a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from dialogs import answers
from dialogs.answers import CONTACT_WAYS, Asked, Read
from dialogs.conversation import State, Turn
from dialogs.edition import Edition
from dialogs.engine import agenda, asking
from dialogs.engine.questions import draw
from dialogs.engine.work import Work
from dialogs.family import Family, Plan
from dialogs.languages import Languages
from dialogs.play import Talk
from dialogs.transcript import Line

_COUNTRY = re.compile("[A-Z]{2}")


class PreviewFault(Exception):
    """What was asked for cannot be shown; ``name`` and ``given`` make a text of script.yaml."""

    def __init__(self, name: str, **args: str) -> None:
        super().__init__(name)
        self.name = name
        self.given = args


def preview(
    edition: Edition,
    at: datetime,
    language: str = "",
    question: str = "",
    given: Mapping[str, str] | None = None,
) -> Talk:
    """A talk under a draft, ready for the first act.

    With a language, one that families do not see yet too, the notice is read already; with a
    question, that one stands open. ``given`` are answers (question id or path -> what is written,
    a choice's id, a country's code), counted as given before. Raises PreviewFault for a question
    or an answer the draft does not have.
    """
    edition = spoken_in(edition, language) if language else edition
    talk = Talk(edition, at)
    talk.act(Line("command", name="start"))
    if not (language or question or given):
        return talk
    family = Family(edition, language or edition.languages.full[0], Plan(), at.year)
    for _ in range(5):  # languages, the notice, and, to be asked at once, the story
        last = talk.chat.messages[-1] if talk.chat.messages else None
        if talk.c is None or (talk.c.notice is not None and not (question or given)):
            break
        if talk.c.state not in (State.LANGUAGE, State.NOTICE, State.TELLING):
            break
        act = family.answer(talk.c, last.rows if last is not None else ())
        if act is not None:
            talk.act(act)
    if question or given:
        _put(talk, at, question, given or {})
    return talk


def playable(languages: Languages) -> tuple[str, ...]:
    """The codes of the languages a preview can speak; those nobody sees yet come last."""
    return tuple(dict.fromkeys((*languages.offered, *(each.id for each in languages.all))))


def spoken_in(edition: Edition, language: str) -> Edition:
    """The edition as it will be once families may speak a language that is still a draft.

    What is not translated yet comes in another language, as in a partial one.
    """
    listed = edition.languages
    known = listed.get(language)
    if known is None or known.state != "draft":
        return edition
    return edition.with_languages(listed.with_one(known.model_copy(update={"state": "partial"})))


def _put(talk: Talk, at: datetime, question: str, given: Mapping[str, str]) -> None:
    """Let the answers count and open the question."""
    edition = talk.edition
    for name in (*given, question):
        if name and agenda.split(name)[0] not in edition.questions:
            raise PreviewFault("unknown_question", id=name, known=", ".join(edition.questions))
    assert talk.c is not None
    order, turn = edition.revision.order, Turn("preview", at, "command")
    work = Work(edition, talk.c, turn)
    told = {_path(edition, name): said for name, said in given.items()}
    at_path = _path(edition, question) if question else ""
    for path in (*told, at_path):
        group = edition.questions[agenda.split(path)[0]].group if path else ""
        if group and group not in told:
            agenda.record(work, group, work.answer(["1"], "1", "typed"))
    for path in sorted(told, key=lambda each: order[agenda.split(each)[0]]):
        agenda.record(work, path, work.answer(_value(work, path, told[path]), told[path], "typed"))
    work.stand(State.ASKING)
    if at_path:
        if edition.questions[agenda.split(at_path)[0]].later:
            agenda.build(work, later=True)
        asking.ask(work, at_path)
    else:
        asking.ask_next(work)
    talk.out.clear()
    talk.come_of(work.done(), turn)


def _path(edition: Edition, name: str) -> str:
    """A question's path; without an item, the first of its group."""
    return f"{name}@1" if "@" not in name and edition.questions[name].group else name


def _value(work: Work, path: str, said: str) -> object:
    """What a given answer comes to: an id or a code, or words read as the question reads them."""
    question = work.edition.spec(agenda.split(path)[0])
    ids = {choice.id for choice in question.choices}
    if question.kind == "choice" and said in ids:
        return said
    if question.kind in ("choices", "needs"):
        named = [each.strip() for each in said.split(",")]
        if set(named) <= (ids or work.edition.programme.needs.keys()):
            return named
    if question.kind == "country" and _COUNTRY.fullmatch(said):
        return said
    if question.kind == "contact" and said in CONTACT_WAYS:
        return {"way": said, "value": ""}
    drawn = draw(work, path)
    asked = Asked(
        question, work.edition.programme, work.today,
        lambda option: asking.labels(work, drawn, option), drawn.options,
    )  # fmt: skip
    outcome = answers.read(said, asked)
    if question.kind == "yes_no" and said in ("yes", "no", "unsure"):
        return said
    if not isinstance(outcome, Read):
        raise PreviewFault("bad_answer", id=path, value=said)
    if question.kind == "group":
        return [str(number + 1) for number in range(int(outcome.value))]
    return outcome.value
