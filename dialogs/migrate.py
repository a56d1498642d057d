"""From one revision to another: what is kept, asked again, no longer used.

An answer stays where its question, its kind and its choices still fit; a question may have got
another id (``was``). Everything else is set aside with the reason "revised", never lost. A prompt
that is gone is closed so that what is still written to it joins the story.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from dialogs.conversation import (
    Answer,
    Conversation,
    Earlier,
    Part,
    Prompt,
    State,
    Step,
    Turn,
)
from dialogs.edition import Edition
from dialogs.engine import agenda, step
from dialogs.engine.gone import closed
from dialogs.engine.questions import draw
from dialogs.engine.work import Work
from dialogs.messages import Speaker
from dialogs.recognise.choices import match_choice
from dialogs.texts import PLACEHOLDER

LISTS = frozenset({"review", "part", "fix", "change", "old"})
"""The engine's own prompts whose buttons name lines or answers by their place."""

OWN = LISTS | {
    "language", "second", "notice", "offer", "phone", "where", "unclear", "delete", "restart",
    "gone",
}  # fmt: skip
"""All prompts of the engine's own; the others are questions of the script."""

WITH_CHOICES = ("choice", "choices")

SHAPES: dict[str, Any] = {
    "number": int, "year": (int, list), "group": list, "place": list, "needs": list,
    "choices": list, "time": dict, "contact": dict, "attachment": dict, "note": bool,
}  # fmt: skip
"""What the values of a kind are; those not named are texts."""


SAID = (None, True)
"""Values that are no answer: passed over, and a note that was said."""


class Moved(Struct, frozen=True):
    """A conversation on another revision, and what that means to the family.

    ``again`` are the questions asked once more, ``unused`` the answers no longer used (by the
    path they were given under), ``fresh`` the questions that came, ``closed`` the id of the open
    question if it is gone. ``turn`` is the turn as it was meant by the buttons it answers,
    ``noted`` what the family is told: one sentence or nothing.
    """

    conversation: Conversation
    turn: Turn
    again: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    closed: str = ""

    @property
    def noticed(self) -> bool:
        """Whether the family notices anything."""
        return bool(self.again or self.unused or self.fresh or self.closed)

    @property
    def noted(self) -> tuple[Part, ...]:
        """The one sentence; questions that simply come need none, unless the review was open."""
        if self.closed:
            return (("script:revised.closed", {}),)
        if self.again and self.unused:
            return (("script:revised.both", {}),)
        if self.again:
            return (("script:revised.again", {}),)
        if self.unused:
            return (("script:revised.unused", {}),)
        reviewed = self.fresh and self.conversation.resume == "" and not self.conversation.later
        prompt = self.conversation.prompt
        if reviewed and prompt is not None and prompt.path == "gone":
            return (("script:revised.fresh", {}),)
        return ()


def stays(c: Conversation, turn: Turn) -> bool:
    """Whether a conversation goes on with its own revision in this turn.

    A case already sent never changes; a notice counts as it was read; reminders and acts of the
    office are no occasion to change questions.
    """
    return (
        c.case is not None
        or c.state is State.NOTICE
        or turn.kind in ("due", "staff", "blocked", "unblocked")
    )


def take(new: Edition, c: Conversation, turn: Turn, old: Edition | None) -> Step:
    """The step of a turn, whatever revision its conversation stands on.

    ``old`` is the conversation's own revision; None if it cannot be had any more.
    """
    if c.revision == new.id:
        return step(new, c, turn)
    if old is not None and stays(c, turn):
        return step(old, c, turn)
    moved = migrate(new, c, turn, old)
    return step(new, moved.conversation, moved.turn, moved.noted)


def renames(new: Edition, old: Edition | None) -> dict[str, str]:
    """Ids of questions that are called otherwise now: old id -> new id.

    Taking a revision back finds the way by what the later one said it was.
    """
    found: dict[str, str] = {}
    for compiled in new.questions.values():
        for was in compiled.question.was:
            if was not in new.questions:
                found.setdefault(was, compiled.id)
    for compiled in old.questions.values() if old is not None else ():
        if compiled.id not in new.questions and compiled.id not in found:
            for was in compiled.question.was:
                if was in new.questions:
                    found[compiled.id] = was
                    break
    return found


