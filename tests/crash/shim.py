"""Points at which a process may die: every statement, commit, write to and read from a socket.

From a chosen statement on SQLite can also be made to refuse every change, until it is let again.

Armed in a forked process before the service starts. A point stands before the act and, where
the act reaches beyond the process, another behind it: "done, not yet known to be done".
"""

from __future__ import annotations

import asyncio.selector_events
import mmap
import os
import signal
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

KINDS = ("statement", "commit", "write", "read")
_LAYOUT = struct.Struct(f"<{len(KINDS) + 1}Q")
_READ_ONLY_FROM = struct.Struct("<Q")
SIZE = _LAYOUT.size + _READ_ONLY_FROM.size


class Points:
    """Counts points in a file that outlives the process; at number ``kill_at`` it dies (0: never).

    After the kill the file also tells the kind of the point reached last.
    """

    def __init__(self, file: Path, kill_at: int) -> None:
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), SIZE)
        self._counts = [0] * len(KINDS)
        self._last = 0
        self._kill_at = kill_at
        self._lock = threading.Lock()

    def pass_by(self, kind: int) -> None:
        """One point."""
        with self._lock:
            self._counts[kind] += 1
            _LAYOUT.pack_into(self._map, 0, *self._counts, kind)
            if sum(self._counts) == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()

    def arm(self) -> None:
        """Put the points into the database and network layers of this process."""

        @event.listens_for(Engine, "before_cursor_execute")
        def _statement(connection: Connection, cursor: Any, *_: Any) -> None:
            self.pass_by(0)
            if connection.dialect.name == "sqlite":
                begin = _READ_ONLY_FROM.unpack_from(self._map, _LAYOUT.size)[0]
                refused = int(0 < begin <= self._counts[0])
                if refused != connection.info.get("read_only", 0):
                    cursor.execute(f"PRAGMA query_only={refused}")
                    connection.info["read_only"] = refused

        _around(Connection, "_commit_impl", lambda: self.pass_by(1))
        transport = asyncio.selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
        _around(transport, "write", lambda: self.pass_by(2))
        _around(transport, "writelines", lambda: self.pass_by(2))
        _before(transport, "_read_ready", lambda: self.pass_by(3))


def _around(owner: Any, name: str, point: Callable[[], None]) -> None:
    _before(owner, name, point)
    inner = getattr(owner, name)

    def act(*args: Any) -> Any:
        given = inner(*args)
        point()
        return given

    setattr(owner, name, act)


def _before(owner: Any, name: str, point: Callable[[], None]) -> None:
    inner = getattr(owner, name)

    def act(*args: Any) -> Any:
        point()
        return inner(*args)

    setattr(owner, name, act)


def passed(file: Path) -> tuple[dict[str, int], str]:
    """How many points of each kind a process passed, and the kind of its last one."""
    *counts, last = _LAYOUT.unpack_from(file.read_bytes())
    return dict(zip(KINDS, counts, strict=True)), KINDS[last]


def read_only_from(file: Path, statement: int) -> None:
    """Let the process's database refuse changes from its n-th statement on; 0: no longer."""
    with file.open("r+b") as opened:
        opened.seek(_LAYOUT.size)
        opened.write(_READ_ONLY_FROM.pack(statement))
