"""An office with its pages, as ``majup run`` has it, served on a port of this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from starlette.applications import Starlette

from bot.channels.channel import Channel
from bot.channels.webchat import WebChat
from bot.listening import listening_socket
from bot.office import Office, utc_now
from bot.pace import Rates
from bot.settings import Settings
from bot.web.app import serve
from bot.web.office_pages import office_pages
from dialogs.edition import Edition
from storage import outbox
from tests.harness import database_of
from tests.talk import edition


class Served(msgspec.Struct):
    """What a test of the pages holds."""

    office: Office
    webchat: WebChat
    app: Starlette
    url: str = ""

    async def quiet(self) -> None:
        """Wait until nothing is owed; a note of a story waits three seconds."""
        assert self.office.relay is not None
        for _ in range(300):
            # Where several workers may run, rows wait in the table for whoever sends.
            owed = self.office.several and (await outbox.backlog(self.office.store))[0]
            if not owed and not self.office.relay.waiting:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def office_at(
    home: Path,
    clock: Callable[[], datetime] = utc_now,
    *,
    port: bool = False,
    channels: dict[str, Channel] | None = None,
    script: Edition | None = None,
    **settings: object,
) -> AsyncIterator[Served]:
    """An office that speaks the shipped script; with ``port`` it listens."""
    sock: socket.socket | None = listening_socket("127.0.0.1", 0) if port else None
    url = f"http://127.0.0.1:{sock.getsockname()[1]}" if sock else "http://office.test"
    settings = {"public_url": url, **database_of(home), **settings}
    chosen = Settings(_env_file=None, home=home, **settings)  # type: ignore[call-arg, arg-type]
    office = await Office.open(chosen, clock, script or edition())
    webchat = WebChat(office.store, clock)
    routes = office_pages(office, webchat, chosen)
    app = Starlette(routes=routes)
    all_channels: dict[str, Channel] = {"web": webchat, **(channels or {})}
    await office.start(all_channels, Rates.of(0))
    tasks = [asyncio.create_task(webchat.receive(office.turns.accept))]
    if sock is not None:
        tasks.append(asyncio.create_task(serve(app, sock)))
        await asyncio.sleep(0)
    try:
        yield Served(office, webchat, app, url)
    finally:
        await webchat.close()
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await office.close()
        if sock is not None:
            sock.close()
