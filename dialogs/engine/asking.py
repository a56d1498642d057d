"""Asking: the open question, an answer to it, and what comes next."""

from __future__ import annotations

from typing import Any

import msgspec

from dialogs import answers
from dialogs.answers import Asked, Read, Rejected
from dialogs.conversation import Part, Ref, State
from dialogs.engine import again, agenda, alarms, needs, reviewing, tapping, telling, ticking
from dialogs.engine.agenda import join, next_path, question_of, record, split
from dialogs.engine.counting import questions_left
from dialogs.engine.questions import (
    CALL,
    DONE,
    SKIP,
    Drawn,
    draw,
    is_act,
    picked,
    progress,
    question_part,
    text_part,
    wants_address,
    ways_to_answer,
)
from dialogs.engine.work import How, Work
from dialogs.messages import labels as button_labels
from dialogs.recognise.command_words import read_command
from dialogs.recognise.fold import fold, tokens
from dialogs.recognise.yes_no import read_yes_no

THIRD = 3
"""The misunderstanding after which a person is offered (conversation-style 17)."""
LONGEST_LABEL = 40
STORY_LIKE = 60
"""Characters from which a text that answers nothing counts as part of the story."""


def ask(work: Work, path: str, *, lead: tuple[Part, ...] = (), **fields: Any) -> None:
    """Put the question of this path as the open prompt."""
    question = question_of(work.edition, path)
    assert question is not None
    if question.kind == "story":
        telling.ask(work)
        return
    if question.kind == "needs":
        needs.ask(work)
        return
    drawn = draw(work, path)
    work.noted.extend(lead)
    fields.setdefault("picked", picked(work, path))
    work.open(path, (*drawn.parts, *how_far(work)), drawn.buttons, drawn.last, **fields)


def how_far(work: Work) -> tuple[Part, ...]:
    """How far along one is; not while one answer is mended."""
    return () if work.c.resume else (progress(work),)


def ask_next(work: Work) -> None:
    """Go on: the next question, or the review, or the end of the later questions."""
    if work.c.resume == "urgent":
        reviewing.after_urgent(work)
        return
    path = next_path(work)
    while path is not None and work.edition.spec(split(path)[0]).kind == "note":
        work.say(question_part(work, path))
        record(work, path, work.answer(True, "", "tapped"))
        path = next_path(work)
    if path is not None:
        work.stand(State.AMENDING if work.c.resume else State.ASKING)
        reopened = questions_left(work) if work.c.resume == "review" else 0
        if reopened and not work.c.counted:
            work.change(counted=True)
            work.note("product:then_more", n=reopened)
        ask(work, path)
    elif work.c.case is not None:
        reviewing.finish_later(work)
    elif work.c.resume == "story":
        work.change(resume="")
        telling.resume(work)
    else:
        work.change(resume="")
        reviewing.show(work)


def open_drawn(work: Work) -> Drawn:
    """The open question as it is drawn now."""
    assert work.c.prompt is not None
    return draw(work, work.c.prompt.path)


def text(work: Work, said: str) -> None:
    """A text while a question is open."""
    prompt = work.c.prompt
    if prompt is None:
        ask_next(work)
        return
    path = prompt.path
    question = question_of(work.edition, path)
    if question is None:
        ask_next(work)
        return
    if question.kind == "needs":
        needs.text(work, said)
        return
    drawn = open_drawn(work)
    act = _act_typed(work, drawn, said)
    if act:
        tapping.tap(work, act)
        return
    if question.kind == "group" and telling.children_from_text(work, question.id, said):
        went_on(work, path, "typed")
        return
    if prompt.picked and drawn.ticking and read_command(said) == "done":
        tapping.tap(work, DONE.value)
        return
    whole, own = _for_all(work, said, question.same is not None)
    beside = prompt.attempt > 1 or any(map(str.isalpha, said))
    if beside and wants_address(work, path):
        drawn = Drawn((), ways_to_answer())  # "here, after all": another way can still be named
    asked = Asked(question, work.edition.programme, work.today, lambda o: labels(work, drawn, o),
                  drawn.options, work.language)  # fmt: skip
    outcome: Read | Rejected
    if unclear_place(work, path) is not None:
        outcome = choose_place(work, path, asked.match(own))
        if isinstance(outcome, Rejected):
            outcome = answers.read(own, asked)
    else:
        outcome = answers.read(own, asked)
    if isinstance(outcome, Rejected):
        if len(said) >= STORY_LIKE and question.kind not in ("text", "long_text"):
            telling.add_late(work, said)
            again.put_again(work)
        elif not question.required and read_yes_no(said) == "unsure":
            skip(work)  # "nezinu" where no answer says so
        else:
            not_understood(work, path, outcome)
        return
    if not accepted(work, path, outcome):
        return
    if len(said) >= STORY_LIKE and question.kind not in ("text", "long_text"):
        telling.add_late(work, said)  # an answer with more in it than was asked
    if prompt.picked and drawn.ticking and isinstance(outcome.value, list):
        ticking.finish(work, (*prompt.picked, *outcome.value), said, "typed")
        return
    give(work, path, outcome, said, "typed", for_all=whole)


