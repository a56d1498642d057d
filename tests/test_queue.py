"""One chat's queue: when it can be forgotten."""

from __future__ import annotations

import asyncio

from bot.pace import Rates
from bot.predecessor import Left
from bot.queue import Chat
from tests.database import address


async def test_a_chat_can_be_forgotten_once_its_last_message_is_on_record() -> None:
    """A service meets tens of thousands of families and must not remember every chat's end."""
    chat = Chat(address(1), Rates.of(0), Left())
    assert chat.idle(0.0)
    chat.unrecorded = asyncio.get_running_loop().create_future()
    assert not chat.idle(0.0)
    chat.unrecorded.set_result(None)
    assert chat.idle(0.0)
