"""The engine: how a conversation moves. Pure and total: any turn in any state gives a step.

``start`` begins a conversation, ``step`` makes the next one of a turn. What each state does with
a text and with a tap is ``TABLE``; commands, alarms, corrections and attachments come before it.
"""

from __future__ import annotations

from collections.abc import Callable

from dialogs.answers import whole_number
from dialogs.conversation import Button, Conversation, Part, State, Step, Turn
from dialogs.edition import Edition
from dialogs.engine import (
    agenda,
    alarms,
    asking,
    attached,
    beginning,
    commands,
    correcting,
    gone,
    human,
    office,
    picking,
    private,
    reviewing,
    tapping,
    telling,
    timers,
)
from dialogs.engine.again import put_again
from dialogs.engine.work import Work
from dialogs.messages import labels
from dialogs.recognise.choices import match_choice
from dialogs.recognise.command_words import read_command, without_courtesy
from dialogs.recognise.danger import read_alarm
from dialogs.recognise.fold import fold
from dialogs.recognise.yes_no import read_yes_no

Act = Callable[[Work, str], None]


def _withdrawn(work: Work, _: str) -> None:
    beginning.anew(work)


TABLE: dict[State, tuple[Act, Act]] = {
    State.LANGUAGE: (beginning.language_text, beginning.language_tap),
    State.NOTICE: (beginning.notice_text, beginning.notice_tap),
    State.TELLING: (telling.text, telling.tap),
    State.ASKING: (asking.text, tapping.tap),
    State.AMENDING: (asking.text, tapping.tap),
    State.REVIEWING: (reviewing.text, reviewing.tap),
    State.SENT: (reviewing.sent_text, reviewing.sent_tap),
    State.HUMAN: (human.text, human.tap),
    State.WITHDRAWN: (_withdrawn, _withdrawn),
}
"""What each state does with a text and with a tap of its open prompt."""

CONTACT_ALLOWED = frozenset({"phone", "email"})
CONTACTS = frozenset({"contact", "phone", "email"})
"""Kinds of questions whose answer is a number or an address."""


def start(edition: Edition, conversation_id: str, turn: Turn) -> Step:
    """Begin a conversation: the first screen. A deep link's payload is kept as its source."""
    source = turn.text if turn.kind == "command" and turn.value == "start" else ""
    conversation = Conversation(
        conversation_id,
        edition.revision.script.script,
        edition.id,
        State.LANGUAGE,
        source=beginning.source_of(source),
        started=turn.at,
        last=turn.at,
    )
    work = Work(edition, conversation, turn)
    if turn.kind in ("text", "correction"):
        alarm = read_alarm(turn.text, edition.programme.recogniser.lexicon)
        if alarm is not None:
            alarms.raised(work, alarm, "")
        work.note("product:not_kept_yet")
    beginning.welcome(work)
    timers.set_next(work)
    return work.done()


def step(
    edition: Edition, conversation: Conversation, turn: Turn, noted: tuple[Part, ...] = ()
) -> Step:
    """The next conversation and what is to be done. Never raises for any turn.

    ``noted`` are paragraphs that the first message of this turn begins with.
    """
    work = Work(edition, conversation, turn)
    work.noted += noted
    if turn.kind == "due":
        timers.due(work)
        return work.done()
    if turn.kind == "staff":
        office.acted(work)
        return work.done()
    if turn.kind == "web":
        private.answered(work)
        return work.done()
    if turn.kind in ("blocked", "unblocked"):
        return work.done()
    work.change(last=turn.at)
    if turn.kind == "text":
        _text(work, turn.text)
    elif turn.kind == "choice":
        _choice(work, turn.visit, turn.value)
    elif turn.kind == "command":
        commands.run(work, turn.value)
    elif turn.kind == "correction":
        correcting.corrected(work)
    else:
        attached.received(work, _text)
    timers.set_next(work)
    return work.done()


