"""Groups, members, topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ledger import JSON, Chat, Message
from .play import known_chat, live_message, open_chat, plays
from .refusal import bad

if TYPE_CHECKING:
    from .world import World


@plays("pinChatMessage", "unpinChatMessage", "setMessageReaction")
def on_message(world: World, args: JSON) -> bool:
    """Accepted for messages that are there; only the call log shows it."""
    chat = open_chat(world, args["chat_id"])
    if args.get("message_id") is not None:
        live_message(chat, args["message_id"], "pin")
    return True


@plays("getChat")
def get_chat(world: World, args: JSON) -> JSON:
    """What is known of a chat."""
    return {
        **known_chat(world, args["chat_id"]).json(),
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


def _member(world: World, chat: Chat, user_id: int) -> JSON:
    if user_id == world.me["id"]:
        status, person = chat.bot_status, world.me
    elif user_id in chat.members:
        status, person = chat.members[user_id], chat.people[user_id]
    else:
        raise bad("member not found")
    return world.member(person, status)


@plays("getChatMember")
def get_chat_member(world: World, args: JSON) -> JSON:
    """One person's standing in a chat."""
    return _member(world, open_chat(world, args["chat_id"]), args["user_id"])


@plays("getChatAdministrators")
def get_chat_administrators(world: World, args: JSON) -> list[JSON]:
    """Those who run a group."""
    chat = open_chat(world, args["chat_id"])
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    people = [n for n, status in chat.members.items() if status in {"administrator", "creator"}]
    if chat.bot_status == "administrator":
        people.append(world.me["id"])
    return [_member(world, chat, number) for number in people]


@plays("leaveChat")
def leave_chat(world: World, args: JSON) -> bool:
    """The bot goes."""
    chat = open_chat(world, args["chat_id"])
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    return True


@plays("createForumTopic")
def create_forum_topic(world: World, args: JSON) -> JSON:
    """A topic; the bot gets the service message of its own topic as an update."""
    chat = open_chat(world, args["chat_id"])
    if not chat.about.get("is_forum"):
        raise bad("the chat is not a forum")
    if not 1 <= len(args["name"]) <= 128:
        raise bad("TOPIC_TITLE_EMPTY" if not args["name"] else "topic name is too long")
    topic = {"name": args["name"], "icon_color": args.get("icon_color", 7322096)}
    message = Message(
        chat_id=chat.id,
        message_id=world.ledger.next_message_id(chat),
        date=world.clock.time(),
        sender=world.me,
        from_bot=True,
        kind="forum_topic_created",
        content={"forum_topic_created": topic},
    )
    message.thread_id = message.message_id
    chat.topics[message.message_id] = topic
    world.show(chat, message)
    world.deliver_message(chat, message)
    return {"message_thread_id": message.message_id, **topic}


@plays("editForumTopic", "closeForumTopic", "reopenForumTopic", "deleteForumTopic")
def on_topic(world: World, args: JSON) -> bool:
    """Rename, close or delete a topic."""
    topic = open_chat(world, args["chat_id"]).topics.get(args["message_thread_id"])
    if topic is None or topic.get("deleted"):
        raise bad("message thread not found")
    if args.get("name"):
        topic["name"] = args["name"]
    if world.under_way == "deleteForumTopic":
        topic["deleted"] = True
    return True
