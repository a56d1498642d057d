"""All that is known of Telegram, and of no library: updates to turns, orders to calls, errors.

Facts are those of the Bot API (https://core.telegram.org/bots/api) and of its public server
(tdlib/telegram-bot-api). Both transports and the webhook route speak through this module.
"""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import msgspec

from bot.channels.channel import (
    DeliveryError,
    Gone,
    Incoming,
    Key,
    Misconfigured,
    Missing,
    Order,
    Refused,
)
from bot.channels.telegram_text import parts
from dialogs.conversation import Turn

CHANNEL: Final = "telegram"

Call = tuple[str, dict[str, Any]]
"""A method's name and its arguments as plain JSON values."""

RECEIVED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update asked for; the rest is never sent to us."""

TEXT_LIMIT: Final = 4096
"""Characters of an incoming text; Telegram's own limit, so only a forged update is cut."""

TOKEN_BYTES: Final = 64
"""Bytes a button may carry (InlineKeyboardButton.callback_data)."""

ROW_KEYS: Final = 12
BOARD_KEYS: Final = 100
"""Above 12 a row the server drops buttons silently; above 100 in all it may refuse the message."""

BODY_LIMIT: Final = 1_000_000
"""Bytes of a webhook body; Telegram's own queue takes no update above 512 KB."""

SECRET_LENGTH: Final = 32
"""Characters a webhook secret must have at least; Telegram allows 1 to 256 of A-Z a-z 0-9 _ -."""

_ATTACHMENTS: Final = (
    "animation",  # before document: an animation carries both
    "photo", "live_photo", "voice", "audio", "video", "video_note", "document", "sticker",
    "poll", "dice", "game", "story", "paid_media", "checklist", "invoice", "rich_message",
)  # fmt: skip

# What Telegram itself puts into a chat: nobody said it, so nothing is answered.
_SERVICE: Final = (
    "pinned_message", "message_auto_delete_timer_changed", "new_chat_members", "left_chat_member",
    "chat_owner_left", "chat_owner_changed", "new_chat_title", "new_chat_photo",
    "delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
    "migrate_to_chat_id", "migrate_from_chat_id", "successful_payment", "refunded_payment",
    "users_shared", "chat_shared", "user_shared", "gift", "unique_gift", "gift_upgrade_sent",
    "connected_website", "write_access_allowed", "passport_data", "proximity_alert_triggered",
    "boost_added", "chat_background_set", "checklist_tasks_done", "checklist_tasks_added",
    "direct_message_price_changed", "paid_message_price_changed", "forum_topic_created",
    "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created", "giveaway",
    "giveaway_winners", "giveaway_completed", "managed_bot_created", "poll_option_added",
    "poll_option_deleted", "suggested_post_approved", "suggested_post_approval_failed",
    "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
    "video_chat_scheduled", "video_chat_started", "video_chat_ended",
    "video_chat_participants_invited", "web_app_data", "community_chat_added",
    "community_chat_removed", "community_chat_joined",
)  # fmt: skip

