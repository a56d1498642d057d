"""The service on this machine alone: a store in a temporary home, a desk for every region.

What ``majup demo`` and ``majup chat`` stand on. Engine, store, routing and relay are those of
``majup run``; only the home is thrown away at the end.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.channels.channel import Channel
from bot.office import Clock, Office, utc_now
from bot.pace import Rates
from dialogs.edition import load_edition
from storage import staff
from storage.store import Store, StoreFault

STAFF_LANGUAGE = "lv"


def desk(region: str) -> str:
    """The address of a region's coordinator on the one channel there is."""
    return f"desk-{region}"


@asynccontextmanager
async def embedded(
    channel: Channel, script: str = "return", clock: Clock = utc_now
) -> AsyncIterator[Office]:
    """A started office that talks through this channel; its home is deleted at the end.

    ``script`` is a shipped script's id or a path to a YAML file. Raises StoreFault when no
    temporary folder can be written, ScriptError for a script that cannot be used.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="majup-", ignore_cleanup_errors=True)
    except OSError as error:
        raise StoreFault(
            f"no temporary folder can be written ({error.strerror}); TMPDIR names another"
        ) from None
    with folder as name:
        home = Path(name)
        edition = await asyncio.to_thread(load_edition, script)
        url = f"sqlite+aiosqlite:///{home / 'majup.sqlite'}"
        store = await Store.open(url, home / "master.key", clock, alone=True)
        office = Office(store, edition, clock)
        try:
            for region in edition.programme.geography.regions:
                await staff.add(
                    store, "coordinator", region, STAFF_LANGUAGE, channel.name, desk(region)
                )
            await office.start({channel.name: channel}, Rates.of(0))
            yield office
        finally:
            await office.close()