# Trades that are also words for a person to talk to.
_TRADES = frozenset(("operators", "operatore", "operator", "koordinators", "koordinatore",
                     "koordinator", "coordinator", "agent", "info"))  # fmt: skip


def answers_open(work: Work, said: str) -> bool:
    """Whether a command's word is an answer to the open question: part of one option's label
    ("vēlāk", "piezvaniet man"), or a trade where one is asked for."""
    question = question_of(work.edition, work.c.prompt.path) if work.c.prompt else None
    if question is None or said.startswith("/"):
        return False
    if question.kind in ("text", "long_text"):
        return fold(said.strip(" .!")) in _TRADES
    drawn, typed = open_drawn(work), {token.folded for token in tokens(said)}
    if any(
        typed == {token.folded for token in tokens(label)}
        for button in drawn.last
        for label in button_labels(work.edition, button, work.c)
    ):
        return False  # the whole label of "back" or "skip", which stand there as well
    named = [
        option for option in drawn.options
        if any(typed <= {token.folded for token in tokens(label)}
               for label in labels(work, drawn, option))
    ]  # fmt: skip
    return bool(typed) and len(named) == 1


def _act_typed(work: Work, drawn: Drawn, said: str) -> str:
    """The value of a button typed in full ("Atstāt: 2023", "Agrāk"), if it acts on the question."""
    if len(said) > LONGEST_LABEL:
        return ""
    typed = fold(said.strip(" .!"))
    for button in drawn.buttons:
        if is_act(button.value) and any(
            fold(label) == typed for label in button_labels(work.edition, button, work.c)
        ):
            return button.value
    return ""


def accepted(work: Work, path: str, outcome: Read) -> bool:
    """Whether an answer keeps the question's rules; if not, the rule is said and asked again."""
    assert work.c.prompt is not None
    attempt = work.c.prompt.attempt
    broken = _broken(work, split(path)[0], path, outcome)
    if broken is None:
        return True
    work.note(broken)
    ask(work, path, attempt=attempt + 1)
    return False


def _for_all(work: Work, said: str, allowed: bool) -> tuple[bool, str]:
    """Whether a typed answer is meant for every item ("visiem: neprot"), and the answer itself."""
    first, _, rest = said.strip().partition(" ")
    words = ("visiem", "visi", "abiem", "abi", "всем", "все", "оба", "обоим", "all", "both")
    if allowed and rest and first.lower().strip(":,") in words:
        return True, rest.strip(" :,")
    return False, said


def labels(work: Work, drawn: Drawn, option: str) -> tuple[str, ...]:
    """Every language's label of an option, so that any of them can be typed."""
    button = drawn.button(option)
    if button is None:
        return ()
    return button_labels(work.edition, button, work.c)


def _broken(work: Work, question_id: str, path: str, outcome: Read) -> str | None:
    """The message of the first constraint that the answer breaks."""
    for constraint in work.edition.questions[question_id].constraints:
        item = split(path)[1]
        known = agenda.values(work, constraint.check.uses - {"value"}, item)
        if constraint.check.holds({**known, "value": outcome.value}) is False:
            return constraint.name
    return None


def give(
    work: Work, path: str, outcome: Read, raw: str, how: How, *, for_all: bool = False
) -> None:
    """Let an answer count and go on."""
    value, sure = outcome.value, outcome.sure
    question = work.edition.spec(split(path)[0])
    if question.kind == "group":
        value, sure = items(work, question.id, int(value)), True
    record(work, path, work.answer(value, raw, how, sure=sure))
    group = work.edition.questions[question.id].group
    if for_all and group:
        for item in agenda.items(work.c, group):
            other = join(question.id, item)
            if agenda.unsettled(work.c, other) and agenda.applies(work, other):
                record(work, other, work.answer(value, raw, how))
    went_on(work, path, how)


def items(work: Work, group: str, count: int) -> list[str]:
    """The items of a group that now has ``count``: first ones stay, new ids are never reused."""
    now = list(agenda.items(work.c, group))
    used = [int(split(p)[1]) for p in (*work.c.answers, *(e.path for e in work.c.earlier))
            if split(p)[1] and work.edition.questions[split(p)[0]].group == group]  # fmt: skip
    highest = max([*used, *(int(item) for item in now)], default=0)
    while len(now) < count:
        highest += 1
        now.append(str(highest))
    return now[:count]


def _is_urgent(work: Work, path: str) -> bool:
    """Whether this answer cannot wait, as the script has it."""
    question_id, item = split(path)
    condition = work.edition.questions[question_id].urgent
    answer = work.c.answers.get(path)
    if condition is None or answer is None or not answer.sure or work.c.alarm:
        return False
    known = agenda.values(work, condition.uses - {"value"}, item)
    return condition.holds({**known, "value": answer.value}) is True


