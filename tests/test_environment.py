"""``majup run`` as a process of its own: faults of the environment, signals, a second instance."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.harness import SECRET, free_port
from tests.telegram.faults import refuse
from tests.telegram.server import TOKEN, TelegramServer

ENVIRONMENT = 3
PATIENCE = 90.0
"""Seconds a start may take on a busy machine."""


class Process:
    """A started ``majup``."""

    def __init__(self, inner: asyncio.subprocess.Process) -> None:
        self.inner = inner

    async def ended(self, seconds: float = PATIENCE) -> tuple[int, str]:
        """Exit code and what it wrote on stderr."""
        async with asyncio.timeout(seconds):
            _, told = await self.inner.communicate()
        assert self.inner.returncode is not None
        return self.inner.returncode, told.decode()


async def majup(settings: Mapping[str, str], *words: str, folder: Path) -> Process:
    """Start the command with these settings and nothing else of ours in its environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAJUP_")}
    inner = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", *(words or ("run",)),
        cwd=folder, env={**clean, "PYTHONPATH": str(Path.cwd()), **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    return Process(inner)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as made:
        yield made


@pytest.fixture
def given(server: TelegramServer, tmp_path: Path) -> dict[str, str]:
    """Settings with which it runs."""
    return {
        "MAJUP_HOME": str(tmp_path / "home"),
        "MAJUP_BOT_TOKEN": server.token,
        "MAJUP_BOT_API": server.url,
        "MAJUP_LISTEN": f"127.0.0.1:{free_port()}",
    }


async def listens(server: TelegramServer, after: int = 0) -> None:
    """Wait until somebody asks for updates."""
    async with asyncio.timeout(PATIENCE):
        while "getUpdates" not in [c.method for c in server.calls[after:]]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


WRONG = {
    "no token": ({"MAJUP_BOT_TOKEN": ""}, "MAJUP_BOT_TOKEN"),
    "a token of a wrong form": ({"MAJUP_BOT_TOKEN": "abc"}, "token"),
    "a home that is a file": ({"MAJUP_HOME": "/etc/hostname"}, "/etc/hostname"),
    "a home that cannot be made": ({"MAJUP_HOME": "/proc/nowhere"}, "/proc/nowhere"),
    "a port that is none": ({"MAJUP_LISTEN": "127.0.0.1:http"}, "MAJUP_LISTEN"),
    "a rate that is none": ({"MAJUP_SEND_RATE": "fast"}, "MAJUP_SEND_RATE"),
    "a driver that is none": ({"MAJUP_DRIVER": "telethon"}, "MAJUP_DRIVER"),
    "a database that is none": ({"MAJUP_DATABASE": "nonsense"}, "MAJUP_DATABASE"),
    "a database of another kind": ({"MAJUP_DATABASE": "mysql://x/y"}, "MAJUP_DATABASE"),
    "an address of the Bot API that is none": ({"MAJUP_BOT_API": "telegram"}, "MAJUP_BOT_API"),
    "an address of this server that is none": ({"MAJUP_PUBLIC_URL": "majup"}, "MAJUP_PUBLIC_URL"),
    "a programme that is not there": ({"MAJUP_PROGRAMME": "/nowhere"}, "/nowhere"),
    "a key file that is no text": ({"MAJUP_KEY_FILE": "binary"}, "binary is damaged"),
    "a webhook without secret": (
        {"MAJUP_WEBHOOK": "on", "MAJUP_PUBLIC_URL": "https://majup.example"},
        "MAJUP_WEBHOOK_SECRET",
    ),
    "a webhook with a short secret": (
        {
            "MAJUP_WEBHOOK": "on",
            "MAJUP_PUBLIC_URL": "https://majup.example",
            "MAJUP_WEBHOOK_SECRET": "short",
        },
        "MAJUP_WEBHOOK_SECRET",
    ),
    "a webhook without token": (
        {
            "MAJUP_BOT_TOKEN": "",
            "MAJUP_WEBHOOK": "on",
            "MAJUP_PUBLIC_URL": "https://majup.example",
            "MAJUP_WEBHOOK_SECRET": SECRET,
        },
        "MAJUP_BOT_TOKEN",
    ),
    "a webhook without address": (
        {"MAJUP_WEBHOOK": "on", "MAJUP_WEBHOOK_SECRET": SECRET},
        "MAJUP_PUBLIC_URL",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_line_tells_what_is_wrong(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, named = WRONG[name]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary").write_bytes(bytes(range(200, 240)))
    right = {
        "MAJUP_HOME": str(tmp_path / "home"),
        "MAJUP_BOT_TOKEN": TOKEN,
        "MAJUP_BOT_API": "http://127.0.0.1:9",
        "MAJUP_LISTEN": f"127.0.0.1:{free_port()}",
    }
    outcome = CliRunner().invoke(app, ["run"], env={**right, **wrong})
    assert outcome.exit_code == ENVIRONMENT
    told = outcome.stderr.splitlines()
    assert len(told) == 1 and told[0].startswith("majup: ") and named in told[0]
    assert TOKEN not in told[0] and SECRET not in told[0]


def test_a_settings_file_that_is_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"\xff\xfeM\x00A\x00")
    outcome = CliRunner().invoke(app, ["staff", "list"], env={"MAJUP_HOME": str(tmp_path)})
    assert outcome.exit_code == ENVIRONMENT
    told = "majup: the file .env cannot be read: it is no UTF-8 text"
    assert outcome.stderr.splitlines() == [told]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        here = f"127.0.0.1:{taken.getsockname()[1]}"
        given = {"MAJUP_HOME": str(tmp_path), "MAJUP_BOT_TOKEN": TOKEN, "MAJUP_LISTEN": here}
        outcome = CliRunner().invoke(app, ["run"], env=given)
    assert outcome.exit_code == ENVIRONMENT
    assert len(outcome.stderr.splitlines()) == 1 and here in outcome.stderr


async def test_a_token_that_nobody_has(given: dict[str, str], tmp_path: Path) -> None:
    wrong = {**given, "MAJUP_BOT_TOKEN": "4242:Somebody-elses"}
    code, told = await (await majup(wrong, folder=tmp_path)).ended()
    assert code == ENVIRONMENT and "token" in told.splitlines()[-1]
    assert "Traceback" not in told and "Somebody-elses" not in told


async def test_a_second_instance_a_lost_key_and_a_foreign_one(
    given: dict[str, str], server: TelegramServer, tmp_path: Path
) -> None:
    first = await majup(given, folder=tmp_path)
    await listens(server)
    second = await majup({**given, "MAJUP_LISTEN": f"127.0.0.1:{free_port()}"}, folder=tmp_path)
    code, told = await second.ended()
    assert code == ENVIRONMENT and "another process" in told and "Traceback" not in told
    first.inner.send_signal(signal.SIGTERM)
    began = time.monotonic()
    code, told = await first.ended()
    assert code == 0, told
    assert time.monotonic() - began < 10 and "Traceback" not in told
    key = tmp_path / "home" / "master.key"
    key.unlink()
    code, told = await (await majup(given, folder=tmp_path)).ended()
    assert code == ENVIRONMENT and "master.key" in told and "Traceback" not in told
    other = {**given, "MAJUP_HOME": str(tmp_path / "other")}
    await (await majup(other, "staff", "list", folder=tmp_path)).ended()
    shutil.copy(tmp_path / "other" / "master.key", key)
    code, told = await (await majup(given, folder=tmp_path)).ended()
    assert code == ENVIRONMENT and "master.key" in told and "Traceback" not in told


async def test_somebody_else_uses_the_token(
    given: dict[str, str], server: TelegramServer, tmp_path: Path
) -> None:
    server.faults.add(
        "getUpdates",
        refuse(409, "terminated by other getUpdates request; make sure that only one bot runs"),
        times=None,
    )
    code, told = await (await majup(given, folder=tmp_path)).ended()
    assert code == ENVIRONMENT
    assert "token" in told.splitlines()[-1] and "Traceback" not in told
    assert server.token not in told


async def test_a_signal_ends_it_and_the_talk_goes_on(
    given: dict[str, str], server: TelegramServer, tmp_path: Path
) -> None:
    user = server.user(7)
    process = await majup(given, folder=tmp_path)
    await user.start()
    await user.wait("valod", PATIENCE)
    await user.press("Latviešu")
    process.inner.send_signal(signal.SIGTERM)
    began = time.monotonic()
    code, told = await process.ended()
    assert code == 0 and time.monotonic() - began < 10, told
    process = await majup(given, folder=tmp_path)
    await user.wait("datiem", PATIENCE)
    await user.press("sākam")
    await user.wait("Pastāstiet", PATIENCE)
    words = ("staff", "invite", "--role", "coordinator", "--region", "latgale")
    invite = await majup(given, *words, folder=tmp_path)
    out, _ = await invite.inner.communicate()
    other = server.user(8)
    await other.start(out.decode().splitlines()[-1])
    await other.wait("Latgales", PATIENCE)
    process.inner.send_signal(signal.SIGINT)
    assert (await process.ended())[0] == 0


async def test_without_telegram_the_pages_are_served(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    given = {
        "MAJUP_HOME": str(tmp_path / "home"),
        "MAJUP_PUBLIC_URL": url,
        "MAJUP_LISTEN": url.removeprefix("http://"),
    }
    process = await majup(given, folder=tmp_path)
    async with aiohttp.ClientSession(url, headers={"Accept-Language": "lv"}) as client:
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(aiohttp.ClientConnectorError):
                    async with client.get("/readyz") as answer:
                        assert answer.status == 200, await answer.text()
                        break
                await asyncio.sleep(0.05)
        begin = client.post("/chat/begin", data={"lang": "lv"}, headers={"Origin": url})
        async with begin as answer:
            told = await answer.text()
        assert "Latviešu" in told and "Telegram" not in told
    process.inner.send_signal(signal.SIGTERM)
    code, said = await process.ended()
    assert code == 0, said
