"""The values of a conversation: what it is, what a person did, what is to be done.

All are frozen and serialise to JSON with msgspec, so that a conversation can be written,
read again and continued after every turn. Nothing here has behaviour.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct


class State(StrEnum):
    """Where a conversation stands. What each state accepts is the table in ``engine``."""

    LANGUAGE = "language"
    NOTICE = "notice"
    TELLING = "telling"
    ASKING = "asking"
    AMENDING = "amending"
    REVIEWING = "reviewing"
    SENT = "sent"
    HUMAN = "human"
    WITHDRAWN = "withdrawn"


class Turn(Struct, frozen=True, omit_defaults=True):
    """One act of a person, the same from every channel.

    ``id`` is unique per act within its channel; ``at`` is aware UTC. ``message`` is the
    channel's id of the person's message, so that a later correction finds its answer.
    For a choice, ``visit`` and ``value`` are what the button carries. ``extra`` holds what
    the kind needs: a contact's phone number, an attachment's kind. "due" is a timer that came
    due (``value`` names it), "staff" an act of the office (``value``: taken, asked, moved ...),
    "web" what was answered on the page of the delicate questions (``text``: JSON, path -> words).
    ``channel`` is where it was done: the notice says what is true there.
    """

    id: str
    at: datetime
    kind: Literal[
        "text", "choice", "command", "correction", "contact", "location", "attachment",
        "blocked", "unblocked", "due", "staff", "web",
    ]
    text: str = ""
    visit: int = 0
    value: str = ""
    message: str = ""
    forwarded: bool = False
    extra: str = ""
    channel: str = "telegram"


class Answer(Struct, frozen=True, omit_defaults=True):
    """An answer as it counts. ``value`` is JSON; None means skipped.

    ``raw`` is what was typed or the label tapped; ``revision`` with the question's id names
    the wording it answers; ``message`` the person's message it came in.
    """

    value: Any
    raw: str
    how: Literal["typed", "tapped", "story", "web"]
    at: datetime
    language: str
    revision: str
    who: str = "family"
    message: str = ""
    sure: bool = True


class Earlier(Struct, frozen=True):
    """An answer that no longer counts, kept with the reason."""

    path: str
    answer: Answer
    reason: Literal["changed", "reopened", "removed", "revised"]


class Acceptance(Struct, frozen=True):
    """The notice a person went on from: its version, the hash of its text, language, time."""

    version: int
    hash: str
    language: str
    at: datetime


class Told(Struct, frozen=True, omit_defaults=True):
    """One message of the family's story, already without what must not be stored."""

    message: str
    text: str
    at: datetime
    removed: int = 0


class Prompt(Struct, frozen=True, omit_defaults=True):
    """The open question: ``path`` is a question's path or one of the engine's own prompts.

    ``visit`` counts prompts of the conversation, so a button knows which one it belongs to.
    ``attempt`` counts answers not understood, ``picked`` holds ticks so far, ``page`` the page
    shown, ``candidates`` the values among which the family is asked to choose. ``labels`` are the
    values and label names of its plain buttons, so that these can be typed as well; ``lead`` what
    stood before the question (name, argument, kind and value of its ``Ref``), so that it stays
    when the message gains its mark.
    """

    path: str
    visit: int
    attempt: int = 0
    picked: tuple[str, ...] = ()
    page: str = ""
    candidates: tuple[str, ...] = ()
    slot: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    lead: tuple[tuple[str, str, str, str], ...] = ()


class CaseRef(Struct, frozen=True, omit_defaults=True):
    """The case a conversation became. ``region`` is "" while it waits in the shared queue.

    ``due`` is the day (ISO) by which an answer is promised, ``answered`` whether it came: a new
    message of the family is a new promise.
    """

    number: int
    region: str
    due: str
    taken: bool = False
    closed: bool = False
    answered: bool = False


