"""The terminal: one person talks with the bot, and sees what the coordinator receives.

Typed words go to the bot as they are, so "2" means what the bot makes of it. A button is tapped
by ``#2``, its number, or ``[Label]``, its label in brackets. Commands begin with a slash. Lines
may come from a pipe, typed like this or as a transcript (``dialogs.transcript``).

What takes long to import is imported where it is first needed: something is shown at once.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec
import typer

from bot.channels.channel import Accept, Incoming, Key, Missing, Order
from dialogs.conversation import Turn

if TYPE_CHECKING:
    from dialogs.transcript import Line

NAME = "terminal"
FAMILY = "family"
LANGUAGES = ("lv", "ru", "en")
TEXT_LIMIT = 4096
SETTLE_SECONDS = 6.0
"""A line from a pipe waits at most so long for what is owed; a note of the story waits three."""
_LOOK_EVERY = 0.02

_TAP = re.compile(r"#\s*(?P<number>\d{1,3})|\[(?P<label>.+)\]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_ANSI = {"<b>": "\x1b[1m", "</b>": "\x1b[22m", "<i>": "\x1b[3m", "</i>": "\x1b[23m"}
HOW = "Write an answer, or #2 to tap button 2. /help says more; Ctrl-D ends."


def plain(html: str, *, styled: bool) -> str:
    """A message's HTML as terminal text; bold and italics only if ``styled``."""
    html = _CONTROL.sub("", html)
    html = html.replace("<blockquote expandable>", "▾ ")
    for tag, code in _ANSI.items():
        html = html.replace(tag, code if styled else "")
    return unescape(re.sub(r"</?[a-z]+[^<>]*>", "", html))


class Shown(msgspec.Struct):
    """A message on the screen."""

    address: str
    html: str
    rows: tuple[tuple[Key, ...], ...]


