"""Proof of a script: the real engine plays it, with every condition both ways.

For each value at which a condition could turn (``dialogs.goals``) a made-up family is sent through
the whole talk, in each language. What a talk shows is
judged, never what was planned. Same script, same proof: no clock, no chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from dialogs.conditions import Condition
from dialogs.conversation import AddToCase, Conversation, HandOff, State, Step, Turn
from dialogs.edition import Edition
from dialogs.engine import agenda, private, step
from dialogs.engine.work import Work
from dialogs.family import Family, Plan
from dialogs.goals import Goal, plans, wanted
from dialogs.play import Talk
from dialogs.transcript import Line, plain, shown

BEGINS = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""When proving talks begin: a working morning."""
READ, TYPED, TAP = 15, 3, 3
"""Characters read and typed a second, and seconds for a tap (conversation-style 14)."""
MOST_ACTS = 400
"""Acts after which a talk that does not end counts as one that never does."""
ALARMS = {
    "lv": "Vīrs mani sit, man ir bail", "ru": "Муж меня бьёт, мне страшно",
    "en": "My husband hits me, I am afraid",
}  # fmt: skip
"""What is written at every question to see that it is heard."""


class Trouble(Struct, frozen=True):
    """Something that must not happen: a code, the language, what it is about, the chat."""

    code: str
    language: str
    about: str
    chat: str


class Length(Struct, frozen=True):
    """A talk's length: acts of the family, and minutes of reading, writing, tapping."""

    acts: int
    minutes: float


class Proof(Struct, frozen=True):
    """What was seen.

    ``reached`` gives for each question the answers (name -> value) with which it was first asked,
    ``passed`` those with which it was not. ``private`` are reached on a page of their own.
    ``open`` are goals no talk brought about, ``untried`` questions whose condition reads too much
    to try every combination, ``dropped`` how many combinations no answer can make.
    """

    script: str
    languages: tuple[str, ...]
    questions: tuple[str, ...]
    conditions: int
    goals: int
    talks: int
    acts: int
    reached: dict[str, dict[str, Any]]
    passed: dict[str, dict[str, Any]]
    private: frozenset[str]
    open: tuple[Goal, ...]
    untried: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    alarms: int
    shortest: Length
    longest: Length
    whole: Length

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return not self.troubles and len(self.reached) == len(self.questions)


