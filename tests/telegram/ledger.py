"""What each chat saw, and every call that was made: the judge of the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

JSON = dict[str, Any]

GROUP_KINDS = ("group", "supergroup", "channel")


@dataclass(frozen=True)
class Button:
    """One button of a keyboard. ``data`` is None unless the button calls the bot back."""

    text: str
    data: str | None
    raw: JSON = field(compare=False, repr=False)


@dataclass(frozen=True)
class Edit:
    """What a message said before it was edited at ``time``."""

    time: float
    text: str
    html: str
    keyboard: list[list[Button]]


@dataclass
class Message:
    """One message of a chat, as it is now; ``edits`` keep what it was.

    ``text``: what people read (text or caption, entities parsed). ``html``: the source the bot
    sent. ``content``: the part of the Bot API message that is neither text nor keyboard.
    ``markup``: reply markup as sent (inline or not). ``arrived``: rises with every message and
    edit of the whole server, to tell what is new. ``update_id``: the last update that told the
    bot of it (0: none, or held back).
    """

    chat_id: int
    message_id: int
    date: float
    sender: JSON
    from_bot: bool
    kind: str = "text"
    text: str = ""
    html: str = ""
    entities: list[JSON] = field(default_factory=list)
    content: JSON = field(default_factory=dict)
    markup: JSON | None = None
    thread_id: int | None = None
    edits: list[Edit] = field(default_factory=list)
    edited: float | None = None
    deleted: float | None = None
    arrived: int = 0
    update_id: int = 0
    reply_to: int | None = None

    @property
    def keyboard(self) -> list[list[Button]]:
        """Rows of inline buttons."""
        return _rows(self.markup, "inline_keyboard")

    @property
    def reply_keyboard(self) -> list[list[Button]]:
        """Rows of the keyboard shown in place of the letters, if this message brought one."""
        return _rows(self.markup, "keyboard")

    @property
    def buttons(self) -> list[Button]:
        """All inline buttons, row by row."""
        return [button for row in self.keyboard for button in row]

    def json(self, chat: Chat) -> JSON:
        """The message as the Bot API shows it."""
        body: JSON = {
            "message_id": self.message_id,
            "from": self.sender,
            "chat": chat.json(),
            "date": int(self.date),
        }
        if self.kind == "text":
            body["text"] = self.text
            if self.entities:
                body["entities"] = self.entities
        elif self.text:
            body["caption"] = self.text
            if self.entities:
                body["caption_entities"] = self.entities
        body.update(self.content)
        if self.edited is not None:
            body["edit_date"] = int(self.edited)
        if self.thread_id is not None:
            body["message_thread_id"] = self.thread_id
            body["is_topic_message"] = True
        if self.markup and "inline_keyboard" in self.markup and self.from_bot:
            body["reply_markup"] = self.markup
        replied = chat.messages_by_id.get(self.reply_to) if self.reply_to else None
        if replied is not None and replied.deleted is None and replied is not self:
            body["reply_to_message"] = {
                key: value for key, value in replied.json(chat).items() if key != "reply_to_message"
            }
        return body


def _rows(markup: JSON | None, key: str) -> list[list[Button]]:
    rows = (markup or {}).get(key, [])
    return [
        [
            Button(raw, None, {"text": raw})
            if isinstance(raw, str)
            else Button(raw["text"], raw.get("callback_data"), raw)
            for raw in row
        ]
        for row in rows
    ]


@dataclass
class Chat:
    """One chat as the server knows it.

    ``bot_status``: member, administrator, left or kicked (a private chat: kicked = blocked).
    ``known``: the bot may write (the person has written to it once).
    """

    id: int
    kind: str
    about: JSON
    known: bool = True
    bot_status: str = "member"
    deactivated: bool = False
    restricted: bool = False
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    people: dict[int, JSON] = field(default_factory=dict)
    topics: dict[int, JSON] = field(default_factory=dict)
    messages_by_id: dict[int, Message] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)

    def json(self) -> JSON:
        """The chat as the Bot API shows it."""
        return {"id": self.id, "type": self.kind, **self.about}

    @property
    def history(self) -> list[Message]:
        """Every message ever, also deleted ones, oldest first."""
        return list(self.messages_by_id.values())

    @property
    def messages(self) -> list[Message]:
        """The messages one sees now, oldest first."""
        return [message for message in self.messages_by_id.values() if message.deleted is None]

    @property
    def from_bot(self) -> list[Message]:
        """The bot's messages one sees now, oldest first."""
        return [message for message in self.messages if message.from_bot]

    def screen(self) -> str:
        """The chat as text: who, what, buttons in brackets with their data."""
        lines = []
        for message in self.messages:
            who = "bot" if message.from_bot else message.sender.get("first_name", "?")
            moment = datetime.fromtimestamp(message.date, UTC).strftime("%d.%m. %H:%M:%S")
            mark = " (edited)" if message.edited is not None else ""
            kind = "" if message.kind == "text" else f" <{message.kind}>"
            lines.append(f"#{message.message_id} {moment} {who}{mark}:{kind} {message.text}")
            for row in message.keyboard or message.reply_keyboard:
                lines.append("    " + " ".join(f"[{b.text} | {b.data or '-'}]" for b in row))
        return "\n".join(lines)


@dataclass
class Call:
    """One call of the Bot API. ``status``: HTTP status of the answer, 0 while it is under way
    or when no answer was given. ``via``: http or webhook (the call came as webhook answer)."""

    number: int
    time: float
    method: str
    params: JSON
    via: str
    status: int = 0
    description: str = ""
    result: Any = None
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether the call was carried out (perhaps without the bot hearing of it)."""
        return self.result is not None

    @property
    def chat_id(self) -> int | None:
        """The chat the call names, if any."""
        chat = self.params.get("chat_id")
        return chat if isinstance(chat, int) else None


@dataclass
class Ledger:
    """All chats and the call log, in order."""

    chats: dict[int, Chat] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    _private_ids: int = 0
    _group_ids: dict[int, int] = field(default_factory=dict)
    _arrivals: int = 0

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups count their own messages; all other chats of a bot share one count."""
        if chat.kind == "supergroup":
            self._group_ids[chat.id] = self._group_ids.get(chat.id, 0) + 1
            return self._group_ids[chat.id]
        self._private_ids += 1
        return self._private_ids

    def arrival(self) -> int:
        """The next number in the order of things shown."""
        self._arrivals += 1
        return self._arrivals

    @property
    def arrivals(self) -> int:
        """How many messages and edits were shown so far."""
        return self._arrivals

    def add(self, chat: Chat, message: Message) -> Message:
        """Show a message in its chat."""
        message.arrived = self.arrival()
        chat.messages_by_id[message.message_id] = message
        return message

    def calls_of(self, *methods: str) -> list[Call]:
        """Calls of these methods, oldest first."""
        return [call for call in self.calls if call.method in methods]

    def carried_out(self, *methods: str) -> list[Call]:
        """Those of ``calls_of`` that had their effect."""
        return [call for call in self.calls_of(*methods) if call.ok]

    def wide_keyboards(self, per_row: int = 8, per_message: int = 24) -> list[Message]:
        """The bot's messages whose inline keyboard is larger than the product allows itself."""
        return [
            message
            for chat in self.chats.values()
            for message in chat.history
            if len(message.buttons) > per_message
            or any(len(line) > per_row for line in message.keyboard)
        ]