class Terminal:
    """The channel of one person. ``lines`` gives what is typed, None at the end.

    ``patient`` (a pipe) takes the next line only when nothing is owed any more, as a person
    would who reads first; ``owing`` says whether something is.
    """

    name = NAME

    def __init__(
        self,
        lines: asyncio.Queue[str | None],
        out: TextIO,
        clock: Callable[[], datetime],
        record: TextIO | None = None,
        *,
        patient: bool = False,
    ) -> None:
        self.lines = lines
        self.out = out
        self.clock = clock
        self.record = record
        self.patient = patient
        self.styled = out.isatty()
        self.owing: Callable[[], bool] = lambda: False
        self.desks: dict[str, str] = {}
        """What a desk's address is called on the screen."""
        self.failed = ""
        """The tap from a pipe that found no button."""
        self._shown: dict[str, Shown] = {}
        self._acts = 0
        self._answered = True

    # -- the seam -------------------------------------------------------------------------------

    async def receive(self, accept: Accept) -> None:
        """Take lines until they end."""
        while True:
            said = await self.lines.get()
            if said is None:
                await self._settled()
                return
            for line in _acts(said):
                if self.patient and not line.burst:
                    await self._settled()
                incoming = self._incoming(line)
                if incoming is not None:
                    await accept(incoming)
                elif self.patient:
                    return

    async def begin(self, accept: Accept, language: str) -> None:
        """Open the talk, and choose the language if one is given."""
        from dialogs.transcript import Line

        first = self._incoming(Line("command", name="start"))
        assert first is not None
        await accept(first)
        await self._settled()
        label = {"lv": "Latviešu", "ru": "Русский", "en": "English"}.get(language)
        if label is not None:
            choice = self._incoming(Line("tap", label))
            if choice is not None:
                self._print(f"> {label}")
                await accept(choice)

    async def perform(self, address: str, order: Order) -> str:
        """Print a message, or what changed in one."""
        if order.kind == "send":
            message = str(len(self._shown) + 1)
            self._shown[message] = Shown(address, order.html, order.rows)
            self._answered = True
            self._show(address, order.html, order.rows)
            self._write(address, order, "<<")
            return message
        known = self._shown.get(order.message)
        if known is None:
            raise Missing("no such message")
        if order.kind == "edit":
            before = known.html.splitlines()
            added = "\n".join(line for line in order.html.splitlines() if line not in before)
            if added or order.rows != known.rows:
                self._show(address, added, order.rows)
            self._write(address, order, "~~")
            known.html = order.html
        known.rows = order.rows if order.kind == "edit" else ()
        return order.message

    async def close(self) -> None:
        """Nothing is held."""

    # -- coming in ------------------------------------------------------------------------------

    def _incoming(self, line: Line) -> Incoming | None:
        """One act of the person; None for a button that is not there."""
        from dialogs.transcript import written

        self._acts += 1
        act, now = f"{self._acts}", self.clock()
        token, label = "", ""
        if line.kind == "tap":
            found = self._button(line.text)
            if found is None:
                self._print(f"There is no button {line.text} now.")
                self.failed = self.failed or line.text
                return None
            token, label = found.token, found.label
            turn = Turn(act, now, "choice")
        elif line.kind == "command":
            turn = Turn(act, now, "command", line.text, value=line.name, message=act)
        else:
            turn = Turn(act, now, "text", line.text[:TEXT_LIMIT], message=act)
        if self.record is not None:
            burst = line.kind == "text" and not self._answered
            shown = msgspec.structs.replace(line, text=label or line.text, burst=burst)
            self.record.write(f"\n{written(shown)}\n" if not burst else f"{written(shown)}\n")
        self._answered = line.kind != "text"
        return Incoming(NAME, act, FAMILY, turn, token)

    def _button(self, wanted: str) -> Key | None:
        """The button of this number on the newest keyboard, or of this label on any."""
        keyboards = [
            [key for row in shown.rows for key in row]
            for shown in self._shown.values()
            if shown.rows and shown.address == FAMILY
        ]
        if wanted.startswith("#"):
            number = int(wanted[1:])
            keys = keyboards[-1] if keyboards else []
            return keys[number - 1] if 1 <= number <= len(keys) else None
        for keys in reversed(keyboards):
            for key in keys:
                if key.label == wanted:
                    return key
        return None

    async def _settled(self) -> None:
        """Wait until nothing is owed."""
        for _ in range(int(SETTLE_SECONDS / _LOOK_EVERY)):
            if not self.owing():
                return
            await asyncio.sleep(_LOOK_EVERY)

    # -- the screen -----------------------------------------------------------------------------

    def _show(self, address: str, html: str, rows: tuple[tuple[Key, ...], ...]) -> None:
        text = plain(html, styled=self.styled)
        if address != FAMILY:
            desk = self.desks.get(address, address)
            bars = "\n".join(f"│ {line}".rstrip() for line in text.splitlines())
            keys = "   ".join(f"[{key.label}]" for row in rows for key in row)
            self._print(f"── {desk} ──\n{bars}" + (f"\n│ {keys}" if keys else ""))
            return
        number = 0
        drawn = [text] if text else []
        for row in rows:
            shown = []
            for key in row:
                number += 1
                shown.append(f"#{number} {key.label.removeprefix(f'{number} ')}")
            drawn.append("  " + "   ".join(shown))
        self._print("\n".join(drawn))

    def _print(self, text: str) -> None:
        if self.styled:
            typed = ""
            with suppress(ImportError):
                import readline

                typed = readline.get_line_buffer()
            self.out.write(f"\r\x1b[K{text}\n\n> {typed}")
        else:
            self.out.write(f"{text}\n\n")
        self.out.flush()

    def _write(self, address: str, order: Order, mark: str) -> None:
        if self.record is None:
            return
        from dialogs.messages import Drawn
        from dialogs.transcript import card_shown, shown

        if address != FAMILY:
            self.record.write(f"== {self.desks.get(address, address)}\n{card_shown(order.html)}\n")
            return
        rows = tuple(tuple((key.label, key.token) for key in row) for row in order.rows)
        self.record.write(shown(Drawn(order.html, rows), mark) + "\n")


