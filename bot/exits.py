"""How a command ends: one line on stderr and an exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import typer

DONE, INPUT, USAGE, ENVIRONMENT = 0, 1, 2, 3
"""Exit codes: done, the input is at fault, usage, the environment is at fault."""


def fail(text: str, code: int) -> typer.Exit:
    """Say one line and give the exit to raise."""
    typer.echo(f"majup: {' '.join(text.split())}", err=True)
    return typer.Exit(code)


def carry_out(
    work: Coroutine[Any, Any, Any], loop: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> Any:
    """Run a coroutine; every known fault becomes one line and an exit code.

    ``loop`` makes the event loop; asyncio's own unless given.
    """
    try:
        with asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(DONE) from None
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - told sorts them; what it does not know goes on
        raise told(error) from None


def told(error: Exception) -> typer.Exit:
    """The exit of a fault that has a clear line; any other is raised on.

    The faults' classes are imported only now: they bring the whole service along, and the
    demo's page must not wait for that.
    """
    from bot.channels.channel import Misconfigured
    from bot.listening import PortTaken
    from bot.settings import InputFault, SettingsFault
    from dialogs.edition import ScriptError
    from storage.sealing import KeyFault
    from storage.store import StoreFault

    if isinstance(error, ScriptError):
        from dialogs.texts import Texts

        texts = Texts.load()
        return fail("; ".join(fault.render(texts, "en") for fault in error.faults), INPUT)
    if isinstance(error, InputFault):
        return fail(str(error), INPUT)
    if isinstance(error, (StoreFault, KeyFault, Misconfigured, PortTaken, SettingsFault, OSError)):
        return fail(str(error), ENVIRONMENT)
    raise error


def settings(**overrides: object) -> Any:
    """The settings, or one line about what is wrong with them."""
    from bot.settings import SettingsFault, read_settings

    try:
        return read_settings(**overrides)
    except SettingsFault as error:
        raise fail(str(error), ENVIRONMENT) from None