def fits(
    new: Edition, path: str, answer: Answer, old: Edition | None = None, was: str = ""
) -> bool:
    """Whether an answer still stands under the question of ``path``.

    ``was`` is the path it was given under in ``old``; without ``old`` only its shape is judged.
    """
    question_id = agenda.split(path)[0]
    compiled = new.questions.get(question_id)
    if compiled is None or bool(compiled.group) != ("@" in path):
        return False
    before = old.questions.get(agenda.split(was or path)[0]) if old is not None else None
    if old is not None and before is not None:
        group = renames(new, old).get(before.group, before.group)
        if before.question.kind != compiled.question.kind or group != compiled.group:
            return False
    question = compiled.question
    value: Any = answer.value
    if value is None:
        return not question.required
    if question.kind == "story":
        return True
    if not isinstance(value, SHAPES.get(question.kind, str)):
        return False
    ids = {choice.id for choice in question.choices}
    if question.kind == "choice":
        return value in ids
    if question.kind == "choices" and not set(value) <= ids:
        return False
    if question.kind == "needs" and not set(value) <= new.programme.needs.keys():
        return False
    if question.kind in ("choices", "needs", "place"):
        return len(value) <= (question.most or len(value))
    if question.kind in ("number", "year", "group"):
        count = len(value) if question.kind == "group" else value
        return not isinstance(count, int) or _within(count, question.minimum, question.maximum)
    return True


def _within(count: int, least: int | None, most: int | None) -> bool:
    return (least is None or count >= least) and (most is None or count <= most)


def migrate(new: Edition, c: Conversation, turn: Turn, old: Edition | None = None) -> Moved:
    """The conversation under another revision, and the turn as it was meant.

    ``old`` is the revision it stands on, if it can be had: it knows what kinds the answers were
    given to and what the buttons said.
    """
    ids = renames(new, old)

    def now(path: str) -> str:
        question_id, item = agenda.split(path)
        return agenda.join(ids.get(question_id, question_id), item)

    kept: dict[str, Answer] = {}
    gone: list[tuple[str, Answer]] = []
    for path, answer in c.answers.items():
        if now(path) not in kept and fits(new, now(path), answer, old, path):
            kept[now(path)] = answer
        else:
            gone.append((path, answer))
    earlier = tuple(
        msgspec.structs.replace(each, path=now(each.path))
        if fits(new, now(each.path), each.answer, old, each.path)
        else msgspec.structs.replace(each, reason="revised")
        for each in c.earlier
    )
    same = {p for _, p in c.seen if _same_question(new, now(p), old, p)}
    there = msgspec.structs.replace(
        c,
        revision=new.id,
        answers=kept,
        earlier=(*earlier, *(Earlier(path, answer, "revised") for path, answer in gone)),
        agenda=(),
        trail=tuple(now(p) for p in c.trail if agenda.split(now(p))[0] in new.questions),
        seen=tuple((visit, now(p) if p in same else "") for visit, p in c.seen),
    )
    if c.notice is None:
        return Moved(there, turn)
    work = Work(new, there, turn)
    agenda.build(work, later=c.later)
    if old is not None:
        before = Work(old, c, turn)
        agenda.build(before, later=c.later)
        gone += _idle(work, before, ids)
        expected = {now(path) for path in (*c.agenda, *before.c.agenda)}
    else:
        expected = {now(path) for path in c.agenda}
    wanted = work.c.agenda
    again = tuple(p for p in (now(path) for path, _ in gone) if p in wanted and _asks(new, p))
    moved = Moved(
        work.c,
        turn,
        again=again,
        unused=tuple(p for p, answer in gone if now(p) not in wanted and answer.value not in SAID),
        fresh=tuple(p for p in wanted if p not in expected and p not in again and _asks(new, p)),
    )
    return _with_prompt(moved, work, c, old, now_path=now(c.prompt.path) if c.prompt else "")


def _asks(edition: Edition, path: str) -> bool:
    """Whether a question is one: a note is only said."""
    return agenda.kind_of(edition, path) != "note"


def _same_question(new: Edition, path: str, old: Edition | None, was: str) -> bool:
    """Whether a prompt still asks the same; the engine's own prompts always do."""
    compiled = new.questions.get(agenda.split(path)[0])
    if old is None:
        return compiled is not None or "@" not in path
    before = old.questions.get(agenda.split(was)[0])
    if before is None:
        return compiled is None
    group = renames(new, old).get(before.group, before.group)
    return (
        compiled is not None
        and compiled.question.kind == before.question.kind
        and compiled.group == group
    )


def _idle(work: Work, before: Work, ids: dict[str, str]) -> list[tuple[str, Answer]]:
    """Set aside the answers whose question applied before and does not any more."""
    was = {new: old for old, new in ids.items()}
    found: list[tuple[str, Answer]] = []
    while True:
        idle = [path for path in work.c.answers if not _asked(work, path)]
        idle = [path for path in idle if _asked(before, _back(path, was))]
        for path in idle:
            found.append((_back(path, was), work.c.answers[path]))
            work.set_aside(path, "revised")
        if not idle:
            return found
        agenda.build(work, later=work.c.later)


