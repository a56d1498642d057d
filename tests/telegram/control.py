"""The server as a process of its own, moved over HTTP: for load tests and by hand.

``POST /control/<verb>`` with a JSON body, answered with JSON. Verbs:

* ``send`` {user, text, first_name?, language_code?}: the person writes
* ``press`` {user, label}: the person presses the newest button matching ``label``
* ``wait`` {user, wanted?, timeout?}: the bot's new messages; 408 if there were none
* ``chat`` {chat}: the messages one sees there, and as text
* ``block``, ``unblock`` {user}
* ``advance`` {seconds}: move the clock
* ``flood`` {retry_after, chat?}: answer sends with 429
* ``stats`` {}: counts of calls by method and status, updates waiting and lost
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
from collections import Counter
from typing import Any

import msgspec
from aiohttp import web

from .ledger import JSON, Message
from .server import TOKEN, TelegramServer
from .user import User


class Control:
    """Answers for one server."""

    def __init__(self, server: TelegramServer) -> None:
        self.server = server

    async def answer(self, request: web.Request) -> web.Response:
        """One request under /control."""
        verb = request.path.rpartition("/")[2]
        handler = getattr(self, f"do_{verb}", None)
        if handler is None:
            return _json({"error": f"no verb {verb}"}, 404)
        body = await request.read()
        try:
            return _json(await handler(msgspec.json.decode(body) if body else {}))
        except (LookupError, ValueError, RuntimeError) as problem:
            return _json({"error": f"{type(problem).__name__}: {problem}"}, 400)
        except AssertionError as late:
            return _json({"error": str(late)}, 408)

    def _user(self, body: JSON) -> User:
        more = {key: body[key] for key in ("first_name", "language_code") if key in body}
        return self.server.user(body["user"], **more)

    async def do_send(self, body: JSON) -> JSON:
        """The person writes."""
        return _shown(await self._user(body).send(body["text"]))

    async def do_press(self, body: JSON) -> JSON:
        """The person presses."""
        press = await self._user(body).press(body["label"])
        return {"query_id": press.query_id, "update_id": press.update_id}

    async def do_wait(self, body: JSON) -> list[JSON]:
        """New messages of the bot."""
        fresh = await self._user(body).wait(body.get("wanted"), body.get("timeout", 5.0))
        return [_shown(message) for message in fresh]

    async def do_chat(self, body: JSON) -> JSON:
        """What one chat shows."""
        chat = self.server.chat(body["chat"])
        return {"messages": [_shown(m) for m in chat.messages], "screen": chat.screen()}

    async def do_block(self, body: JSON) -> JSON:
        """The person blocks the bot."""
        await self._user(body).block()
        return {}

    async def do_unblock(self, body: JSON) -> JSON:
        """The person lets the bot write again."""
        await self._user(body).unblock()
        return {}

    async def do_advance(self, body: JSON) -> JSON:
        """Move the clock."""
        self.server.clock.advance(body["seconds"])
        return {"now": self.server.clock.now().isoformat()}

    async def do_flood(self, body: JSON) -> JSON:
        """Answer sends with 429 for a while."""
        self.server.faults.flood(body["retry_after"], body.get("chat"))
        return {}

    async def do_stats(self, _: JSON) -> JSON:
        """Counts."""
        calls = Counter(f"{call.method} {call.status}" for call in self.server.calls)
        return {
            "calls": dict(calls),
            "waiting": len(self.server.updates.waiting),
            "expired": len(self.server.updates.expired),
            "refused_by_rates": self.server.rates.refused,
        }


def _shown(message: Message) -> JSON:
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "kind": message.kind,
        "text": message.text,
        "keyboard": [[[b.text, b.data] for b in row] for row in message.keyboard],
        "edits": len(message.edits),
    }


def _json(body: Any, status: int = 200) -> web.Response:
    encoded = msgspec.json.encode(body)
    return web.Response(status=status, body=encoded, content_type="application/json")


async def serve(server: TelegramServer) -> None:
    """Run until cancelled."""
    server.control = Control(server).answer
    async with server:
        logging.getLogger(__name__).warning("%s token %s", server.url, server.token)
        await asyncio.Event().wait()


def main(arguments: list[str] | None = None) -> None:
    """Command line of ``python -m tests.telegram.server``."""
    parser = argparse.ArgumentParser(description="A strict stand-in for the Telegram Bot API")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--rate-limits", action="store_true", help="Telegram's flood limits")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="before each answer")
    given = parser.parse_args(arguments)
    server = TelegramServer(
        token=given.token,
        port=given.port,
        rate_limits=given.rate_limits,
        latency=given.latency_ms / 1000,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(server))
