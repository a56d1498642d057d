"""While nothing can be stored: operators hear of it once, and every family that waits, once.

A disk that is full, a database that can only be read or is out of reach keep every turn from
being stored. Updates then wait with their platform or in the channel's hands, so nothing is lost;
but somebody must make room, and people wait. What is said here cannot go through the outbox,
which could not be written either: it goes straight to the channel and is known in memory alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping

import structlog
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from bot.channels.channel import Channel, DeliveryError, Gone, Order, Refused
from bot.editions import Editions
from storage import staff
from storage.hindrance import WORDS, Hindrance, hindrance
from storage.staff import Person
from storage.store import Store
from storage.write import Unavailable

_log = structlog.get_logger("majup.standstill")

WAITS = 10.0
"""Seconds somebody waits before they are told: a database that starts again takes less."""
CALM = 60.0
"""Seconds without a failure after which it is over. The sign of life is stored every 30 s, and
an update that waits is offered every 30 s at the latest, so a standstill has no such gap."""
LOOK_EVERY = 0.25
BETWEEN = 0.05
"""Seconds between two messages: twenty a second leave room for what the relay sends."""
_PAUSES = (1.0, 5.0, 0.0)
_SAYS_SO_ITSELF = "web"
"""The page of the web chat keeps what was typed, and says that it was not stored."""

_Chat = tuple[str, str]


class _Waits(Struct):
    since: float
    language: str
    tap: bool


class Standstill:
    """Whether anything can be stored, as the last attempt showed, and who hears of it.

    ``channels`` and ``sends`` (whether this worker is the one that sends) are set by the office.
    """

    def __init__(self, store: Store, editions: Editions) -> None:
        self.channels: Mapping[str, Channel] = {}
        self.sends: Callable[[], bool] = bool
        self.failing = False
        self._store = store
        self._editions = editions
        self._operators: list[Person] = []
        self._waiting: dict[_Chat, _Waits] = {}
        self._told: set[_Chat] = set()
        self._since = self._last = 0.0
        self._turns = 0
        self._task: asyncio.Task[None] | None = None

    def why(self, error: BaseException) -> Hindrance | None:
        """Why nothing can be stored; None if an error is another one."""
        if isinstance(error, Unavailable):
            return error.why
        return hindrance(error) if isinstance(error, DBAPIError) else None

    def met(self, why: Hindrance) -> None:
        """Something could not be stored."""
        self.failing = True
        self._last = asyncio.get_running_loop().time()
        if self._task is None:
            self._since, self._turns = self._last, 0
            _log.error("store.hindered", why=why, remedy=WORDS[why])
            self._task = asyncio.create_task(self._watch(why), name="standstill")

    def waits(self, chat: _Chat, language: str, *, tap: bool) -> None:
        """A turn in this chat (channel and address) could not be stored; ``met`` was called."""
        self._turns += 1
        if chat[0] != _SAYS_SO_ITSELF and chat not in self._told:
            now = asyncio.get_running_loop().time()
            self._waiting.setdefault(chat, _Waits(now, language, tap))

    def stored(self, chat: _Chat = ("", "")) -> None:
        """Something was stored: a turn of this chat, if it names one."""
        self.failing = False
        self._waiting.pop(chat, None)

    async def look_around(self) -> None:
        """Learn who the operators are while the database can be read. Raises DBAPIError."""
        self._operators = await staff.with_role(self._store, "operator")

    async def close(self) -> None:
        """Tell nobody any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self, why: Hindrance) -> None:
        """Tell who must know, until nothing has failed for a while."""
        loop = asyncio.get_running_loop()
        try:
            heard = await self._tell_operators(f"staff:store_{why}", "staff:store_waits")
            while loop.time() - self._last < CALM:
                await asyncio.sleep(LOOK_EVERY)
                await self._tell_families(loop.time() - WAITS)
            seconds = round(self._last - self._since)
            _log.info("store.works", seconds=seconds, turns_refused=self._turns)
            if heard:
                await self._tell_operators("staff:store_works")
        except Exception as error:  # noqa: BLE001 - the next failure begins anew
            _log.error("standstill.failed", error=type(error).__name__)
        finally:
            self._task = None
            self._waiting.clear()
            self._told.clear()

    async def _tell_families(self, before: float) -> None:
        """Tell those who have waited since before a moment."""
        if not self.sends():
            return
        for chat, waits in list(self._waiting.items()):
            if waits.since <= before and chat in self._waiting:
                self._told.add(chat)
                del self._waiting[chat]
                name = "tap_not_kept" if waits.tap else "not_kept"
                await self._say(*chat, waits.language, (f"product:{name}",))
                await asyncio.sleep(BETWEEN)

    async def _tell_operators(self, *texts: str) -> bool:
        """Whether there was somebody to tell, and it is this worker that tells them."""
        if not self.sends():
            return False
        with contextlib.suppress(DBAPIError):  # then whoever they were when it could be read
            await self.look_around()
        heard = [
            await self._say(place.channel, place.value, person.staff.language, texts)
            for person in self._operators
            for place in person.addresses
        ]
        return any(heard)

    async def _say(self, channel: str, address: str, language: str, texts: Iterable[str]) -> bool:
        """Say it at once, past the outbox; a person who cannot be reached is left alone."""
        way = self.channels.get(channel)
        if way is None or channel == _SAYS_SO_ITSELF:
            return False
        said = self._editions.current.speaking(language).texts
        order = Order(kind="send", html=" ".join(said.say(language, text) for text in texts))
        for pause in _PAUSES:
            try:
                await way.perform(address, order)
            except (Gone, Refused):
                return False
            except DeliveryError:
                await asyncio.sleep(pause)
            else:
                return True
        return False
