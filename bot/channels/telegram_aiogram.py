"""Telegram through aiogram: its ``Bot``, session and error types, no dispatcher.

A call is an aiogram method whose body is ready JSON and whose result stays plain JSON: building
models of answers costs more than all the rest. Errors go through aiogram's own response check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.utils.token import TokenValidationError

from bot.channels import telegram
from bot.channels.channel import (
    DeliveryError,
    Gone,
    Later,
    Misconfigured,
    Moved,
    Unreachable,
)
from bot.channels.telegram_bot import Parked, TelegramChannel, Webhook, utc_now
from bot.channels.telegram_http import ANSWER_SECONDS, JsonClient


class _Call(TelegramMethod[Any]):
    """Any method of the Bot API with its arguments encoded already."""

    __returning__ = object
    __api_method__ = ""
    body: bytes
    seconds: float


@cache
def _method(name: str) -> type[_Call]:
    """Give the class that calls ``name``; there are about ten."""
    return cast(type[_Call], type(_Call.__name__, (_Call,), {"__api_method__": name}))


def _call(name: str, body: bytes, seconds: float) -> _Call:
    """Make one call. Filled by hand: ``model_construct`` costs as much as all our own work."""
    call = _Call.__new__(_method(name))
    for slot, value in (
        ("__dict__", {"body": body, "seconds": seconds}),
        ("__pydantic_fields_set__", {"body", "seconds"}),
        ("__pydantic_extra__", None),
        ("__pydantic_private__", None),
    ):
        object.__setattr__(call, slot, value)
    return call


class _Session(AiohttpSession):
    """aiogram's session with the lean client inside."""

    def __init__(self, api: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api))
        self.client = JsonClient()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own signature
    ) -> TelegramType:
        """Post the ready body; give ``result`` as it came, or raise aiogram's error."""
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        call = cast(_Call, method)
        try:
            answer = await self.client.post(url, call.body, call.seconds)
        except DeliveryError as error:
            raise exceptions.TelegramNetworkError(method, type(error).__name__) from error
        found = answer.json
        if answer.status == 200:
            return cast(TelegramType, found["result"])
        text = answer.body.decode("utf-8", "replace")
        if isinstance(found, dict) and not isinstance(found.get("description"), str):
            text = telegram.encode({**found, "description": ""}).decode()
        self.check_response(bot, method, answer.status, text)
        raise exceptions.TelegramServerError(method, f"answer {answer.status}")

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()


class AiogramChannel(TelegramChannel):
    """The Telegram channel over aiogram. ``api`` is the base address of the Bot API server.

    Raises Misconfigured if ``token`` cannot be one.
    """

    def __init__(
        self,
        token: str,
        api: str,
        on_parked: Parked,
        webhook: Webhook | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(on_parked, webhook, now)
        self._session = _Session(api)
        try:
            self._bot = Bot(telegram.check_token(token), session=self._session)
        except TokenValidationError:
            raise Misconfigured("the bot token is not of the form 123456:AAF...") from None

    async def request(
        self, method: str, params: Mapping[str, Any], seconds: float = ANSWER_SECONDS
    ) -> Any:
        """Call the Bot API, see ``TelegramChannel.request``."""
        call = _call(method, telegram.encode(params), seconds)
        try:
            return await self._session.make_request(self._bot, call)
        except exceptions.AiogramError as error:
            meaning = _meaning(error)
        if meaning is None:
            return None
        raise meaning

    async def close(self) -> None:
        """Let go of connections."""
        await super().close()
        await self._session.close()


def _meaning(error: exceptions.AiogramError) -> DeliveryError | None:
    """Say by type what an error of aiogram means; None if nothing is left to do."""
    match error:
        case exceptions.TelegramRetryAfter():
            return Later(float(error.retry_after))
        case exceptions.TelegramMigrateToChat():
            return Moved(str(error.migrate_to_chat_id))
        case exceptions.TelegramBadRequest():
            return telegram.bad_request(error.message)
        case exceptions.TelegramForbiddenError():
            return Gone("forbidden")
        case exceptions.TelegramConflictError():
            return telegram.Conflict("a second poller, or a webhook, uses the same bot token")
        case exceptions.TelegramUnauthorizedError() | exceptions.TelegramNotFound():
            return Misconfigured("Telegram does not know this bot token")
        case exceptions.TelegramNetworkError() if isinstance(error.__cause__, DeliveryError):
            return error.__cause__
        case _:
            # 5xx, an HTML page instead of JSON (ClientDecodeError), an unknown status.
            return Unreachable(type(error).__name__)
