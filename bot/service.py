"""The composition root: builds the parts, starts them, drains and closes them."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from bot.channels import telegram
from bot.channels.channel import Channel
from bot.editions import Editions
from bot.listening import listening_socket
from bot.office import LEASE_SECONDS, TIMERS_EVERY, Clock, Office, utc_now
from bot.pace import Rates
from bot.settings import Settings
from dialogs.edition import Edition
from storage.store import StoreFault, unusable

log = structlog.get_logger("majup.service")

GC_THRESHOLDS = (50_000, 20, 100)
"""Objects more made than let go before the collector looks at the youngest; then every 20th and
every 2,000th time at older ones. Python's own (700, 10, 10) cost a tenth of a turn."""

def quick_loop() -> asyncio.AbstractEventLoop:
    """The event loop of a service: uvloop where there is one."""
    try:
        import uvloop
    except ModuleNotFoundError:  # Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def settle_memory() -> None:
    """Look for lost memory less often, and never in what a service holds for its whole life.

    Maps, words and texts are a million objects: the collector would walk them again and again.
    It does not even walk them now: of all that loading leaves less than one in a hundred is lost,
    and looking for it kept the first family waiting for half a second.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(*GC_THRESHOLDS)


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
