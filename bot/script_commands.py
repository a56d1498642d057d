"""``majup script``: what the people who write scripts need on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Check and describe scripts.", rich_markup_mode=None)


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Script files, or folders with scripts.")],
    language: Annotated[
        str, typer.Option(help="Language in which faults are explained: lv, ru or en.")
    ] = "en",
) -> None:
    """Tell every fault of scripts, one a line; exit with 1 if there is any."""
    # Loaded here, so that commands which check nothing start sooner.
    from dialogs.check import check_paths  # noqa: PLC0415
    from dialogs.texts import Texts, TextsError  # noqa: PLC0415

    try:
        texts = Texts.load()
    except TextsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from None
    if language not in texts.languages:
        typer.echo(f"No such language: {language}. Choose {', '.join(texts.languages)}.", err=True)
        raise typer.Exit(2)
    faults = check_paths(paths, texts)
    for fault in faults:
        typer.echo(fault.render(texts, language))
    if faults:
        raise typer.Exit(1)
    typer.echo(texts.say(language, "faults:word.clean"))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scripts, for editors."""
    from dialogs.script import Script  # noqa: PLC0415

    typer.echo(json.dumps(Script.model_json_schema(), indent=2))
