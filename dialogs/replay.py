"""Recorded talks played against a draft: what the families would read differently."""

from __future__ import annotations

from difflib import unified_diff

from msgspec import Struct

from dialogs import transcript
from dialogs.edition import Edition
from dialogs.play import Talk


class Replayed(Struct, frozen=True):
    """One recorded talk against a draft.

    ``lines`` are the differences as a unified diff, empty if there are none; ``stopped`` says at
    which act the talk cannot go on as it was recorded (a button that is gone), or is "".
    """

    lines: tuple[str, ...]
    stopped: str = ""


def replay(recorded: str, draft: Edition, base: Edition | None = None) -> Replayed:
    """Play the family's side of a transcript against a draft.

    Compared with the recording itself, or with what ``base`` says to the same acts: then only
    what the draft changes is shown. Raises ValueError for a text that is no transcript.
    """
    script = transcript.read(recorded)
    before = recorded if base is None else _played(script, base)[0]
    after, stopped = _played(script, draft)
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return Replayed(tuple(lines)[2:], stopped)


def _played(script: transcript.Script, edition: Edition) -> tuple[str, str]:
    """The talk as it goes under an edition, up to the act that is impossible there."""
    talk = Talk(edition, script.at)
    for line in script.lines:
        try:
            talk.act(line)
        except (LookupError, IndexError):
            return "\n".join([*script.heading, "", *talk.out]) + "\n", transcript.written(line)
    return talk.play(transcript.Script(script.heading, script.at, ())), ""
