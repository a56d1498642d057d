"""Chats in pages of a browser: what each chat shows, kept here; pages follow it live.

A chat is named by its address. Many pages may follow one chat; a page may follow many.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.channels.channel import Accept, Gone, Incoming, Key, Missing, Order
from bot.channels.telegram_updates import TEXT_LIMIT, clean
from bot.channels.tree import Node, tree, words
from dialogs.conversation import Turn
from dialogs.recognise.language import read_language

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:\s+(.*))?", re.DOTALL)

Event = dict[str, Any]


class Bubble(Struct):
    """One message of a chat. ``mine`` is true for what the person wrote."""

    id: str
    mine: bool
    nodes: list[Node]
    rows: tuple[tuple[Key, ...], ...]
    lang: str

    def shown(self) -> Event:
        """The message as a page gets it."""
        return {
            "id": self.id,
            "mine": self.mine,
            "tree": self.nodes,
            "rows": [
                [{"label": key.label, "token": key.token, "url": key.url} for key in row]
                for row in self.rows
            ],
            "lang": self.lang,
        }


class Room:
    """One chat."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.bubbles: dict[str, Bubble] = {}
        self.last = 0
        self.order = asyncio.Lock()

    def add(self, nodes: list[Node], rows: tuple[tuple[Key, ...], ...], *, mine: bool) -> Bubble:
        """Put a message last. Its language is read from its words, else that of the one before."""
        self.last += 1
        self.lang = read_language(words(nodes)) or self.lang
        bubble = Bubble(str(self.last), mine, nodes, rows, self.lang)
        self.bubbles[bubble.id] = bubble
        return bubble


class Browser:
    """The channel. ``act`` is what a page calls; it returns when the act is committed."""

    def __init__(self, name: str, clock: Callable[[], datetime]) -> None:
        self.name = name
        self.clock = clock
        self.rooms: dict[str, Room] = {}
        self._acts = 0
        self._waiting: asyncio.Queue[tuple[Incoming, asyncio.Future[None]]] = asyncio.Queue()
        self._pages: list[tuple[frozenset[str], asyncio.Queue[Event | None]]] = []

    # -- the seam -------------------------------------------------------------------------------

    async def receive(self, accept: Accept) -> None:
        """Pass on what pages do; chats beside each other, one chat in order."""
        running: set[asyncio.Task[None]] = set()

        async def one(incoming: Incoming, done: asyncio.Future[None]) -> None:
            try:
                async with self.rooms[incoming.address].order:
                    await accept(incoming)
            except Exception as error:  # noqa: BLE001 - the page that waits is told
                if not done.done():
                    done.set_exception(error)
            else:
                if not done.done():
                    done.set_result(None)

        try:
            while True:
                task = asyncio.create_task(one(*await self._waiting.get()))
                running.add(task)
                task.add_done_callback(running.discard)
        finally:
            for task in running:
                task.cancel()

    async def perform(self, address: str, order: Order) -> str:
        """Show a message, or amend or remove one."""
        room = self.rooms.get(address)
        if room is None:
            raise Gone("no such chat")
        if order.kind == "send":
            bubble = room.add(tree(order.html), order.rows, mine=False)
            self.tell(address, {"type": "message", "message": bubble.shown()})
            return bubble.id
        found = room.bubbles.get(order.message)
        if found is None:
            raise Missing("no such message")
        if order.kind == "delete":
            del room.bubbles[order.message]
            self.tell(address, {"type": "gone", "id": order.message})
            return order.message
        if order.kind == "edit":
            found.nodes, found.rows = tree(order.html), order.rows
        else:
            found.rows = ()
        self.tell(address, {"type": "edit", "message": found.shown()})
        return order.message

    async def close(self) -> None:
        """Tell every page that no more comes."""
        for _, queue in self._pages:
            queue.put_nowait(None)

    # -- pages ----------------------------------------------------------------------------------

    def open(self, address: str, lang: str = "lv") -> None:
        """Make a chat."""
        self.rooms.setdefault(address, Room(lang))

    async def act(
        self, address: str, *, text: str = "", token: str = "", message: str = ""
    ) -> None:
        """A person writes ``text``, or taps the button of ``token`` under ``message``.

        KeyError for an unknown chat; else raises what kept the act from being committed.
        """
        room = self.rooms[address]
        self._acts += 1
        act, now = str(self._acts), self.clock()
        if token:
            turn = Turn(act, now, "choice", message=message)
        else:
            said = clean(text[:TEXT_LIMIT])
            bubble = room.add([said], (), mine=True)
            self.tell(address, {"type": "message", "message": bubble.shown()})
            command = _COMMAND.fullmatch(said)
            if command is not None:
                rest = (command[2] or "").strip()
                turn = Turn(act, now, "command", rest, value=command[1].lower(), message=bubble.id)
            else:
                turn = Turn(act, now, "text", said, message=bubble.id)
        await self._pass(Incoming(self.name, act, address, turn, token))

    async def begin(self, address: str, source: str = "") -> None:
        """A chat is opened: the bot speaks first."""
        self._acts += 1
        turn = Turn(str(self._acts), self.clock(), "command", source, value="start")
        await self._pass(Incoming(self.name, turn.id, address, turn))

    async def _pass(self, incoming: Incoming) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((incoming, done))
        await done

    def history(self, address: str) -> list[Event]:
        """What a chat shows now."""
        return [bubble.shown() for bubble in self.rooms[address].bubbles.values()]

    def tell(self, address: str, event: Event) -> None:
        """Give an event to every page that follows this chat."""
        for addresses, queue in self._pages:
            if address in addresses:
                queue.put_nowait({"chat": address, **event})

    @contextmanager
    def following(self, addresses: Iterable[str]) -> Iterator[asyncio.Queue[Event | None]]:
        """The events of these chats from now on; None is the end."""
        page = (frozenset(addresses), asyncio.Queue[Event | None]())
        self._pages.append(page)
        try:
            yield page[1]
        finally:
            self._pages.remove(page)
