"""Talks recorded in short: what the family did, where that led, what the coordinator got.

A recording is a transcript (:mod:`dialogs.transcript`) without the words of the bot: the acts,
after each the question that then stands open (``=> place``), and at the end the answers and the
case (``==``). Many stand in one file, one below the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from dialogs import transcript
from dialogs.edition import Edition
from dialogs.play import Talk
from dialogs.transcript import written

CANNOT = "=> cannot be done"


def talks(text: str) -> Iterator[str]:
    """The single talks of a file: each begins with its heading (``# ...``)."""
    rows: list[str] = []
    for row in text.splitlines():
        if row.startswith("# ") and rows and not rows[-1].startswith("# "):
            yield "\n".join(rows).strip() + "\n"
            rows = []
        rows.append(row)
    if any(row.startswith("# ") for row in rows):
        yield "\n".join(rows).strip() + "\n"


def record(edition: Edition, acts: transcript.Script) -> str:
    """Play the acts and write down where each led; an act that cannot be done (a tap on a button
    that is not there) is marked so and passed over."""
    talk = Talk(edition, acts.at)
    rows = [*acts.heading]
    open_now = ""
    for line in acts.lines:
        rows.append(written(line))
        try:
            talk.act(line)
        except (LookupError, IndexError):
            rows.append(CANNOT)
            continue
        here = talk.c.prompt.path if talk.c is not None and talk.c.prompt is not None else "-"
        if here != open_now:
            rows.append(f"=> {here}")
        open_now = here
    return "\n".join([*rows, *_outcome(talk)]) + "\n"


def _outcome(talk: Talk) -> Iterator[str]:
    """What the talk came to: its state, the answers, and where the case goes."""
    assert talk.c is not None
    yield f"== {talk.c.state.value}, {talk.turns} acts"
    for path, answer in talk.c.answers.items():
        yield f"== {path}: {json.dumps(answer.value, ensure_ascii=False, sort_keys=True)}"
    if talk.c.case is not None:
        yield from talk.facts().splitlines()
