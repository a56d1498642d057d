"""Everything behind the server: the bot, people, groups, files, waiting updates."""

from __future__ import annotations

import asyncio
from typing import Any

from . import methods
from .clock import Clock
from .faults import Faults, Rates
from .group import Group
from .ledger import GROUP_KINDS, JSON, Call, Chat, Ledger, Message
from .methods import Upload
from .refusal import Refusal, bad
from .updates import MESSAGE_LIFE, Updates
from .user import Press, User
from .webhook import Webhook

UPLOAD_LIMIT = 50 * 1024 * 1024


class World:
    """One bot and everybody who talks with it."""

    def __init__(self, token: str, clock: Clock, rate_limits: bool) -> None:
        self.token = token
        self.clock = clock
        self.answer_life = 300.0
        """Seconds of the clock after which a press can no longer be answered (Telegram does
        not document its own figure)."""
        self.me: JSON = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Majup",
            "username": "majup_test_bot",
        }
        self.ledger = Ledger()
        self.faults = Faults(self.clock)
        self.rates = Rates(self.clock, on=rate_limits)
        self.updates = Updates(self.clock)
        self.webhook = Webhook(self.clock, self.updates, self.answered_with_call)
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, Upload] = {}
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | str, JSON] = {}
        self.under_way = ""
        """The method being carried out."""
        self._queries = 700_000_000_000
        self._stirs: dict[int, asyncio.Event] = {}

    async def answered_with_call(self, kind: str, body: bytes) -> None:
        """The bot answered an update with a call (content type, body)."""
        raise NotImplementedError

    # People, groups, chats ----------------------------------------------------------------

    def user(
        self,
        id: int,  # noqa: A002 - Telegram's own word
        first_name: str = "Anna",
        language_code: str | None = "lv",
        **more: Any,
    ) -> User:
        """The person with this id, made at first. The bot cannot write before they do."""
        if id not in self.users:
            person: JSON = {"id": id, "is_bot": False, "first_name": first_name, **more}
            if language_code:
                person["language_code"] = language_code
            shown = ("first_name", "last_name", "username")
            about: JSON = {key: person[key] for key in shown if key in person}
            chat = Chat(id, "private", about, known=False)
            self.ledger.chats[id] = chat
            self.users[id] = User(self, person, chat)
        return self.users[id]

    def group(
        self,
        id: int,  # noqa: A002
        title: str = "Group",
        kind: str = "supergroup",
        *,
        forum: bool = False,
    ) -> Group:
        """The group with this id (negative), made at first, without the bot: ``add_bot``."""
        if id not in self.groups:
            if id >= 0 or kind not in GROUP_KINDS:
                raise ValueError("a group has a negative id and is a group, supergroup or channel")
            about: JSON = {"title": title}
            if forum:
                about["is_forum"] = True
            chat = Chat(id, kind, about, known=False, bot_status="left")
            self.ledger.chats[id] = chat
            self.groups[id] = Group(self, chat)
        return self.groups[id]

    def chat(self, chat_id: int) -> Chat:
        """What one chat saw."""
        return self.ledger.chats[chat_id]

    @property
    def calls(self) -> list[Call]:
        """Every call, in order."""
        return self.ledger.calls

    def recent(self, count: int = 12) -> str:
        """The last calls as text."""
        return "\n".join(
            f"  {call.number} {call.method} {call.status} {call.description or ''} {call.params}"
            for call in self.calls[-count:]
        )

    def inject(self, update: JSON, queue: int = 0) -> int:
        """Queue raw update JSON, also of kinds and shapes that do not exist yet."""
        return self.updates.inject(update, queue)

    # What the parts need ------------------------------------------------------------------

    def show(self, chat: Chat, message: Message) -> None:
        """Put a message into its chat."""
        self.ledger.add(chat, message)
        self.stir(chat.id)

    def stir(self, chat_id: int) -> None:
        """Wake those who wait for news in a chat."""
        event = self._stirs.pop(chat_id, None)
        if event is not None:
            event.set()

    async def stirred(self, chat_id: int, longest: float) -> bool:
        """Wait for news in a chat; False when there was none in time."""
        event = self._stirs.setdefault(chat_id, asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), longest)
        except TimeoutError:
            return False
        return True

    def deliver_message(self, chat: Chat, message: Message, kind: str = "message") -> int:
        """Queue the update that tells the bot of a message."""
        message.update_id = self.updates.add(kind, message.json(chat), chat.id, MESSAGE_LIFE)
        return message.update_id

    def next_query_id(self) -> str:
        """A new callback query id."""
        self._queries += 1
        return str(self._queries)

    def member(self, person: JSON, status: str) -> JSON:
        """A ChatMember."""
        body: JSON = {"user": person, "status": status}
        if status == "kicked":
            body["until_date"] = 0
        if status == "creator":
            body["is_anonymous"] = False
        if status == "administrator":
            rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
                      "can_manage_video_chats", "can_restrict_members", "can_promote_members",
                      "can_change_info", "can_invite_users", "can_post_stories",
                      "can_edit_stories", "can_delete_stories")  # fmt: skip
            body.update(dict.fromkeys(rights, False))
        return body

    def bot_becomes(self, chat: Chat, status: str, by: JSON) -> None:
        """Change the bot's standing in a chat and tell it (my_chat_member)."""
        old, chat.bot_status = chat.bot_status, status
        change = {
            "chat": chat.json(),
            "from": by,
            "date": int(self.clock.time()),
            "old_chat_member": self.member(self.me, old),
            "new_chat_member": self.member(self.me, status),
        }
        self.updates.add("my_chat_member", change, chat.id, MESSAGE_LIFE)

    def new_file(self, kind: str, content: bytes, name: str = "") -> JSON:
        """Keep a file and give its Bot API object."""
        number = len(self.files) + 1
        file_id = f"{kind}-file-{number:08d}"
        self.files[file_id] = Upload(kind, name or file_id, content)
        body: JSON = {"file_id": file_id, "file_unique_id": file_id[-12:],
                      "file_size": len(content)}  # fmt: skip
        if name and kind in {"document", "audio", "video", "animation"}:
            body["file_name"] = name
        if kind in {"photo", "video", "animation", "sticker"}:
            body.update(width=512, height=512)
        if kind in {"video", "animation", "voice", "audio", "video_note"}:
            body["duration"] = 1
        if kind == "video_note":
            body["length"] = 240
        if kind == "sticker":
            body.update(type="regular", is_animated=False, is_video=False)
        return body

    def file_in(self, message: Message) -> Upload:
        """The file a message carries. Raises LookupError if it has none."""
        for value in message.content.values():
            file = value[0] if isinstance(value, list) and value else value
            if isinstance(file, dict) and file.get("file_id") in self.files:
                return self.files[file["file_id"]]
        raise LookupError(f"message {message.message_id} carries no file")

    def file_of(self, given: Upload | str, kind: str) -> JSON:
        """The Bot API object of an upload or of a file sent before."""
        if isinstance(given, Upload):
            if not given.content:
                raise bad("file must be non-empty")
            if len(given.content) > UPLOAD_LIMIT:
                raise Refusal(413)
            return self.new_file(kind, given.content, given.filename)
        known = self.files.get(given)
        if known is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return self.new_file(kind, known.content, known.filename)

    def allow(self, kinds: list[str] | None) -> None:
        """Set which updates the bot gets: None leaves it, [] is the default set."""
        if kinds is not None:
            known = set(methods.UPDATE_KINDS)
            if set(kinds) - known:
                raise bad(f"unknown update types {sorted(set(kinds) - known)}")
            self.updates.allowed = frozenset(kinds) or None
