"""A person instead of the bot: a call is asked for, with a phone number and, if known, a place."""

from __future__ import annotations

from dialogs.answers import Asked, Read, read
from dialogs.conversation import AddToCase, Button, HandOff, Ref, State
from dialogs.engine import again, agenda, reviewing, talk, telling
from dialogs.engine.work import Work
from dialogs.recognise.contact import read_phone

NEVER_MIND = Button("never_mind", "product:rather_write", alone=True)


def ask(work: Work) -> None:
    """Ask for the phone number (or pass the wish on, when a case is there already)."""
    if work.c.case is not None:
        talk.promise(work)
        work.effects.append(AddToCase("message", "☎"))
        work.change(alarm=work.c.alarm or "call")
        known = work.c.answers.get("contact")
        if known is not None and known.value and known.value.get("way") == "phone":
            work.say(("product:call_passed_on", {}), *reviewing.case_parts(work))
            return
    if work.c.state is not State.HUMAN:
        work.change(resume=f"{work.c.state}:{work.c.resume}")
    work.stand(State.HUMAN)
    _ask_phone(work, "product:phone")


def put_again(work: Work) -> None:
    """The number, or, when it is noted, the place."""
    if work.c.prompt is not None and work.c.prompt.path == "where":
        _ask_where(work)
    else:
        _ask_phone(work, "product:phone")


def _ask_where(work: Work) -> None:
    work.open("where", (("product:call_where", {}),), (Button("skip", "product:skip", alone=True),))


def _ask_phone(work: Work, name: str, attempt: int = 0) -> None:
    work.open("phone", ((name, {}),), (NEVER_MIND,), attempt=attempt)


def text(work: Work, said: str) -> None:
    """The phone number, or then the place."""
    prompt = work.c.prompt
    if prompt is not None and prompt.path == "phone":
        phone = read_phone(work.raw, None)
        if phone is None:
            attempt = prompt.attempt + 1
            name = "product:phone_again" if attempt == 1 else "product:phone_differently"
            _ask_phone(work, name, attempt)
            return
        answer = work.answer({"way": "phone", "value": phone}, phone, "typed")
        agenda.record(work, "contact", answer)
        work.change(alarm=work.c.alarm or "call")
        _place_or_send(work)
        return
    question = work.edition.spec("place")
    outcome = read(said, Asked(question, work.edition.programme, work.today, lambda _: ()))
    if isinstance(outcome, Read):
        agenda.record(work, "place", work.answer(outcome.value, said, "typed", sure=outcome.sure))
    elif said.strip():
        telling.add(work, said)
    _send(work)


def _place_or_send(work: Work) -> None:
    asks_place = work.c.case is None and "place" in work.edition.questions
    if asks_place and "place" not in work.c.answers:
        work.note("product:phone_noted")
        _ask_where(work)
    else:
        _send(work)


def tap(work: Work, value: str) -> None:
    """Rather write after all, or no place yet."""
    if value == "never_mind":
        work.close()
        state, _, resume = work.c.resume.partition(":")
        work.stand(State(state) if state in set(State) else State.ASKING)
        work.change(resume=resume)
        again.put_again(work)
    elif work.c.prompt is not None and work.c.prompt.path == "phone":
        again.put_again(work)  # without a number nobody can call
    else:
        _send(work)


def _send(work: Work) -> None:
    """Hand the wish for a call over; the questions can still be answered afterwards."""
    work.close()
    work.change(resume="")
    if work.c.case is None:
        telling.count_understood(work)
        work.change(case=reviewing.case_ref(work))
        work.effects.append(HandOff())
        lead = (("product:sent", {"number": Ref("number")}), ("product:call_promised", {}),
                *reviewing.case_parts(work))  # fmt: skip
    else:
        work.effects.append(AddToCase("answers"))
        lead = (("product:call_passed_on", {}), *reviewing.case_parts(work))
    work.stand(State.SENT)
    if not work.c.later:
        agenda.build(work, later=False)
    reviewing.offer(work, lead)
