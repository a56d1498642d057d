"""Looking at a chat from outside: what is new, waiting for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .ledger import Chat, Message

if TYPE_CHECKING:
    from .world import World

Wanted = Callable[[list[Message]], bool] | str | None
"""What to wait for: a test of all that is new, a regular expression one of the new texts must
match, or None for anything."""


class Viewer:
    """Somebody who looks at ``chat``."""

    def __init__(self, server: World, chat: Chat) -> None:
        self.server = server
        self.chat = chat
        self._seen = server.ledger.arrivals

    @property
    def messages(self) -> list[Message]:
        """The bot's messages one sees now, oldest first."""
        return self.chat.from_bot

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        return self.chat.from_bot[-1]

    def screen(self) -> str:
        """The chat as text, with buttons."""
        return self.chat.screen()

    def new(self) -> list[Message]:
        """The bot's messages that arrived or were edited since the last ``wait``."""
        fresh = [message for message in self.chat.from_bot if message.arrived > self._seen]
        return sorted(fresh, key=lambda message: message.arrived)

    async def wait(
        self,
        wanted: Wanted = None,
        timeout: float = 5.0,  # noqa: ASYNC109 - the caller names its patience
    ) -> list[Message]:
        """Wait (real seconds) for new messages of the bot, new or edited, and give them.

        Raises AssertionError with the screen when ``wanted`` did not come.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            fresh = self.new()
            if fresh and _holds(wanted, fresh):
                self._seen = fresh[-1].arrived
                return fresh
            left = deadline - asyncio.get_running_loop().time()
            stirred = left > 0 and await self.server.stirred(self.chat.id, left)
            if not stirred:
                raise AssertionError(
                    f"{self} waited {timeout} s for {wanted!r}; the chat shows:\n{self.screen()}\n"
                    f"last calls:\n{self.server.recent()}"
                )


def _holds(wanted: Wanted, fresh: list[Message]) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return any(re.search(wanted, message.text) for message in fresh)
    return wanted(fresh)
