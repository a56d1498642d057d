"""Recorded talks played against a draft: what the families would read differently.

A recording is the family's side of a talk. Each act is put where its question is asked now; a
question the recording knows nothing of is answered by a made-up family, and what was said to a
question that is not asked any more is left out. Both are marked.
"""

from __future__ import annotations

from difflib import unified_diff

from msgspec import Struct

from dialogs import transcript
from dialogs.conversation import Conversation
from dialogs.edition import Edition
from dialogs.engine.agenda import join, split
from dialogs.family import Family, Plan
from dialogs.migrate import renames
from dialogs.play import Talk
from dialogs.transcript import Line

ANSWERED, LEFT_OUT = "-- answered by the way: ", "-- not asked any more: "
MOST_NEW = 50
"""New questions answered in a row, at most: a talk that goes in circles is given up."""
BESIDE = frozenset({"wait", "staff", "edit", "command"})
"""Acts that answer no question."""


class Replayed(Struct, frozen=True):
    """One recorded talk against a draft.

    ``lines`` are the differences as a unified diff, empty if there are none; ``stopped`` says at
    which act the talk cannot go on as it was recorded, or is "".
    """

    lines: tuple[str, ...]
    stopped: str = ""


def replay(recorded: str, draft: Edition, base: Edition) -> Replayed:
    """Play a transcript against a draft; ``base`` is the script it was recorded with.

    Compared with what ``base`` says to the same acts, so that only what the draft changes is
    shown. Raises ValueError for a text that is no transcript or that ``base`` cannot play.
    """
    script = transcript.read(recorded)
    places: list[str] = []
    before = Talk(base, script.at)
    for line in script.lines:
        places.append(_open(before.c))
        try:
            before.act(line)
        except (LookupError, IndexError) as error:
            raise ValueError(f"the recording does not fit its script: {error}") from None
    after = Talk(draft, script.at)
    stopped = _follow(after, script.lines, _now(places, draft, base))
    shown = [talk.play(transcript.Script((), script.at, ())) for talk in (before, after)]
    lines = unified_diff(shown[0].splitlines(), shown[1].splitlines(), lineterm="", n=2)
    return Replayed(tuple(lines)[2:], stopped)


def _now(places: list[str], draft: Edition, base: Edition) -> list[str]:
    """The paths of the questions as the draft calls them."""
    called = renames(draft, base)
    return [join(called.get(split(p)[0], split(p)[0]), split(p)[1]) for p in places]


def _open(c: Conversation | None) -> str:
    return c.prompt.path if c is not None and c.prompt is not None else ""


def _follow(talk: Talk, lines: tuple[Line, ...], places: list[str]) -> str:
    """Put each act where it belongs; gives the act that could not be put anywhere."""
    questions = talk.edition.questions
    for at, (line, place) in enumerate(zip(lines, places, strict=True)):
        if line.kind not in BESIDE and place:
            coming = set(places[at:])
            for _ in range(MOST_NEW):
                now = _open(talk.c)
                if split(now)[0] not in questions or now in coming or not _answer(talk):
                    break
            if _open(talk.c) != place and split(place)[0] not in ("story", "note"):
                talk.show(LEFT_OUT + transcript.written(line))
                continue
        try:
            talk.act(line)
        except (LookupError, IndexError):
            if split(place)[0] in questions and _answer(talk):
                continue
            return transcript.written(line)
    return ""


def _answer(talk: Talk) -> bool:
    """Let a made-up family answer the open question; False if it has no answer."""
    assert talk.c is not None
    rows = next((m.rows for m in reversed(talk.chat.messages)
                 if talk.c.prompt and m.visit == talk.c.prompt.visit), ())  # fmt: skip
    language = talk.c.language or "lv"
    line = Family(talk.edition, language, Plan(), talk.now.year).answer(talk.c, rows)
    if line is None:
        return False
    talk.show(ANSWERED + transcript.written(line))
    talk.act(line)
    return True
