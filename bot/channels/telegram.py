"""All that is known of Telegram, and of no library: updates to turns, orders to calls, errors.

Facts are those of the Bot API (https://core.telegram.org/bots/api) and of its public server
(tdlib/telegram-bot-api). Both transports and the webhook route speak through this module; how
updates are read stands in ``telegram_updates``, how long texts are cut in ``telegram_text``.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from bot.channels.channel import (
    DeliveryError,
    Gone,
    Key,
    Misconfigured,
    Missing,
    Order,
    Refused,
)
from bot.channels.telegram_text import parts
from bot.channels.telegram_updates import (
    SURROGATE,
    TOKEN_BYTES,
    clean,
    incoming,
    press,
    press_answer,
    whole,
)

__all__ = [
    "Call",
    "Conflict",
    "Refusal",
    "bad_request",
    "call",
    "check_token",
    "clean",
    "decode",
    "encode",
    "incoming",
    "menu_calls",
    "menu_state",
    "press",
    "press_answer",
    "webhook_call",
    "webhook_update",
]

Call = tuple[str, dict[str, Any]]
"""A method's name and its arguments as plain JSON values."""

RECEIVED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update asked for; the rest is never sent to us."""

ROW_KEYS: Final = 12
BOARD_KEYS: Final = 100
"""Above 12 a row the server drops buttons silently; above 100 in all it may refuse the message."""

BODY_LIMIT: Final = 1_000_000
"""Bytes of a webhook body; Telegram's own queue takes no update above 512 KB."""

SECRET_LENGTH: Final = 32
"""Characters a webhook secret must have at least; Telegram allows 1 to 256 of A-Z a-z 0-9 _ -."""

_BOT_TOKEN: Final = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{32,256}")


class Conflict(Misconfigured):
    """Somebody else receives with the same token (answer 409)."""


# ---- the webhook --------------------------------------------------------------------------


class Refusal(NamedTuple):
    """Why a webhook request is not taken: the HTTP status to give and a word for the log."""

    status: int
    why: str


