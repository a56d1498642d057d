"""The open database: engines, keys, migrations. What is kept is asked for in the other modules.

Two ways in. ``connect`` and ``begin`` are asynchronous, for reading and for rare writes. Turns are
written by ``commit.Committer`` through one long-lived connection of a synchronous engine in a
thread of its own: one hand-over per batch instead of one per statement.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Row,
    Table,
    create_engine,
    event,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import migrations
from storage.hindrance import WORDS, hindrance
from storage.sealing import Box, Keys, Unreadable
from storage.tables import families

T = TypeVar("T")

Clock = Callable[[], datetime]
"""Gives the present moment, aware UTC."""

SERVICE = "service"
"""The id in ``families`` of the key for what belongs to no family: staff, parked updates."""

_KEPT_OPEN = 20_000  # data keys kept unwrapped; about 1 kB each
_BUSY_MS = 10_000
_FROZEN = f"idle_in_transaction_session_timeout = {_BUSY_MS}"
"""A worker whose machine stands still in the midst of a transaction must not hold up the others:
PostgreSQL ends its session, as SQLite's writers wait no longer for one another."""


class StoreFault(Exception):
    """The database cannot be used as it is; the text is one line for the operator."""


def unusable(error: DBAPIError) -> str:
    """One line about a database that cannot be used, without addresses or contents."""
    why = hindrance(error)
    told = WORDS[why] if why and why != "away" else type(error.orig).__name__
    return f"the database cannot be used: {told}"


def new_id() -> str:
    """A random id of 12 characters [A-Za-z0-9_-], 72 bits."""
    return secrets.token_urlsafe(9)


