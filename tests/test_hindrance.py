"""What keeps a database from storing anything: told by its kind, and never by somebody frozen."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from storage import outbox
from storage import store as database
from storage.commit import Committer
from storage.store import Store
from storage.write import Seen, Unavailable
from tests.database import TestClock, first, open_store, url_of
from tests.postgres import postgres

pytest_plugins = ["tests.database"]
ON_SERVER = pytest.mark.parametrize("home", ["postgresql"], indirect=True)


def _read_only(home: Path, value: str) -> None:
    """The server lets nobody change this database: as on a standby, or by its owner's word."""
    engine = create_engine(url_of(home), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = connection.engine.url.database
        connection.execute(text("SET default_transaction_read_only = off"))
        setting = f"default_transaction_read_only = {value}"
        connection.execute(text(f"ALTER DATABASE {name} SET {setting}"))
    engine.dispose()
    postgres().drop_connections()


@ON_SERVER
async def test_a_server_that_lets_nothing_be_changed_is_told(
    home: Path, store: Store, committer: Committer
) -> None:
    await committer.commit(first(1))
    _read_only(home, "on")
    for _ in range(2):  # the first may only find its connection gone
        with pytest.raises(Unavailable) as told:
            await committer.commit(first(2))
    assert told.value.why == "read_only"
    _read_only(home, "off")
    with contextlib.suppress(Unavailable):  # again the first may find its connection gone
        await committer.commit(first(2))
    with pytest.raises(Seen):
        await committer.commit(first(2))
        await committer.commit(first(2))


@ON_SERVER
async def test_who_stands_still_in_the_midst_of_a_write_holds_up_nobody(
    home: Path, store: Store, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_FROZEN", "idle_in_transaction_session_timeout = 300")
    other = await open_store(home, clock)
    await outbox.lease(store, "relay", "one", 0)
    frozen, waits = asyncio.Event(), asyncio.Event()

    async def stand_still() -> None:
        async with store.begin() as connection:
            await connection.execute(text("UPDATE leases SET holder = 'frozen'"))
            waits.set()
            await frozen.wait()

    task = asyncio.create_task(stand_still())
    await waits.wait()
    async with asyncio.timeout(20):
        assert await outbox.lease(other, "relay", "two", 10)
    frozen.set()
    with pytest.raises(DBAPIError):
        await task
    await other.close()
