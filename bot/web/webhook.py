"""Telegram's webhook as a bare ASGI route, in front of all that is for people.

Most requests are these, and routing, request and response objects cost more than reading them.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels import telegram

PATH = "/telegram/webhook"
BODY_LIMIT = 1_000_000
"""Bytes of a webhook body; Telegram's updates are at most 512 KB (TDLib TQueue)."""

_SECRET = b"x-telegram-bot-api-secret-token"
_TEXT: list[tuple[bytes, bytes]] = [(b"content-type", b"text/plain; charset=utf-8")]
_JSON: list[tuple[bytes, bytes]] = [(b"content-type", b"application/json")]
_encode = msgspec.json.Encoder().encode


class Front:
    """Takes Telegram's updates and passes all other requests on to ``pages``.

    An update is answered after the commit, the secret is checked in constant time.
    """

    def __init__(self, channel: Any, secret: str, pages: ASGIApp) -> None:
        self._channel = channel
        self._secret = secret
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._pages(scope, receive, send)
            return
        status, said = await self._answered(scope, receive)
        headers = _JSON if status == 200 and said else _TEXT
        length = (b"content-length", str(len(said)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": said})

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        """Status and body of the answer to an update."""
        if scope["method"] != "POST":
            return 405, b"Method Not Allowed"
        body = await _read(receive)
        if body is None:
            return 413, b"too large"
        given = next((value for name, value in scope["headers"] if name == _SECRET), b"")
        update = telegram.webhook_update(body, given.decode("latin-1"), self._secret)
        if isinstance(update, telegram.Refusal):
            return update.status, update.why.encode()
        try:
            await self._channel.feed(update, answer=False)
        except Exception:  # noqa: BLE001 - whatever it is, Telegram must send it again
            return 500, b"not stored"
        answer = telegram.press_answer(update)
        return 200, _encode(answer) if answer else b""


async def _read(receive: Receive) -> bytes | None:
    """The body; None if it is too large or broke off."""
    parts: list[bytes] = []
    size = 0
    while True:
        message: Message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > BODY_LIMIT:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