class Conversation(Struct, frozen=True, omit_defaults=True, dict=True):
    """One family's talk. ``answers`` by path: ``country`` or, per item, ``child_latvian@2``.

    ``second`` is the language of what ``language`` lacks, "" for its own fallback.
    ``agenda`` holds the paths still to be asked, in order: all whose condition is not known to
    be false, so its length is the longest way left. ``trail`` is the way back. ``needs`` are the
    needs understood so far: id -> words that led to it ("" when only inferred). ``told`` the
    kinds of over-sharing already spoken of. ``resume`` is where an amendment returns to,
    ``counted`` whether it was said how many questions it opened. ``talking`` is the moment of the
    last words between the family and its coordinator while these two talk. ``due`` names what
    happens when the one timer comes due.
    """

    id: str
    script: str
    revision: str
    state: State
    language: str = ""
    source: str = ""
    started: datetime | None = None
    last: datetime | None = None
    notice: Acceptance | None = None
    story: tuple[Told, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    questions: tuple[str, ...] = ()
    answers: dict[str, Answer] = {}
    earlier: tuple[Earlier, ...] = ()
    agenda: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    prompt: Prompt | None = None
    visits: int = 0
    seen: tuple[tuple[int, str], ...] = ()
    resume: str = ""
    counted: bool = False
    later: bool = False
    alarm: str = ""
    told: tuple[str, ...] = ()
    case: CaseRef | None = None
    quiet: bool = False
    reminded: tuple[str, ...] = ()
    talking: datetime | None = None
    due: str = ""
    second: str = ""


class Ref(Struct, frozen=True):
    """A value inside a message, put into words when the message is rendered.

    ``kind`` says how: country, place, time, answer (path), item (of a group), day, month,
    message (another message's name), number (the case number, known only at the commit), ...
    """

    kind: str
    value: Any = None


Part = tuple[str, dict[str, Any]]
"""One paragraph of a message: its name in the catalogues and its arguments."""


class Button(Struct, frozen=True, omit_defaults=True):
    """A button: ``value`` is what it sets; ``label`` names its text.

    A value has at most 29 bytes of A-Z a-z 0-9 _ + . / : @ and - ; one that begins with "/" is a
    command ("/language:ru") and counts whatever is open. ``tick`` shows it as picked, ``alone``
    keeps its row to itself.
    """

    value: str
    label: str
    args: dict[str, Any] = {}
    tick: bool = False
    alone: bool = False


class Say(Struct, frozen=True, omit_defaults=True, tag="say"):
    """Say a message. With ``visit`` it is the open prompt of that visit and its buttons count.

    ``buttons`` are laid out by their length, ``last`` is the last row (back, skip). ``slot``
    names a place at the bottom of the chat that holds one message at a time: a newer one
    replaces the older. ``delay`` in seconds lets a burst of messages get one reply.
    """

    parts: tuple[Part, ...]
    buttons: tuple[Button, ...] = ()
    last: tuple[Button, ...] = ()
    visit: int = 0
    slot: str = ""
    delay: float = 0.0
    quiet: bool = False


class Amend(Struct, frozen=True, omit_defaults=True, tag="amend"):
    """Amend the message of an earlier visit.

    With ``buttons`` it is drawn anew (ticks, pages). Without, it loses its buttons and, if
    ``mark`` is given, gains the line "✓ mark".
    """

    visit: int
    parts: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()
    last: tuple[Button, ...] = ()
    mark: Part | None = None


class HandOff(Struct, frozen=True, tag="hand_off"):
    """Make a case of this conversation now. ``urgent`` is an alarm's kind or ""."""

    urgent: str = ""


class AddToCase(Struct, frozen=True, omit_defaults=True, tag="add"):
    """Something new for the case already made: changed answers, or a message of the family."""

    kind: Literal["answers", "message", "alarm", "withdrawn"]
    text: str = ""


class Erase(Struct, frozen=True, tag="erase"):
    """Erase everything of this family."""


class Schedule(Struct, frozen=True, tag="schedule"):
    """Remind (or expire) at this time unless something happens before."""

    kind: str
    at: datetime


Effect = Say | Amend | HandOff | AddToCase | Erase | Schedule


class Step(Struct, frozen=True):
    """What the engine makes of a turn."""

    conversation: Conversation
    effects: tuple[Effect, ...]
