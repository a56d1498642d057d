"""A whole service in this process, against the stand-in for Telegram, on a clock of the test's."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot import service
from bot.settings import Settings, read_settings
from storage import staff
from storage.staff import Person
from storage.store import Store
from tests.crash.quiet import Quiet
from tests.talk import edition
from tests.telegram.clock import Clock
from tests.telegram.server import TelegramServer
from tests.telegram.user import User

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Ten in the morning in Latvia, a working day; early morning nowhere west of Lisbon asleep."""
SECRET = "s3cret-" * 6
PUBLIC = "https://majup.example"
REGIONS = ("riga", "vidzeme", "kurzeme", "zemgale", "latgale")

PATIENCE = 60.0
"""Seconds a service may take to start or to stop on a machine that has much else to do."""
ON_POSTGRESQL = os.environ.get("MAJUP_TEST_DATABASE") == "postgresql"
"""Whether the tests of the whole service and of its pages run on PostgreSQL: the gate runs them
on both."""


@cache
def database_of(_home: Path) -> dict[str, str]:
    """The setting that puts a home's database on PostgreSQL, if the tests are to run there."""
    if not ON_POSTGRESQL:
        return {}
    from tests.postgres import postgres

    return {"database": postgres().database()}


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


class House:
    """One home folder with a service that can be started, stopped and started again.

    With ``pages`` people reach its pages under ``url``.
    """

    def __init__(
        self,
        server: TelegramServer,
        home: Path,
        *,
        webhook: bool = False,
        pages: bool = False,
        **more: Any,
    ) -> None:
        self.server = server
        self.home = home
        port = free_port()
        given: dict[str, Any] = {
            "home": home,
            "bot_token": server.token,
            "bot_api": server.url,
            "listen": f"127.0.0.1:{port}",
            "send_rate": 0,
        }
        if webhook:
            given |= {"webhook": "on", "webhook_secret": SECRET, "public_url": PUBLIC}
            server.webhook.routes[PUBLIC] = [f"http://127.0.0.1:{port}"]
            server.webhook.retry_scale = 0.1
        given |= database_of(home)
        if pages:
            given["public_url"] = f"http://127.0.0.1:{port}"
        self.settings: Settings = read_settings(**given, **more)
        self.url = f"http://127.0.0.1:{port}"
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start; returns when Telegram is listened to."""
        self._stop = asyncio.Event()
        running = service.run(self.settings, self._stop, self.server.clock.now, edition())
        self._task = asyncio.create_task(running)
        calls = len(self.server.calls)
        async with asyncio.timeout(PATIENCE):
            while not any(
                call.method == ("setWebhook" if self.settings.webhook == "on" else "getUpdates")
                for call in self.server.calls[calls:]
            ):
                if self._task.done():
                    self._task.result()
                    raise AssertionError("the service ended by itself")
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop as SIGTERM does."""
        self._stop.set()
        if self._task is not None:
            await asyncio.wait_for(self._task, PATIENCE)
            self._task = None

    @property
    def quiet(self) -> Quiet:
        """Tells when a person's screen is final."""
        return Quiet(self.server, self.settings.database_url, self.settings.key_path)

    @contextlib.asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        """The database, beside the running service as the commands open it."""
        settings = self.settings
        found = await Store.open(
            settings.database_url, settings.key_path, self.server.clock.now
        )
        try:
            yield found
        finally:
            await found.close()

    async def coordinator(self, user: User, region: str, *, language: str = "lv") -> Person:
        """Invite somebody as ``majup staff invite`` does and let them redeem the code."""
        async with self.store() as store:
            code = await staff.invite(store, "coordinator", region, language)
        await user.start(code)
        await user.wait("koordinator|coordinator|координатор")
        async with self.store() as store:
            people = await staff.coordinators(store, region)
        return next(p for p in people if p.addresses[0].value == str(user.id))

    async def operator(self, user: User) -> None:
        """Invite an operator."""
        async with self.store() as store:
            code = await staff.invite(store, "operator", "", "lv")
        await user.start(code)
        await user.wait("operator")


@contextlib.asynccontextmanager
async def house(
    home: Path,
    *,
    webhook: bool = False,
    pages: bool = False,
    at: datetime = MONDAY,
    **more: Any,
) -> AsyncIterator[House]:
    """A stand-in for Telegram and a service that runs."""
    async with TelegramServer(clock=Clock(at)) as server:
        made = House(server, home, webhook=webhook, pages=pages, **more)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()
