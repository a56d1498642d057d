"""New messages of the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import html, keyboards
from .ledger import JSON, Message
from .play import Handler, known_chat, live_message, open_chat, plays
from .refusal import bad

if TYPE_CHECKING:
    from .world import World


NOT_PLAYED = (
    "business_connection_id",
    "direct_messages_topic_id",
    "ephemeral_message_parameters",
    "message_effect_id",
    "receiver_user_id",
    "suggested_post_parameters",
)
"""Arguments that change who sees a message: better refused than taken and forgotten."""


def shown_text(args: JSON, key: str, limit: int) -> tuple[str, list[JSON]]:
    """Text and entities of an argument, within the limit after parsing."""
    entities = args.get("entities" if key == "text" else f"{key}_entities")
    text, found = html.formatted(args.get(key, ""), args.get("parse_mode"), entities)
    if html.utf16(text) > limit:
        raise bad("message is too long" if key == "text" else "message caption is too long")
    return text, found


def html_source(args: JSON) -> str:
    """The text as the bot wrote it."""
    source: str = args.get("text") or args.get("caption") or ""
    return source


def _put(
    world: World,
    args: JSON,
    kind: str,
    content: JSON,
    *,
    text: str = "",
    entities: list[JSON] | None = None,
) -> Message:
    """Show a new message of the bot in the chat of ``args``."""
    chat = open_chat(world, args["chat_id"])
    for name in NOT_PLAYED:
        if args.get(name) is not None:
            raise bad(f"ARGUMENT_NOT_PLAYED: teach tests/telegram/sending.py {name}")
    if args.get("protect_content"):
        content = {**content, "has_protected_content": True}
    thread = args.get("message_thread_id")
    if thread is not None and (thread not in chat.topics or chat.topics[thread].get("deleted")):
        raise bad("message thread not found")
    reply = args.get("reply_parameters") or {}
    reply_to = reply.get("message_id", args.get("reply_to_message_id"))
    if reply_to is not None:
        known = chat.messages_by_id.get(reply_to)
        if known is None or known.deleted is not None:
            lenient = reply.get("allow_sending_without_reply")
            if not (lenient or args.get("allow_sending_without_reply")):
                raise bad("message to be replied not found")
            reply_to = None
    markup = keyboards.check(args["reply_markup"], chat) if args.get("reply_markup") else None
    message = Message(
        chat_id=chat.id,
        message_id=world.ledger.next_message_id(chat),
        date=world.clock.time(),
        sender=world.me,
        from_bot=True,
        kind=kind,
        text=text,
        html=html_source(args),
        entities=entities or [],
        content=content,
        markup=markup,
        thread_id=thread,
        reply_to=reply_to,
    )
    world.show(chat, message)
    return message


def _sent(world: World, message: Message) -> JSON:
    return message.json(world.ledger.chats[message.chat_id])


@plays("sendMessage")
def send_message(world: World, args: JSON) -> JSON:
    """A text."""
    open_chat(world, args["chat_id"])
    text, entities = shown_text(args, "text", html.TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    return _sent(world, _put(world, args, "text", {}, text=text, entities=entities))


def _media(kind: str) -> Handler:
    def send(world: World, args: JSON) -> JSON:
        text, entities = shown_text(args, "caption", html.CAPTION_LIMIT)
        file = world.file_of(args[kind], kind)
        content = {kind: [file] if kind == "photo" else file}
        return _sent(world, _put(world, args, kind, content, text=text, entities=entities))

    return send


for _kind, _name in {
    "photo": "sendPhoto",
    "document": "sendDocument",
    "voice": "sendVoice",
    "audio": "sendAudio",
    "video": "sendVideo",
    "animation": "sendAnimation",
    "video_note": "sendVideoNote",
    "sticker": "sendSticker",
}.items():
    plays(_name)(_media(_kind))


@plays("sendLocation")
def send_location(world: World, args: JSON) -> JSON:
    """A place on the map."""
    place = {"latitude": args["latitude"], "longitude": args["longitude"]}
    return _sent(world, _put(world, args, "location", {"location": place}))


@plays("sendContact")
def send_contact(world: World, args: JSON) -> JSON:
    """A phone book card."""
    card = {key: args[key] for key in ("phone_number", "first_name", "last_name") if key in args}
    return _sent(world, _put(world, args, "contact", {"contact": card}))


@plays("sendChatAction")
def send_chat_action(world: World, args: JSON) -> bool:
    """ "is typing"."""
    known = {"typing", "upload_photo", "record_video", "upload_video", "record_voice",
             "upload_voice", "upload_document", "choose_sticker", "find_location",
             "record_video_note", "upload_video_note"}  # fmt: skip
    if args["action"] not in known:
        raise bad("wrong parameter action in request")
    open_chat(world, args["chat_id"]).actions.append(args["action"])
    return True


def _copied(world: World, args: JSON, purpose: str, more: JSON) -> Message:
    original = live_message(known_chat(world, args["from_chat_id"]), args["message_id"], purpose)
    text, entities = original.text, original.entities
    return _put(
        world, args, original.kind, {**original.content, **more}, text=text, entities=entities
    )


@plays("copyMessage")
def copy_message(world: World, args: JSON) -> JSON:
    """A message of one chat again in another, under its own keyboard."""
    return {"message_id": _copied(world, args, "copy", {}).message_id}


@plays("forwardMessage")
def forward_message(world: World, args: JSON) -> JSON:
    """A message of one chat shown in another with its author."""
    source = known_chat(world, args["from_chat_id"]).messages_by_id.get(args["message_id"])
    author = source.sender if source else world.me
    date = int(source.date) if source else 0
    origin = {"type": "user", "sender_user": author, "date": date}
    return _sent(world, _copied(world, args, "forward", {"forward_origin": origin}))
