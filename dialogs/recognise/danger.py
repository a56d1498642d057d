"""What cannot wait: danger, no roof, a child without a school place, or words that may mean it.

A line of ``alarm`` in ``words.yaml`` counts only where it is said as happening. Fear of what
may come, a negation, and figures of speech start nothing.
"""

from __future__ import annotations

from typing import Literal, cast

from dialogs.recognise.lexicon import DANGER_KINDS, Lexicon, load_lexicon
from dialogs.recognise.marks import Hit, Marks, completed, has, mark
from dialogs.recognise.reading import Alarm, Span

__all__ = ["load_lexicon", "read_alarm"]


def _merely_feared(marks: Marks, lexicon: Lexicon, hit: Hit) -> bool:
    """Whether the words tell of something feared, asked, denied or long past."""
    first = hit.first
    while first > 0 and hit.first - first < 5 and marks.sentence[first - 1] == marks.sentence[hit.first]:
        first -= 1
    groups = lexicon.groups
    if has(marks, groups["UNREAL"], first, hit.last):
        return True
    if hit.line.owner == "unclear":
        return False
    return has(marks, groups["FIGURE"], max(hit.first - 4, 0), hit.last + 4) or (
        hit.first > 0 and has(marks, groups["NEGALARM"], max(hit.first - 2, 0), hit.first - 1)
    )


def read_alarm(text: str | Marks, lexicon: Lexicon) -> Alarm | None:
    """The most pressing thing in a text that cannot wait; None where there is none."""
    marks = mark(text, lexicon) if isinstance(text, str) else text
    best: Hit | None = None
    for hit in completed(marks, lexicon, "alarm"):
        rank = DANGER_KINDS.index(hit.line.owner)
        if best is not None and rank >= DANGER_KINDS.index(best.line.owner):
            continue
        if not _merely_feared(marks, lexicon, hit):
            best = hit
    if best is None:
        return None
    kind = cast(Literal["danger", "homeless", "out_of_school", "unclear"], best.line.owner)
    return Alarm(
        kind, Span(marks.tokens[best.first].start, marks.tokens[best.last].end)
    )
