"""A process with everything imported that forks the services which are to die.

It reads orders as lines of JSON (``Life``) and answers lines: ``{"born": pid}`` for each order,
``{"ended": [pid, status]}`` when a child is gone. ``python -m tests.crash.zygote --one FILE``
lives a single life without forking: a really fresh process.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import importlib
import os
import pkgutil
import select
import signal
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from bot import logs, service
from bot.settings import read_settings
from bot.web import studio
from dialogs.edition import Edition, load_edition
from dialogs.programme.workdays import is_working_day
from tests.crash.shim import Points

LATE = (
    "bot.channels.telegram_aiogram", "bot.channels.telegram_ptb", "bot.web.app",
    "bot.web.office_pages", "aiosqlite", "jinja2", "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "uvicorn.lifespan.off",
    "encodings.idna",
)  # fmt: skip
"""What the service imports only when it needs it."""


class Life(Struct):
    """One run of the service: its settings, its clock, where it dies and where it logs.

    ``base`` is the clock's moment in seconds since 1970 at ``since`` of the monotonic clock.
    ``paces`` are the service's own seconds, as "module.NAME", that are shorter in this life.
    """

    settings: dict[str, Any]
    base: float
    since: float
    points: str
    kill_at: int
    log: str
    paces: dict[str, float] = {}


def live(life: Life, edition: Edition) -> None:
    """Be the service until it ends or is killed."""
    out = os.open(life.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    logs.set_up("text")
    faulthandler.register(signal.SIGUSR1)
    signal.signal(signal.SIGUSR2, _tasks)
    for name, seconds in life.paces.items():
        module, _, constant = name.rpartition(".")
        assert hasattr(importlib.import_module(module), constant), name
        setattr(importlib.import_module(module), constant, seconds)
    Points(Path(life.points), life.kill_at).arm()

    def now() -> datetime:
        return datetime.fromtimestamp(life.base + time.monotonic() - life.since, UTC)

    asyncio.run(service.run(read_settings(**life.settings), None, now, edition))


def _tasks(*_: object) -> None:
    """Write to the log what every task waits for: asked when a service does not end."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)


def _all_there() -> Edition:
    """Import and build what every life would for itself; none looks for garbage in it."""
    rooms = (f"{studio.__name__}.{room.name}" for room in pkgutil.iter_modules(studio.__path__))
    for late in (*LATE, *rooms):
        importlib.import_module(late)
    edition = load_edition()
    edition.programme.recogniser.build()
    is_working_day(date.today())
    gc.collect()
    gc.freeze()
    return edition


def serve() -> None:
    """Fork a life for each line that comes in."""
    edition = _all_there()
    heard, told = os.pipe()
    os.set_blocking(told, False)
    os.set_blocking(heard, False)
    signal.set_wakeup_fd(told)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    lines = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115 - one line at a time
    print(msgspec.json.encode({"born": 0}).decode(), flush=True)
    while True:
        ready, _, _ = select.select([0, heard], [], [])
        if heard in ready:
            os.read(heard, 4096)
            _reap()
        if 0 in ready:
            line = lines.readline()
            if not line:
                return
            life = msgspec.json.decode(line, type=Life)
            child = os.fork()
            if child == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                status = 1
                try:
                    live(life, edition)
                    status = 0
                except BaseException as error:  # noqa: BLE001 - the log has it
                    print(f"ended by {error!r}", file=sys.stderr, flush=True)
                finally:
                    os._exit(status)
            print(msgspec.json.encode({"born": child}).decode(), flush=True)


def _reap() -> None:
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not child:
            return
        print(msgspec.json.encode({"ended": [child, status]}).decode(), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        order = msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=Life)
        live(order, load_edition())
    else:
        serve()
