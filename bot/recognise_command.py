"""``majup recognise``: what is understood in a text, and how well on labelled sayings."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import typer

from dialogs.programme.workdays import in_latvia
from dialogs.recognise.danger import read_alarm
from dialogs.recognise.score import checked, report_data, report_text, score
from dialogs.recognise.sensitive import find_sensitive, redact
from dialogs.recognise.story import RecogniserData, understand

DEFAULT_TODAY = date(2026, 11, 23)
"""The day the labelled sayings were written for, unless the file names another."""


def recognise(file: Path | None, text: str, as_json: bool) -> int:
    """Print what is asked for; gives the exit code."""
    if file is None and not text:
        typer.echo("majup: give --text TEXT or a FILE.json of labelled sayings", err=True)
        return 2
    data = RecogniserData()
    if file is None:
        typer.echo(json.dumps(_reading(text, data), ensure_ascii=False, indent=2))
        return 0
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
        today = DEFAULT_TODAY
        sayings = loaded
        if isinstance(loaded, dict):
            sayings = loaded.get("sayings")
            today = date.fromisoformat(str(loaded.get("as_of", today)))
        report = score(checked(sayings), data, today)
    except OSError as error:
        typer.echo(f"majup: {file}: {error.strerror}", err=True)
        return 3
    except (ValueError, RecursionError) as error:
        typer.echo(f"majup: {file}: not a file of labelled sayings: {error}", err=True)
        return 1
    if as_json:
        typer.echo(json.dumps(report_data(report), ensure_ascii=False, indent=2))
    else:
        typer.echo(report_text(report))
    return 0


def _reading(text: str, data: RecogniserData) -> dict[str, object]:
    """Everything read in one text, as plain values."""
    found = understand(text, in_latvia(datetime.now(UTC)).date(), data)
    alarm = read_alarm(text, data.lexicon)
    cut = find_sensitive(text, data.lexicon)
    return {
        **msgspec.to_builtins(found),
        "alarm": alarm.kind if alarm else None,
        "not_kept": [each.kind for each in cut],
        "kept": redact(text, cut),
    }