class _Played:
    """One talk as it went: what was asked, what it took, what went wrong."""

    def __init__(self, edition: Edition, language: str, plan: Plan) -> None:
        self.edition = edition
        self.language = language
        self.plan = plan
        self.asked: list[str] = []
        self.twice: list[str] = []
        self.refused: list[str] = []
        self.handed = False
        self.stuck = False
        self.seconds = 0.0
        self.to_number = Length(0, 0)
        self.snapshots: list[Conversation] = []
        self.talk = Talk(edition, BEGINS, self._watch)
        self._play()

    def _watch(self, before: Conversation, made: Step, turn: Turn) -> None:
        now = made.conversation
        if any(isinstance(effect, HandOff) for effect in made.effects):
            self.handed = True
        self.asked += (path for path in now.answers if path not in before.answers
                       and agenda.kind_of(self.edition, path) == "note")  # fmt: skip
        if now.prompt is None or (before.prompt and before.prompt.visit == now.prompt.visit):
            return
        path = now.prompt.path
        if agenda.question_of(self.edition, path) is None:
            return
        answer = before.answers.get(path)
        again = before.prompt is not None and before.prompt.path == path
        if again and now.prompt.attempt:
            self.refused.append(path)
        elif not again and answer is not None and answer.sure:
            self.twice.append(path)
        self.asked.append(path)
        self.snapshots.append(now)

    def _play(self) -> None:
        talk, family = self.talk, Family(self.edition, self.language, self.plan, BEGINS.year)
        line: Line | None = Line("command", name="start")
        for _ in range(MOST_ACTS):
            if line is None:
                break
            before = len(talk.chat.messages)
            talk.act(line)
            self._reckon(line, before)
            assert talk.c is not None
            line = family.answer(talk.c, self.rows())
        else:
            self.stuck = True

    def rows(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The buttons of the open prompt."""
        prompt = self.talk.c.prompt if self.talk.c is not None else None
        messages = reversed(self.talk.chat.messages)
        return next((m.rows for m in messages if prompt and m.visit == prompt.visit), ())

    def _reckon(self, line: Line, before: int) -> None:
        """The time an act took, and the reading of what came of it."""
        self.seconds += TAP if line.kind in ("tap", "command") else len(line.text) / TYPED
        for message in self.talk.chat.messages[before:]:
            if message.drawn is not None:
                self.seconds += len(plain(shown(message.drawn))) / READ
        if self.handed and not self.to_number.acts:
            self.to_number = self.length

    @property
    def length(self) -> Length:
        """How long it has been so far."""
        return Length(self.talk.turns, self.seconds / 60)

    def chat(self) -> str:
        """The talk as people read it."""
        return "\n".join(self.talk.out)


def prove(edition: Edition, languages: Iterable[str] = ()) -> Proof:
    """Play a script; all its languages unless some are named."""
    spoken = tuple(languages) or edition.languages.offered
    goals, untried = wanted(edition)
    troubles: list[Trouble] = []
    reached: dict[str, dict[str, Any]] = {}
    passed: dict[str, dict[str, Any]] = {}
    apart: set[str] = set()
    missed: dict[tuple[str, bool, str, str], Goal] = {}
    lengths: list[tuple[Length, Length]] = []
    talks = acts = alarms = 0
    for language in spoken:
        left = {goal.key: goal for goal in goals}
        for plan in plans(edition, goals, left):
            played = _Played(edition, language, plan)
            talks, acts = talks + 1, acts + played.talk.turns
            troubles += _judge(edition, played)
            delicate = _delicate(edition, played)
            apart |= {agenda.split(path)[0] for path in delicate}
            for path in (*played.asked, *delicate):
                question = agenda.split(path)[0]
                reached.setdefault(question, _leading(edition, played, path))
            for key in _covered(edition, played, left.values(), passed):
                left.pop(key)
            if played.handed:
                lengths.append((played.to_number, played.length))
            alarms += _alarms(edition, played, troubles, first=plan.turn == 0)
        missed |= left
        ended, more = _endings(edition, language)
        troubles += ended
        talks += more
    early = [before for before, _ in lengths]
    return Proof(
        script=edition.revision.script.script,
        languages=spoken,
        questions=tuple(edition.questions),
        conditions=sum(each.when is not None for each in edition.questions.values()),
        goals=len(goals),
        talks=talks,
        acts=acts,
        reached=reached,
        passed=passed,
        private=frozenset(apart),
        open=tuple(missed.values()),
        untried=untried,
        troubles=tuple(troubles),
        alarms=alarms,
        shortest=min(early, key=lambda length: length.minutes, default=Length(0, 0)),
        longest=max(early, key=lambda length: length.minutes, default=Length(0, 0)),
        whole=max((end for _, end in lengths), key=lambda e: e.minutes, default=Length(0, 0)),
    )


def _delicate(edition: Edition, played: _Played) -> list[str]:
    """The delicate questions that are offered apart once the talk has ended."""
    c = played.talk.c
    if c is None or not played.handed or private.OFFERED not in c.told:
        return []
    return private.paths(Work(edition, c, Turn("", played.talk.now, "command")))


def _covered(
    edition: Edition,
    played: _Played,
    goals: Iterable[Goal],
    passed: dict[str, dict[str, Any]],
) -> list[tuple[str, bool, str, str]]:
    """The goals that this talk brought about; what a question was not asked with is noted."""
    assert played.talk.c is not None
    work = Work(edition, played.talk.c, Turn("", played.talk.now, "command"))
    seen: dict[str, list[tuple[bool, dict[str, object]]]] = {}
    found = []
    for goal in goals:
        if goal.question not in seen:
            seen[goal.question] = list(_outcomes(work, goal.question))
            for held, known in seen[goal.question]:
                if not held and known:
                    passed.setdefault(goal.question, known)
        for held, known in seen[goal.question]:
            if held == goal.holds and _alike(known.get(goal.name), goal.value):
                found.append(goal.key)
                break
    return found


def _outcomes(work: Work, question: str) -> Iterator[tuple[bool, dict[str, object]]]:
    """How a question's condition comes out now, for each item, and what it read."""
    compiled = work.edition.questions[question]
    paths = agenda.paths_of(work.edition, work.c, question) if compiled.group else (question,)
    for path in paths:
        when: Condition | None = compiled.when
        assert when is not None
        known = agenda.values(work, when.uses, agenda.split(path)[1])
        yield when.holds(known) is True, known


def _alike(known: object, value: object) -> bool:
    if isinstance(known, list) and isinstance(value, list):
        return sorted(known) == sorted(value)
    return known == value


def _leading(edition: Edition, played: _Played, path: str) -> dict[str, Any]:
    """The answers that led to a question being asked."""
    when = edition.questions[agenda.split(path)[0]].when
    now = next((c for c in played.snapshots if c.prompt and c.prompt.path == path), played.talk.c)
    assert now is not None
    if when is None:
        return {}
    work = Work(edition, now, Turn("", played.talk.now, "command"))
    return agenda.values(work, when.uses, agenda.split(path)[1])


def _judge(edition: Edition, played: _Played) -> Iterator[Trouble]:
    """What must not happen in any talk."""

    def trouble(code: str, about: str = "") -> Trouble:
        return Trouble(code, played.language, about, played.chat())

    if played.stuck:
        yield trouble("no_end")
        return
    assert played.talk.c is not None
    if not played.handed:
        yield trouble("no_hand_off")
    for path in dict.fromkeys(played.twice):
        yield trouble("asked_twice", path)
    for path in dict.fromkeys(played.refused):
        yield trouble("not_understood", path)
    work = Work(edition, played.talk.c, Turn("", played.talk.now, "command"))
    for compiled in edition.questions.values():
        if compiled.when is None:
            continue
        for path in agenda.paths_of(edition, played.talk.c, compiled.id):
            known = agenda.values(work, compiled.when.uses, agenda.split(path)[1])
            held = compiled.when.holds(known)
            if held is True and path not in played.asked and path not in played.talk.c.answers:
                yield trouble("passed_over", path)
            if held is False and path in played.asked:
                yield trouble("asked_in_vain", path)
    for compiled in edition.questions.values():
        if compiled.urgent is None:
            continue
        for path in agenda.paths_of(edition, played.talk.c, compiled.id):
            answer = played.talk.c.answers.get(path)
            if answer is None or answer.value is None:
                continue
            known = agenda.values(work, compiled.urgent.uses - {"value"}, agenda.split(path)[1])
            value = edition.variable(compiled.id, played.talk.c.answers, agenda.split(path)[1])
            if compiled.urgent.holds({**known, "value": value}) and not played.talk.c.alarm:
                yield trouble("urgent_unflagged", path)


def _alarms(edition: Edition, played: _Played, troubles: list[Trouble], first: bool) -> int:
    """Write of danger at every question of a talk; gives how often."""
    said = ALARMS.get(played.language)
    if said is None or not first:
        return 0
    for c in played.snapshots:
        made = step(edition, c, Turn("alarm", played.talk.now, "text", said, message="alarm"))
        heard = made.conversation.alarm == "danger" and any(
            (isinstance(effect, HandOff) and effect.urgent == "danger")
            or (isinstance(effect, AddToCase) and effect.kind == "alarm")
            for effect in made.effects
        )
        if not heard:
            about = c.prompt.path if c.prompt else ""
            troubles.append(Trouble("danger_unheard", played.language, about, f">> {said}"))
    return len(played.snapshots)


def _endings(edition: Edition, language: str) -> tuple[list[Trouble], int]:
    """The family's own endings: no thanks, a call instead, everything deleted."""
    troubles: list[Trouble] = []
    ways = {
        "stop": ("stop",),
        "call": ("go", "/human", Line("text", "+371 26123456"), "skip"),
        "delete": ("go", "/delete_me", "yes"),
    }
    ends = {"stop": State.WITHDRAWN, "call": State.SENT, "delete": State.WITHDRAWN}
    for name, acts in ways.items():
        played = Talk(edition, BEGINS)
        played.act(Line("command", name="start"))
        _tap(played, language)
        for act in acts:
            if isinstance(act, Line):
                played.act(act)
            elif act.startswith("/"):
                played.act(Line("command", name=act[1:]))
            else:
                _tap(played, act)
        if played.c is None or played.c.state is not ends[name]:
            troubles.append(Trouble("no_own_end", language, name, "\n".join(played.out)))
    return troubles, len(ways)


def _tap(talk: Talk, value: str) -> None:
    """Tap the button of this value, if the open prompt has it."""
    assert talk.c is not None
    prompt = talk.c.prompt
    for message in reversed(talk.chat.messages):
        if prompt is not None and message.visit == prompt.visit:
            for row in message.rows:
                for label, own in row:
                    if own == value:
                        talk.act(Line("tap", label))
                        return
