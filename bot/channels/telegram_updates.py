"""Telegram's updates become neutral turns. Library-free; whatever comes, nothing here raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from bot.channels.channel import Incoming
from dialogs.conversation import Turn

CHANNEL: Final = "telegram"

TEXT_LIMIT: Final = 4096
"""Characters of an incoming text; Telegram's own limit, so only a forged update is cut."""

TOKEN_BYTES: Final = 64
"""Bytes a button may carry (InlineKeyboardButton.callback_data)."""

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
SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NOTHING: Final[Mapping[str, Any]] = {}


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
    number = whole(update.get("update_id"))
    if number is None:
        return Incoming(CHANNEL, "", "", None)
    act = str(number)
    if message := part(update, "message"):
        return _message(act, message, now, username, edited=False)
    if query := part(update, "callback_query"):
        return _press(act, query, now)
    if message := part(update, "edited_message"):
        return _message(act, message, now, username, edited=True)
    if change := part(update, "my_chat_member"):
        return _membership(act, change, now)
    return Incoming(CHANNEL, act, "", None)


def press(update: Mapping[str, Any]) -> str:
    """Give the id with which a press must be answered; "" if the update is no press."""
    found = part(update, "callback_query").get("id")
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
    return unicodedata.normalize("NFC", SURROGATE.sub("\ufffd", text))


def _message(
    act: str, message: Mapping[str, Any], now: datetime, username: str, *, edited: bool
) -> Incoming:
    chat = part(message, "chat")
    place = whole(chat.get("id"))
    who = part(message, "from")
    if place is None:
        return Incoming(CHANNEL, act, "", None)
    base = Incoming(CHANNEL, act, str(place), None, hint=_hint(who))
    sort = chat.get("type")
    at = _time(message.get("edit_date" if edited else "date"), now)
    if sort in ("group", "supergroup"):
        return _in_group(base, message, at, username, edited=edited)
    if sort != "private":
        return base
    number = str(whole(message.get("message_id")) or "")
    turn = _correction(act, message, at, number) if edited else _said(act, message, at, number)
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
    if contact := part(message, "contact"):
        phone = _phone(contact, part(message, "from"))
        return Turn(act, at, "contact", message=number, forwarded=forwarded, extra=phone)
    if part(message, "location") or part(message, "venue"):
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
    if part(message, "location") or not number or _forward(message)[1]:
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
        number = str(whole(message.get("message_id")) or "")
        # An anonymous administrator or a channel has no id of its own to be known by.
        who = "" if message.get("sender_chat") else _person(message)
        turn = _command(base.id, at, number, found, who)
    return msgspec.structs.replace(base, turn=turn, group=True)


def _press(act: str, query: Mapping[str, Any], now: datetime) -> Incoming:
    message = part(query, "message")
    chat = part(message, "chat")
    place = whole(chat.get("id"))
    hint = _hint(part(query, "from"))
    data = query.get("data")
    if place is None or not isinstance(data, str):
        return Incoming(CHANNEL, act, "" if place is None else str(place), None, hint=hint)
    group = chat.get("type") in ("group", "supergroup")
    # Data may belong to no button of ours; too much of it is as good as none.
    token = data if len(data) <= TOKEN_BYTES and data.isascii() and data.isprintable() else ""
    number = str(whole(message.get("message_id")) or "")
    turn = Turn(act, now, "choice", message=number, extra=_person(query) if group else "")
    return Incoming(CHANNEL, act, str(place), turn, token, hint, group)


def _membership(act: str, change: Mapping[str, Any], now: datetime) -> Incoming:
    chat = part(change, "chat")
    place = whole(chat.get("id"))
    status = part(change, "new_chat_member").get("status")
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
    return Incoming(CHANNEL, act, str(place), turn, hint=_hint(part(change, "from")), group=group)


def _forward(message: Mapping[str, Any]) -> tuple[bool, bool]:
    """Say whether the words are the sender's own, and whether they were forwarded at all."""
    origin = part(message, "forward_origin")
    if not origin:
        return True, False
    who = part(message, "from")
    if origin.get("type") == "user":
        writer = whole(part(origin, "sender_user").get("id"))
        return writer is not None and writer == whole(who.get("id")), True
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
    owner = whole(contact.get("user_id"))
    if owner is None or owner != whole(who.get("id")):
        return "foreign"
    digits = re.sub(r"\D", "", _text(contact.get("phone_number")))
    return f"+{digits}" if 5 <= len(digits) <= 18 and digits.isascii() else "foreign"


def part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give the object under ``name``, an empty one if there is none."""
    found = holder.get(name)
    return found if isinstance(found, dict) else _NOTHING


def whole(value: object) -> int | None:
    """Give an id, None if it cannot be one; Telegram's have at most 52 significant bits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53:
        return value
    return None


def _text(value: object) -> str:
    return clean(value[:TEXT_LIMIT])[:TEXT_LIMIT] if isinstance(value, str) else ""


def _person(act: Mapping[str, Any]) -> str:
    return str(whole(part(act, "from").get("id")) or "")


def _hint(who: Mapping[str, Any]) -> str:
    code = who.get("language_code")
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else ""


def _time(value: object, now: datetime) -> datetime:
    seconds = whole(value)
    if seconds is None or not 0 < seconds < 1 << 33:
        return now
    return datetime.fromtimestamp(seconds, UTC)
