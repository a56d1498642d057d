"""The service's own web server, and whether the service is alive and ready."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.settings import Settings
from bot.web.webhook import Front

if TYPE_CHECKING:
    from bot.office import Office

CONNECTIONS = 1000
"""Connections at the same time; one more is told to come again (503)."""
HEAD_SECONDS = 15.0
"""A connection without a request under way is closed after once to twice so long."""
LAG_SECONDS = 60.0
"""A relay that holds a message so long after it was due is not ready."""


def service_app(
    office: Office, channel: Any, settings: Settings, pages: Sequence[Route] = ()
) -> ASGIApp:
    """The routes of ``majup run``; ``pages`` are those for people.

    ``channel`` is Telegram's, or None where the service runs without it.
    """

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        state = await _readiness(office, channel)
        ready = all(value is True for value in state.values())
        return Response(json.dumps(state), 200 if ready else 503, media_type="application/json")

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), *pages]
    # A proxy on this machine says from where and how a page was asked for.
    app: ASGIApp = ProxyHeadersMiddleware(Starlette(routes=routes))  # type: ignore[arg-type, assignment]
    if channel is None or settings.webhook != "on":
        return app
    return Front(channel, settings.webhook_secret, app)


async def _readiness(office: Office, channel: Any) -> dict[str, bool]:
    """Database, channel (it knows its own name, so Telegram has answered), relay."""
    known = channel is None or bool(channel.username)
    try:
        async with office.store.connect() as connection:
            await connection.execute(text("select 1"))
    except Exception:  # noqa: BLE001 - any failure means: not ready
        return {"database": False, "channel": known, "relay": False}
    late = office.relay is None or office.relay.late(LAG_SECONDS)
    return {"database": not office.turns.standstill.failing, "channel": known, "relay": not late}


async def serve(app: ASGIApp, sock: socket.socket) -> None:
    """Serve an app on a bound socket until cancelled."""
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off",
                            proxy_headers=False, timeout_graceful_shutdown=5,
                            limit_concurrency=CONNECTIONS)  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    watching = asyncio.create_task(_send_dawdlers_away(server))
    try:
        await server.serve(sockets=[sock])
    finally:
        watching.cancel()


async def _send_dawdlers_away(server: uvicorn.Server) -> None:
    """Close connections that bring no whole request head, so that they cannot hold all places."""
    idle: dict[Any, Any] = {}
    while True:
        await asyncio.sleep(HEAD_SECONDS)
        before, idle = idle, {}
        for each in list(server.server_state.connections):
            cycle = getattr(each, "cycle", None)
            if cycle is not None and not cycle.response_complete:
                continue  # it is being answered
            if each in before and before[each] is cycle:
                each.transport.close()
            else:
                idle[each] = cycle
