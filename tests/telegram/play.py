"""What each method does. A method aiogram knows but nobody needed yet is refused in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import html, keyboards
from .ledger import JSON, Chat, Edit, Message
from .methods import NAMES, Upload
from .refusal import Refusal, bad, forbidden

if TYPE_CHECKING:
    from .server import TelegramServer

Handler = Callable[["TelegramServer", JSON], Any]
HANDLERS: dict[str, Handler] = {}

DELETE_LIFE = 48 * 3600.0
DOWNLOAD_LIMIT = 20 * 1024 * 1024
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def plays(*names: str) -> Callable[[Handler], Handler]:
    """Register what carries out these methods; a name aiogram does not know is an error."""

    def register(handler: Handler) -> Handler:
        for name in names:
            if NAMES.get(name.lower()) != name:
                raise LookupError(f"aiogram has no method {name}")
            HANDLERS[name] = handler
        return handler

    return register


def _chat(server: TelegramServer, chat_id: int | str) -> Chat:
    chat = server.ledger.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None or not chat.known:
        raise bad("chat not found")
    if chat.migrated_to is not None:
        raise Refusal(
            400,
            "group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    return chat


def _open(server: TelegramServer, chat_id: int | str) -> Chat:
    """The chat, if the bot may write there."""
    chat = _chat(server, chat_id)
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


def _message(chat: Chat, message_id: int, purpose: str) -> Message:
    message = chat.messages_by_id.get(message_id)
    if message is None or message.deleted is not None:
        raise bad(f"message to {purpose} not found")
    return message


def _shown(args: JSON, key: str, limit: int) -> tuple[str, list[JSON]]:
    """Text and entities of an argument, within the limit after parsing."""
    entities = args.get("entities" if key == "text" else f"{key}_entities")
    text, found = html.formatted(args.get(key, ""), args.get("parse_mode"), entities)
    if html.utf16(text) > limit:
        raise bad(
            "message is too long" if key == "text" else "message caption is too long"
        )
    return text, found


def _source(args: JSON) -> str:
    source: str = args.get("text") or args.get("caption") or ""
    return source


def _put(
    server: TelegramServer,
    args: JSON,
    kind: str,
    content: JSON,
    text: str,
    entities: list[JSON],
) -> Message:
    """Show a new message of the bot in the chat of ``args``."""
    chat = _open(server, args["chat_id"])
    thread = args.get("message_thread_id")
    if thread is not None and (
        thread not in chat.topics or chat.topics[thread].get("deleted")
    ):
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
    markup = (
        keyboards.check(args["reply_markup"], chat)
        if args.get("reply_markup")
        else None
    )
    message = Message(
        chat_id=chat.id,
        message_id=server.ledger.next_message_id(chat),
        date=server.clock.time(),
        sender=server.me,
        from_bot=True,
        kind=kind,
        text=text,
        html=_source(args),
        entities=entities,
        content=content,
        markup=markup,
        thread_id=thread,
        reply_to=reply_to,
    )
    server.show(chat, message)
    return message


def _sent(server: TelegramServer, message: Message) -> JSON:
    return message.json(server.ledger.chats[message.chat_id])


@plays("sendMessage")
def send_message(server: TelegramServer, args: JSON) -> JSON:
    """A text."""
    _open(server, args["chat_id"])
    text, entities = _shown(args, "text", html.TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    return _sent(server, _put(server, args, "text", {}, text, entities))


def _media(kind: str) -> Handler:
    def send(server: TelegramServer, args: JSON) -> JSON:
        text, entities = _shown(args, "caption", html.CAPTION_LIMIT)
        file = server.file_of(args[kind], kind)
        content = {kind: [file] if kind == "photo" else file}
        return _sent(server, _put(server, args, kind, content, text, entities))

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
def send_location(server: TelegramServer, args: JSON) -> JSON:
    """A place on the map."""
    place = {"latitude": args["latitude"], "longitude": args["longitude"]}
    return _sent(server, _put(server, args, "location", {"location": place}, "", []))


@plays("sendContact")
def send_contact(server: TelegramServer, args: JSON) -> JSON:
    """A phone book card."""
    card = {
        key: args[key]
        for key in ("phone_number", "first_name", "last_name")
        if key in args
    }
    return _sent(server, _put(server, args, "contact", {"contact": card}, "", []))


@plays("sendChatAction")
def send_chat_action(server: TelegramServer, args: JSON) -> bool:
    """ "is typing"."""
    known = {"typing", "upload_photo", "record_video", "upload_video", "record_voice",
             "upload_voice", "upload_document", "choose_sticker", "find_location",
             "record_video_note", "upload_video_note"}  # fmt: skip
    if args["action"] not in known:
        raise bad("wrong parameter action in request")
    _open(server, args["chat_id"]).actions.append(args["action"])
    return True


def _copied(server: TelegramServer, args: JSON, purpose: str, more: JSON) -> Message:
    original = _message(
        _chat(server, args["from_chat_id"]), args["message_id"], purpose
    )
    text, entities = original.text, original.entities
    return _put(
        server, args, original.kind, {**original.content, **more}, text, entities
    )


@plays("copyMessage")
def copy_message(server: TelegramServer, args: JSON) -> JSON:
    """A message of one chat again in another, under its own keyboard."""
    return {"message_id": _copied(server, args, "copy", {}).message_id}


@plays("forwardMessage")
def forward_message(server: TelegramServer, args: JSON) -> JSON:
    """A message of one chat shown in another with its author."""
    source = _chat(server, args["from_chat_id"]).messages_by_id.get(args["message_id"])
    author = source.sender if source else server.me
    date = int(source.date) if source else 0
    origin = {"type": "user", "sender_user": author, "date": date}
    return _sent(server, _copied(server, args, "forward", {"forward_origin": origin}))


def _own(server: TelegramServer, args: JSON) -> tuple[Chat, Message]:
    if "chat_id" not in args:
        raise bad("chat_id is empty")
    if not args.get("message_id"):
        raise bad("message identifier is not specified")
    chat = _open(server, args["chat_id"])
    message = _message(chat, args["message_id"], "edit")
    inline = message.markup is None or "inline_keyboard" in message.markup
    if not message.from_bot or not inline:
        raise bad("message can't be edited")
    return chat, message


def _edit(
    server: TelegramServer,
    chat: Chat,
    message: Message,
    args: JSON,
    shown: tuple[str, list[JSON]] | None,
) -> JSON:
    """Change text (if ``shown``) and keyboard; an edit without a keyboard takes it away."""
    markup = (
        keyboards.check(args["reply_markup"], chat)
        if args.get("reply_markup")
        else None
    )
    text, entities = shown or (message.text, message.entities)
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise bad(NOT_MODIFIED)
    now = server.clock.time()
    message.edits.append(Edit(now, message.text, message.html, message.keyboard))
    message.text, message.entities, message.markup = text, entities, markup
    if shown:
        message.html = _source(args)
        message.edited = now
    message.arrived = server.ledger.arrival()
    server.stir(chat.id)
    return message.json(chat)


@plays("editMessageText")
def edit_message_text(server: TelegramServer, args: JSON) -> JSON:
    """Another text in the same message."""
    if "text" not in args:
        raise bad("message text is empty")
    shown = _shown(args, "text", html.TEXT_LIMIT)
    if not shown[0]:
        raise bad("message text is empty")
    chat, message = _own(server, args)
    if message.kind != "text":
        raise bad("there is no text in the message to edit")
    return _edit(server, chat, message, args, shown)


@plays("editMessageCaption")
def edit_message_caption(server: TelegramServer, args: JSON) -> JSON:
    """Another caption in the same message."""
    shown = _shown(args, "caption", html.CAPTION_LIMIT)
    chat, message = _own(server, args)
    if message.kind == "text":
        raise bad("there is no caption in the message to edit")
    return _edit(server, chat, message, args, shown)


@plays("editMessageReplyMarkup")
def edit_message_reply_markup(server: TelegramServer, args: JSON) -> JSON:
    """Other buttons under the same message."""
    chat, message = _own(server, args)
    return _edit(server, chat, message, args, None)


def _delete(server: TelegramServer, chat: Chat, message: Message) -> None:
    own = (
        message.from_bot or chat.kind == "private" or chat.bot_status == "administrator"
    )
    if not own:
        raise bad("message can't be deleted")
    if server.clock.time() - message.date >= DELETE_LIFE:
        raise bad("message can't be deleted for everyone")
    message.deleted = server.clock.time()
    server.stir(chat.id)


@plays("deleteMessage")
def delete_message(server: TelegramServer, args: JSON) -> bool:
    """Take a message away."""
    chat = _open(server, args["chat_id"])
    _delete(server, chat, _message(chat, args["message_id"], "delete"))
    return True


@plays("deleteMessages")
def delete_messages(server: TelegramServer, args: JSON) -> bool:
    """Take up to 100 messages away; those that are not there are skipped."""
    if not 1 <= len(args["message_ids"]) <= 100:
        raise bad("there must be 1 to 100 message identifiers")
    chat = _open(server, args["chat_id"])
    for number in args["message_ids"]:
        message = chat.messages_by_id.get(number)
        if message is not None and message.deleted is None:
            _delete(server, chat, message)
    return True


@plays("answerCallbackQuery")
def answer_callback_query(server: TelegramServer, args: JSON) -> bool:
    """End the waiting mark on a pressed button, perhaps with a word."""
    press = server.presses.get(args["callback_query_id"])
    if press is None or server.clock.time() - press.time >= server.answer_life:
        raise bad(TOO_OLD)
    text = html.clean(args.get("text", ""))
    if html.utf16(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press.answer(text, bool(args.get("show_alert")))
    return True


@plays("pinChatMessage", "unpinChatMessage", "setMessageReaction")
def on_message(server: TelegramServer, args: JSON) -> bool:
    """Accepted for messages that are there; only the call log shows it."""
    chat = _open(server, args["chat_id"])
    if args.get("message_id") is not None:
        _message(chat, args["message_id"], "pin")
    return True


@plays("getChat")
def get_chat(server: TelegramServer, args: JSON) -> JSON:
    """What is known of a chat."""
    return {
        **_chat(server, args["chat_id"]).json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }


def _member(server: TelegramServer, chat: Chat, user_id: int) -> JSON:
    if user_id == server.me["id"]:
        status, person = chat.bot_status, server.me
    elif user_id in chat.members:
        status, person = chat.members[user_id], chat.people[user_id]
    else:
        raise bad("member not found")
    return server.member(person, status)


@plays("getChatMember")
def get_chat_member(server: TelegramServer, args: JSON) -> JSON:
    """One person's standing in a chat."""
    return _member(server, _open(server, args["chat_id"]), args["user_id"])