def _asked(work: Work, path: str) -> bool:
    """Whether the question of a path is one this family has now."""
    question_id = agenda.split(path)[0]
    return (
        question_id in work.edition.questions
        and path in agenda.paths_of(work.edition, work.c, question_id)
        and agenda.applies(work, path) is not False
    )


def _back(path: str, was: dict[str, str]) -> str:
    question_id, item = agenda.split(path)
    return agenda.join(was.get(question_id, question_id), item)


def _with_prompt(
    moved: Moved, work: Work, c: Conversation, old: Edition | None, *, now_path: str
) -> Moved:
    """The open prompt, kept, closed or put again; and the turn by the meaning of its buttons."""
    prompt, there = c.prompt, moved.conversation
    if prompt is None:
        return moved
    if prompt.path not in OWN:
        if _same_question(work.edition, now_path, old, prompt.path) and _asked(work, now_path):
            open_now = _kept(prompt, now_path, work.edition, old)
            there = msgspec.structs.replace(there, prompt=open_now)
            turn = _meant(moved.turn, work, c, old, path=now_path)
            return msgspec.structs.replace(moved, conversation=there, turn=turn)
        open_now = closed(prompt, *_shown(old, c, moved.turn, prompt))
        there = msgspec.structs.replace(there, prompt=open_now)
        return msgspec.structs.replace(
            moved, conversation=there, closed=agenda.split(prompt.path)[0]
        )
    ahead = c.state is State.REVIEWING and agenda.next_path(work) is not None
    if prompt.path in LISTS and (ahead or moved.noticed):
        state = State.ASKING if ahead else there.state
        there = msgspec.structs.replace(there, prompt=closed(prompt, "", ()), state=state)
    return msgspec.structs.replace(moved, conversation=there)


def _kept(prompt: Prompt, path: str, new: Edition, old: Edition | None) -> Prompt:
    """The prompt under the question's present id, with the choices that are still there."""
    question = new.spec(agenda.split(path)[0])
    picked = prompt.picked
    if question.kind in WITH_CHOICES:
        ids = {choice.id for choice in question.choices}
        picked = tuple(each for each in picked if each in ids)
    called = renames(new, old)
    lead = tuple(
        (name, arg, kind, agenda.join(called.get(asked, asked), item))
        for name, arg, kind, value in prompt.lead
        for asked, item in (agenda.split(value),)
        if name in new.texts.entries and (not asked or called.get(asked, asked) in new.questions)
    )
    labels = tuple(pair for pair in prompt.labels if pair[1] in new.texts.entries)
    return msgspec.structs.replace(prompt, path=path, picked=picked, lead=lead, labels=labels)


def _shown(
    old: Edition | None, c: Conversation, turn: Turn, prompt: Prompt
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The title of the open question and its answers as the family saw them."""
    question_id = agenda.split(prompt.path)[0]
    if old is None or question_id not in old.questions:
        return "–", ()
    spoken = old.speaking(c.language, c.second)
    title = spoken.texts.say(c.language or "lv", old.name(question_id, "title"))
    if old.spec(question_id).kind in ("story", "needs"):
        return title, ()
    speaker = Speaker(old, c, turn.at)
    drawn = draw(Work(old, c, turn), prompt.path)
    options = tuple(
        (own, speaker.label(msgspec.structs.replace(button, tick=False)))
        for button in drawn.buttons
        for own in (button.value.lstrip("+-"),)
        if own in drawn.options
    )
    return PLACEHOLDER.sub("", title).strip(), options


def _meant(turn: Turn, work: Work, c: Conversation, old: Edition | None, *, path: str) -> Turn:
    """A typed number or label by the meaning of the buttons that were drawn.

    Only where choices differ: a removed one becomes a tap that is answered by asking anew.
    """
    if turn.kind != "text" or old is None or c.prompt is None:
        return turn
    before = old.spec(agenda.split(c.prompt.path)[0])
    after = work.edition.spec(agenda.split(path)[0])
    if after.kind not in WITH_CHOICES or before.choices == after.choices:
        return turn
    _, options = _shown(old, c, turn, c.prompt)
    names = [
        (value, (label, *(old.texts.say(each, old.name(before.id, f"{value}.text"))
                          for each in old.languages.offered)))
        for value, label in options
    ]  # fmt: skip
    found = match_choice(turn.text, names, many=after.kind == "choices")
    ids = {choice.id for choice in after.choices}
    if not found:
        return turn
    removed = [value for value in found if value not in ids]
    if removed or len(found) == 1:
        value = removed[0] if removed else found[0]
        return msgspec.structs.replace(turn, kind="choice", visit=c.prompt.visit, value=value)
    said = ", ".join(
        work.edition.texts.say(c.language or "lv", work.edition.name(after.id, f"{value}.text"))
        for value in found
    )
    return msgspec.structs.replace(turn, text=said)