def webhook_update(
    body: bytes, header_secret: str | None, secret: str
) -> Mapping[str, Any] | Refusal:
    """Give the update of a webhook request, or the refusal.

    ``header_secret`` is the header X-Telegram-Bot-Api-Secret-Token. Without a configured
    ``secret`` of at least 32 characters everything is refused: fail closed.
    """
    expected = secret.encode("utf-8", "replace")
    given = (header_secret or "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, expected) or len(secret) < SECRET_LENGTH:
        return Refusal(403, "secret")
    if len(body) > BODY_LIMIT:
        return Refusal(413, "size")
    try:
        update = decode(body)
    except ValueError:
        return Refusal(400, "json")
    if not isinstance(update, Mapping) or whole(update.get("update_id")) is None:
        return Refusal(400, "update")
    return update


def webhook_call(url: str, secret: str) -> Call:
    """Give the call that sets the webhook; updates that wait are kept. Raises Misconfigured."""
    if not _WEBHOOK_SECRET.fullmatch(secret):
        raise Misconfigured("the webhook secret must be 32 to 256 of A-Z a-z 0-9 _ -")
    return "setWebhook", {
        "url": url,
        "secret_token": secret,
        "allowed_updates": list(RECEIVED),
        "max_connections": 100,
    }


def check_token(token: str) -> str:
    """Give the bot token back, or raise Misconfigured without repeating it."""
    if not _BOT_TOKEN.fullmatch(token):
        raise Misconfigured("the bot token is not of the form 123456:AAF...")
    return token


def decode(body: bytes) -> Any:
    """Decode JSON; raises ValueError. The strict quick decoder first, then the lenient one.

    The lenient one reads lone surrogates, which people's phones do send.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        try:
            return json.loads(body.decode("utf-8", "replace"))
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def encode(params: Mapping[str, Any]) -> bytes:
    """Encode a call's arguments as JSON."""
    try:
        return msgspec.json.encode(params)
    except UnicodeEncodeError:
        return SURROGATE.sub("\ufffd", json.dumps(params, ensure_ascii=False)).encode()


# ---- outgoing -----------------------------------------------------------------------------


def call(address: str, order: Order) -> list[Call]:
    """Translate an order for one chat into calls, to be made one after another.

    ``order.message`` is what ``perform`` gave: one id, or several with commas between for a
    message that had to be split. An edit keeps to the messages there are: surplus ones go, and
    what does not fit any more follows as a new message. Buttons stand under the last part.
    Raises Refused for what Telegram would refuse or quietly cut.
    """
    chat = _chat(address)
    ids = _message_ids(order.message) if order.kind != "send" else []
    if order.kind == "bare":
        return [("editMessageReplyMarkup", {"chat_id": chat, "message_id": ids[-1]})]
    if order.kind == "delete":
        return [_deletion(chat, ids)]
    board = _board(order.rows)
    texts = parts(order.html)
    if not texts:
        raise Refused("message text is empty")
    calls: list[Call] = []
    for place, text in enumerate(texts):
        params: dict[str, Any] = {
            "chat_id": chat,
            "text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if board and place == len(texts) - 1:
            params["reply_markup"] = board
        if place < len(ids):
            params["message_id"] = ids[place]
            calls.append(("editMessageText", params))
        else:
            if order.silent:
                params["disable_notification"] = True
            calls.append(("sendMessage", params))
    if surplus := ids[len(texts) :]:
        calls.append(_deletion(chat, surplus))
    return calls


def _chat(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise Refused("address is not a chat id") from None


def _message_ids(message: str) -> list[int]:
    try:
        return [int(part) for part in message.split(",")]
    except ValueError:
        raise Missing("no message id") from None


def _deletion(chat: int, ids: list[int]) -> Call:
    if len(ids) == 1:
        return "deleteMessage", {"chat_id": chat, "message_id": ids[0]}
    return "deleteMessages", {"chat_id": chat, "message_ids": ids}


def _board(rows: Sequence[Sequence[Key]]) -> dict[str, Any] | None:
    if not rows:
        return None
    if any(not 1 <= len(row) <= ROW_KEYS for row in rows):
        raise Refused("keyboard row is empty or too long")
    if sum(map(len, rows)) > BOARD_KEYS:
        raise Refused("keyboard has too many buttons")
    return {"inline_keyboard": [[_key(key) for key in row] for row in rows]}


def _key(key: Key) -> dict[str, str]:
    if not key.label.strip():
        raise Refused("button has no label")
    if bool(key.token) == bool(key.url):
        raise Refused("button needs a token or an address")
    if key.url:
        if not key.url.startswith(("https://", "http://", "tg://")):
            raise Refused("button address is not a link")
        return {"text": key.label, "url": key.url}
    if len(key.token.encode("utf-8", "replace")) > TOKEN_BYTES:
        raise Refused("button token is too long")
    return {"text": key.label, "callback_data": key.token}


def menu_calls(texts: Mapping[str, Mapping[str, Any]], default: str) -> list[tuple[Call, Call]]:
    """Give the calls for commands menu and descriptions: each (read, write) of one thing.

    ``texts`` is {language: {"commands": [(name, text)], "description": ..., "short": ...}};
    ``default`` is the language shown to whoever has none of them. Telegram takes two-letter
    languages only; others are left out. The write is needed if the read's answer differs from
    ``menu_state`` of it. Raises Refused for what is too long.
    """
    found: list[tuple[Call, Call]] = []
    for code in ("", *texts):
        if len(code) not in (0, 2):
            continue
        words = texts[code or default]
        language = {"language_code": code} if code else {}
        commands = [{"command": n, "description": t} for n, t in words["commands"]]
        if len(commands) > 100 or any(
            not re.fullmatch(r"[a-z0-9_]{1,32}", c["command"])
            or not 1 <= len(c["description"]) <= 256
            for c in commands
        ):
            raise Refused("commands menu")
        if len(words["description"]) > 512 or len(words["short"]) > 120:
            raise Refused("bot description")
        scope = {"scope": {"type": "all_private_chats"}, **language}
        found += [
            (
                ("getMyCommands", scope),
                ("setMyCommands", {"commands": commands, **scope}),
            ),
            (
                ("getMyDescription", language),
                ("setMyDescription", {"description": words["description"], **language}),
            ),
            (
                ("getMyShortDescription", language),
                (
                    "setMyShortDescription",
                    {"short_description": words["short"], **language},
                ),
            ),
        ]
    return found


def menu_state(write: Call) -> Any:
    """Give the answer the read of a menu call has when the write is not needed."""
    name, params = write
    if name == "setMyCommands":
        return params["commands"]
    return {k: v for k, v in params.items() if k in ("description", "short_description")}


# ---- what Telegram tells by text alone ----------------------------------------------------

# An answer 400 says by its text alone what it means; parts of the texts, in lower case.
_NOT_THERE: Final = (
    "message to edit not found", "message to delete not found", "message can't be edited",
    "message_id_invalid", "message identifier is not specified", "message not found",
)  # fmt: skip
_NO_ONE: Final = (
    "chat not found", "user not found", "peer_id_invalid", "user is deactivated",
    "user_is_blocked", "chat_write_forbidden", "have no rights to send", "not enough rights",
    "group chat was deactivated", "chat_id_invalid",
)  # fmt: skip
_DONE: Final = ("message is not modified", "query is too old", "query id is invalid")


def bad_request(description: str) -> DeliveryError | None:
    """Say what an answer 400 means; None if what was asked for is so already.

    Neither library tells these apart by type. ``description`` may lack "Bad Request: " and
    differ in case (python-telegram-bot rewrites it).
    """
    text = description.lower()
    if any(known in text for known in _DONE):
        return None
    if any(known in text for known in _NOT_THERE):
        return Missing("message is gone")
    if any(known in text for known in _NO_ONE):
        return Gone("no such chat")
    # What follows a colon or a quotation mark may be content.
    text = text.removeprefix("bad request: ")
    why = re.split(r"[:\"«]|(?<![a-z])'", text, maxsplit=1)[0].strip()
    return Refused(why[:80] or "bad request")
