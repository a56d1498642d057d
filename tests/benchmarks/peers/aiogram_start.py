"""Bot and runner of the aiogram bots.

Tuned: uvloop, orjson, updates handled inside the webhook request, rare garbage collection (which
keeps pydantic's weakly kept response classes alive).
"""

from __future__ import annotations

import asyncio
import gc
import logging

import orjson
import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.benchmarks.peers import questions as q

logging.basicConfig(level=logging.WARNING)


def run(dispatcher: Dispatcher) -> None:
    """Serve until told to stop."""
    if q.TUNED:
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 1000)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if q.TUNED else None) as runner:
        runner.run(_serve(dispatcher))


async def _serve(dispatcher: Dispatcher) -> None:
    api = TelegramAPIServer.from_base(q.API)
    if q.TUNED:
        session = AiohttpSession(
            api=api,
            json_loads=orjson.loads,
            json_dumps=lambda value: orjson.dumps(value).decode(),
        )
    else:
        session = AiohttpSession(api=api)
    bot = Bot(q.TOKEN, session=session)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=not q.TUNED)
    handler.register(app, path="/webhook")
    setup_application(app, dispatcher, bot=bot)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", q.PORT).start()
    await bot.set_webhook(q.WEBHOOK, max_connections=100)
    await asyncio.Event().wait()
