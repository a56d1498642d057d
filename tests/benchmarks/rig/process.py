"""The bot under test as a process, and what it costs, read from /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_TICK = os.sysconf("SC_CLK_TCK")


class Bot:
    """A command in a session of its own. ``cpu``: the core it is to run on, None for any."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], log: Path, cpu: int | None
    ) -> None:
        self._out: IO[bytes] = log.open("ab")
        self.process = subprocess.Popen(
            argv, env={**os.environ, **env}, stdout=self._out, stderr=self._out,
            start_new_session=True,
        )  # fmt: skip
        if cpu is not None:
            os.sched_setaffinity(self.process.pid, {cpu})

    def stop(self, patience: float = 15.0) -> None:
        """Tell it to end; kill it if it does not."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._out.close()

    def cpu(self) -> float:
        """Seconds of processor time so far, user and system."""
        return cpu_of(self.process.pid)

    def memory(self) -> tuple[float, float]:
        """Megabytes in memory now, and at most so far."""
        found = {}
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        for line in status.splitlines():
            name, _, value = line.partition(":")
            if name in ("VmRSS", "VmHWM"):
                found[name] = int(value.split()[0]) / 1024
        return found["VmRSS"], found["VmHWM"]

    def files(self) -> int:
        """Open file handles."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))  # noqa: PTH208 - names are enough

    def threads(self) -> int:
        """Threads."""
        return len(os.listdir(f"/proc/{self.process.pid}/task"))  # noqa: PTH208


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK


def listens(port: int) -> bool:
    """Whether somebody listens on the port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
