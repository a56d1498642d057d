"""Group chats, for tests to move."""

from __future__ import annotations

from .ledger import Message
from .user import User
from .viewer import Viewer


class Group(Viewer):
    """A group chat. ``chat.id`` is negative."""

    @property
    def id(self) -> int:
        """The chat's id."""
        return self.chat.id

    def join(self, user: User, status: str = "member") -> None:
        """A person is in the group now (member, administrator, creator, left)."""
        self.chat.members[user.id] = status
        self.chat.people[user.id] = user.person

    async def add_bot(self, by: User, *, admin: bool = False) -> None:
        """Somebody adds the bot: my_chat_member and the service message."""
        self.join(by)
        self.chat.known = True
        self.server.bot_becomes(self.chat, "administrator" if admin else "member", by.person)
        by._message("new_chat_members", "", {"new_chat_members": [self.server.me]}, self)

    async def kick_bot(self, by: User) -> None:
        """Somebody removes the bot."""
        self.server.bot_becomes(self.chat, "kicked", by.person)

    async def migrate(self, new_id: int) -> Group:
        """The group becomes a supergroup with another id; gives it."""
        new = self.server.group(new_id, title=self.chat.about["title"], kind="supergroup")
        new.chat.members, new.chat.people = self.chat.members, self.chat.people
        new.chat.bot_status, new.chat.known = self.chat.bot_status, True
        for chat, content in (
            (self.chat, {"migrate_to_chat_id": new_id}),
            (new.chat, {"migrate_from_chat_id": self.chat.id}),
        ):
            message = Message(
                chat_id=chat.id,
                message_id=self.server.ledger.next_message_id(chat),
                date=self.server.clock.time(),
                sender={"id": 1087968824, "is_bot": True, "first_name": "Group"},
                from_bot=False,
                kind="migrate",
                content=content,
            )
            self.server.show(chat, message)
            self.server.deliver_message(chat, message)
        self.chat.migrated_to = new_id
        return new
