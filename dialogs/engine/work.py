"""One step under way: the conversation as it becomes, and the effects it asks for.

The only mutable thing in the engine; it lives for one turn and never leaves ``step``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from dialogs.conversation import (
    Amend,
    Answer,
    Button,
    Conversation,
    Earlier,
    Effect,
    Part,
    Prompt,
    Ref,
    Say,
    State,
    Step,
    Turn,
)
from dialogs.edition import Edition
from dialogs.recognise.marks import Marks, mark
from dialogs.recognise.reading import SensitiveFound, Span, Understanding
from dialogs.recognise.sensitive import find_sensitive, redact
from dialogs.recognise.story import understand

How = Literal["typed", "tapped", "story", "web"]
STORY_READ = 8192
"""Characters of a story that are read as a whole (two of Telegram's longest messages), so that
nobody's flood of words holds up the others."""
RIGA = ZoneInfo("Europe/Riga")
VISITS_KEPT = 60
COUNTS = frozenset({"agenda", "answers", "needs", "later"})
"""Fields on which the number of questions left depends."""
COUNTED = "counted questions"
"""Under this name what was counted stays with a conversation in memory."""
CUT_KINDS = {
    "personal_code": "code", "document_number": "code", "health": "health",
    "pregnancy": "health", "debt_amount": "money", "income": "money", "child_name": "names",
    "phone": "contact", "email": "contact", "address": "contact", "origin": "origin",
    "status": "origin", "military": "military",
}  # fmt: skip
"""What is left out before storage, by what the family is told about it."""


def _plain(buttons: tuple[Button, ...]) -> tuple[tuple[str, str], ...]:
    """Values and label names of the buttons that can be typed as they are named."""
    return tuple(
        [
            (button.value, button.label)
            for button in buttons
            if not button.args and button.value[:1] != "/"
        ]
    )


def _kept_lead(noted: list[Part]) -> Iterator[tuple[str, str, str, str]]:
    """What stands before a question, as far as it can be said again when the question is marked."""
    for name, args in noted:
        if not args:
            yield name, "", "", ""
        for arg, said in args.items():
            if isinstance(said, Ref) and isinstance(said.value, str | None) and len(args) == 1:
                yield name, arg, said.kind, said.value or ""


class Work:
    """Collects what one turn changes: ``c`` is the newest conversation, ``before`` the first."""

    def __init__(self, edition: Edition, conversation: Conversation, turn: Turn) -> None:
        self.edition = edition.speaking(conversation.language, conversation.second)
        self.turn = turn
        self.today: date = turn.at.astimezone(RIGA).date()
        """The date in Latvia when the turn happened."""
        self.before = conversation
        self.c = conversation
        counted = conversation.__dict__.get(COUNTED)
        self.tally: object = counted[0] if counted else None
        """What ``counting`` knew of the conversation before this turn."""
        self.moved: frozenset[str] | None = counted[1] if counted else None
        """Paths that came, went or were answered since; None if that is not known."""
        self.effects: list[Effect] = []
        self.noted: list[Part] = []
        self.asked: tuple[Part, ...] = ()
        """The question that is being answered, as it was drawn."""
        self.offered: tuple[Button, ...] = ()
        """Buttons to be put under the next message beside its own."""
        self._read: tuple[str, Understanding] | None = None
        self._marks: tuple[str, Marks] | None = None
        self.raw = turn.text
        """What was typed, as it came: read in this turn, never kept."""

    @property
    def language(self) -> str:
        """The language of the talk; Latvian until one is chosen."""
        return self.c.language or "lv"

    def story(self) -> Understanding:
        """The story as it is understood; read once a turn, and no more than can be read quickly.

        Needs and questions of what lies beyond are still taken from each message by itself.
        """
        told = "\n".join(each.text for each in self.c.story)[:STORY_READ]
        if self._read is None or self._read[0] != told:
            self._read = told, understand(told, self.today, self.edition.programme.recogniser)
        return self._read[1]

    def marks(self, text: str) -> Marks:
        """The words of a text with what the lexicon knows of them; marked once a turn."""
        if self._marks is None or self._marks[0] != text:
            self._marks = text, mark(text, self.edition.programme.recogniser.lexicon)
        return self._marks[1]

    def sensitive(self, text: str) -> tuple[SensitiveFound, ...]:
        """What in a text must not be stored."""
        lexicon = self.edition.programme.recogniser.lexicon
        return tuple(find_sensitive(self.marks(text), lexicon))

    def clean(self, text: str, *, allowed: frozenset[str] = frozenset()) -> str:
        """The text without what must not be stored; remembers what kinds were cut."""
        found = tuple(each for each in self.sensitive(text) if each.kind not in allowed)
        if not found:
            return text
        kinds = dict.fromkeys((*self.c.told, *(CUT_KINDS[each.kind] for each in found)))
        self.change(told=tuple(kinds))
        return redact(text, found)

    def change(self, **fields: Any) -> None:
        """Replace fields of the conversation."""
        if not COUNTS.isdisjoint(fields):
            self.moved = None
        self.c = msgspec.structs.replace(self.c, **fields)

    def begin(self, conversation: Conversation) -> None:
        """Go on with another conversation in place of this one."""
        self.c = conversation
        self.moved = None

    def move(self, path: str, **fields: Any) -> None:
        """Replace answers or agenda where nothing but this path comes, goes or is answered."""
        if self.moved is not None:
            self.moved |= {path}
        self.c = msgspec.structs.replace(self.c, **fields)

    def speak(self, language: str, second: str = "") -> None:
        """Go on in this language, with a second one for what it lacks."""
        self.change(language=language, second=second)
        self.edition = self.edition.speaking(language, second)

    def done(self) -> Step:
        """The finished step."""
        if self.noted:
            self.say()
        if self.tally is not None and self.moved is not None:
            self.c.__dict__[COUNTED] = self.tally, self.moved
        return Step(self.c, tuple(self.effects))

    def note(self, name: str, **args: Any) -> None:
        """Put a paragraph in front of the next message of this turn."""
        self.noted.append((name, args))

    @staticmethod
    def without(part: str, whole: str, found: tuple[SensitiveFound, ...]) -> str:
        """A piece of a text without what must not be stored of the whole text.

        What is sensitive often shows only from the words around, so the whole is judged.
        """
        at = whole.find(part)
        inside = tuple(
            SensitiveFound(
                each.kind, Span(max(each.span.start - at, 0), min(each.span.end - at, len(part)))
            )
            for each in found
            if at >= 0 and each.span.start < at + len(part) and each.span.end > at
        )
        return redact(part, inside) if inside else part

    def parts(self, *parts: Part) -> tuple[Part, ...]:
        """What was noted so far, then these."""
        noted, self.noted = tuple(self.noted), []
        return noted + parts

    def say(
        self,
        *parts: Part,
        buttons: tuple[Button, ...] = (),
        slot: str = "",
        delay: float = 0.0,
        quiet: bool = False,
    ) -> None:
        """Say a message that opens no question (its buttons can only be commands)."""
        self.effects.append(
            Say(self.parts(*parts), buttons=buttons, slot=slot, delay=delay, quiet=quiet)
        )

    def open(
        self,
        prompt: str,
        parts: tuple[Part, ...],
        buttons: tuple[Button, ...] = (),
        last: tuple[Button, ...] = (),
        *,
        slot: str = "",
        delay: float = 0.0,
        **fields: Any,
    ) -> None:
        """Put a question: a new visit, whose buttons are the only ones that count.

        A prompt still open loses its buttons first.
        """
        if slot and self.c.prompt is not None and self.c.prompt.slot == slot:
            self.change(prompt=None)  # the new message takes the old one's place
        if self.c.prompt is not None:
            self.effects.append(Amend(self.c.prompt.visit))
        visit = self.c.visits + 1
        lead = tuple(_kept_lead(self.noted))
        buttons, self.offered = (*buttons, *self.offered), ()
        self.change(
            visits=visit,
            prompt=Prompt(
                prompt, visit, slot=slot, labels=_plain((*buttons, *last)), lead=lead, **fields
            ),
            seen=(*self.c.seen, (visit, prompt))[-VISITS_KEPT:],
        )
        self.effects.append(
            Say(self.parts(*parts), buttons, last, visit=visit, slot=slot, delay=delay)
        )

    def close(self, mark: Part | None = None, parts: tuple[Part, ...] = ()) -> None:
        """Take the open prompt's buttons away; with ``mark``, show what was tapped below it."""
        prompt = self.c.prompt
        if prompt is not None:
            lead = tuple(
                (name, {arg: Ref(kind, value)} if arg else {})
                for name, arg, kind, value in prompt.lead
            )
            shown = (*lead, *parts) if mark else ()
            self.effects.append(Amend(prompt.visit, parts=shown, mark=mark))
            self.change(prompt=None)

    def redraw(
        self,
        parts: tuple[Part, ...],
        buttons: tuple[Button, ...],
        last: tuple[Button, ...] = (),
        **fields: Any,
    ) -> None:
        """Draw the open prompt anew in place: ticks and pages of one keyboard."""
        assert self.c.prompt is not None
        labels = _plain((*buttons, *last))
        self.change(prompt=msgspec.structs.replace(self.c.prompt, labels=labels, **fields))
        self.effects.append(Amend(self.c.prompt.visit, self.parts(*parts), buttons, last))

    def stand(self, state: State) -> None:
        """Go to a state."""
        if self.c.state is not state:
            self.change(state=state)

    def answer(
        self, value: object, raw: str, how: How, *, sure: bool = True, message: str = ""
    ) -> Answer:
        """An answer given in this turn."""
        return Answer(
            value,
            raw,
            how,
            self.turn.at,
            self.language,
            self.c.revision,
            message=message or self.turn.message,
            sure=sure,
        )

    def set_aside(
        self, path: str, reason: Literal["changed", "reopened", "removed", "revised"]
    ) -> None:
        """Take an answer out of those that count; it is kept among the earlier ones."""
        answers = dict(self.c.answers)
        old = answers.pop(path, None)
        if old is not None:
            self.move(
                path, answers=answers, earlier=(*self.c.earlier, Earlier(path, old, reason))
            )