class Store:
    """One open database. Make it with ``Store.open``; end with ``close``."""

    def __init__(self, url: URL, keys: Keys, clock: Clock, lock: int | None) -> None:
        self.keys = keys
        self.clock = clock
        self.engine = async_engine(url)
        self.url = url
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="majup-read")
        self._reading: Connection | None = None
        self._boxes: dict[str, Box] = {}
        self._guard = threading.Lock()
        self._lock = lock

    @classmethod
    async def open(cls, url: str, key_file: Path, clock: Clock, *, alone: bool = False) -> Store:
        """Open, and if need be make, the database and its key file; bring tables up to date.

        ``url`` is an asynchronous SQLAlchemy URL. With ``alone`` a second process that opens the
        same SQLite file so is refused at once. Raises StoreFault or KeyFault, one clear line.
        """
        try:
            return await asyncio.to_thread(cls._open, make_url(url), key_file, clock, alone)
        except DBAPIError as error:
            raise StoreFault(unusable(error)) from error

    @classmethod
    def _open(cls, url: URL, key_file: Path, clock: Clock, alone: bool) -> Store:
        lock = None
        file = sqlite_file(url)
        if file is not None:
            try:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))  # for nobody else
                lock = _lock(file) if alone else None
            except OSError as error:
                raise StoreFault(f"{file.parent} cannot be written: {error.strerror}") from None
        engine = writer_engine(url)
        try:
            with engine.connect() as connection:
                migrations.upgrade(connection)
                connection.commit()
                wrapped = _service_key(connection)
                keys = Keys.open(key_file, create=wrapped is None)
                if wrapped is None:
                    row = {
                        "id": SERVICE,
                        "sealed_key": keys.new(SERVICE)[1],
                        "created_at": clock(),
                    }
                    add = insert(engine.dialect.name, families).on_conflict_do_nothing()
                    connection.execute(add, [row])
                    connection.commit()
                    wrapped = _service_key(connection)
        except BaseException:
            if lock is not None:
                os.close(lock)
            raise
        finally:
            engine.dispose()
        try:
            service = keys.unwrap(SERVICE, wrapped)
        except Unreadable:
            raise StoreFault(f"the key file {key_file} is not the one of this database") from None
        store = cls(url, keys, clock, lock)
        store._boxes[SERVICE] = service
        return store

    async def close(self) -> None:
        """Let go of connections and of the lock."""
        await asyncio.get_running_loop().run_in_executor(self._readers, self._end_reading)
        self._readers.shutdown()
        await self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def read(self, job: Callable[[Connection], T]) -> T:
        """Run a job that only reads in one hand-over to a thread: for what turns wait for.

        Through the asynchronous engine one query costs eight of them.
        """
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, job)

    async def row(self, query: Executable, values: Mapping[str, object]) -> Row[Any] | None:
        """The first row of a query; None if there is none."""
        return await self.read(lambda connection: connection.execute(query, dict(values)).first())

    def _read(self, job: Callable[[Connection], T]) -> T:
        if self._reading is not None and self._reading.invalidated:
            self._end_reading()
        if self._reading is None:
            self._reading = writer_engine(self.url).connect().execution_options(reads=True)
        try:
            return job(self._reading)
        finally:
            self._reading.rollback()

    def _end_reading(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading.engine.dispose()
            self._reading = None

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading only; each query sees what is newest."""
        try:
            async with self.engine.connect() as connection:
                yield await connection.execution_options(reads=True)
        except asyncio.CancelledError as error:
            _let_go(error)
            raise

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction for rare writes (staff, retention); never for a turn."""
        try:
            async with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    await connection.exec_driver_sql(f"SET LOCAL {_FROZEN}")
                yield connection
        except asyncio.CancelledError as error:
            _let_go(error)
            raise

    @property
    def service(self) -> Box:
        """The box for what belongs to no family."""
        return self._boxes[SERVICE]

    def box(self, family: str) -> Box | None:
        """The box of a family if it was opened before; of the service for ""."""
        return self._boxes.get(family or SERVICE)

    def remember(self, family: str, box: Box) -> Box:
        """Keep the box of a family open; the oldest is put away when there are too many."""
        with self._guard:
            self._boxes[family] = box
            if len(self._boxes) > _KEPT_OPEN:
                self._boxes.pop(next(name for name in self._boxes if name != SERVICE))
        return box

    def unwrap(self, family: str, sealed_key: bytes | None) -> Box:
        """The box of a family from its row, kept open; raises Unreadable once erased."""
        return self.box(family) or self.remember(family, self.keys.unwrap(family, sealed_key))

    def forget(self, family: str) -> None:
        """Put a family's key away (it was erased)."""
        with self._guard:
            self._boxes.pop(family, None)

    async def boxes(self, connection: AsyncConnection, wanted: Sequence[str]) -> None:
        """Open the boxes of these families with one read; the erased are left out."""
        await connection.run_sync(self.open_boxes, wanted)

    def open_boxes(self, connection: Connection, wanted: Sequence[str]) -> None:
        """The same within a job of ``read``."""
        missing = [name for name in set(wanted) if name and self.box(name) is None]
        if not missing:
            return
        query = select(families.c.id, families.c.sealed_key).where(families.c.id.in_(missing))
        for name, sealed_key in connection.execute(query):
            if sealed_key is not None:
                self.unwrap(name, sealed_key)


def insert(backend: str, table: Table) -> Any:
    """INSERT with ON CONFLICT for "sqlite" or "postgresql": the same words in two dialects."""
    return (sqlite if backend == "sqlite" else postgresql).insert(table)


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite URL; None for any other database."""
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise StoreFault("the database must be a file: sqlite+aiosqlite:///FILE")
    return Path(url.database)


def writer_engine(url: URL) -> Engine:
    """A synchronous engine on the same database, whose transactions begin as writers."""
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite")
    engine = create_engine(url, hide_parameters=True)
    _prepare(engine)
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine, "connect")
        def _settings(connection: Any, _record: object) -> None:
            connection.autocommit = True  # else it would end with the first rollback
            connection.execute(f"SET {_FROZEN}")
            connection.autocommit = False

    return engine


def async_engine(url: URL) -> AsyncEngine:
    """The asynchronous engine: readers, and writers that begin IMMEDIATE."""
    engine = create_async_engine(url, hide_parameters=True)
    _prepare(engine.sync_engine)
    return engine


def _prepare(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours: the driver would begin DEFERRED
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=FAST",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails with "database is locked" under
        # load, whatever the time-out; one that begins IMMEDIATE waits its turn.
        if not connection.get_execution_options().get("reads", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _let_go(error: asyncio.CancelledError) -> None:
    """Let go of the cursors in the frames of what was cancelled.

    A task keeps its cancellation, that its frames, and one of those the cursor of the statement
    it came in; an SQLite connection closed with a statement in use keeps its transaction, so
    that nobody else could write for as long as somebody holds the task.
    """
    traceback.clear_frames(error.__traceback__)


def _service_key(connection: Connection) -> bytes | None:
    query = select(families.c.sealed_key).where(families.c.id == SERVICE)
    return connection.execute(query).scalar_one_or_none()


def _lock(file: Path) -> int:
    handle = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StoreFault(f"another process already runs on {file}") from None
    return handle
