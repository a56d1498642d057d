"""Who is measured: the product over each driver, and what a user would pick instead."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.rig.drive import TOKEN, Contender, Place

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COORDINATOR = 5001
SECRET = "benchmarks-and-nothing-else-0123456789"

STOCK = "aiogram FSM, memory"
TUNED = "aiogram FSM, memory, tuned"
DIALOG = "aiogram_dialog, memory"
PTB = "PTB ConversationHandler, pickle"
PRODUCT = "Mājup over aiogram"
PRODUCT_PTB = "Mājup over PTB"


def peer(label: str, module: str, **env: str) -> Contender:
    """A peer's bot."""

    def environment(place: Place) -> Mapping[str, str]:
        return {
            "BENCH_TOKEN": TOKEN,
            "BENCH_API": f"http://127.0.0.1:{place.api_port}",
            "BENCH_PORT": str(place.bot_port),
            "BENCH_COORDINATOR": str(COORDINATOR),
            "BENCH_STORE": str(place.folder / "conversations.pickle"),
            "PYTHONPATH": str(ROOT),
            **env,
        }

    argv = (sys.executable, "-m", f"tests.benchmarks.peers.{module}")
    return Contender(label, argv, environment, HERE / "peers" / "intake12.toml", COORDINATOR)


def settings(place: Place, driver: str = "aiogram") -> dict[str, str]:
    """The product's environment: rates lifted, all else as in production."""
    return {
        "MAJUP_HOME": str(place.folder / "home"),
        "MAJUP_PROGRAMME": str(HERE),
        "MAJUP_BOT_TOKEN": TOKEN,
        "MAJUP_DRIVER": driver,
        "MAJUP_BOT_API": f"http://127.0.0.1:{place.api_port}",
        "MAJUP_PUBLIC_URL": f"https://127.0.0.1:{place.bot_port}",
        "MAJUP_WEBHOOK": "on",
        "MAJUP_WEBHOOK_SECRET": SECRET,
        "MAJUP_LISTEN": f"127.0.0.1:{place.bot_port}",
        "MAJUP_SEND_RATE": "0",
        "PYTHONPATH": str(ROOT),
    }


def product(label: str = PRODUCT, driver: str = "aiogram") -> Contender:
    """The product with one coordinator."""

    def prepare(place: Place) -> None:
        add = (sys.executable, "-m", "bot.cli", "staff", "add", "--role", "coordinator",
               "--region", "riga", "--telegram", str(COORDINATOR))  # fmt: skip
        subprocess.run(add, env={**os.environ, **settings(place)}, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip

    return Contender(
        label,
        (sys.executable, "-m", "bot.cli", "run"),
        lambda place: settings(place, driver),
        HERE / "intake12.toml",
        COORDINATOR,
        prepare,
    )


EVERYBODY = (
    product(),
    product(PRODUCT_PTB, "ptb"),
    peer(STOCK, "aiogram_fsm"),
    peer(TUNED, "aiogram_fsm", BENCH_TUNED="1"),
    peer(DIALOG, "aiogram_dialogs"),
    peer(PTB, "ptb_conversation"),
)
