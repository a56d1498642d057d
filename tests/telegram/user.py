"""People on the other side of the bot, for tests to move."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .ledger import JSON, Button, Chat, Message
from .updates import PRESS_LIFE, press_queue
from .viewer import Viewer, Wanted

if TYPE_CHECKING:
    from .group import Group
    from .world import World

FILE_KINDS = ("photo", "document", "voice", "audio", "video", "animation", "sticker")
_COMMAND = re.compile(r"(?:(?<=^)|(?<=\s))/[A-Za-z0-9_]{1,32}(?:@\w+)?")
TYPED_LIMIT = 4096


@dataclass
class Press:
    """One press of a button: its callback query and what the bot answered to it."""

    query_id: str
    update_id: int
    time: float
    user: User
    data: str
    message: Message | None
    body: JSON = field(repr=False)
    answers: list[tuple[str, bool]] = field(default_factory=list)
    answered_after: float | None = None
    _answered: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def answer(self, text: str, alert: bool, after: float) -> None:
        """Note an answerCallbackQuery that came ``after`` seconds."""
        self.answered_after = after if self.answered_after is None else self.answered_after
        self.answers.append((text, alert))
        self._answered.set()

    async def answered(
        self,
        timeout: float = 5.0,  # noqa: ASYNC109 - the caller names its patience
    ) -> tuple[str, bool]:
        """Wait for the first answer: (text, whether shown as an alert)."""
        await asyncio.wait_for(self._answered.wait(), timeout)
        return self.answers[0]


class User(Viewer):
    """One person. ``chat`` is their private chat with the bot.

    Sending methods take ``to``: another chat (a Group's), the private chat by default.
    """

    def __init__(self, server: World, person: JSON, chat: Chat) -> None:
        super().__init__(server, chat)
        self.id: int = person["id"]
        self.person = person

    def __repr__(self) -> str:
        return f"User({self.id})"

    # What the person does ----------------------------------------------------------------

    def _message(
        self,
        kind: str,
        text: str,
        content: JSON,
        to: Group | None,
        reply_to: int | None = None,
    ) -> Message:
        chat = to.chat if to else self.chat
        if chat is self.chat:
            if chat.deactivated:
                raise RuntimeError(f"{self} is deactivated and cannot write")
            if chat.bot_status == "kicked":
                raise RuntimeError(f"{self} blocked the bot and cannot write before unblock()")
            chat.known = True
        message = Message(
            chat_id=chat.id,
            message_id=self.server.ledger.next_message_id(chat),
            date=self.server.clock.time(),
            sender=self.person,
            from_bot=False,
            kind=kind,
            text=text,
            entities=commands(text),
            content=content,
            reply_to=reply_to,
        )
        self.server.show(chat, message)
        if self._bot_reads(chat, message):
            self.server.deliver_message(chat, message)
        return message

    def _bot_reads(self, chat: Chat, message: Message) -> bool:
        """In groups privacy mode leaves the bot commands, replies to it and its own name."""
        if chat.bot_status in {"left", "kicked"}:
            return False
        service = message.kind not in {"text", *FILE_KINDS, "location", "contact"}
        if chat.kind == "private" or chat.bot_status == "administrator" or service:
            return True
        replied = chat.messages_by_id.get(message.reply_to or 0)
        name = "@" + self.server.me["username"]
        own = [c for c in commands_in(message.text) if "@" not in c or c.endswith(name)]
        return bool(own) or name in message.text or (replied is not None and replied.from_bot)

    async def send(
        self, text: str, *, to: Group | None = None, reply_to: Message | None = None
    ) -> Message:
        """Write. As the apps do, white space is trimmed and a long text goes in pieces of
        4096; gives the last message."""
        text = text.strip()
        if not text:
            raise ValueError("no app sends an empty message")
        replied = reply_to.message_id if reply_to else None
        pieces = [text[at : at + TYPED_LIMIT] for at in range(0, len(text), TYPED_LIMIT)]
        return [self._message("text", piece, {}, to, replied) for piece in pieces][-1]

    async def start(self, payload: str = "") -> Message:
        """Press Start, perhaps through a deep link ``?start=payload``."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise ValueError("a start payload is up to 64 of A-Z a-z 0-9 _ -")
        return await self.send(f"/start {payload}".strip())

    async def edit(self, message: Message | int, text: str) -> Message:
        """Change an own message."""
        chat = self.chat if isinstance(message, int) else self.server.chat(message.chat_id)
        found = chat.messages_by_id[message] if isinstance(message, int) else message
        if found.from_bot:
            raise ValueError("people edit only their own messages")
        found.text, found.entities = text.strip(), commands(text)
        found.edited = self.server.clock.time()
        self.server.deliver_message(chat, found, kind="edited_message")
        return found

    async def send_photo(self, caption: str = "", *, to: Group | None = None) -> Message:
        """A picture."""
        file = self.server.new_file("photo", b"picture")
        return self._message("photo", caption, {"photo": [file]}, to)

    async def send_document(
        self, name: str = "a.pdf", content: bytes = b"%PDF", caption: str = ""
    ) -> Message:
        """A file."""
        file = {**self.server.new_file("document", content), "file_name": name}
        return self._message("document", caption, {"document": file}, None)

    async def send_voice(self, content: bytes = b"OggS", seconds: int = 4) -> Message:
        """A voice message."""
        file = {**self.server.new_file("voice", content), "duration": seconds}
        return self._message("voice", "", {"voice": file}, None)

    async def send_sticker(self, emoji: str = "👍") -> Message:
        """A sticker."""
        file = self.server.new_file("sticker", b"RIFF")
        shape = {
            "type": "regular",
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        sticker = {**file, "width": 512, "height": 512, **shape}
        return self._message("sticker", "", {"sticker": sticker}, None)

    async def send_location(self, latitude: float = 57.31, longitude: float = 25.27) -> Message:
        """A place on the map."""
        place = {"latitude": latitude, "longitude": longitude}
        return self._message("location", "", {"location": place}, None)

    async def send_contact(self, phone: str = "+37120000000", *, own: bool = True) -> Message:
        """A phone book card: the person's ``own``, or somebody else's."""
        card = {"phone_number": phone, "first_name": self.person["first_name"]}
        if own:
            card["user_id"] = self.id
        return self._message("contact", "", {"contact": card}, None)

    async def forward(self, text: str, author: str = "Somebody") -> Message:
        """Somebody else's text, forwarded."""
        origin = {
            "type": "hidden_user",
            "sender_user_name": author,
            "date": int(self.server.clock.time()) - 3600,
        }
        return self._message("text", text, {"forward_origin": origin}, None)

    async def send_content(
        self, kind: str, content: JSON, text: str = "", *, to: Group | None = None
    ) -> Message:
        """A message of any other kind: ``content`` goes into the Bot API message as it is
        (poll, dice, sender_chat, via_bot, media_group_id ...)."""
        return self._message(kind, text, content, to)

    async def press(
        self,
        label: str,
        *,
        chat: Chat | None = None,
        message: Message | None = None,
        copies: int = 1,
    ) -> Press:
        """Press the newest button whose label matches the regular expression ``label``.

        ``message``: look only there. ``copies``: how many updates, each under its own id, the
        one tap becomes. Raises LookupError if there is no such button.
        """
        where = chat or self.chat
        looked = [message] if message else where.messages[::-1]
        for candidate in looked:
            for button in candidate.buttons:
                if re.search(label, button.text):
                    return self._pressed(candidate, button, copies)
        raise LookupError(f"no button {label!r} in:\n{where.screen()}")

    async def press_reply(self, label: str) -> Message:
        """Press a button of the keyboard shown in place of the letters."""
        for candidate in self.chat.messages[::-1]:
            if candidate.markup and candidate.markup.get("remove_keyboard"):
                break
            for row in candidate.reply_keyboard:
                for button in row:
                    if re.search(label, button.text):
                        if button.raw.get("request_contact"):
                            return await self.send_contact()
                        if button.raw.get("request_location"):
                            return await self.send_location()
                        return await self.send(button.text)
        raise LookupError(f"no keyboard button {label!r} in:\n{self.chat.screen()}")

    def _pressed(self, message: Message, button: Button, copies: int) -> Press:
        if button.data is None:
            raise LookupError(f"button {button.text!r} does not call the bot: {button.raw}")
        press = self.tap(button.data, message)
        for _ in range(copies - 1):
            self.press_again(press)
        return press

    def tap(self, data: str, message: Message | None = None) -> Press:
        """Send callback data as a hostile or outdated app may: any data, any message (also a
        deleted one; None: one the bot cannot see)."""
        chat = self.server.chat(message.chat_id) if message else self.chat
        if message is not None and message.deleted is None:
            shown = message.json(chat)
        else:
            number = message.message_id if message else 1
            shown = {"chat": chat.json(), "message_id": number, "date": 0}
        body = {
            "id": self.server.next_query_id(),
            "from": self.person,
            "message": shown,
            "chat_instance": str(chat.id * 7919),
            "data": data,
        }
        return self._queue_press(body, message)

    def press_again(self, press: Press) -> Press:
        """The app sends the same tap again after reconnecting: new update, new query id."""
        return self._queue_press({**press.body, "id": self.server.next_query_id()}, press.message)

    def _queue_press(self, body: JSON, message: Message | None) -> Press:
        number = self.server.updates.add("callback_query", body, press_queue(self.id), PRESS_LIFE)
        now = self.server.clock.time()
        press = Press(body["id"], number, now, self, body["data"], message, body)
        self.server.presses[press.query_id] = press
        return press

    async def block(self) -> None:
        """Block the bot."""
        self.server.bot_becomes(self.chat, "kicked", self.person)

    async def unblock(self) -> None:
        """Let the bot write again."""
        self.server.bot_becomes(self.chat, "member", self.person)

    def deactivate(self) -> None:
        """The account is gone."""
        self.chat.deactivated = True

    async def ask(
        self,
        text: str,
        wanted: Wanted = None,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> Message:
        """Write and wait; gives the newest message of the answer."""
        await self.send(text)
        return (await self.wait(wanted, timeout))[-1]

    async def choose(
        self,
        label: str,
        wanted: Wanted = None,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> Message:
        """Press and wait; gives the newest message of the answer."""
        await self.press(label)
        return (await self.wait(wanted, timeout))[-1]


def commands(text: str) -> list[JSON]:
    """Entities of the commands in a person's text."""
    return [
        {
            "type": "bot_command",
            "offset": len(text[: found.start()].encode("utf-16-le")) // 2,
            "length": len(found.group()),
        }
        for found in _COMMAND.finditer(text)
    ]


def commands_in(text: str) -> list[str]:
    """The commands a text names, as written."""
    return [found.group() for found in _COMMAND.finditer(text)]
