"""How much of a family's answers is shown where room is short, and how text is measured.

Shortened are the list of needs first, then quotes and long answers; flags never are.
"""

from __future__ import annotations

import html as markup
import re

from msgspec import Struct


class Room(Struct, frozen=True, omit_defaults=True):
    """What is shown: so many of the other needs, characters of a quote and of an answer, so many
    of the family's own questions and of unknown things. ``details``: what a child does now and
    its Latvian; ``later``: answers to further questions one by one; ``adults``: their lines;
    ``family``: the lines of the family, and place and time beside the headline.
    """

    needs: int
    quote: int
    answer: int
    questions: int = 0
    unknown: int = 0
    details: bool = False
    later: bool = False
    adults: bool = False
    family: bool = True


ROOMS = (
    Room(62, 300, 200, 8, 12, details=True, later=True, adults=True),
    Room(12, 160, 120, 5, 10, details=True, later=True, adults=True),
    Room(9, 120, 80, 3, 8, details=True, later=True, adults=True),
    Room(6, 90, 60, 2, 5, details=True, adults=True),
    Room(4, 60, 40, 0, 4, adults=True),
    Room(2, 40, 30, 0, 3, adults=True),
    Room(1, 30, 20, 0, 2),
    Room(1, 0, 0, family=False),
)
"""From the widest to the narrowest; the widest in which the limit holds is taken."""


def escape(text: str) -> str:
    """Plain text as Telegram HTML."""
    return markup.escape(text, quote=False)


def shown_length(html: str) -> int:
    """Characters of HTML as Telegram counts them after parsing: UTF-16 units without tags."""
    plain = markup.unescape(re.sub(r"<[^>]*>", "", html))
    return len(plain.encode("utf-16-le")) // 2


def split(text: str, room: int) -> tuple[str, str]:
    """The text up to ``room`` UTF-16 units, cut between words where possible, and the rest."""
    if len(text.encode("utf-16-le")) // 2 <= room:
        return text, ""
    head = text[:room]
    while len(head.encode("utf-16-le")) // 2 > room:
        head = head[:-1]
    space = head.rfind(" ")
    if space > room // 2:
        head = head[:space]
    return head, text[len(head) :].lstrip()
