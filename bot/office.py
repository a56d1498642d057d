"""The office: store, writer, turns and relay, and what they do by the clock."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from bot import outage
from bot.buttons import Buttons
from bot.channels.channel import Channel
from bot.editions import opened, script_path
from bot.flood import Flood
from bot.pace import Rates
from bot.relay import Relay
from bot.settings import Settings
from bot.trouble import Trouble
from bot.turns import Turns
from dialogs.edition import Edition
from storage import conversations, outbox, retention
from storage.commit import Committer
from storage.store import Store, new_id
from storage.write import Mark

log = structlog.get_logger("majup.office")

TIMERS_EVERY = 5.0
"""Seconds between two looks for reminders that came due and for what depends on the hour."""
TIMERS_AT_ONCE = 100
SWEEP_EVERY = 3600.0
BEAT_EVERY = 30.0
"""Seconds between two notes that the service is alive, from which an outage is known."""
DRAIN_SECONDS = 8.0
"""Time to finish what is on its way when the service is told to stop."""

LOOK_EVERY = 0.25
"""With several workers: seconds between two looks of the one that sends for others' messages."""
LEASE_SECONDS = 15.0
"""What a worker that died did is done by another after so long."""
LEASES = ("timers", "poll")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


class Office:
    """Store, writer, turns and relay: all of the service but its channels and its web pages."""

    def __init__(self, store: Store, edition: Edition, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.committer = Committer(store)
        self.buttons = Buttons(store.keys.derive("buttons"))
        self.turns = Turns(store, self.committer, edition, self.buttons, clock)
        self.relay: Relay | None = None
        self.several = store.url.get_backend_name() != "sqlite"
        """Whether other workers may run on the same database: then leases say who does what."""
        self.worker = new_id()
        self._tasks: list[asyncio.Task[None]] = []
        self._telling: set[asyncio.Task[None]] = set()

    @property
    def edition(self) -> Edition:
        """The revision that holds, as far as this worker has heard."""
        return self.turns.editions.current

    @classmethod
    async def open(
        cls, settings: Settings, clock: Clock = utc_now, edition: Edition | None = None
    ) -> Office:
        """Open the store and the script that holds there, unless one is given.

        Raises StoreFault, KeyFault or ScriptError.
        """
        store = await Store.open(settings.database_url, settings.key_path, clock, alone=True)
        if edition is not None:
            return cls(store, edition, clock)
        try:
            editions = await opened(store, script_path(programme=settings.programme))
        except BaseException:
            await store.close()
            raise
        office = cls(store, editions.current, clock)
        office.turns.editions.number = editions.number
        return office

    async def start(self, channels: Mapping[str, Channel], rates: Rates) -> None:
        """Begin to send what is owed and to look after timers."""
        self.relay = Relay(
            self.store, self.committer, channels, self.clock, rates,
            holder=self.worker, poll=LOOK_EVERY if self.several else 0.0, tell=self._trouble,
        )  # fmt: skip
        self.turns.flood = Flood() if rates.overall else None
        self.turns.standstill.channels = channels
        self.turns.standstill.sends = self._sends
        down = await outage.last_beat(self.store)
        await self.relay.start()
        self._tasks = [
            asyncio.create_task(self._after_outage(down, self.clock()), name="outage"),
            asyncio.create_task(self._timers(), name="timers"),
            asyncio.create_task(self._sweeps(), name="sweeps"),
            asyncio.create_task(self._beats(), name="beats"),
        ]

    async def close(self) -> None:
        """Finish what is on its way, store it, let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._telling, return_exceptions=True)
        await self.turns.standstill.close()
        if self.relay is not None:
            await self.relay.close(DRAIN_SECONDS)
        if self.several:
            for name in LEASES:
                with contextlib.suppress(DBAPIError):  # it runs out by itself
                    await outbox.release(self.store, name, self.worker)
        with contextlib.suppress(DBAPIError):  # they are statistics
            await self.turns.tallies.store_them()
        await self.committer.close()
        await self.store.close()

    def _sends(self) -> bool:
        return self.relay is not None and self.relay.sends

    async def leads(self, name: str) -> bool:
        """Whether this worker is the one to do this at present; asked again every few seconds."""
        return not self.several or await outbox.lease(
            self.store, name, self.worker, LEASE_SECONDS
        )

    async def park(self, update: Mapping[str, Any], reason: str) -> None:
        """Put an update aside that fails every time; the operator finds it with its reason."""
        number = str(update.get("update_id", ""))
        await conversations.park(
            self.store, "telegram", number, json.dumps(update).encode(), reason
        )
        log.error("update.parked", update=number, reason=reason)

    def _trouble(self, trouble: Trouble) -> None:
        """The relay could not deliver: whoever works on the family's case hears of it."""
        if trouble.kind in ("gone", "absent") and trouble.family:
            task = asyncio.create_task(self._out_of_reach(trouble))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _out_of_reach(self, trouble: Trouble) -> None:
        place, notices = trouble.address, self.turns.notices
        try:
            known = await conversations.find(self.store, place.channel, place.value)
            if known is not None and known.staff is not None:
                if trouble.kind == "gone":
                    await self.committer.mark(Mark(outcome="gone", address=place.id))
                    await notices.staff_out_of_reach(trouble.family, self.clock())
                return
            mail = place.channel == "email"
            await notices.out_of_reach(trouble.family, self.clock(), mail=mail)
        except Exception as error:  # noqa: BLE001 - the case is there all the same
            log.error("out_of_reach.failed", error=type(error).__name__)

    async def _after_outage(self, down: datetime | None, up: datetime) -> None:
        """Show open questions again if the service was away long enough to lose taps."""
        try:
            if down is not None and await self.leads("timers"):
                await outage.show_again(self.turns, down, up)
        except Exception as error:  # noqa: BLE001
            log.error("outage.failed", error=type(error).__name__)

    async def _beats(self) -> None:
        """Note every now and then that the service is alive."""
        while True:
            try:
                await outage.beat(self.store)
                self.turns.standstill.stored()
                await self.turns.tallies.store_them()
                await self.turns.standstill.look_around()
            except Exception as error:  # noqa: BLE001 - the next look must come
                self._failed("beat.failed", error)
            await asyncio.sleep(BEAT_EVERY)

    async def _timers(self) -> None:
        """Reminders, deletions, broken promises, the list in the morning."""
        while True:
            try:
                await self.turns.editions.refresh()
                leads = await self.leads("timers")
                while leads and await self.turns.due(TIMERS_AT_ONCE) == TIMERS_AT_ONCE:
                    pass
                if leads:
                    await self.turns.notices.look(self.clock())
            except Exception as error:  # noqa: BLE001 - the next sweep must come
                self._failed("timers.failed", error)
            await asyncio.sleep(TIMERS_EVERY)

    def _failed(self, what: str, error: Exception) -> None:
        """Tell the operator of a fault, but only once that nothing can be stored."""
        why = self.turns.standstill.why(error)
        if why is None:
            log.error(what, error=type(error).__name__)
        else:
            self.turns.standstill.met(why)

    async def _sweeps(self) -> None:
        """Delete what has been kept long enough."""
        while True:
            try:
                rules = self.turns.editions.current.programme.rules.on(self.clock().date())
                await retention.sweep(self.store, rules.sent_days)
            except Exception as error:  # noqa: BLE001
                self._failed("sweep.failed", error)
            await asyncio.sleep(SWEEP_EVERY)