_COMMAND: Final = re.compile(
    r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_BOT_TOKEN: Final = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{32,256}")
_NOTHING: Final[Mapping[str, Any]] = {}


class Conflict(Misconfigured):
    """Somebody else receives with the same token (answer 409)."""


# ---- incoming -----------------------------------------------------------------------------


def incoming(update: Mapping[str, Any], now: datetime, username: str = "") -> Incoming:
    """Translate a raw update; anything it does not know or that is malformed has ``turn`` None.

    ``now`` (aware UTC) dates what carries no time of its own: presses. ``username`` is the
    bot's own, so that a group's commands to other bots are left alone.

    What the turn holds beside its kind: ``message`` is the id of the person's message, for a
    choice that of the message with the button. ``extra`` is a contact's own phone number or
    "foreign", an attachment's kind ("other" when new), in groups the id of the person acting.
    ``value`` is a command's name, with what follows it (a deep link's payload) in ``text``, and
    for an attachment the album it belongs to. Somebody else's forwarded words are an attachment
    "forward": they are a third person's, not the family's. Coordinates and names of contacts
    are not passed on. ``hint`` is the language of the person's app, "" if unknown.
    """
    number = _whole(update.get("update_id"))
    if number is None:
        return Incoming(CHANNEL, "", "", None)
    act = str(number)
    if message := _part(update, "message"):
        return _message(act, message, now, username, edited=False)
    if query := _part(update, "callback_query"):
        return _press(act, query, now)
    if message := _part(update, "edited_message"):
        return _message(act, message, now, username, edited=True)
    if change := _part(update, "my_chat_member"):
        return _membership(act, change, now)
    return Incoming(CHANNEL, act, "", None)


def press(update: Mapping[str, Any]) -> str:
    """Give the id with which a press must be answered; "" if the update is no press."""
    found = _part(update, "callback_query").get("id")
    return found if isinstance(found, str) else ""


def press_answer(update: Mapping[str, Any]) -> dict[str, str] | None:
    """Give the webhook reply that answers a press, None if the update is no press.

    It spares a call; its outcome is unknown, which does no harm here.
    """
    found = press(update)
    return {"method": "answerCallbackQuery", "callback_query_id": found} if found else None


def clean(text: str) -> str:
    """Give a text that every store and sender can hold: no U+0000, no lone surrogate, NFC."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))


def _message(
    act: str, message: Mapping[str, Any], now: datetime, username: str, *, edited: bool
) -> Incoming:
    chat = _part(message, "chat")
    place = _whole(chat.get("id"))
    who = _part(message, "from")
    if place is None:
        return Incoming(CHANNEL, act, "", None)
    base = Incoming(CHANNEL, act, str(place), None, hint=_hint(who))
    sort = chat.get("type")
    at = _time(message.get("edit_date" if edited else "date"), now)
    if sort in ("group", "supergroup"):
        return _in_group(base, message, at, username, edited=edited)
    if sort != "private":
        return base
    number = str(_whole(message.get("message_id")) or "")
    if edited:
        turn = _correction(act, message, at, number)
    else:
        turn = _said(act, message, at, number)
    return msgspec.structs.replace(base, turn=turn) if turn else base


def _said(act: str, message: Mapping[str, Any], at: datetime, number: str) -> Turn | None:
    """Translate a new message of a private chat."""
    text = _text(message.get("text"))
    own, forwarded = _forward(message)
    if forwarded and not own:
        text = text or _text(message.get("caption"))
        return Turn(act, at, "attachment", text, message=number, forwarded=True, extra="forward")
    if text:
        if not forwarded and text[0] == "/" and (found := _COMMAND.fullmatch(text)):
            return _command(act, at, number, found)
        return Turn(act, at, "text", text, message=number, forwarded=forwarded)
    caption = _text(message.get("caption"))
    if contact := _part(message, "contact"):
        phone = _phone(contact, _part(message, "from"))
        return Turn(act, at, "contact", message=number, forwarded=forwarded, extra=phone)
    if _part(message, "location") or _part(message, "venue"):
        return Turn(act, at, "location", caption, message=number, forwarded=forwarded)
    kind = _attachment(message)
    if not kind:
        return None
    album = _text(message.get("media_group_id"))
    return Turn(
        act, at, "attachment", caption, value=album, message=number, forwarded=forwarded,
        extra=kind,
    )  # fmt: skip


def _correction(act: str, message: Mapping[str, Any], at: datetime, number: str) -> Turn | None:
    """Translate an edited message; a live location moving is an edit too, and nobody's word."""
    if _part(message, "location") or not number or _forward(message)[1]:
        return None
    text = _text(message.get("text"))
    if text:
        return Turn(act, at, "correction", text, message=number)
    kind = _attachment(message)
    caption = _text(message.get("caption"))
    return Turn(act, at, "correction", caption, message=number, extra=kind) if kind else None


def _command(act: str, at: datetime, number: str, found: re.Match[str], who: str = "") -> Turn:
    rest = (found[3] or "").strip()
    name = found[1].lower()
    return Turn(act, at, "command", rest, value=name, message=number, extra=who)


def _in_group(
    base: Incoming,
    message: Mapping[str, Any],
    at: datetime,
    username: str,
    *,
    edited: bool,
) -> Incoming:
    """Only a command to this bot concerns it; what people say to each other does not."""
    found = _COMMAND.fullmatch(_text(message.get("text")))
    turn = None
    meant = found and (not found[2] or not username or found[2].lower() == username.lower())
    if found and meant and not edited and not _forward(message)[1]:
        number = str(_whole(message.get("message_id")) or "")
        # An anonymous administrator or a channel has no id of its own to be known by.
        who = "" if message.get("sender_chat") else _person(message)
        turn = _command(base.id, at, number, found, who)
    return msgspec.structs.replace(base, turn=turn, group=True)


def _press(act: str, query: Mapping[str, Any], now: datetime) -> Incoming:
    message = _part(query, "message")
    chat = _part(message, "chat")
    place = _whole(chat.get("id"))
    hint = _hint(_part(query, "from"))
    data = query.get("data")
    if place is None or not isinstance(data, str):
        return Incoming(CHANNEL, act, "" if place is None else str(place), None, hint=hint)
    group = chat.get("type") in ("group", "supergroup")
    # Data may belong to no button of ours; too much of it is as good as none.
    token = data if len(data) <= TOKEN_BYTES and data.isascii() and data.isprintable() else ""
    number = str(_whole(message.get("message_id")) or "")
    turn = Turn(act, now, "choice", message=number, extra=_person(query) if group else "")
    return Incoming(CHANNEL, act, str(place), turn, token, hint, group)


def _membership(act: str, change: Mapping[str, Any], now: datetime) -> Incoming:
    chat = _part(change, "chat")
    place = _whole(chat.get("id"))
    status = _part(change, "new_chat_member").get("status")
    sort = chat.get("type")
    if place is None or sort not in ("private", "group", "supergroup"):
        return Incoming(CHANNEL, act, "" if place is None else str(place), None)
    group = sort != "private"
    at = _time(change.get("date"), now)
    extra = _person(change) if group else ""
    turn = None
    if status in ("kicked", "left"):
        turn = Turn(act, at, "blocked", extra=extra)
    elif status in ("member", "administrator", "creator", "restricted"):
        turn = Turn(act, at, "unblocked", extra=extra)
    return Incoming(CHANNEL, act, str(place), turn, hint=_hint(_part(change, "from")), group=group)


def _forward(message: Mapping[str, Any]) -> tuple[bool, bool]:
    """Say whether the words are the sender's own, and whether they were forwarded at all."""
    origin = _part(message, "forward_origin")
    if not origin:
        return True, False
    who = _part(message, "from")
    if origin.get("type") == "user":
        writer = _whole(_part(origin, "sender_user").get("id"))
        return writer is not None and writer == _whole(who.get("id")), True
    # People whose settings hide them in forwards are known by name alone, even to themselves.
    name = " ".join(t for t in (_text(who.get("first_name")), _text(who.get("last_name"))) if t)
    hidden = origin.get("type") == "hidden_user" and _text(origin.get("sender_user_name"))
    return bool(hidden) and hidden == name, True


def _attachment(message: Mapping[str, Any]) -> str:
    """Name what a message carries; "" for what Telegram itself put there.

    PTB writes four flags as false where Telegram leaves them out, so false is absent.
    """
    for kind in _ATTACHMENTS:
        if message.get(kind) not in (None, False):
            return kind
    for kind in _SERVICE:
        if message.get(kind) not in (None, False):
            return ""
    return "other"


def _phone(contact: Mapping[str, Any], who: Mapping[str, Any]) -> str:
    """Only a card with the sender's own user id proves a number: anyone's card can be sent."""
    owner = _whole(contact.get("user_id"))
    if owner is None or owner != _whole(who.get("id")):
        return "foreign"
    digits = re.sub(r"\D", "", _text(contact.get("phone_number")))
    return f"+{digits}" if 5 <= len(digits) <= 18 and digits.isascii() else "foreign"


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, Mapping) else _NOTHING


def _whole(value: object) -> int | None:
    """Give an id; Telegram's have at most 52 significant bits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53:
        return value
    return None


def _text(value: object) -> str:
    return clean(value[:TEXT_LIMIT])[:TEXT_LIMIT] if isinstance(value, str) else ""


def _person(act: Mapping[str, Any]) -> str:
    return str(_whole(_part(act, "from").get("id")) or "")


def _hint(who: Mapping[str, Any]) -> str:
    code = who.get("language_code")
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else ""


def _time(value: object, now: datetime) -> datetime:
    seconds = _whole(value)
    if seconds is None or not 0 < seconds < 1 << 33:
        return now
    return datetime.fromtimestamp(seconds, UTC)


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
    if not isinstance(update, Mapping) or _whole(update.get("update_id")) is None:
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
        return _SURROGATE.sub("\ufffd", json.dumps(params, ensure_ascii=False)).encode()


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
