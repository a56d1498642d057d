"""Messages changed, taken away; presses answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import html, keyboards
from .ledger import JSON, Chat, Edit, Message
from .play import live_message, open_chat, plays
from .refusal import bad
from .sending import html_source, shown_text

if TYPE_CHECKING:
    from .world import World

DELETE_LIFE = 48 * 3600.0
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def _own(world: World, args: JSON) -> tuple[Chat, Message]:
    if "chat_id" not in args:
        raise bad("chat_id is empty")
    if not args.get("message_id"):
        raise bad("message identifier is not specified")
    chat = open_chat(world, args["chat_id"])
    message = live_message(chat, args["message_id"], "edit")
    inline = message.markup is None or "inline_keyboard" in message.markup
    if not message.from_bot or not inline:
        raise bad("message can't be edited")
    return chat, message


def _edit(
    world: World,
    chat: Chat,
    message: Message,
    args: JSON,
    shown: tuple[str, list[JSON]] | None,
) -> JSON:
    """Change text (if ``shown``) and keyboard; an edit without a keyboard takes it away."""
    markup = keyboards.check(args["reply_markup"], chat) if args.get("reply_markup") else None
    text, entities = shown or (message.text, message.entities)
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise bad(NOT_MODIFIED)
    now = world.clock.time()
    message.edits.append(Edit(now, message.text, message.html, message.keyboard))
    message.text, message.entities, message.markup = text, entities, markup
    if shown:
        message.html = html_source(args)
        message.edited = now
    message.arrived = world.ledger.arrival()
    world.stir(chat.id)
    return message.json(chat)


@plays("editMessageText")
def edit_message_text(world: World, args: JSON) -> JSON:
    """Another text in the same message."""
    if "text" not in args:
        raise bad("message text is empty")
    shown = shown_text(args, "text", html.TEXT_LIMIT)
    if not shown[0]:
        raise bad("message text is empty")
    chat, message = _own(world, args)
    if message.kind != "text":
        raise bad("there is no text in the message to edit")
    return _edit(world, chat, message, args, shown)


@plays("editMessageCaption")
def edit_message_caption(world: World, args: JSON) -> JSON:
    """Another caption in the same message."""
    shown = shown_text(args, "caption", html.CAPTION_LIMIT)
    chat, message = _own(world, args)
    if message.kind == "text":
        raise bad("there is no caption in the message to edit")
    return _edit(world, chat, message, args, shown)


@plays("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, args: JSON) -> JSON:
    """Other buttons under the same message."""
    chat, message = _own(world, args)
    return _edit(world, chat, message, args, None)


def _delete(world: World, chat: Chat, message: Message) -> None:
    own = message.from_bot or chat.kind == "private" or chat.bot_status == "administrator"
    if not own:
        raise bad("message can't be deleted")
    if world.clock.time() - message.date >= DELETE_LIFE:
        raise bad("message can't be deleted for everyone")
    message.deleted = world.clock.time()
    world.stir(chat.id)


@plays("deleteMessage")
def delete_message(world: World, args: JSON) -> bool:
    """Take a message away."""
    chat = open_chat(world, args["chat_id"])
    _delete(world, chat, live_message(chat, args["message_id"], "delete"))
    return True


@plays("deleteMessages")
def delete_messages(world: World, args: JSON) -> bool:
    """Take up to 100 messages away; those that are not there are skipped."""
    if not 1 <= len(args["message_ids"]) <= 100:
        raise bad("there must be 1 to 100 message identifiers")
    chat = open_chat(world, args["chat_id"])
    for number in args["message_ids"]:
        message = chat.messages_by_id.get(number)
        if message is not None and message.deleted is None:
            _delete(world, chat, message)
    return True


@plays("answerCallbackQuery")
def answer_callback_query(world: World, args: JSON) -> bool:
    """End the waiting mark on a pressed button, perhaps with a word."""
    press = world.presses.get(args["callback_query_id"])
    if press is None or world.clock.time() - press.time >= world.answer_life:
        raise bad(TOO_OLD)
    text = html.clean(args.get("text", ""))
    if html.utf16(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press.answer(text, bool(args.get("show_alert")), world.clock.time() - press.time)
    return True
