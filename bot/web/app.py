"""The service's own web server: the webhook, and whether the service is alive and ready."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.channels import telegram
from bot.settings import Settings
from bot.web.body import read_body

if TYPE_CHECKING:
    from bot.service import Office

BODY_LIMIT = 1_000_000
"""Bytes of a webhook body; Telegram's updates are at most 512 KB (TDLib TQueue)."""
LAG_SECONDS = 60.0
"""A relay that holds a message so long after it was due is not ready."""


def service_app(
    office: Office, channel: Any, settings: Settings, pages: Sequence[Route] = ()
) -> Starlette:
    """The routes of ``majup run``; ``pages`` are those for people.

    ``channel`` is Telegram's, or None where the service runs without it.
    """

    async def webhook(request: Request) -> Response:
        """Telegram's updates: answered after the commit, the secret checked in constant time."""
        body = await read_body(request, BODY_LIMIT)
        if body is None:
            return PlainTextResponse("too large", 413)
        secret = request.headers.get("x-telegram-bot-api-secret-token")
        update = telegram.webhook_update(body, secret, settings.webhook_secret)
        if isinstance(update, telegram.Refusal):
            return PlainTextResponse(update.why, update.status)
        try:
            await channel.feed(update, answer=False)
        except Exception:  # noqa: BLE001 - whatever it is, Telegram must send it again
            return PlainTextResponse("not stored", 500)
        answer = telegram.press_answer(update)
        return JSONResponse(answer) if answer else Response()

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        state = await _readiness(office, channel)
        ready = all(value is True for value in state.values())
        return Response(json.dumps(state), 200 if ready else 503, media_type="application/json")

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), *pages]
    if settings.webhook == "on":
        routes.append(Route("/telegram/webhook", webhook, methods=["POST"]))
    return Starlette(routes=routes)


async def _readiness(office: Office, channel: Any) -> dict[str, bool]:
    """Database, channel (it knows its own name, so Telegram has answered), relay."""
    known = channel is None or bool(channel.username)
    try:
        async with office.store.connect() as connection:
            await connection.execute(text("select 1"))
    except Exception:  # noqa: BLE001 - any failure means: not ready
        return {"database": False, "channel": known, "relay": False}
    late = office.relay is None or office.relay.late(LAG_SECONDS)
    return {"database": True, "channel": known, "relay": not late}


async def serve(app: Starlette, sock: socket.socket) -> None:
    """Serve an app on a bound socket until cancelled."""
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off",
                            timeout_graceful_shutdown=5)  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    await server.serve(sockets=[sock])
