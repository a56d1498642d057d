"""The review, the sending, and what joins the case afterwards."""

from __future__ import annotations

from dialogs.answers import whole_number
from dialogs.conversation import AddToCase, Button, CaseRef, HandOff, Part, Ref, State
from dialogs.engine import agenda, asking, picking, private, talk, telling
from dialogs.engine.counting import questions_left
from dialogs.engine.questions import BACK
from dialogs.engine.work import Work
from dialogs.recognise.command_words import read_command
from dialogs.recognise.yes_no import read_yes_no
from dialogs.sheet import judged, review_of

SEND = Button("send", "product:send", alone=True)
MEND = Button("mend", "product:mend")
GAP: Part = ("@gap", {})
OFFERED = (
    (Button("now", "product:answer_now", alone=True),),
    (Button("tomorrow", "product:remind_tomorrow"), Button("not_now", "product:not_now")),
)
SECONDS_PER_LATER_QUESTION = 20
"""Reading some 100 characters at 15 a second, choosing and typing (conversation-style 14)."""


def show(work: Work) -> None:
    """Everything as the coordinator will see it."""
    work.stand(State.REVIEWING)
    work.open(
        "review",
        (("@review", {}),),
        (SEND,),
        (MEND, BACK) if work.c.trail else (MEND,),
    )


def text(work: Work, said: str) -> None:
    """A line's number, a word for sending, or one more piece of the story."""
    number = whole_number(said)
    if number is not None and len(said) <= 12:
        line(work, number)
    elif read_yes_no(said) == "yes" or read_command(said) in ("done", "send"):
        send(work)
    elif len(said) >= asking.STORY_LIKE:
        telling.add_late(work, said)
        show(work)
    else:
        work.note("product:review_again")
        show(work)


def tap(work: Work, value: str) -> None:
    """Send, or mend a line."""
    if value == "send":
        send(work)
    elif value.startswith("line:"):
        line(work, telling.number_of(value))
    elif value == "mend":
        lines = len(review_of(work.edition, work.c, work.turn.at).lines)
        work.open("review", (("product:which_line", {}),), line_buttons(lines),
                  (Button("/review", "product:back"),))  # fmt: skip
    else:
        show(work)


def line_buttons(lines: int) -> tuple[Button, ...]:
    """The numbers of the lines."""
    return tuple(
        Button(f"line:{n}", "product:plain", {"text": str(n)}) for n in range(1, lines + 1)
    )


def line(work: Work, number: int) -> None:
    """Open the question behind a line; where there are several, ask which."""
    lines = review_of(work.edition, work.c, work.turn.at).lines
    if not 1 <= number <= len(lines):
        work.note("product:no_such_line", n=len(lines))
        show(work)
        return
    picking.pick(work, picking.to_mend(work, lines[number - 1].paths), "/review")


def amend(work: Work, path: str) -> None:
    """Change one answer; afterwards the review again."""
    question = agenda.question_of(work.edition, path)
    if question is None:
        show(work)
        return
    work.change(resume="review", counted=False)
    work.stand(State.AMENDING)
    if question.kind == "story":
        telling.ask(work)
    else:
        asking.ask(work, path)


def case_ref(work: Work) -> CaseRef:
    """The case to be: its region and the day by which it is answered. The number comes later."""
    judgement = judged(work.edition, work.c, work.turn.at)
    return CaseRef(0, judgement.route.region, judgement.assessment.due.isoformat())


def case_parts(work: Work) -> tuple[Part, ...]:
    """Which region's coordinator has the case, and by when the answer comes, if one is owed."""
    case = work.c.case
    assert case is not None
    region: Part = (
        ("product:sent_region", {"region": Ref("region", case.region)})
        if case.region
        else ("product:sent_shared", {})
    )
    return region, *talk.due_part(work)


def send(work: Work) -> None:
    """Hand over. The number is allotted in the same commit."""
    work.close()
    work.change(case=case_ref(work), resume="")
    work.effects.append(HandOff())
    work.stand(State.SENT)
    agenda.build(work, later=True)
    lead: tuple[Part, ...] = (
        ("product:sent", {"number": Ref("number")}),
        *case_parts(work),
        ("product:sent_after", {}),
    )
    offer(work, lead)


def offer(work: Work, lead: tuple[Part, ...]) -> None:
    """Offer the questions that are left, never pressing."""
    left = questions_left(work)
    work.close()
    if not left:
        work.say(*lead)
        private.offer(work)
        return
    minutes = max(1, round(left * SECONDS_PER_LATER_QUESTION / 60))
    work.open(
        "offer",
        (*lead, GAP, ("product:offer", {"n": left}), ("product:offer_minutes", {"n": minutes})),
        *OFFERED,
    )
    private.offer(work)


def joined_case(work: Work) -> None:
    """An answer given after the sending joins the case."""
    if not any(isinstance(e, AddToCase) for e in work.effects):
        work.effects.append(AddToCase("answers"))


def after_urgent(work: Work) -> None:
    """An urgent case is on its way and can be answered; the rest may be told, if wanted."""
    work.change(resume="")
    work.stand(State.SENT)
    lead: tuple[Part, ...] = (("product:sent", {"number": Ref("number")}), *case_parts(work))
    if not work.c.agenda:
        work.say(*lead)
        return
    work.open("offer", (*lead, GAP, ("product:offer_when_able", {})), *OFFERED)


def finish_later(work: Work) -> None:
    """No question is left; after those the talk begins with, the further ones are offered."""
    work.close()
    work.change(resume="")
    work.stand(State.SENT)
    if not work.c.later:
        agenda.build(work, later=True)
        if work.c.agenda:
            offer(work, (("product:all_joined", {"number": Ref("number")}),))
            return
    work.say(("product:all_joined", {"number": Ref("number")}), *case_parts(work))


def sent_text(work: Work, said: str) -> None:
    """Written after the sending, with no question open: it goes to the coordinator."""
    talk.family_wrote(work, said)


def sent_tap(work: Work, value: str) -> None:
    """The offer of more questions."""
    if value == "now":
        work.close()
        asking.ask_next(work)
    elif value == "tomorrow":
        work.close()
        work.change(reminded=(*work.c.reminded, "offer"))
        work.say(("product:will_remind", {}))
    else:
        work.close()
        work.say(("product:as_you_like", {}))
