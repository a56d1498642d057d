"""The Telegram channel without its library: receiving, offering, answering presses, performing.

A transport adds one method: ``request``.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from bot.channels import telegram
from bot.channels.channel import (
    Accept,
    DeliveryError,
    Incoming,
    Later,
    Misconfigured,
    NotNow,
    Order,
    Unclear,
)
from bot.channels.telegram_updates import CHANNEL

Parked = Callable[[Mapping[str, Any], str], Awaitable[None]]
"""Called with the raw update that failed every time and the reason, free of content."""

POLL_SECONDS: Final = 30
"""How long one getUpdates waits at the server; it allows 50."""

SAME_OFFSET_SECONDS: Final = 0.6
"""Pause before the same offset is asked again; within 0.5 s the server gives one update only."""

RETRIES: Final = (0.05, 0.5, 2.0)
"""Seconds before an update whose accept raised is offered again; after the last it is parked."""

AT_ONCE: Final = 256
"""Updates in accept at the same time. Polling has at most 100 under way by itself."""

BACK_OFF: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between attempts when the server cannot be reached; the last one repeats."""

ANSWERS_WAITING: Final = 1000
ANSWERS_AT_ONCE: Final = 32
ANSWER_SECONDS: Final = 5.0
"""Presses: at most so many wait for their answer (the oldest fall out), so many calls at once."""

DRAIN_SECONDS: Final = 5.0
"""What is being accepted when receiving ends may take so long to finish."""

STANDING_SECONDS: Final = 60.0
CONFLICTS_BORNE: Final = 5
"""A poller that has stood a minute bears this many conflicts, so that the newcomer gives way."""

HALF_SENT: Final = 1000
"""Split messages of which a part is delivered and the rest still to come: so many remembered."""

_log = logging.getLogger("majup.telegram")


class Webhook(Struct, frozen=True):
    """Where Telegram shall post updates (an https address) and the secret it adds."""

    url: str
    secret: str


class _Lane:
    """One chat's place in the queue: who holds the lock is being offered, the rest wait."""

    __slots__ = ("failing", "lock", "members")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.members = 0
        self.failing = False


def utc_now() -> datetime:
    """Give the time with which presses are dated."""
    return datetime.now(UTC)


