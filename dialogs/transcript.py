"""Transcripts: whole talks as text files that people read and tests play again.

Lines of a file, in the order of the talk:

``# title``            says what the talk shows; ``# at: 2026-11-22T23:40:00+00:00`` when it begins
``>> text``            the family writes; further lines of one message begin with ``>|``
``+> text``            the family writes within the same burst, a second later
``>> [Label]``         a tap on a button that is shown; ``>> [Label] (old)`` on one that was
``>> /command words``  a command
``>> (edit 2) text``   the family's second typed message in its new words
``>> (photo) words``   an attachment (photo, document, voice, sticker ...) and its caption
``>> (contact +371…)`` a contact card; ``(foreign contact)`` somebody else's; ``(location)``
``>> (forwarded) text``
``-- wait 26h``        time passes (m, h, d); reminders that come due are shown
``-- staff taken``     an act of the office; its words or region after a colon

Everything else is what came of it: ``<<`` a message (its buttons in brackets, a row a line),
``~~`` a message drawn anew, ``==`` what happens beside the chat, ``|`` the coordinator's card.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

from msgspec import Struct, structs

from dialogs.messages import Drawn

ATTACHMENTS = ("photo", "document", "video", "voice", "audio", "video_note", "sticker", "animation")
_KINDS = re.compile(
    r"\((edit (?P<edit>\d+)|contact (?P<contact>[^)]+)|(?P<foreign>foreign contact)"
    r"|(?P<location>location)|(?P<forwarded>forwarded)|(?P<file>"
    + "|".join(ATTACHMENTS)
    + r"))\)\s*"
)
_TAP = re.compile(r"\[(?P<label>.+)\](?P<old> \(old\))?")
_NUMBERED = re.compile(r"^(✓ )?(\d+ (?=\D))?")
_WAIT = re.compile(r"wait (\d+)([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Line(Struct, frozen=True, omit_defaults=True):
    """One act in a transcript.

    ``kind``: text, tap, command, edit, contact, location, attachment, wait, staff. ``text`` is
    what was written or the button's label; ``name`` the command, the kind of attachment, the
    phone number, the edited message's number, or the act of the office; ``wait`` the time that
    passes; ``old`` a button no longer shown; ``burst`` written right after the line before.
    """

    kind: str
    text: str = ""
    name: str = ""
    wait: timedelta = timedelta()
    old: bool = False
    burst: bool = False
    forwarded: bool = False


class Script(Struct, frozen=True):
    """What a transcript's family does: its heading lines, when it begins, its acts in order."""

    heading: tuple[str, ...]
    at: datetime
    lines: tuple[Line, ...]


def read(text: str) -> Script:
    """The family's side of a transcript. Raises ValueError for a line that is no act."""
    heading: list[str] = []
    at: datetime | None = None
    lines: list[Line] = []
    for row in text.splitlines():
        mark, rest = row[:2], row[3:]
        if mark.startswith("#"):
            heading.append(row)
            if row.startswith("# at: "):
                at = datetime.fromisoformat(row.removeprefix("# at: ").strip())
        elif mark == ">|":
            lines[-1] = structs.replace(lines[-1], text=f"{lines[-1].text}\n{rest}")
        elif mark in (">>", "+>"):
            lines.append(_said(rest, burst=mark == "+>"))
        elif mark == "--":
            lines.append(_beside(rest))
    if at is None:
        raise ValueError("a transcript says when it begins: # at: 2026-11-22T23:40:00+00:00")
    return Script(tuple(heading), at, tuple(lines))


def _said(rest: str, *, burst: bool) -> Line:
    tapped = _TAP.fullmatch(rest)
    if tapped is not None:
        return Line("tap", tapped["label"], old=bool(tapped["old"]), burst=burst)
    if rest.startswith("/"):
        name, _, words = rest[1:].partition(" ")
        return Line("command", words, name, burst=burst)
    found = _KINDS.match(rest)
    if found is None:
        return Line("text", rest, burst=burst)
    words = rest[found.end() :]
    if found["edit"]:
        return Line("edit", words, found["edit"], burst=burst)
    if found["contact"] or found["foreign"]:
        return Line("contact", name=found["contact"] or "foreign", burst=burst)
    if found["location"]:
        return Line("location", burst=burst)
    if found["forwarded"]:
        return Line("text", words, forwarded=True, burst=burst)
    return Line("attachment", words, found["file"], burst=burst)


def _beside(rest: str) -> Line:
    waited = _WAIT.fullmatch(rest)
    if waited is not None:
        return Line("wait", wait=timedelta(**{_UNITS[waited[2]]: int(waited[1])}))
    if rest.startswith("staff "):
        act, _, words = rest.removeprefix("staff ").partition(": ")
        return Line("staff", words, act)
    raise ValueError(f"no such act: {rest}")


