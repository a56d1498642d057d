"""The composition root: builds the parts, starts them, drains and closes them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import signal
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from bot import outage
from bot.buttons import Buttons
from bot.channels import telegram
from bot.channels.channel import Channel
from bot.editions import Editions, opened, script_path
from bot.flood import Flood
from bot.pace import Rates
from bot.relay import Relay
from bot.settings import Settings
from bot.trouble import Trouble
from bot.turns import Turns
from dialogs.edition import Edition
from storage import conversations, outbox, retention
from storage.commit import Committer
from storage.store import Store, StoreFault, new_id, unusable
from storage.write import Mark

log = structlog.get_logger("majup.service")

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

BACKLOG = 1024

GC_THRESHOLDS = (50_000, 20, 100)
"""Objects more made than let go before the collector looks at the youngest; then every 20th and
every 2,000th time at older ones. Python's own (700, 10, 10) cost a tenth of a turn."""

Clock = Callable[[], datetime]


class PortTaken(Exception):
    """Another program listens on the address already."""


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


def quick_loop() -> asyncio.AbstractEventLoop:
    """The event loop of a service: uvloop where there is one."""
    try:
        import uvloop
    except ModuleNotFoundError:  # Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def settle_memory() -> None:
    """Look for lost memory less often, and never in what a service holds for its whole life.

    Maps, words and texts are millions of objects: the collector would walk them again and again.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(*GC_THRESHOLDS)


class Office:
    """Store, writer, turns and relay: all of the service but its channels and its web pages."""

    def __init__(self, store: Store, edition: Edition, clock: Clock) -> None:
        self.store = store
        self.edition = edition
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
                await self.turns.tallies.store_them()
            except Exception as error:  # noqa: BLE001 - the next look must come
                log.error("beat.failed", error=type(error).__name__)
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
                log.error("timers.failed", error=type(error).__name__)
            await asyncio.sleep(TIMERS_EVERY)

    async def _sweeps(self) -> None:
        """Delete what has been kept long enough."""
        while True:
            try:
                rules = self.turns.editions.current.programme.rules.on(self.clock().date())
                await retention.sweep(self.store, rules.sent_days)
            except Exception as error:  # noqa: BLE001
                log.error("sweep.failed", error=type(error).__name__)
            await asyncio.sleep(SWEEP_EVERY)


def menu_texts(edition: Edition) -> dict[str, dict[str, Any]]:
    """Commands menu and descriptions of the bot in every language."""
    names = ("start", "back", "skip", "change", "language", "pause", "human", "restart",
             "my_data", "delete_me", "privacy", "help")  # fmt: skip
    def say(language: str, name: str) -> str:
        return edition.speaking(language).texts.say(language, name)

    return {
        language: {
            "commands": [(name, say(language, f"product:menu_{name}")) for name in names],
            "description": say(language, "product:description"),
            "short": say(language, "product:short_description"),
        }
        for language in edition.languages.offered
    }


def telegram_channel(settings: Settings, office: Office) -> Any:
    """The Telegram channel over the configured library; only that one is imported.

    Raises Misconfigured for a token that cannot be one.
    """
    from bot.channels.telegram_bot import Webhook

    webhook = None
    if settings.webhook == "on":
        url = f"{settings.public_url.rstrip('/')}/telegram/webhook"
        webhook = Webhook(url, settings.webhook_secret)
    if settings.driver == "ptb":
        from bot.channels.telegram_ptb import PtbChannel

        return PtbChannel(
            settings.bot_token, settings.bot_api, office.park, webhook, office.clock
        )
    from bot.channels.telegram_aiogram import AiogramChannel

    return AiogramChannel(
        settings.bot_token, settings.bot_api, office.park, webhook, office.clock
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket. Raises PortTaken if somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(BACKLOG)  # two programs may bind the same port, but not both listen
    except OSError as error:
        sock.close()
        why = error.strerror or type(error).__name__
        raise PortTaken(f"cannot listen on {host}:{port}: {why}") from None
    return sock


async def run(
    settings: Settings,
    stop: asyncio.Event | None = None,
    clock: Clock = utc_now,
    edition: Edition | None = None,
) -> None:
    """The whole service, until it is told to stop; speaks the shipped script or ``edition``.

    Raises one of the faults that have a clear line (StoreFault, KeyFault, ScriptError,
    Misconfigured, PortTaken).
    """
    from bot.channels.webchat import WebChat
    from bot.web.app import serve, service_app
    from bot.web.office_pages import office_pages

    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sock = listening_socket(settings.host, settings.port)
    try:
        office = await Office.open(settings, clock, edition)
    except BaseException:
        sock.close()
        raise
    tasks: list[asyncio.Task[Any]] = []
    channel = webchat = None
    try:
        if settings.bot_token:
            channel = telegram_channel(settings, office)
        webchat = WebChat(office.store, office.clock)
        pages = office_pages(office, webchat, settings, channel)
        channels: dict[str, Channel] = {webchat.name: webchat}
        if channel is not None:
            channels[channel.name] = channel
        if settings.smtp_url:
            from bot.channels.email import Mail

            channels["email"] = Mail(settings.smtp_url, settings.mail_from, office.clock)
        try:
            # Before a family waits for it; in a thread, so that signals are heard meanwhile.
            await asyncio.to_thread(office.edition.programme.recogniser.build)
            await office.start(channels, Rates.of(settings.send_rate))
        except DBAPIError as error:
            raise StoreFault(unusable(error)) from error
        app = service_app(office, channel, settings, pages)
        tasks = [
            asyncio.create_task(webchat.receive(office.turns.accept), name="webchat"),
            asyncio.create_task(serve(app, sock), name="web"),
        ]
        if channel is not None:
            tasks.append(asyncio.create_task(_receive(office, channel, settings), name="receive"))
        waiting = asyncio.create_task(stop.wait())
        ending = [*tasks, waiting]
        if channel is not None:
            introducing = _introduce(channel, office.turns.editions)
            tasks.append(asyncio.create_task(introducing, name="introduce"))
        settle_memory()
        log.info("service.started", telegram=settings.driver if channel else "off",
                 webhook=settings.webhook, listen=settings.listen)  # fmt: skip
        done, _ = await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        for task in done:
            if task is not waiting:
                task.result()
        log.info("service.stopping")
    finally:
        if webchat is not None:
            await webchat.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await office.close()
        if channel is not None:
            await channel.close()
        sock.close()


async def _receive(office: Office, channel: Any, settings: Settings) -> None:
    """Receive; of several workers that poll, one at a time does."""
    if settings.webhook == "on" or not office.several:
        await channel.receive(office.turns.accept)
        return
    loop = asyncio.get_running_loop()
    polling: asyncio.Task[None] | None = None
    waited = False
    bears_until = 0.0
    try:
        while True:
            leads = await _leads_polling(office)
            if leads and polling is None:
                if waited:  # who polled before may hold on until it looks at its lease again
                    waited, bears_until = False, loop.time() + LEASE_SECONDS
                polling = asyncio.create_task(channel.receive(office.turns.accept))
            if not leads:
                waited = True
                if polling is not None:
                    polling.cancel()
                    await asyncio.gather(polling, return_exceptions=True)
                    polling = None
            if polling is None:
                await asyncio.sleep(LEASE_SECONDS / 3)
                continue
            await asyncio.wait([polling], timeout=LEASE_SECONDS / 3)
            if polling.done():
                try:
                    polling.result()
                except telegram.Conflict:
                    if loop.time() > bears_until and await _leads_polling(office):
                        raise
                    await asyncio.sleep(1.0)
                polling = None
    finally:
        if polling is not None:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)


async def _leads_polling(office: Office) -> bool:
    """Whether this worker is the one that polls; none does while the database is away."""
    try:
        return await office.leads("poll")
    except DBAPIError as error:
        log.warning("poll.database", error=type(error.orig).__name__)
        return False


async def _introduce(channel: Any, editions: Editions) -> None:
    """Menu and descriptions, again when a revision brings others; failing is no reason to stop."""
    shown: dict[str, dict[str, Any]] = {}
    while True:
        texts = menu_texts(editions.current)
        if texts != shown:
            shown = texts
            try:
                await channel.introduce(texts, "lv")
            except Exception as error:  # noqa: BLE001 - the menu is not worth the service
                log.warning("introduce.failed", error=type(error).__name__)
        await asyncio.sleep(TIMERS_EVERY)