@plays("getChatAdministrators")
def get_chat_administrators(server: TelegramServer, args: JSON) -> list[JSON]:
    """Those who run a group."""
    chat = _open(server, args["chat_id"])
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    people = [
        n
        for n, status in chat.members.items()
        if status in {"administrator", "creator"}
    ]
    if chat.bot_status == "administrator":
        people.append(server.me["id"])
    return [_member(server, chat, number) for number in people]


@plays("leaveChat")
def leave_chat(server: TelegramServer, args: JSON) -> bool:
    """The bot goes."""
    chat = _open(server, args["chat_id"])
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    return True


@plays("createForumTopic")
def create_forum_topic(server: TelegramServer, args: JSON) -> JSON:
    """A topic; the bot gets the service message of its own topic as an update."""
    chat = _open(server, args["chat_id"])
    if not chat.about.get("is_forum"):
        raise bad("the chat is not a forum")
    if not 1 <= len(args["name"]) <= 128:
        raise bad("TOPIC_TITLE_EMPTY" if not args["name"] else "topic name is too long")
    topic = {"name": args["name"], "icon_color": args.get("icon_color", 7322096)}
    message = Message(
        chat_id=chat.id,
        message_id=server.ledger.next_message_id(chat),
        date=server.clock.time(),
        sender=server.me,
        from_bot=True,
        kind="forum_topic_created",
        content={"forum_topic_created": topic},
    )
    message.thread_id = message.message_id
    chat.topics[message.message_id] = topic
    server.show(chat, message)
    server.deliver_message(chat, message)
    return {"message_thread_id": message.message_id, **topic}


