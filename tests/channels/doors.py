"""One family at each channel: how it writes, taps and sees, end to end through the real channel.

A new channel needs a ``Door`` here to be held to the same talks as the others.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.channels.channel import Channel
from bot.channels.telegram_aiogram import AiogramChannel
from bot.channels.telegram_ptb import PtbChannel
from bot.channels.terminal import Terminal
from bot.channels.webchat import Act, WebChat
from dialogs.transcript import Line, plain
from storage.store import Store
from tests.talk import edition
from tests.telegram.clock import Clock
from tests.telegram.ledger import Message
from tests.telegram.server import TelegramServer
from tests.telegram.user import User


class Seen(NamedTuple):
    """A message on the screen: its plain text and the rows of its buttons' labels."""

    text: str
    rows: tuple[tuple[str, ...], ...]


class Door(Protocol):
    """What a channel has to show of itself to be tried."""

    channel: Channel

    async def do(self, line: Line) -> None:
        """One act of the family."""
        ...

    async def screen(self) -> dict[str, Seen]:
        """The bot's messages that are shown now, by the platform's ids, oldest first."""
        ...


def shorn(text: str) -> str:
    """A text without the marks a transcript gives to bold, italic and folded parts."""
    return text.replace("*", "").replace("▾ ", "").strip()


class TelegramDoor:
    """A Telegram app before the stand-in for Telegram, over one of the two libraries."""

    def __init__(self, server: TelegramServer, channel: Channel) -> None:
        self.channel = channel
        self.user: User = server.user(id=700, first_name="Anna", language_code="lv")
        self.typed: list[Message] = []
        self.known: list[tuple[str, str, Message]] = []

    async def do(self, line: Line) -> None:
        user = self.user
        if line.kind == "tap":
            if line.old:
                found = [(data, m) for label, data, m in self.known if label == line.text]
                user.tap(*found[-1])
            else:
                await user.press(f"^{re.escape(line.text)}$")
        elif line.kind == "command":
            await user.send(f"/{line.name} {line.text}".strip())
        elif line.kind == "edit":
            await user.edit(self.typed[int(line.name) - 1], line.text)
        elif line.kind == "contact":
            own = line.name != "foreign"
            await user.send_contact(line.name if own else "+37120000000", own=own)
        elif line.kind == "location":
            await user.send_location()
        elif line.kind == "attachment":
            self.typed.append(await self._attach(line))
        else:
            send = user.forward if line.forwarded else user.send
            self.typed.append(await send(line.text))

    async def _attach(self, line: Line) -> Message:
        if line.name == "voice":
            return await self.user.send_voice()
        if line.name == "sticker":
            return await self.user.send_sticker()
        if line.name == "photo":
            return await self.user.send_photo(line.text)
        return await self.user.send_document(caption=line.text)

    async def screen(self) -> dict[str, Seen]:
        found = {}
        for message in self.user.messages:
            rows = tuple(tuple(key.text for key in row) for row in message.keyboard)
            found[str(message.message_id)] = Seen(shorn(message.text), rows)
            for key in message.buttons:
                entry = (key.text, key.data or "", message)
                if entry not in self.known:
                    self.known.append(entry)
        return found


class WebDoor:
    """The web chat as its page uses it."""

    def __init__(self, channel: WebChat) -> None:
        self.channel: Channel = channel
        self.web = channel
        self.chat = "chat-of-test"
        self.acts = itertools.count(1)
        self.known: list[tuple[str, str]] = []
        self.shown: list[tuple[str, str]] = []

    async def do(self, line: Line) -> None:
        act = f"a{next(self.acts)}"
        if line.kind == "tap":
            keys = self.known if line.old else self.shown
            token = [token for label, token in keys if label == line.text][-1]
            await self.web.act(self.chat, Act(act, token=token))
        elif line.kind == "command":
            await self.web.act(self.chat, Act(act, command=f"{line.name} {line.text}".strip()))
        else:
            await self.web.act(self.chat, Act(act, text=line.text))

    async def screen(self) -> dict[str, Seen]:
        found, self.shown = {}, []
        for bubble in (await self.web.page(self.chat)).bubbles:
            if bubble.own or bubble.gone:
                continue
            rows = tuple(tuple(key.label for key in row) for row in bubble.rows)
            found[str(bubble.id)] = Seen(shorn(plain(bubble.html)), rows)
            for row in bubble.rows:
                self.shown += [(key.label, key.token) for key in row]
        self.known += [each for each in self.shown if each not in self.known]
        return found


class TerminalDoor:
    """``majup chat`` in a pipe."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.lines: asyncio.Queue[str | None] = asyncio.Queue()
        self.terminal = Terminal(self.lines, io.StringIO(), now)
        self.channel: Channel = self.terminal

    async def do(self, line: Line) -> None:
        if line.kind == "tap":
            await self.lines.put(f"[{line.text}]")
        elif line.kind == "command":
            await self.lines.put(f"/{line.name} {line.text}".strip())
        else:
            await self.lines.put(line.text)

    async def screen(self) -> dict[str, Seen]:
        return {
            name: Seen(
                shorn(plain(shown.html)),
                tuple(tuple(key.label for key in row) for row in shown.rows),
            )
            for name, shown in self.terminal._shown.items()
        }


async def _never(_update: object, _reason: str) -> None:
    raise AssertionError("an update was parked")


@asynccontextmanager
async def door(name: str, clock: Clock, store: Store) -> AsyncIterator[Door]:
    """The door of a channel by its name."""
    if name in ("aiogram", "ptb"):
        driver = AiogramChannel if name == "aiogram" else PtbChannel
        async with TelegramServer(clock=clock) as server:
            channel = driver(server.token, server.url, _never, None, clock.now)
            try:
                yield TelegramDoor(server, channel)
            finally:
                await channel.close()
    elif name == "web":
        chat = WebChat(store, clock.now)
        yield WebDoor(chat)
        await chat.close()
    else:
        yield TerminalDoor(clock.now)


CHANNELS = ("aiogram", "ptb", "web", "terminal")

def own_words(name: str, told: str) -> str:
    """A transcript's words with what is true of this channel in place of Telegram's."""
    channel = "telegram" if name in ("aiogram", "ptb") else name
    texts = edition().texts
    for language, what in itertools.product(texts.languages, ("read", "forget")):
        own = f"product:{what}_{channel}"
        own = own if own in texts.entries else f"product:{what}_other"
        there = texts.say(language, f"product:{what}_telegram")
        told = told.replace(there, texts.say(language, own))
    return told


_PAGE = "a page takes text and taps; there is no file, voice, contact card or place to send"
_SCREEN = "a line once typed stands; a terminal has no files, and only shown buttons can be tapped"
DIFFERENCES: dict[str, dict[str, str]] = {
    "web": {"edit": "what was typed is kept nowhere to be edited; /change does it",
            "attachment": _PAGE, "contact": _PAGE, "location": _PAGE},
    "terminal": {"edit": _SCREEN, "attachment": _SCREEN, "contact": _SCREEN, "location": _SCREEN,
                 "old": _SCREEN},
}  # fmt: skip
"""Acts a channel does not have, and why; talks with them are not played there."""

