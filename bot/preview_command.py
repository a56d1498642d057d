"""``majup script preview``: a draft in the terminal, nothing stored."""

from __future__ import annotations

import re
import sys

import typer

from bot.office import utc_now
from dialogs.edition import Edition
from dialogs.play import Talk
from dialogs.preview import PreviewFault, preview
from dialogs.transcript import Line

_TAP = re.compile(r"#\s*(\d{1,3})|\[(.+)\]")


def play(edition: Edition, language: str, question: str, answers: list[str]) -> int:
    """Play until an empty line or the end of the input; gives the exit code."""
    tongue = language or "en"

    def say(name: str, **args: str) -> str:
        return edition.texts.say(tongue, f"script:preview.{name}", **args)

    given = dict(each.partition("=")[::2] for each in answers)
    wrong = [each for each in answers if "=" not in each]
    if wrong:
        typer.echo(say("answer_form", value=wrong[0]), err=True)
        return 2
    try:
        talk = preview(edition, utc_now(), language, question, given)
    except PreviewFault as fault:
        typer.echo(say(fault.name, **fault.given), err=True)
        return 1
    if sys.stdin.isatty():
        typer.echo(say("hint"))
    _show(talk)
    for row in sys.stdin:
        if not row.strip():
            break
        line = _line(talk, row.strip())
        talk.out.clear()
        talk.act(line)
        talk.show(*talk.chat.due(None))
        _show(talk)
    return 0


def _show(talk: Talk) -> None:
    """What came of the last act, without the act itself: it stands on the screen already."""
    for row in talk.out:
        if not row.startswith((">>", "+>")):
            typer.echo(row)


def _line(talk: Talk, said: str) -> Line:
    """What was typed, as an act; a button that is not there is a text."""
    if said.startswith("/"):
        name, _, words = said[1:].partition(" ")
        return Line("command", words, name)
    tapped = _TAP.fullmatch(said)
    if tapped is not None:
        shown = [m for m in talk.chat.messages if m.alive and m.rows]
        labels = [label for row in shown[-1].rows for label, _ in row] if shown else []
        number = int(tapped[1] or 0)
        label = labels[number - 1] if 0 < number <= len(labels) else tapped[2] or ""
        if label in labels:
            return Line("tap", label)
    return Line("text", said)