def _acts(said: str) -> list[Line]:
    """What a line does: nothing if it is empty or what a bot says in a transcript."""
    from dialogs.transcript import Line, read

    said = unicodedata.normalize("NFC", said.encode(errors="replace").decode()).strip()
    if not said:
        return []
    if said.startswith((">> ", "+> ")):
        return list(read(f"# at: 2000-01-01T00:00:00+00:00\n{said}").lines)
    tapped = _TAP.fullmatch(said)
    if tapped is not None:
        return [Line("tap", tapped["label"] or f"#{tapped['number']}")]
    if said.startswith("/"):
        name, _, words = said[1:].partition(" ")
        return [Line("command", words.strip(), name)]
    return [Line("text", said)]


def _read_terminal(loop: asyncio.AbstractEventLoop, into: asyncio.Queue[str | None]) -> None:
    """Put lines of the keyboard into the queue, in a thread of its own; None at the end."""
    with suppress(ImportError):
        import readline  # noqa: F401 - importing it gives input() line editing
    with suppress(RuntimeError):  # the loop is gone
        try:
            while True:
                loop.call_soon_threadsafe(into.put_nowait, input())
        except (EOFError, KeyboardInterrupt):
            loop.call_soon_threadsafe(into.put_nowait, None)


def _read_pipe(loop: asyncio.AbstractEventLoop, into: asyncio.Queue[str | None]) -> None:
    """Put the lines of a pipe into the queue; of a whole transcript, the family's side."""
    with suppress(RuntimeError):  # the loop is gone
        first = sys.stdin.readline()
        if first.startswith(("# ", ">> ")):
            said = re.findall(r"^[>+]> .*(?:\n>\| .*)*", first + sys.stdin.read(), re.MULTILINE)
            for act in said:
                loop.call_soon_threadsafe(into.put_nowait, act)
        else:
            while first:
                loop.call_soon_threadsafe(into.put_nowait, first)
                first = sys.stdin.readline()
        loop.call_soon_threadsafe(into.put_nowait, None)


def talk(script: str, language: str, record: Path | None) -> Coroutine[Any, Any, None]:
    """The talk, to be run; says at once that it is being prepared.

    ``script`` is an id or a path, ``language`` "" or one of LANGUAGES; ``record`` is written as a
    transcript. The coroutine raises what ``bot.embedded.embedded`` does, OSError for a record
    that cannot be written, typer.Exit(1) if a tap from a pipe found no button.
    """
    if language and language not in LANGUAGES:
        raise typer.BadParameter(f"the languages are {', '.join(LANGUAGES)}")
    print("Mājup: one moment, the talk is being prepared …", flush=True)
    return _talk(script, language, record)


async def _talk(script: str, language: str, record: Path | None) -> None:
    from bot import logs
    from bot.embedded import desk, embedded
    from bot.office import utc_now

    logs.set_up("text")
    logging.getLogger().setLevel(logging.ERROR)
    piped = not sys.stdin.isatty()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    kept = record.open("w", encoding="utf-8") if record is not None else None
    terminal = Terminal(lines, sys.stdout, utc_now, kept, patient=piped)
    try:
        async with embedded(terminal, script) as office:
            geography = office.edition.programme.geography
            terminal.desks = {
                desk(region): f"Koordinators: {geography.place_names(region).lv}"
                for region in geography.regions
            }
            relay = office.relay
            assert relay is not None
            terminal.owing = lambda: relay.waiting > 0
            if kept is not None:
                kept.write(f"# A talk in the terminal\n# at: {utc_now():%Y-%m-%dT%H:%M:%S+00:00}\n")
            print(HOW + "\n", flush=True)
            await terminal.begin(office.turns.accept, language)
            read = _read_pipe if piped else _read_terminal
            loop = asyncio.get_running_loop()
            threading.Thread(target=read, args=(loop, lines), daemon=True).start()
            await terminal.receive(office.turns.accept)
    finally:
        if kept is not None:
            kept.close()
    if piped and terminal.failed:
        raise typer.Exit(1)
    print()
