"""The one sender: carries out what is owed, in order within a chat, within the platform's rates.

Rows come from the commit that made them; the table is read only at start and takeover (and, with
several workers, when others have committed). A chat never occupies more than one place among the
senders, and one that must wait occupies none, so nobody waits for a slow or blocked chat.

What the platform answers decides: ``Later`` waits exactly as long; ``Unreachable`` with growing
pauses; ``Unclear`` repeats a message once, after that was recorded; ``Gone`` blocks the address;
``Missing`` sends an edited message anew. The next message to a chat is sent only after the one
before it was recorded as sent, so that a kill repeats at most one.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError

from bot.channels.channel import (
    Channel,
    DeliveryError,
    Gone,
    Later,
    Misconfigured,
    Missing,
    Moved,
    Order,
    Refused,
    Unclear,
    Unreachable,
)
from bot.pace import Rates, Window
from bot.predecessor import Left, left
from bot.queue import Chat, Item, anew
from bot.shown import Shown
from bot.trouble import Trouble
from storage import outbox
from storage.commit import Committer
from storage.store import Clock, Store
from storage.write import Mark, Waiting

_log = structlog.get_logger(__name__)

_LEASE = 10.0  # seconds a lease lasts; it is renewed three times in that span
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
_ABSENT_PAUSE = 3600.0
_PAGE = 1000


def _unheard(_trouble: Trouble) -> None:
    """The log has it already."""


class Relay:
    """The one sender of a database. ``start`` it, ``close`` it.

    With ``poll`` 0 this process is the only one (a lock keeps others out). With ``poll`` seconds
    there may be several: the one that holds the lease sends for all and reads the table that
    often for rows of the others; ``holder`` names this worker. ``tell`` hears of every Trouble.
    """

    def __init__(
        self,
        store: Store,
        committer: Committer,
        channels: Mapping[str, Channel],
        clock: Clock,
        rates: Rates = Rates(),  # noqa: B008 - frozen
        *,
        holder: str = "alone",
        poll: float = 0.0,
        senders: int = 64,
        tell: Callable[[Trouble], None] = _unheard,
    ) -> None:
        self._store = store
        self._committer = committer
        self._channels = channels
        self._clock = clock
        self._rates = rates
        self._holder = holder
        self._poll = poll
        self._senders = senders
        self._tell = tell
        self._overall = Window(rates.overall, 1.0) if rates.overall else None
        self._chats: dict[str, Chat] = {}
        self._ready: list[tuple[int, int, Chat]] = []
        self._order = itertools.count()
        self._running: set[asyncio.Task[None]] = set()
        self._known: set[int] = set()
        self._early: list[Waiting] | None = None
        self._recorded_rows: list[int] | None = None
        self._shown = Shown(store)
        self._before = Left()
        self._paused: dict[str, float] = {}
        self._paused_all = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._sweep_at = 1000
        self._sending = False
        self._until = 0.0
        self._wake = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self.sent = 0

    async def start(self) -> None:
        """Take the lease and what is owed, or else wait in the background for both."""
        self._committer.hand_over = self.hand_over
        if not self._poll:
            self._until = float("inf")
            self._follow(await left(self._store))
            await self._read()
            return
        await self._hold()
        self._keeper = asyncio.create_task(self._keep(), name="relay")

    async def close(self, grace: float = 8.0) -> None:
        """Finish what is on its way or due now, within ``grace`` seconds; the rest stays owed."""
        loop = asyncio.get_running_loop()
        end = loop.time() + grace
        while (self._running or self._ready) and loop.time() < end:
            if self._running:
                await asyncio.wait(self._running, timeout=end - loop.time())
            else:
                await asyncio.sleep(0.05)  # only the rates hold these back
        self._sending = False
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for chat in self._chats.values():
            if chat.timer is not None:
                chat.timer.cancel()
        if self._alarm is not None:
            self._alarm.cancel()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            with contextlib.suppress(DBAPIError):  # it runs out by itself
                await outbox.release(self._store, "relay", self._holder)

    def hand_over(self, rows: Sequence[Waiting], erased: Sequence[str] = ()) -> None:
        """Take rows just committed, in order, and forget what is owed about erased families."""
        for family in erased:
            for chat in self._chats.values():
                chat.items = [item for item in chat.items if item.family != family]
        if not self._sending:
            return  # they are in the table for whoever sends
        if self._poll:
            self._wake.set()  # others' rows may come before these
        elif self._early is not None:
            self._early += rows
        else:
            self._take(rows)

    @property
    def sends(self) -> bool:
        """Whether this worker is the one that sends."""
        return self._sending

    @property
    def waiting(self) -> int:
        """How many chats have something to be sent."""
        return sum(1 for chat in self._chats.values() if chat.items or chat.busy)

    def late(self, seconds: float) -> bool:
        """Whether something due so long ago still waits, and no platform asked for that.

        What a channel that this service does not have is owed waits until it has it again.
        """
        now = asyncio.get_running_loop().time()
        chats = self._chats.values()
        return any(c.late(now, seconds) for c in chats if c.address.channel in self._channels)

    # The lease

    async def _keep(self) -> None:
        """Keep the lease, and take in what other workers committed."""
        while True:
            wait = self._poll if self._sending else _LEASE / 3
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self._hold()
            except DBAPIError as error:
                _log.warning("relay.database", error=type(error.orig).__name__)

    async def _hold(self) -> None:
        loop = asyncio.get_running_loop()
        asked = loop.time()
        if self._until - asked < _LEASE * 2 / 3:
            ended = None if self._sending else await outbox.held_until(self._store, "relay")
            if await outbox.lease(self._store, "relay", self._holder, _LEASE):
                if not self._sending:
                    self._follow(await left(self._store, ended))
                self._until = asked + _LEASE
            else:
                self._until = 0.0
        held = self._until > asked
        if held:
            await self._read()
        elif not held and self._sending:
            _log.warning("relay.lease_lost")
            self._sending = False
            self._chats.clear()
            self._ready.clear()

    def _follow(self, before: Left) -> None:
        """Keep to what whoever sent before has used of the rates, and was told to wait for."""
        self._before = before
        self._paused_all = max(self._paused_all, before.everyone)
        if self._overall is not None:
            self._overall.spend(before.until)

    async def _read(self) -> None:
        """Take in what the table owes. What is handed over or recorded meanwhile comes after."""
        if not self._sending and self._running:
            await asyncio.wait(self._running)  # left from an earlier lease
        self._early, self._recorded_rows = [], []
        self._sending = True
        try:
            rows: list[Waiting] = []
            while True:
                page = await outbox.waiting(self._store, rows[-1].id if rows else 0, _PAGE)
                rows += page
                if len(page) < _PAGE:
                    break
            self._take(rows)
            self._take(self._early)
        finally:
            recorded, self._recorded_rows, self._early = self._recorded_rows or [], None, None
            self._known.difference_update(recorded)

    # Queues

    def _take(self, rows: Sequence[Waiting]) -> None:
        now = asyncio.get_running_loop().time()
        touched: dict[str, Chat] = {}
        for row in rows:
            if row.id in self._known:
                continue
            self._known.add(row.id)
            to = row.owed.to
            chat = self._chats.get(to.id)
            if chat is None:
                chat = self._chats[to.id] = Chat(to, self._rates, self._before)
            due = now
            if row.owed.not_before is not None:
                due += max(0.0, (row.owed.not_before - self._clock()).total_seconds())
            try:
                item = Item(row, due)
            except msgspec.DecodeError:
                _log.error("relay.not_an_order", row=row.id)
                mark = Mark(outcome="failed", rows=(row.id,), reason="not an order")
                self._mark((row.id,), mark)
                continue
            nothing = chat.add(item)
            if nothing:
                self._mark(nothing, Mark(outcome="dropped", rows=tuple(nothing)))
            touched[to.id] = chat
        for chat in touched.values():
            self._line_up(chat)
        if len(self._chats) > self._sweep_at:
            self._chats = {name: c for name, c in self._chats.items() if not c.idle(now)}
            self._sweep_at = 1000 + 2 * len(self._chats)

    def _line_up(self, chat: Chat) -> None:
        """Let a chat wait for a sender, or for the moment it may."""
        self._queue(chat)
        self._pump()

    def _queue(self, chat: Chat) -> None:
        """Put a chat among those that are ready, or set its timer."""
        if chat.busy or not chat.items:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        paused = max(self._paused_all, self._paused.get(chat.address.channel, 0.0))
        item, at = chat.head(now)
        if chat.timer is not None:
            chat.timer.cancel()
            chat.timer = None
        if item is not None and paused <= now:
            chat.busy = True
            heapq.heappush(self._ready, (item.priority, next(self._order), chat))
        else:
            chat.timer = loop.call_at(max(at, paused), self._line_up, chat)

    def _pump(self) -> None:
        """Give the chats that are ready to senders that are free, answers first."""
        while len(self._running) < self._senders:
            found = self._next()
            if found is None:
                return
            self._running.add(asyncio.create_task(self._serve(*found)))

    def _next(self) -> tuple[Chat, Item] | None:
        """The order to be carried out now; None if there is none, or none may go yet."""
        loop = asyncio.get_running_loop()
        while self._ready and self._sending:
            now = loop.time()
            at = max(self._paused_all, self._overall.free_at(now) if self._overall else now)
            if at > now:
                if self._alarm is not None:
                    self._alarm.cancel()
                self._alarm = loop.call_at(at, self._pump)
                return None
            chat = heapq.heappop(self._ready)[2]
            item, _ = chat.head(now)
            if item is None or self._paused.get(chat.address.channel, 0.0) > now:
                chat.busy = False
                self._queue(chat)
                continue
            chat.items.remove(item)
            chat.count(item, now)
            if self._overall is not None and item.counts:
                self._overall.take(now)
            return chat, item
        return None

    # One order

    async def _serve(self, chat: Chat, item: Item) -> None:
        """A sender: carries out an order, and the next one, while any are ready."""
        found: tuple[Chat, Item] | None = (chat, item)
        try:
            while found is not None:
                chat, item = found
                try:
                    await self._attempt(chat, item)
                finally:
                    chat.busy = False
                if self._sending:
                    self._queue(chat)
                found = self._next()
        finally:
            task = asyncio.current_task()
            assert task is not None
            self._running.discard(task)

    async def _attempt(self, chat: Chat, item: Item) -> None:
        try:
            await self._carry_out(chat, item)
        except DBAPIError:
            self._back_off(chat, item)
        except Exception as error:  # noqa: BLE001 - one bad order must not stop the chat
            _log.error("relay.fault", ref=item.ref, error=type(error).__name__)
            self._fail(chat, item, "refused", type(error).__name__)

    async def _carry_out(self, chat: Chat, item: Item) -> None:
        order = await self._shown.resolved(chat.address.id, item)
        if order is None:
            self._done(chat, item, Mark(outcome="dropped", rows=tuple(item.rows)))
            return
        if order.kind == "send":
            await self._recorded(chat)
        loop = asyncio.get_running_loop()
        if loop.time() >= self._until:
            chat.items.insert(0, item)  # another worker may be sending by now
            self._wake.set()
            chat.ready_at = loop.time() + 0.05
            return
        channel = self._channels.get(chat.address.channel)
        if channel is None:
            self._absent(chat, item)
            return
        try:
            if order.kind == "send" and item.slot:
                await self._clear(channel, chat, item.slot)
            message = await channel.perform(chat.address.value, order)
        except DeliveryError as error:
            self._answer(chat, item, order, error)
            if isinstance(error, Later):  # whoever sends after this one keeps to it too
                whom = outbox.EVERYONE if error.everyone else chat.address.id
                with contextlib.suppress(DBAPIError):
                    await outbox.pause(self._store, whom, error.seconds)
        else:
            self.sent += 1
            self._sent(chat, item, order, message)

    def _answer(self, chat: Chat, item: Item, order: Order, error: DeliveryError) -> None:
        """Do what the platform's refusal asks for."""
        now = asyncio.get_running_loop().time()
        match error:
            case Later():
                self._pause(chat, item, error.seconds)
                if error.everyone:
                    self._paused_all = max(self._paused_all, now + error.seconds)
            case Unclear() if order.kind == "send" and item.unclear:
                self._fail(chat, item, "unclear", "unclear twice")
            case Unclear() if order.kind == "send":
                item.unclear = 1
                mark = Mark(outcome="unclear", rows=tuple(item.rows))
                chat.unrecorded = self._committer.mark(mark)
                self._back_off(chat, item)
            case Unclear() | Unreachable():
                self._back_off(chat, item)  # an edit or removal done twice changes nothing
            case Gone():
                self._gone(chat, item)
            case Moved():
                self._move(chat, error.address)
                chat.items.insert(0, item)
            case Missing() if order.kind == "edit" and order.html:
                item.order = anew(order)
                chat.items.insert(0, item)
            case Missing() if order.kind != "send":
                self._done(chat, item, Mark(outcome="dropped", rows=tuple(item.rows)))
            case Refused():
                self._fail(chat, item, "refused", error.why)
            case Misconfigured():
                self._paused[chat.address.channel] = now + _LONGEST_PAUSE
                chat.items.insert(0, item)
                _log.error("relay.misconfigured", channel=chat.address.channel, why=str(error))
                self._tell(Trouble("misconfigured", chat.address, reason=str(error)))
            case _:
                self._fail(chat, item, "refused", type(error).__name__)

    async def _recorded(self, chat: Chat) -> None:
        """Wait until the chat's last message is on record."""
        if chat.unrecorded is not None and not chat.unrecorded.done():
            self._committer.hurry()
            await asyncio.shield(chat.unrecorded)
        chat.unrecorded = None

    async def _clear(self, channel: Channel, chat: Chat, slot: str) -> None:
        """Remove the message a slot holds, if any."""
        message = await self._shown.message(chat.address.id, f"slot:{slot}")
        if message:
            with contextlib.suppress(Missing, Refused):  # gone already, or too old for it
                await channel.perform(chat.address.value, Order(kind="delete", message=message))
            self._shown.remember(chat.address.id, f"slot:{slot}", "")

    # What became of it

    def _sent(self, chat: Chat, item: Item, order: Order, message: str) -> None:
        refs: tuple[str, ...] = ()
        if order.kind == "send":
            refs = tuple(
                name for name in (item.ref, f"slot:{item.slot}" if item.slot else "") if name
            )
            for ref in refs:
                self._shown.remember(chat.address.id, ref, message)
        mark = Mark(
            outcome="sent",
            rows=tuple(item.rows),
            address=chat.address.id,
            refs=refs,
            message=message,
        )
        self._done(chat, item, mark, sent=order.kind == "send")

    def _done(self, chat: Chat, item: Item, mark: Mark, sent: bool = False) -> None:
        chat.fails = 0
        future = self._mark(item.rows, mark)
        if sent:
            chat.unrecorded = future

    def _mark(self, rows: Sequence[int], mark: Mark) -> asyncio.Future[None]:
        future = self._committer.mark(mark)
        future.add_done_callback(lambda _: self._forget(rows))
        return future

    def _forget(self, rows: Sequence[int]) -> None:
        if self._recorded_rows is not None:
            self._recorded_rows += rows  # the table being read may still show them
        else:
            self._known.difference_update(rows)

    def _move(self, chat: Chat, value: str) -> None:
        chat.address = msgspec.structs.replace(chat.address, value=value)
        self._committer.mark(
            Mark(
                outcome="moved",
                address=chat.address.id,
                channel=chat.address.channel,
                value=value,
            )
        )

    def _pause(self, chat: Chat, item: Item, seconds: float) -> None:
        chat.items.insert(0, item)
        chat.ready_at = asyncio.get_running_loop().time() + seconds

    def _back_off(self, chat: Chat, item: Item) -> None:
        self._pause(chat, item, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**chat.fails))
        chat.fails = min(chat.fails + 1, 10)

    def _absent(self, chat: Chat, item: Item) -> None:
        """A channel this service does not have: what it is owed waits until it has it again."""
        self._pause(chat, item, _ABSENT_PAUSE)
        _log.warning("relay.no_channel", channel=chat.address.channel, address=chat.address.id)
        self._tell(Trouble("absent", chat.address, item.ref, item.family))

    def _gone(self, chat: Chat, item: Item) -> None:
        rows = [row for owed in (item, *chat.items) for row in owed.rows]
        chat.items.clear()
        self._mark(rows, Mark(outcome="gone", address=chat.address.id))
        _log.info("relay.gone", address=chat.address.id, owed=len(rows))
        self._tell(Trouble("gone", chat.address, item.ref, item.family))

    def _fail(
        self, chat: Chat, item: Item, kind: Literal["refused", "unclear"], reason: str
    ) -> None:
        mark = Mark(outcome="failed", rows=tuple(item.rows), reason=reason)
        self._done(chat, item, mark)
        _log.error(f"relay.{kind}", address=chat.address.id, ref=item.ref, reason=reason)
        self._tell(Trouble(kind, chat.address, item.ref, item.family, reason))
