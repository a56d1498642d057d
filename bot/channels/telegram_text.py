"""Long messages in parts: where HTML for Telegram may be cut, and how tags go on in the next part.

Telegram takes 4096 characters of text once tags and entities are read.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.parser import HTMLParser
from typing import Final

PART_LIMIT: Final = 4096
"""UTF-16 units of one message's text: the unit of Telegram's own entities, never the smaller."""

# Where a text may be cut, best first; each cut is behind what is matched.
_PLACES: Final = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?…][»\"”)]*\s"),
    re.compile(r"\s"),
)

Tag = tuple[str, str]
"""A tag's name and its attribute as written, "" if none."""


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) + sum(c > "\uffff" for c in text)


def parts(source: str, limit: int = PART_LIMIT) -> list[str]:
    """Cut HTML into messages of at most ``limit`` characters of text, as few as sensible.

    A cut is behind a paragraph, else a line, a sentence, a word; only a word longer than a
    message is cut inside, never between a letter and its marks. Tags open at a cut are closed
    and opened again. A blank text gives no part; one that is short enough is not looked into.
    """
    if len(source) * 2 <= limit or units(source) <= limit:
        return [source] if source.strip() else []
    reader = _Reader()
    reader.feed(source)
    reader.close()
    text = "".join(run for run, _ in reader.runs)
    found: list[str] = []
    start = 0
    for end in _cuts(text, limit):
        if text[start:end].strip():
            found.append(_written(reader.runs, start, end))
        start = end
    return found


class _Reader(HTMLParser):
    """Reads HTML into runs of plain text, each with the tags open around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: tuple[Tag, ...] = ()
        self.runs: list[tuple[str, tuple[Tag, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = "".join(
            f" {name}" if value is None else f' {name}="{html.escape(value)}"'
            for name, value in attrs
        )
        self.open += ((tag, written),)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                self.open = self.open[:place] + self.open[place + 1 :]
                return

    def handle_data(self, data: str) -> None:
        self.runs.append((data, self.open))


def _cuts(text: str, limit: int) -> list[int]:
    """Give the ends of the parts, the text's own end last."""
    found: list[int] = []
    start = 0
    while True:
        end = _reach(text, start, limit)
        if end == len(text):
            return [*found, end]
        start = _cut(text, start, end)
        found.append(start)


def _reach(text: str, start: int, limit: int) -> int:
    """Give how far a part from ``start`` may go at most."""
    end = min(len(text), start + limit)
    while (over := units(text[start:end]) - limit) > 0:
        end -= (over + 1) // 2
    return end


def _cut(text: str, start: int, end: int) -> int:
    """Give the best place to cut between ``start`` and ``end``; it leaves no part half empty."""
    window = text[start : end + 1]  # one more: a space right behind the part counts
    for place in _PLACES:
        last = 0
        for found in place.finditer(window):
            if found.end() <= len(window):
                last = min(found.end(), end - start)
        if last * 2 > end - start:
            return start + last
    cut = end
    while cut > start + 1 and end - cut < 64 and _joined(text, cut):
        cut -= 1
    return cut if not _joined(text, cut) else end


def _joined(text: str, place: int) -> bool:
    """Say whether what stands at ``place`` belongs to the character before it."""
    after = text[place]
    return (
        bool(unicodedata.combining(after))
        or after in "\u200d\ufe0f"
        or text[place - 1] == "\u200d"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def _written(runs: list[tuple[str, tuple[Tag, ...]]], start: int, end: int) -> str:
    """Write the text from ``start`` to ``end`` as HTML again, without blanks at either side."""
    pieces: list[tuple[str, tuple[Tag, ...]]] = []
    place = 0
    for run, tags in runs:
        piece = run[max(0, start - place) : max(0, end - place)]
        place += len(run)
        if piece:
            pieces.append((piece, tags))
    while pieces and not pieces[0][0].strip():
        del pieces[0]
    while pieces and not pieces[-1][0].strip():
        del pieces[-1]
    pieces[0] = (pieces[0][0].lstrip(), pieces[0][1])
    pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
    written: list[str] = []
    opened: tuple[Tag, ...] = ()
    for piece, tags in pieces:
        common = 0
        while common < min(len(opened), len(tags)) and opened[common] == tags[common]:
            common += 1
        written += [f"</{name}>" for name, _ in reversed(opened[common:])]
        written += [f"<{name}{more}>" for name, more in tags[common:]]
        written.append(html.escape(piece, quote=False))
        opened = tags
    written += [f"</{name}>" for name, _ in reversed(opened)]
    return "".join(written)
