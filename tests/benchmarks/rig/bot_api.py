"""A quick Bot API: methods, messages, delivery of updates by webhook.

It checks nothing; the strict one for tests is ``tests.telegram``.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import msgspec

from tests.benchmarks.rig.wire import ApiConnection, Fields, WebhookPool, parse_body

Message = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_TRUE = b'{"ok":true,"result":true}'
_KEPT = 6  # messages per chat: enough for edits and presses
_NOT_FOUND = (
    b'{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}'
)
_NO_BOT = b'{"ok":false,"error_code":404,"description":"Not Found"}'
_SAME = (
    b'{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: '
    b'specified new message content and reply markup are exactly the same"}'
)


class BotApi:
    """The Bot API on loopback.

    ``on_message(chat, message, edited)`` is called for everything a bot shows. ``latency`` in
    seconds is added to each call, half before and half after its effect.
    """

    def __init__(self, token: str, latency: float = 0.0) -> None:
        self.latency = latency / 2
        self.calls: Counter[str] = Counter()
        self.chats: dict[int, deque[Message]] = {}
        self.pool: WebhookPool | None = None
        self.on_message: Callable[[int, Message, bool], None] = lambda chat, message, edited: None
        self._bot = {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
        self._prefix = f"/bot{token}/".encode()
        self._message = 1000
        self._update = random.randrange(10**9)  # a home used before has seen other numbers
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._methods: dict[str, Callable[[Fields], bytes]] = {
            "getme": self._me,
            "setwebhook": self._set_webhook,
            "editmessagetext": lambda p: self._edit(p, text=True),
            "editmessagereplymarkup": lambda p: self._edit(p, text=False),
            "deletemessage": self._delete,
            "getmycommands": lambda p: b'{"ok":true,"result":[]}',
        }

    async def serve(self, port: int) -> None:
        """Listen on loopback."""
        self._server = await self._loop.create_server(
            lambda: ApiConnection(self), "127.0.0.1", port, backlog=4096
        )

    def close(self) -> None:
        """Stop listening and delivering."""
        if self._server is not None:
            self._server.close()
        if self.pool is not None:
            self.pool.close()

    def push(self, update: dict[str, Any]) -> None:
        """Deliver an update; it gets its number here."""
        assert self.pool is not None
        self._update += 1
        update["update_id"] = self._update
        self.pool.post(_encode(update))

    # ---- requests

    def on_request(self, conn: ApiConnection, url: bytes, ctype: str, body: bytes) -> None:
        if not url.startswith(self._prefix):
            conn.respond(_NO_BOT, b"404 Not Found")
            return
        name, _, query = url[len(self._prefix) :].decode().partition("?")
        fields = parse_body("", query.encode()) | parse_body(ctype, body)
        if self.latency:
            self._loop.call_later(self.latency, self._late, conn, name, fields)
        else:
            _answer(conn, self._call(name, fields))

    def on_disconnect(self, conn: ApiConnection) -> None:
        """Nothing: no call outlives its connection."""

    def _late(self, conn: ApiConnection, name: str, fields: Fields) -> None:
        self._loop.call_later(self.latency, _answer, conn, self._call(name, fields))

    def _webhook_reply(self, body: bytes) -> None:
        fields = _decode(body)
        name = fields.pop("method", "")
        if name and self.latency:
            self._loop.call_later(self.latency, self._call, name, fields)
        elif name:
            self._call(name, fields)

    def _call(self, name: str, fields: Fields) -> bytes:
        self.calls[name] += 1
        method = self._methods.get(name.lower())
        if method is not None:
            return method(fields)
        return self._show(fields) if name == "sendMessage" else _TRUE

    # ---- methods

    def _me(self, _: Fields) -> bytes:
        return _encode({"ok": True, "result": self._bot})

    def _set_webhook(self, fields: Fields) -> bytes:
        url = str(fields.get("url", ""))
        if url and self.pool is None:  # a restarted bot's: what waits is still queued
            most = int(fields.get("max_connections") or 40)
            self.pool = WebhookPool(url, fields.get("secret_token", ""), most, self._webhook_reply)
        return _TRUE

    def _show(self, fields: Fields) -> bytes:
        chat = int(fields["chat_id"])
        self._message += 1
        message: Message = {
            "message_id": self._message,
            "from": self._bot,
            "chat": {"id": chat, "type": "private", "first_name": "User"},
            "date": int(time.time()),
            "text": fields["text"],
        }
        markup = _markup(fields)
        if markup and "inline_keyboard" in markup:
            message["reply_markup"] = markup
        kept = self.chats.get(chat)
        if kept is None:
            kept = self.chats[chat] = deque(maxlen=_KEPT)
        kept.append(message)
        result = _encode({"ok": True, "result": message})
        self.on_message(chat, message, False)
        return result

    def _find(self, fields: Fields) -> tuple[int, Message | None]:
        chat, number = int(fields["chat_id"]), int(fields["message_id"])
        kept = self.chats.get(chat, ())
        return chat, next((each for each in kept if each["message_id"] == number), None)

    def _edit(self, fields: Fields, *, text: bool) -> bytes:
        chat, message = self._find(fields)
        if message is None:
            return _NOT_FOUND
        markup = _markup(fields)
        said = fields.get("text") if text else message["text"]
        if said == message["text"] and (markup or None) == message.get("reply_markup"):
            return _SAME
        message["text"] = said
        if markup and markup.get("inline_keyboard"):
            message["reply_markup"] = markup
        else:
            message.pop("reply_markup", None)
        message["edit_date"] = int(time.time())
        result = _encode({"ok": True, "result": message})
        self.on_message(chat, message, True)
        return result

    def _delete(self, fields: Fields) -> bytes:
        chat, message = self._find(fields)
        if message is not None:
            self.chats[chat].remove(message)
        return _TRUE


def _markup(fields: Fields) -> dict[str, Any] | None:
    found: Any = fields.get("reply_markup")
    if isinstance(found, str):
        found = _decode(found.encode())
    return found if isinstance(found, dict) else None


def _answer(conn: ApiConnection, payload: bytes) -> None:
    refused = payload.startswith(b'{"ok":false')
    conn.respond(payload, b"400 Bad Request" if refused else b"200 OK")
