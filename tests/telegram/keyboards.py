"""What Telegram accepts as reply markup."""

from __future__ import annotations

import re

from .ledger import JSON, Chat
from .refusal import bad

PER_ROW = 12
PER_MESSAGE = 300
DATA_BYTES = 64
COPY_CHARS = 256
_URL = re.compile(r"(https?|tg|ton)://\S+|mailto:\S+", re.IGNORECASE)


def check(markup: JSON, chat: Chat) -> JSON | None:
    """The markup to keep (None for an empty keyboard). Raises Refusal 400."""
    if "inline_keyboard" in markup:
        rows = [row for row in markup["inline_keyboard"] if row]
        _sizes(rows)
        for row in rows:
            for button in row:
                _inline(button, chat)
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        rows = [row for row in markup["keyboard"] if row]
        if not rows:
            raise bad("reply keyboard can't be empty")
        _sizes(rows)
        for row in rows:
            for button in row:
                _reply(button, chat)
    placeholder = markup.get("input_field_placeholder", "")
    if len(placeholder) > 64:
        raise bad("input field placeholder is too long")
    return markup


def _sizes(rows: list[list[JSON]]) -> None:
    if any(len(row) > PER_ROW for row in rows) or sum(map(len, rows)) > PER_MESSAGE:
        raise bad("reply markup is too long")


def _inline(button: JSON, chat: Chat) -> None:
    if not button.get("text", "").strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    style = {"text", "style", "icon_custom_emoji_id"}
    actions = [key for key, value in button.items() if key not in style and value is not None]
    if not actions:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: several actions {sorted(actions)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not _URL.fullmatch(button["url"]):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= COPY_CHARS:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    if "web_app" in button:
        if chat.kind != "private":
            raise bad("BUTTON_TYPE_INVALID")
        if not button["web_app"]["url"].startswith("https://"):
            raise bad(
                f"inline keyboard button Web App URL '{button['web_app']['url']}' is invalid: "
                "Only HTTPS links are allowed"
            )
    if button.get("style") not in {None, "danger", "success", "primary"}:
        raise bad("can't parse inline keyboard button: invalid button style specified")


def _reply(button: JSON | str, chat: Chat) -> None:
    if isinstance(button, str):
        button = {"text": button}
    if not button.get("text", "").strip():
        raise bad("keyboard button text must be non-empty")
    for key, what in (
        ("request_contact", "phone number"),
        ("request_location", "location"),
    ):
        if button.get(key) and chat.kind != "private":
            raise bad(f"{what} can be requested in private chats only")