def went_on(work: Work, path: str, how: How) -> None:
    """An answer counts: say so, and go on to what comes next."""
    answer = work.c.answers.get(path)
    if answer is not None and how == "typed" and answer.value is not None and answer.sure:
        work.note("product:noted", what=Ref("answer", path))
    if how == "tapped" and answer is not None:
        mark: Part = ("product:tick", {"what": Ref("value", (path, answer.value))})
        work.close(mark, work.asked or (question_part(work, path),))
    if not work.c.trail or work.c.trail[-1] != path:
        work.change(trail=(*work.c.trail, path))
    if work.c.case is not None and answer is not None and answer.sure:
        reviewing.joined_case(work)
    if _is_urgent(work, path):
        alarms.urgent(work, "unclear")
    elif answer is not None and not answer.sure:
        ask(work, path)
    else:
        ask_next(work)


def not_understood(work: Work, path: str, outcome: Rejected) -> None:
    """Say what would be understood; differently the second time; then offer a person."""
    assert work.c.prompt is not None
    question = work.edition.spec(split(path)[0])
    attempt = work.c.prompt.attempt + 1
    if wants_address(work, path):
        _address_again(work, path, attempt)
        return
    if attempt == 1 or question.differently is None:
        lead: Part = text_part(work, path, "again") if question.again else ("product:again", {})
    else:
        lead = text_part(work, path, "differently")
    if outcome.candidates and question.kind == "country":
        work.c = msgspec.structs.replace(
            work.c, prompt=msgspec.structs.replace(work.c.prompt, candidates=outcome.candidates)
        )
        lead = ("product:which_of_these", {})
    drawn = draw(work, path)
    parts: tuple[Part, ...] = (lead,) if attempt < THIRD else (lead, ("product:call_offer", {}))
    last = drawn.last
    if attempt >= THIRD:
        call = () if question.kind == "contact" else (CALL,)
        last = (*call, *(() if question.required else (SKIP,)))
    work.open(path, (*parts, *how_far(work)), drawn.buttons, last,
              picked=picked(work, path), attempt=attempt,
              candidates=outcome.candidates)  # fmt: skip


def _address_again(work: Work, path: str, attempt: int) -> None:
    """Ask for the number or address again; then differently, with the other ways beside it."""
    way = work.c.answers[path].value["way"]
    lead: Part = (f"product:{way}_{'again' if attempt == 1 else 'differently'}", {})
    buttons = ways_to_answer() if attempt > 1 else ()
    work.open(path, (lead, *how_far(work)), buttons, draw(work, path).last, attempt=attempt)


def unclear_place(work: Work, path: str) -> dict[str, Any] | None:
    """The first place of an answer that may still be several municipalities."""
    answer = work.c.answers.get(path)
    if answer is None or answer.sure or not isinstance(answer.value, list):
        return None
    return next((p for p in answer.value if isinstance(p, dict) and isinstance(p["iso"], list)),
                None)  # fmt: skip


def choose_place(work: Work, path: str, found: Any) -> Read | Rejected:
    """Make the first unclear place of an answer exact."""
    if len(found) != 1:
        return Rejected()
    value = [dict(place) for place in work.c.answers[path].value]
    for place in value:
        if isinstance(place["iso"], list):
            place["iso"] = found[0]
            break
    return Read(value, sure=answers.place_settled(value))


def skip(work: Work) -> None:
    """Pass over the open question, if that is possible."""
    prompt = work.c.prompt
    question = question_of(work.edition, prompt.path) if prompt is not None else None
    if prompt is None or question is None:
        work.note("product:nothing_to_skip")
        again.put_again(work)
    elif question.kind == "story":
        telling.skip(work)
    elif question.required:
        work.note("product:cannot_skip")
        ask(work, prompt.path)
    else:
        record(work, prompt.path, work.answer(None, "", "tapped"))
        work.change(trail=(*work.c.trail, prompt.path))
        needed = question.kind == "needs"
        parts = needs.shown_parts(work) if needed else (question_part(work, prompt.path),)
        work.close(("product:tick", {"what": Ref("message", "product:skipped")}), parts)
        ask_next(work)


def back(work: Work) -> None:
    """One question back; its old value is offered first. From an address to the ways to answer."""
    prompt = work.c.prompt
    if (
        prompt is not None
        and agenda.question_of(work.edition, prompt.path) is not None
        and wants_address(work, prompt.path)
    ):
        work.change(answers={p: a for p, a in work.c.answers.items() if p != prompt.path})
        ask(work, prompt.path)
        return
    if work.c.resume == "urgent":
        again.put_again(work)
        return
    if work.c.resume and work.c.case is None:
        target = work.c.resume
        work.change(resume="")
        if target == "story":
            telling.resume(work)
        else:
            reviewing.show(work)
        return
    trail = [path for path in work.c.trail if _exists(work, path)]
    if not trail:
        work.note("product:nothing_back")
        again.put_again(work)
        return
    path = trail[-1]
    work.change(trail=tuple(trail[:-1]))
    work.stand(State.ASKING)
    if path not in work.c.agenda:
        work.change(agenda=(path, *work.c.agenda))
    ask(work, path)


def _exists(work: Work, path: str) -> bool:
    question = question_of(work.edition, path)
    return question is not None and path in agenda.paths_of(work.edition, work.c, question.id)
