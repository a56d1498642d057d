"""The web chat: a page on the office's own server. What Telegram keeps for a chat, this keeps.

Messages of the bot are stored sealed (``storage.web``), so that a page opened later shows them.
What the family writes is shown from memory alone: it is kept nowhere but in the conversation,
which leaves out what must not be stored.
"""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections import OrderedDict, deque
from datetime import datetime

import msgspec
from msgspec import Struct

from bot.channels.channel import Accept, Incoming, Key, Missing, Order
from dialogs.conversation import Turn
from storage import web
from storage.store import Clock, Store

NAME = "web"
TEXT_LIMIT = 4096
"""Characters of one message, as in Telegram."""
_OWN_LINES = 100
_CHATS = 5_000  # web chats whose own lines are remembered


class Bubble(Struct, frozen=True, omit_defaults=True):
    """A message of the page: ``html`` as in an Order, or the family's own plain ``text``."""

    id: int
    html: str = ""
    rows: tuple[tuple[Key, ...], ...] = ()
    own: bool = False
    gone: bool = False


class Page(Struct, frozen=True):
    """What changed since a page was drawn, and up to where that goes.

    ``whole``: these are all there are, whatever was shown before goes.
    """

    last: int
    bubbles: tuple[Bubble, ...]
    whole: bool = False


class _Kept(Struct):
    html: str
    rows: tuple[tuple[Key, ...], ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Kept).decode


class Act(Struct, frozen=True):
    """One act of a person on the page. ``id`` is the form's own; exactly one other is set."""

    id: str
    text: str = ""
    token: str = ""
    command: str = ""


class WebChat:
    """The channel ``web``; an address is the name of a web chat (``storage.new_id``)."""

    name = NAME

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._accept: asyncio.Future[Accept] | None = None
        self._news: dict[str, asyncio.Event] = {}
        self._own: OrderedDict[str, deque[Bubble]] = OrderedDict()
        self._cleared: dict[str, int] = {}
        self._closed = False

    # -- the seam -------------------------------------------------------------------------------

    async def receive(self, accept: Accept) -> None:
        """Let pages hand in what people do, until cancelled."""
        self._opened().set_result(accept)
        try:
            await asyncio.Event().wait()
        finally:
            self._accept = None

    async def perform(self, address: str, order: Order) -> str:
        """Show, change or remove a message of a web chat."""
        message = await self._perform(address, order)
        event = self._news.pop(address, None)
        if event is not None:
            event.set()
        return message

    async def _perform(self, chat: str, order: Order) -> str:
        if order.kind == "send":
            made = await web.put(self._store, chat, _encode(_Kept(order.html, order.rows)))
            if not made.family:  # erased: nothing from before may stay on the screen
                self._own.pop(chat, None)
                self._cleared[chat] = made.id
            return str(made.id)
        number = int(order.message) if order.message.isdigit() else 0
        if order.kind == "delete":
            if not await web.remove(self._store, chat, number):
                raise Missing("no such message")
            return order.message
        kept = await web.content(self._store, chat, number)
        if kept is None:
            raise Missing("no such message")
        if order.kind == "bare":
            changed = _Kept(_decode(kept).html)
        else:
            changed = _Kept(order.html, order.rows)
        if not (await web.put(self._store, chat, _encode(changed), number)).id:
            raise Missing("no such message")
        return order.message

    async def close(self) -> None:
        """Let waiting pages go, and let none wait any more."""
        self._closed = True
        for event in self._news.values():
            event.set()
        self._news.clear()

    # -- what the pages ask for -----------------------------------------------------------------

    async def act(self, chat: str, act: Act) -> None:
        """Hand in one act; returns when all it caused is stored. Raises what accept raises."""
        opened = self._opened()
        accept = opened.result() if opened.done() else await asyncio.shield(opened)
        incoming = incoming_of(chat, act, self._clock())
        assert incoming.turn is not None
        if incoming.turn.kind == "text":
            self.show_own(chat, incoming.turn.text)
        await accept(incoming)

    def show_own(self, chat: str, text: str) -> None:
        """Show a line as the person's own, as long as this process remembers it."""
        lines = self._own.setdefault(chat, deque(maxlen=_OWN_LINES))
        self._own.move_to_end(chat)
        last = lines[-1].id if lines else 0
        stamp = max(last + 1, int(self._clock().timestamp() * 1_000_000))
        lines.append(Bubble(stamp, text, own=True))
        if len(self._own) > _CHATS:
            self._own.popitem(last=False)

    def forget_own(self, chat: str) -> None:
        """Forget the person's own lines (the page was closed, or everything erased)."""
        self._own.pop(chat, None)

    async def page(self, chat: str, since: int = 0) -> Page:
        """The messages that changed after ``since`` (0: all), in the order they came."""
        whole = since < self._cleared.get(chat, 0) or not since
        since = 0 if whole else since
        shown = await web.messages(self._store, chat, since)
        bubbles = [_bubble(each) for each in shown]
        bubbles += [line for line in self._own.get(chat, ()) if line.id > since]
        bubbles.sort(key=lambda bubble: bubble.id)
        own = [line.id for line in self._own.get(chat, ())]
        last = max([since, *(each.changed for each in shown), *own])
        return Page(last, tuple(bubbles), whole)

    async def news(self, chat: str, since: int, seconds: float) -> Page:
        """Like ``page``, but wait up to ``seconds`` until there is something."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            event = self._news.setdefault(chat, asyncio.Event())
            page = await self.page(chat, since)
            left = end - loop.time()
            if page.bubbles or left <= 0 or self._closed:
                return page
            try:
                await asyncio.wait_for(event.wait(), left)
            except TimeoutError:
                return page

    def _opened(self) -> asyncio.Future[Accept]:
        if self._accept is None:
            self._accept = asyncio.get_running_loop().create_future()
        return self._accept


def incoming_of(chat: str, act: Act, now: datetime) -> Incoming:
    """An act as an update. The same form sent again with the same content is the same update."""
    text = unicodedata.normalize("NFC", act.text.replace("\r\n", "\n").replace("\0", "")).strip()
    said = f"{text}|{act.token}|{act.command}".encode()
    uid = f"{chat}:{act.id[:24]}.{hashlib.sha256(said).hexdigest()[:8]}"
    if act.token:
        turn = Turn(uid, now, "choice")
        return Incoming(NAME, uid, chat, turn, act.token)
    if act.command or text.startswith("/"):
        name, _, rest = (act.command or text[1:]).partition(" ")
        return Incoming(NAME, uid, chat, Turn(uid, now, "command", rest.strip(), value=name))
    return Incoming(NAME, uid, chat, Turn(uid, now, "text", text, message=uid))


def _bubble(shown: web.Shown) -> Bubble:
    if shown.content is None:
        return Bubble(shown.id, gone=True)
    kept = _decode(shown.content)
    return Bubble(shown.id, kept.html, kept.rows)