def written(line: Line) -> str:
    """An act as a transcript shows it."""
    if line.kind == "wait":
        minutes = int(line.wait.total_seconds()) // 60
        for unit, size in (("d", 24 * 60), ("h", 60)):
            if minutes % size == 0:
                return f"-- wait {minutes // size}{unit}"
        return f"-- wait {minutes}m"
    if line.kind == "staff":
        return f"-- staff {line.name}" + (f": {line.text}" if line.text else "")
    mark = "+>" if line.burst else ">>"
    if line.kind == "tap":
        return f"{mark} [{line.text}]" + (" (old)" if line.old else "")
    before = {
        "command": f"/{line.name} ",
        "edit": f"(edit {line.name}) ",
        "contact": "(foreign contact) " if line.name == "foreign" else f"(contact {line.name}) ",
        "location": "(location) ",
        "attachment": f"({line.name}) ",
    }.get(line.kind, "(forwarded) " if line.forwarded else "")
    return f"{mark} {before}{line.text}".rstrip().replace("\n", "\n>| ")


_TAGS = (
    ("<b>", "**"),
    ("</b>", "**"),
    ("<i>", "*"),
    ("</i>", "*"),
    ("<blockquote expandable>", "▾ "),
)


def plain(html: str) -> str:
    """A message's HTML as a transcript shows it: bold and italic by stars."""
    for tag, mark in _TAGS:
        html = html.replace(tag, mark)
    return unescape(re.sub(r"</?[a-z]+[^<>]*>", "", html))


def shown(drawn: Drawn, mark: str = "<<") -> str:
    """A drawn message: its text, then its rows of buttons."""
    rows = ["   " + " ".join(f"[{label}]" for label, _ in row) for row in drawn.rows]
    text = plain(drawn.html).replace("\n", "\n   ")
    return "\n".join([f"{mark} {text}", *rows])


def card_shown(html: str) -> str:
    """A coordinator's card, each line behind a bar."""
    return "\n".join(f"| {line}".rstrip() for line in plain(html).splitlines())


class Message(Struct):
    """A message in the chat: its rows while they are shown, and whether it still waits."""

    visit: int
    rows: tuple[tuple[tuple[str, str], ...], ...]
    slot: str = ""
    sends_at: datetime | None = None
    drawn: Drawn | None = None
    alive: bool = True


class Chat:
    """What a chat shows, as far as buttons and delayed notes go."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def add(self, visit: int, drawn: Drawn, slot: str, sends_at: datetime | None) -> str:
        """Add a message; gives what is shown at once ("" for a delayed one).

        A newer message of a slot takes the older one's place.
        """
        message = Message(visit, drawn.rows, slot, sends_at, drawn)
        self._replace(message, shown_too=sends_at is None)
        self.messages.append(message)
        return "" if sends_at is not None else shown(drawn)

    def _replace(self, newer: Message, *, shown_too: bool) -> None:
        """Take away what waits in the newer message's slot and, once that is shown, what stands."""
        for old in self.messages:
            same = newer.slot and old.slot == newer.slot and old is not newer
            if same and (old.sends_at is not None or shown_too):
                old.alive, old.slot, old.sends_at = False, "", None

    def due(self, now: datetime | None) -> list[str]:
        """Delayed messages whose time has come (all of them for None)."""
        found = []
        for message in self.messages:
            if message.sends_at is not None and (now is None or message.sends_at <= now):
                message.sends_at = None
                self._replace(message, shown_too=True)
                assert message.drawn is not None
                found.append(shown(message.drawn))
        return found

    def amend(self, visit: int, drawn: Drawn) -> str:
        """Draw a message anew; without text it only loses its buttons."""
        for message in reversed(self.messages):
            if message.visit != visit:
                continue
            message.rows = drawn.rows or message.rows
            message.alive = bool(drawn.rows)
            if message.sends_at is not None and not drawn.rows:
                message.sends_at = None  # it never came: what it asked is answered
                return ""
            break
        return shown(drawn, "~~") if drawn.html else ""

    def find(self, label: str, *, old: bool) -> tuple[int, str]:
        """Visit and value of the newest button with this label, shown or (``old``) shown once.

        A label's tick and number may be left out. Raises LookupError.
        """
        for message in reversed(self.messages):
            if message.sends_at is not None or message.alive == old:
                continue
            for row in message.rows:
                for text, value in row:
                    if label in (text, _NUMBERED.sub("", text)):
                        return message.visit, value
        raise LookupError(f"no button [{label}]")