@plays("editForumTopic", "closeForumTopic", "reopenForumTopic", "deleteForumTopic")
def on_topic(server: TelegramServer, args: JSON) -> bool:
    """Rename, close or delete a topic."""
    topic = _open(server, args["chat_id"]).topics.get(args["message_thread_id"])
    if topic is None or topic.get("deleted"):
        raise bad("message thread not found")
    if args.get("name"):
        topic["name"] = args["name"]
    if server.under_way == "deleteForumTopic":
        topic["deleted"] = True
    return True


@plays("getFile")
def get_file(server: TelegramServer, args: JSON) -> JSON:
    """Where a file can be fetched."""
    found = server.files.get(args["file_id"])
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(found.content) > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {
        "file_id": args["file_id"],
        "file_unique_id": args["file_id"][-12:],
        "file_size": len(found.content),
        "file_path": f"{found.field}/{args['file_id']}",
    }


@plays("getMe")
def get_me(server: TelegramServer, args: JSON) -> JSON:
    """The bot itself."""
    return {
        **server.me,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@plays("logOut", "close")
def log_out(server: TelegramServer, args: JSON) -> bool:
    """Accepted."""
    return True


def _language(args: JSON) -> str:
    code: str = args.get("language_code", "")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def _scope(args: JSON) -> str:
    scope = args.get("scope") or {"type": "default"}
    return " ".join(
        str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope
    )


@plays("setMyCommands")
def set_my_commands(server: TelegramServer, args: JSON) -> bool:
    """The menu of commands."""
    commands = args["commands"]
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if isinstance((args.get("scope") or {}).get("chat_id"), int):
        _chat(server, args["scope"]["chat_id"])
    server.commands[_scope(args), _language(args)] = commands
    return True


@plays("getMyCommands")
def get_my_commands(server: TelegramServer, args: JSON) -> list[JSON]:
    """The menu of one scope and language, exactly."""
    return server.commands.get((_scope(args), _language(args)), [])


@plays("deleteMyCommands")
def delete_my_commands(server: TelegramServer, args: JSON) -> bool:
    """No menu for one scope and language."""
    server.commands.pop((_scope(args), _language(args)), None)
    return True


def _about(field: str, limit: int) -> tuple[Handler, Handler]:
    def put(server: TelegramServer, args: JSON) -> bool:
        if html.utf16(args.get(field, "")) > limit:
            raise bad(f"bot {field.replace('_', ' ')} is too long")
        server.profile[field, _language(args)] = args.get(field, "")
        return True

    def get(server: TelegramServer, args: JSON) -> JSON:
        default = server.profile.get((field, ""), "")
        return {field: server.profile.get((field, _language(args))) or default}

    return put, get


for _field, _method, _limit in (
    ("name", "MyName", 64),
    ("description", "MyDescription", 512),
    ("short_description", "MyShortDescription", 120),
):
    _setter, _getter = _about(_field, _limit)
    plays(f"set{_method}")(_setter)
    plays(f"get{_method}")(_getter)


@plays("setChatMenuButton")
def set_chat_menu_button(server: TelegramServer, args: JSON) -> bool:
    """The button beside the letters."""
    chat_id = args.get("chat_id", 0)
    if chat_id:
        _chat(server, chat_id)
    server.menu_buttons[chat_id] = args.get("menu_button") or {"type": "default"}
    return True


@plays("getChatMenuButton")
def get_chat_menu_button(server: TelegramServer, args: JSON) -> JSON:
    """The button beside the letters."""
    return server.menu_buttons.get(args.get("chat_id", 0), {"type": "default"})


_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@plays("setWebhook")
def set_webhook(server: TelegramServer, args: JSON) -> bool:
    """Deliver to an address. Plain http and any port are taken on loopback only."""
    url: str = args.get("url", "")
    parts = urlsplit(url)
    if url and parts.hostname not in _LOOPBACK:
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in {80, 88, 443, 8443}:
            raise bad(
                "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
            )
        if not any(url.startswith(prefix) for prefix in server.webhook.routes):
            raise bad("bad webhook: Failed to resolve host: Name or service not known")
    secret: str = args.get("secret_token", "")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    connections = args.get("max_connections", 40)
    if not 1 <= connections <= 100:
        connections = 40
    if isinstance(args.get("certificate"), Upload) and not url:
        raise bad("bad webhook: certificate without URL")
    server.allow(args.get("allowed_updates"))
    if args.get("drop_pending_updates"):
        server.updates.clear()
    server.webhook.set(url, secret, connections)
    return True


@plays("deleteWebhook")
def delete_webhook(server: TelegramServer, args: JSON) -> bool:
    """Back to polling."""
    if args.get("drop_pending_updates"):
        server.updates.clear()
    server.webhook.set("", "", 40)
    return True


@plays("getWebhookInfo")
def get_webhook_info(server: TelegramServer, args: JSON) -> JSON:
    """How delivery goes."""
    return server.webhook.info()
