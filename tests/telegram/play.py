"""Which function carries out which method, and whom the bot can reach.

The methods themselves: ``sending``, ``editing``, ``chats``, ``profile``. A method aiogram knows
but nobody needed yet is refused in plain words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .ledger import JSON, Chat, Message
from .methods import NAMES
from .refusal import Refusal, bad, forbidden

if TYPE_CHECKING:
    from .world import World

Handler = Callable[["World", JSON], Any]
HANDLERS: dict[str, Handler] = {}


def plays(*names: str) -> Callable[[Handler], Handler]:
    """Register what carries out these methods; a name aiogram does not know is an error."""

    def register(handler: Handler) -> Handler:
        for name in names:
            if NAMES.get(name.lower()) != name:
                raise LookupError(f"aiogram has no method {name}")
            HANDLERS[name] = handler
        return handler

    return register


def known_chat(world: World, chat_id: int | str) -> Chat:
    chat = world.ledger.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is not None and not chat.known and _met_in_group(world, chat.id):
        raise forbidden("bot can't initiate conversation with a user")
    if chat is None or not chat.known:
        raise bad("chat not found")
    if chat.migrated_to is not None:
        raise Refusal(
            400,
            "group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    return chat


def _met_in_group(world: World, user_id: int) -> bool:
    groups = world.groups.values()
    return any(user_id in group.chat.members for group in groups if group.chat.known)


def open_chat(world: World, chat_id: int | str) -> Chat:
    """The chat, if the bot may write there."""
    chat = known_chat(world, chat_id)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.bot_status == "kicked":
        if chat.kind == "private":
            raise forbidden("bot was blocked by the user")
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    if chat.restricted:
        raise bad("not enough rights to send text messages to the chat")
    return chat


def live_message(chat: Chat, message_id: int, purpose: str) -> Message:
    message = chat.messages_by_id.get(message_id)
    if message is None or message.deleted is not None:
        raise bad(f"message to {purpose} not found")
    return message
