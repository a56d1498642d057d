"""``majup recognise``: what is understood in a text, and how well on labelled sayings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import msgspec
import typer

from bot.service import utc_now
from dialogs.programme.workdays import in_latvia
from dialogs.recognise.danger import read_alarm
from dialogs.recognise.score import report_data, report_text, score
from dialogs.recognise.sensitive import find_sensitive, redact
from dialogs.recognise.story import load_recogniser, understand

DEFAULT_TODAY = date(2026, 11, 23)
"""The day the labelled sayings were written for, unless the file names another."""


def recognise(file: Path | None, text: str, as_json: bool) -> int:
    """Print what is asked for; gives the exit code."""
    if file is None and not text:
        typer.echo("majup: give --text TEXT or a FILE.json of labelled sayings", err=True)
        return 2
    data = load_recogniser()
    if file is None:
        typer.echo(json.dumps(_reading(text, data), ensure_ascii=False, indent=2))
        return 0
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
        sayings = loaded if isinstance(loaded, list) else loaded["sayings"]
        today = DEFAULT_TODAY
        if isinstance(loaded, dict) and "as_of" in loaded:
            today = date.fromisoformat(loaded["as_of"])
        report = score(sayings, data, today)
    except OSError as error:
        typer.echo(f"majup: {file}: {error.strerror}", err=True)
        return 3
    except (ValueError, KeyError, TypeError) as error:
        typer.echo(f"majup: {file}: not a file of labelled sayings ({error})", err=True)
        return 1
    if as_json:
        typer.echo(json.dumps(report_data(report), ensure_ascii=False, indent=2))
    else:
        typer.echo(report_text(report))
    return 0


def _reading(text: str, data: object) -> dict[str, object]:
    """Everything read in one text, as plain values."""
    from dialogs.recognise.story import RecogniserData

    assert isinstance(data, RecogniserData)
    found = understand(text, in_latvia(utc_now()).date(), data)
    alarm = read_alarm(text, data.lexicon)
    cut = find_sensitive(text, data.lexicon)
    return {
        **msgspec.to_builtins(found),
        "alarm": alarm.kind if alarm else None,
        "not_kept": [each.kind for each in cut],
        "kept": redact(text, cut),
    }
