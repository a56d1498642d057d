"""The ``majup`` command. Errors are one line for a person, on stderr, never a traceback."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.exits import ENVIRONMENT, INPUT, carry_out, fail, settings
from bot.script_commands import app as script_app
from bot.text_commands import app as texts_app

app = typer.Typer(
    name="majup",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Mājup: families tell once, the right coordinator answers.",
)
staff_app = typer.Typer(
    no_args_is_help=True, help="Coordinators and other staff.", rich_markup_mode=None
)
cases_app = typer.Typer(no_args_is_help=True, help="What was stored.", rich_markup_mode=None)
app.add_typer(script_app, name="script")
app.add_typer(texts_app, name="texts")
app.add_typer(staff_app, name="staff")
app.add_typer(cases_app, name="cases")


@app.command()
def run() -> None:
    """The service, configured by environment or .env."""
    gc.disable()  # until the service stands: a library of a million objects is being imported
    from bot import logs, service

    chosen = settings()
    if not chosen.bot_token and not chosen.public_url:
        raise fail(
            "MAJUP_BOT_TOKEN is not set; @BotFather gives one "
            "(for web chat and e-mail alone set MAJUP_PUBLIC_URL)",
            ENVIRONMENT,
        )
    logs.set_up(chosen.log)
    carry_out(service.run(chosen), service.quick_loop)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8000,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Everything on this machine, no token: a family's chat beside the coordinator's inbox."""
    from bot import logs
    from bot.web import demo as page

    logs.set_up("text")
    carry_out(page.run(port, open_page))


@app.command()
def chat(
    script: Annotated[str, typer.Option(help="Script id, or a path to a YAML file.")] = "return",
    language: Annotated[str, typer.Option(help="lv, ru or en; empty asks.")] = "",
    record: Annotated[Path | None, typer.Option(help="Write a transcript to this file.")] = None,
) -> None:
    """The same conversation in the terminal."""
    from bot.channels import terminal

    carry_out(terminal.talk(script, language, record))


@app.command()
def recognise(
    file: Annotated[Path | None, typer.Argument(help="Labelled sayings (JSON).")] = None,
    text: Annotated[str, typer.Option(help="What is understood in this text.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """What is understood in a text, or precision and recall on labelled sayings."""
    from bot.recognise_command import recognise as command

    raise typer.Exit(command(file, text, as_json))


@app.command()
def updates() -> None:
    """Updates put aside and messages not delivered, with their reasons, without contents."""
    from bot import update_commands

    carry_out(update_commands.list_parked(settings()))


@staff_app.command("invite")
def invite(
    role: Annotated[
        str, typer.Option(help="coordinator, municipality, script-admin, auditor, operator.")
    ],
    region: Annotated[str, typer.Option(help="riga, vidzeme, kurzeme, zemgale or latgale.")] = "",
    language: Annotated[str, typer.Option(help="lv, ru or en.")] = "lv",
) -> None:
    """Print a one-use invitation code alone on the last line."""
    from bot import staff_commands

    carry_out(staff_commands.invite(settings(), role, region, language))


@staff_app.command("add")
def add(
    role: Annotated[str, typer.Option()],
    telegram: Annotated[str, typer.Option(help="Telegram chat id.")] = "",
    email: Annotated[str, typer.Option(help="Mail address, for work without Telegram.")] = "",
    region: Annotated[str, typer.Option()] = "",
    language: Annotated[str, typer.Option()] = "lv",
) -> None:
    """Register a known Telegram chat or mail address without a code."""
    from bot import staff_commands

    carry_out(staff_commands.add(settings(), role, region, language, telegram, email))


@staff_app.command("list")
def list_staff() -> None:
    """All staff."""
    from bot import staff_commands

    carry_out(staff_commands.list_all(settings()))


@staff_app.command("revoke")
def revoke(person: Annotated[str, typer.Argument(help="Id, as `list` shows it.")]) -> None:
    """End somebody's access at once."""
    from bot import staff_commands

    carry_out(staff_commands.revoke(settings(), person))


@cases_app.command("list")
def list_cases() -> None:
    """Number, region, state, urgency and date of every case."""
    from bot import case_commands

    carry_out(case_commands.list_all(settings()))


@cases_app.command("show")
def show_case(number: int) -> None:
    """One case as an operator may see it."""
    from bot import case_commands

    carry_out(case_commands.show(settings(), number))


@cases_app.command("export")
def export_cases(
    form: Annotated[str, typer.Option("--format", help="csv, xlsx or json.")] = "json",
) -> None:
    """All cases, to standard output."""
    from bot import case_commands

    carry_out(case_commands.export(settings(), form))


def main() -> None:
    """Entry point; what nobody foresaw is one line too."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - nobody sees a traceback
        # Loaded here, so that commands start sooner.
        from dialogs.programme.lists import ListFault

        if isinstance(error, ListFault):
            typer.echo(f"majup: {error}", err=True)
            sys.exit(INPUT)
        typer.echo(f"majup: unexpected {type(error).__name__}", err=True)
        sys.exit(ENVIRONMENT)


if __name__ == "__main__":
    main()
