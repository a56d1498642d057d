"""Plays transcripts against the shipped script.

The conversation is written as JSON and read again at every turn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

import msgspec

from dialogs import play
from dialogs.conversation import Conversation, Step, Turn
from dialogs.edition import Edition, load_edition

DECODER = msgspec.json.Decoder(Conversation)


@cache
def edition() -> Edition:
    """The shipped script, read once."""
    return load_edition()


def reread(c: Conversation) -> Conversation:
    """The conversation written and read again: it must be the same."""
    again = DECODER.decode(msgspec.json.encode(c))
    assert again == c
    return again


class Talk(play.Talk):
    """One family's talk."""

    def __init__(
        self, at: datetime, watch: Callable[[Conversation, Step, Turn], None] | None = None
    ) -> None:
        super().__init__(edition(), at, watch)

    def kept(self, c: Conversation) -> Conversation:
        """Written and read again."""
        return reread(c)