class TelegramChannel:
    """Telegram as a ``Channel``. With ``webhook`` it is fed by the route, else it polls."""

    name = CHANNEL
    standing_seconds = STANDING_SECONDS
    drain_seconds = DRAIN_SECONDS

    def __init__(
        self,
        on_parked: Parked,
        webhook: Webhook | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.username = ""
        self._on_parked = on_parked
        self._webhook = webhook
        self._now = now
        self._accept: asyncio.Future[Accept] | None = None
        self._lanes: dict[str, _Lane] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._presses: deque[str] = deque(maxlen=ANSWERS_WAITING)
        self._answering: set[asyncio.Task[None]] = set()
        self._half_sent: OrderedDict[tuple[str, Order], list[str]] = OrderedDict()
        self._told_to_wait: dict[str, float] = {}

    # ---- what a transport adds

    async def request(self, method: str, params: Mapping[str, Any], seconds: float = 20.0) -> Any:
        """Call the Bot API and give the result as plain JSON values.

        Raises the DeliveryError the library's exception stands for; None is given for a 400
        that means "done already".
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Let go of connections; presses still to be answered are given up."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    # ---- receiving

    async def receive(self, accept: Accept) -> None:
        """Receive until cancelled; what is being accepted then is finished.

        Raises Misconfigured: wrong token, or a second poller.

        Polling: the offset moves past an update when accept has returned for it and for all
        before it. Webhook: tells Telegram the address and leaves the rest to ``feed``.
        """
        me = await self._insist("getMe", {})
        self.username = str(me.get("username", "")) if isinstance(me, Mapping) else ""
        self._opened().set_result(accept)
        try:
            if self._webhook is None:
                await self._insist("deleteWebhook", {})
                await self._poll()
            else:
                name, params = telegram.webhook_call(self._webhook.url, self._webhook.secret)
                await self._insist(name, params)
                await asyncio.Event().wait()
        finally:
            self._accept = None

    async def feed(self, update: Mapping[str, Any], answer: bool = True) -> None:
        """Take one raw update; return when accept has returned for it, or it was parked.

        Chats wait for themselves alone. A press is answered first, unless ``answer`` is false:
        then the caller gives ``telegram.press_answer`` as its HTTP answer. Raises if the update
        could neither be accepted nor parked: it must be sent again.
        """
        opened = self._opened()
        accept = opened.result() if opened.done() else await asyncio.shield(opened)
        if answer and (press := telegram.press(update)):
            self._answer(press)
        found = telegram.incoming(update, self._now(), self.username)
        lane = self._lanes.get(found.address)
        if lane is None:
            lane = self._lanes[found.address] = _Lane()
        lane.members += 1
        try:
            async with lane.lock:
                failed = 0
                while True:
                    try:
                        await self._offer(accept, found, update, lane)
                        break
                    except NotNow:
                        if self._webhook is not None:
                            raise
                        _log.debug("update %s waits: nothing can be stored now", found.id)
                        await asyncio.sleep(BACK_OFF[min(failed, len(BACK_OFF) - 1)])
                        failed += 1
        finally:
            lane.members -= 1
            if not lane.members:
                del self._lanes[found.address]

    async def introduce(self, texts: Mapping[str, Mapping[str, Any]], default: str) -> None:
        """Set commands menu and descriptions, see ``telegram.menu_calls``; only what differs."""
        for read, write in telegram.menu_calls(texts, default):
            if await self.request(*read) != telegram.menu_state(write):
                await self.request(*write)

    def _opened(self) -> asyncio.Future[Accept]:
        if self._accept is None:
            self._accept = asyncio.get_running_loop().create_future()
        return self._accept

    async def _insist(self, method: str, params: Mapping[str, Any]) -> Any:
        """Call until the server answers; only a wrong configuration ends it."""
        failed = 0
        while True:
            try:
                return await self.request(method, params)
            except Misconfigured:
                raise
            except DeliveryError as error:
                await self._pause(method, error, failed)
                failed += 1

    async def _pause(self, method: str, error: DeliveryError, failed: int) -> None:
        wait = BACK_OFF[min(failed, len(BACK_OFF) - 1)]
        if isinstance(error, Later):
            wait = error.seconds
        if failed in (0, 5) or not failed % 100:
            _log.warning("%s failed (%s: %s), again in %s s", method, type(error).__name__,
                         error, wait)  # fmt: skip
        await asyncio.sleep(wait)

    async def _poll(self) -> None:
        since = time.monotonic()
        window: dict[int, asyncio.Task[None]] = {}
        offset = 0
        failed = conflicts = 0
        try:
            while True:
                waiting = any(not task.done() for task in window.values())
                params = {
                    "offset": offset,
                    "limit": 100,
                    "timeout": 0 if waiting else POLL_SECONDS,
                    "allowed_updates": list(telegram.RECEIVED),
                }
                try:
                    updates = await self.request("getUpdates", params, POLL_SECONDS + 15.0)
                except telegram.Conflict:
                    conflicts += 1
                    standing = time.monotonic() - since > self.standing_seconds
                    if not standing or conflicts > CONFLICTS_BORNE:
                        raise telegram.Conflict("a second poller uses the same bot token") from None
                    await asyncio.sleep(0.2 * (conflicts - 1))
                    continue
                except Misconfigured:
                    raise
                except DeliveryError as error:
                    await self._pause("getUpdates", error, failed)
                    failed += 1
                    continue
                failed = conflicts = 0
                # All below the offset is confirmed now: it will not come again.
                for number in [n for n in window if n < offset]:
                    del window[number]
                for update in updates if isinstance(updates, list) else ():
                    fresh = update.get("update_id") if isinstance(update, Mapping) else None
                    if isinstance(fresh, int) and fresh not in window:
                        window[fresh] = asyncio.create_task(self._keep_feeding(update))
                if window:
                    # A slow chat holds the offset, never the others: after this they are heard.
                    await asyncio.wait(window.values(), timeout=SAME_OFFSET_SECONDS)
                offset = _next_offset(window, offset)
        finally:
            # What is not confirmed comes again at the next start and is known by its id then.
            running = [task for task in window.values() if not task.done()]
            if running:
                await asyncio.wait(running, timeout=self.drain_seconds)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _keep_feeding(self, update: Mapping[str, Any]) -> None:
        """Feed an update until it is accepted or parked: while neither works, nothing moves."""
        failed = 0
        while True:
            try:
                return await self.feed(update, answer=not failed)
            except Exception:  # noqa: BLE001 - whatever it is, the update must not be lost
                await asyncio.sleep(BACK_OFF[min(failed, len(BACK_OFF) - 1)])
                failed += 1

    async def _offer(
        self, accept: Accept, found: Incoming, update: Mapping[str, Any], lane: _Lane
    ) -> None:
        """Offer to accept, a few times; then park it. Raises NotNow, or if parking fails too.

        While nothing can be stored a polled update waits here, so that its chat keeps the order;
        a webhook's is Telegram's to bring again, which keeps the order too.

        Behind an update that was parked the chat's next ones have one try each, until one
        succeeds: else a long queue of a broken chat would hold the offset for minutes.
        """
        for wait in (None,) if lane.failing else (*RETRIES, None):
            try:
                async with self._slots:
                    await accept(found)
                lane.failing = False
                return
            except NotNow:
                raise
            except Exception as error:  # noqa: BLE001 - one update must not stop the others
                reason = _reason(error)
                _log.warning("update %s not accepted: %s", found.id, reason)
                if wait is not None:
                    await asyncio.sleep(wait)
        await self._on_parked(update, reason)
        lane.failing = True

    # ---- presses

    def _answer(self, press: str) -> None:
        """Answer a press soon; with too many waiting the oldest is given up, which harms little."""
        self._presses.append(press)
        if len(self._answering) < ANSWERS_AT_ONCE:
            task = asyncio.create_task(self._answer_presses())
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer_presses(self) -> None:
        while self._presses:
            params = {"callback_query_id": self._presses.popleft()}
            try:
                await self.request("answerCallbackQuery", params, ANSWER_SECONDS)
            except DeliveryError as error:
                _log.debug("press not answered: %s", type(error).__name__)

    # ---- performing

    async def perform(self, address: str, order: Order) -> str:
        """Carry out one order; give the id of the message, or the ids of its parts with commas.

        Raises the DeliveryError that says what went wrong. A split message that broke off goes
        on with the part that was not delivered when the same order comes again.
        """
        calls = telegram.call(address, order)
        key = (address, order)
        ids = self._half_sent.pop(key, []) if self._half_sent else []
        for name, params in calls[len(ids) :]:
            try:
                ids.append(_message_id(params, await self.request(name, params)))
            except Later as error:
                self._remember(key, ids)
                raise Later(error.seconds, self._everyone(address, error.seconds)) from None
            except DeliveryError:
                self._remember(key, ids)
                raise
        return ",".join(i for i in ids if i) or order.message

    def _remember(self, key: tuple[str, Order], ids: list[str]) -> None:
        if not ids:
            return
        self._half_sent[key] = ids
        if len(self._half_sent) > HALF_SENT:
            self._half_sent.popitem(last=False)

    def _everyone(self, address: str, seconds: float) -> bool:
        """Say whether a 429 is meant for all: two people's chats told to wait at one time.

        A group has a limit of its own (20 a minute), so it tells nothing of others.
        """
        if address.startswith("-"):
            return False
        now = time.monotonic()
        self._told_to_wait = {a: t for a, t in self._told_to_wait.items() if t > now}
        self._told_to_wait[address] = now + seconds
        return len(self._told_to_wait) > 1


def _next_offset(window: Mapping[int, asyncio.Task[None]], offset: int) -> int:
    """Give the lowest update not yet accepted, else the one after the last.

    ``window`` holds what the server has not been told of: numbers start anew anywhere after a
    week of silence, so what was confirmed before says nothing.
    """
    if not window:
        return offset
    return min((n for n, task in window.items() if not task.done()), default=max(window) + 1)


def _message_id(params: Mapping[str, Any], result: Any) -> str:
    """Give the id of the message a call wrote; "" for calls that write none."""
    if "text" not in params:
        return ""
    if "message_id" in params:
        return str(params["message_id"])
    if not isinstance(result, Mapping) or not isinstance(result.get("message_id"), int):
        raise Unclear("answer without message id")
    return str(result["message_id"])


def _reason(error: Exception) -> str:
    """Name an error and its place, without its words: they may hold what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__qualname__}{place}"