def _text(work: Work, raw: str) -> None:
    """Alarm first, then a command word, then what must not be stored, then the open question."""
    c = work.c
    alarm = read_alarm(work.marks(raw), work.edition.programme.recogniser.lexicon)
    if alarm is not None and c.state is not State.WITHDRAWN:
        said = work.clean(raw) if c.notice is not None else ""
        if alarms.raised(work, alarm, said):
            return
    command = read_command(raw, work.marks(raw).tokens)
    if command == "continue" and (c.notice is None or c.state is State.TELLING):
        command = None  # "let us start", or a word of the story
    if command and c.state in (State.ASKING, State.AMENDING) and asking.answers_open(work, raw):
        command = None
    if command not in (None, "done", "send") and not work.turn.forwarded:
        commands.run(work, command)
        return
    known = work.edition.languages
    asked_language = known.exactly(raw) or known.exactly(without_courtesy(raw))
    if asked_language and c.state not in (State.LANGUAGE, State.WITHDRAWN):
        commands.switch(work, asked_language)
        return
    if c.notice is None:
        named = beginning.notice_named(work, raw) if c.state is State.NOTICE else ""
        if named and c.prompt is not None and c.prompt.path == "notice":
            _choice(work, c.prompt.visit, named)
        else:
            TABLE[c.state][0](work, raw)
        return
    before = work.c.told
    asks_contact = c.prompt is not None and (
        c.prompt.path == "phone" or agenda.kind_of(work.edition, c.prompt.path) in CONTACTS
    )
    said = work.clean(raw, allowed=CONTACT_ALLOWED if asks_contact else frozenset())
    if c.state is not State.TELLING:
        for kind in work.c.told:
            if kind not in before:
                work.note(f"product:not_kept_{kind}")
    if _button_typed(work, said):
        return
    if c.prompt is not None and c.prompt.path in _PROMPT_TEXT:
        _PROMPT_TEXT[c.prompt.path](work, said)
        return
    if work.c.talking is None:
        beginning.offer_language(work, said)
    TABLE[work.c.state][0](work, said)


LONGEST_LABEL = 40
TOLD = frozenset({"story", "needs", "review"})
"""Prompts under which a text may be more of the story."""


def _button_typed(work: Work, said: str) -> bool:
    """Act on the label of one of the open prompt's own buttons, typed instead of tapped."""
    prompt = work.c.prompt
    if prompt is None or not prompt.labels or len(said) > LONGEST_LABEL:
        return False
    if agenda.question_of(work.edition, prompt.path) is not None and prompt.path not in TOLD:
        return False  # an answer, read by its question's kind
    options = [
        (value, labels(work.edition, Button(value, name), work.c)) for value, name in prompt.labels
    ]
    # "first" under numbered lines is a line, never the first button, which sends.
    number = any(map(str.isdigit, said)) or whole_number(said) is not None
    numbered = number and prompt.path in ("review", telling.FIX_LINE)
    if numbered or prompt.path in ("story", "needs"):
        typed = fold(said.strip(" .!"))
        found = tuple(
            value for value, known in options if any(fold(label) == typed for label in known)
        )
    else:
        found = match_choice(said, options)
    if len(found) != 1:
        return False
    _choice(work, prompt.visit, found[0])
    return True


def _choice(work: Work, visit: int, value: str) -> None:
    """A tap: a command, the open prompt's, or an old button's."""
    prompt = work.c.prompt
    if value.startswith("/"):
        commands.run(work, value[1:])
    elif prompt is not None and visit == prompt.visit:
        own = _PROMPT_TAP.get(prompt.path)
        choosing = work.c.state is State.LANGUAGE and prompt.path in ("language", beginning.SECOND)
        if own is not None and not choosing:
            own(work, value)
        else:
            TABLE[work.c.state][1](work, value)
    elif prompt is not None and prompt.slot and dict(work.c.seen).get(visit) == prompt.path:
        telling.resume(work)  # the note has grown since: it is read before it is called right
    else:
        correcting.old_button(work, visit, value)


def _delete_tap(work: Work, value: str) -> None:
    commands.confirm_tap(work, "delete", value)


def _restart_tap(work: Work, value: str) -> None:
    commands.confirm_tap(work, "restart", value)


def _yes(work: Work, said: str, tap: Act) -> None:
    answer = read_yes_no(said)
    if answer in ("yes", "no"):
        tap(work, answer)
    else:
        put_again(work)


def _change_text(work: Work, said: str) -> None:
    number = whole_number(said)
    commands.change_tap(work, f"line:{number}" if number is not None else "")


_PROMPT_TAP: dict[str, Act] = {
    "language": commands.switch,
    beginning.SECOND: commands.second,
    "delete": _delete_tap,
    "restart": _restart_tap,
    "unclear": alarms.unclear_tap,
    "change": commands.change_tap,
    "old": correcting.old_tap,
    gone.GONE: gone.tap,
    "part": picking.tap,
}
"""Prompts of the engine's own that may be open in any state."""

_PROMPT_TEXT: dict[str, Act] = {
    "delete": lambda work, said: _yes(work, said, _delete_tap),
    "restart": lambda work, said: _yes(work, said, _restart_tap),
    "unclear": lambda work, said: _yes(work, said, alarms.unclear_tap),
    "change": _change_text,
    "language": commands.language_said,
    beginning.SECOND: commands.second_said,
    "part": picking.text,
    "old": correcting.old_text,
    gone.GONE: gone.text,
}

__all__ = ["TABLE", "put_again", "start", "step"]
