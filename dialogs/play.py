"""Plays talks against the pure engine, with the clock and ids of the transcript, and writes
them down as people read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from dialogs.conversation import (
    AddToCase,
    Amend,
    CaseRef,
    Conversation,
    Erase,
    HandOff,
    Say,
    Schedule,
    State,
    Step,
    Turn,
)
from dialogs.edition import Edition
from dialogs.engine import start
from dialogs.messages import Drawn, Speaker
from dialogs.migrate import take
from dialogs.programme.card import CaseFacts, card
from dialogs.sheet import judged, sheet_of
from dialogs.transcript import Chat, Line, Script, card_shown, written

PACE = timedelta(seconds=30)
BURST = timedelta(seconds=1)
NUMBER = 1042


class Talk:
    """One family's talk."""

    def __init__(
        self,
        edition: Edition,
        at: datetime,
        watch: Callable[[Conversation, Step, Turn], None] | None = None,
    ) -> None:
        self.edition = edition
        self.older: dict[str, Edition] = {}
        self.now = at
        self.c: Conversation | None = None
        self.chat = Chat()
        self.out: list[str] = []
        self.turns = 0
        """Messages and taps of the family so far."""
        self.turns_to_number = 0
        self.typed: list[str] = []
        self.timer: datetime | None = None
        self.updates = 0
        self.received: datetime | None = None
        self.added = False
        self.watch = watch

    def play(self, script: Script) -> str:
        """The whole transcript."""
        for line in script.lines:
            self.act(line)
        self.show(*self.chat.due(None))
        if self.added and self.c is not None and self.c.state is not State.WITHDRAWN:
            self.show("== the case in the end", self.card())
        return "\n".join([*script.heading, "", *self.out]) + "\n"

    def show(self, *rows: str) -> None:
        """Put rows into the transcript."""
        self.out.extend(row for row in rows if row)

    def act(self, line: Line) -> None:
        """One line."""
        pause = line.wait or (BURST if line.burst else PACE)
        if line.kind == "wait":
            self.pass_time(self.now + pause, line)
            return
        self.pass_time(self.now + pause)
        self.show("" if line.burst else " ", written(line))
        self.turn(self.turn_of(line))

    def pass_time(self, until: datetime, line: Line | None = None) -> None:
        """Let time pass: delayed notes come, then timers."""
        self.show(*self.chat.due(until))
        if line is not None:
            self.show(" ", written(line))
        while self.timer is not None and self.timer <= until:
            self.now, self.timer = self.timer, None
            self.show(f"== {self.now:%d.%m. %H:%M} UTC")
            self.turn(Turn(self.new_id(), self.now, "due"))
        self.now = until

    def publish(self, edition: Edition) -> None:
        """From now on another revision holds."""
        self.older[self.edition.id] = self.edition
        self.edition = edition

    def new_id(self) -> str:
        """The id of the next act."""
        self.updates += 1
        return f"u{self.updates}"

    def turn_of(self, line: Line) -> Turn:
        """The line as a turn."""
        uid, message = self.new_id(), ""
        if line.kind == "staff":
            return Turn(uid, self.now, "staff", line.text, value=line.name, extra=line.text)
        if line.kind in ("text", "attachment"):
            message = f"m{len(self.typed) + 1}"
            self.typed.append(message)
        if line.kind != "edit":
            self.turns += 1
        if line.kind == "text":
            return Turn(uid, self.now, "text", line.text, message=message, forwarded=line.forwarded)
        if line.kind == "tap":
            visit, value = self.chat.find(line.text, old=line.old)
            return Turn(uid, self.now, "choice", visit=visit, value=value)
        if line.kind == "command":
            return Turn(uid, self.now, "command", line.text, value=line.name)
        if line.kind == "edit":
            message = self.typed[int(line.name) - 1]
            return Turn(uid, self.now, "correction", line.text, message=message)
        if line.kind == "contact":
            return Turn(uid, self.now, "contact", extra=line.name)
        if line.kind == "location":
            return Turn(uid, self.now, "location")
        return Turn(uid, self.now, "attachment", line.text, message=message, extra=line.name)

    def turn(self, turn: Turn) -> None:
        """Take a turn and show what comes of it."""
        before = self.c
        if before is None:
            made = start(self.edition, "c1", turn)
        else:
            made = take(self.edition, before, turn, self.older.get(before.revision))
        self.come_of(made, turn)

    def come_of(self, made: Step, turn: Turn) -> None:
        """Keep what a step made of a turn, and show it."""
        before, c = self.c, made.conversation
        if any(isinstance(effect, HandOff) for effect in made.effects):
            assert c.case is not None
            c = msgspec.structs.replace(c, case=msgspec.structs.replace(c.case, number=NUMBER))
            made = Step(c, made.effects)
            self.received = turn.at
            self.turns_to_number = self.turns
        self.c = self.kept(c)
        if self.watch is not None and before is not None:
            self.watch(before, made, turn)
        self.timer = None if turn.kind not in ("due", "staff") else self.timer
        speaker = Speaker(self.own, c, self.now)
        for effect in made.effects:
            if isinstance(effect, Say):
                sends_at = self.now + timedelta(seconds=effect.delay) if effect.delay else None
                drawn = speaker.draw(effect)
                self.show(self.chat.add(effect.visit, drawn, effect.slot, sends_at))
            elif isinstance(effect, Amend):
                drawn = speaker.draw(effect) if effect.parts else Drawn("")
                self.show(self.chat.amend(effect.visit, drawn))
            elif isinstance(effect, HandOff):
                urgent = f", urgent: {effect.urgent}" if effect.urgent else ""
                self.show(f"== handed over{urgent}", self.facts(), self.card())
            elif isinstance(effect, AddToCase):
                self.added = True
                words = f" «{effect.text}»" if effect.text else ""
                self.show(f"== added to the case: {effect.kind}{words}")
            elif isinstance(effect, Erase):
                self.show("== erased")
            elif isinstance(effect, Schedule):
                self.timer = effect.at

    @property
    def own(self) -> Edition:
        """The revision the conversation stands on."""
        return self.older.get(self.c.revision, self.edition) if self.c else self.edition

    def kept(self, c: Conversation) -> Conversation:
        """The conversation as it is kept between two turns; tests write and read it here."""
        return c

    def facts(self) -> str:
        """Where the case goes and why."""
        assert self.c is not None
        case: CaseRef | None = self.c.case
        assert case is not None and self.received is not None
        judgement = judged(self.own, self.c, self.received)
        way = judgement.route
        copies = f", copies: {', '.join(way.copies)}" if way.copies else ""
        flags = ", ".join(judgement.assessment.flags) or "-"
        return (
            f"== region: {way.region or 'shared queue'}, municipality: {way.municipality or '-'}"
            f"{copies}, answer by {case.due}\n== flags: {flags}"
        )

    def card(self) -> str:
        """The coordinator's card as it is now."""
        assert self.c is not None and self.c.case is not None and self.received is not None
        sheet = sheet_of(self.own, self.c, "lv", self.received)
        due = datetime.fromisoformat(self.c.case.due).date()
        return card_shown(card(sheet, CaseFacts(NUMBER, self.received, due)))
