"""Telegram through python-telegram-bot: its ``Bot``, request class and error types.

No application, no handlers. The request class posts JSON with the lean client; results stay
plain JSON, for building models of answers costs more than all the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot, error
from telegram.request import BaseRequest, RequestData

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

# At debug level the library logs the address with the token, and what people wrote.
logging.getLogger("telegram").setLevel(logging.WARNING)


class _Request(BaseRequest):
    """The library's request class over the lean client."""

    def __init__(self) -> None:
        self.client = JsonClient()

    @property
    def read_timeout(self) -> float:
        """Seconds a call may take unless it says otherwise."""
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        """Nothing: connections open at the first request."""

    async def shutdown(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Post the arguments as JSON; give status and body."""
        body = telegram.encode(request_data.parameters if request_data else {})
        seconds = read_timeout if isinstance(read_timeout, (int, float)) else ANSWER_SECONDS
        try:
            answer = await self.client.post(url, body, seconds)
        except DeliveryError as failed:
            raise error.NetworkError(type(failed).__name__) from failed
        return answer.status, answer.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Decode an answer. The library's own way logs what it cannot decode."""
        try:
            found = telegram.decode(payload)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise error.TelegramError("not JSON")
        return found


class _Bot(Bot):
    """The library's bot, called by method name."""

    async def call(self, method: str, params: Mapping[str, Any], seconds: float) -> Any:
        """Call any method; give ``result`` as it came."""
        return await self._post(method, dict(params), read_timeout=seconds)


class PtbChannel(TelegramChannel):
    """The Telegram channel over python-telegram-bot. ``api`` is the Bot API's base address.

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
        self._http = _Request()
        self._bot = _Bot(
            telegram.check_token(token),
            base_url=f"{api.rstrip('/')}/bot",
            request=self._http,
            get_updates_request=self._http,
        )

    async def request(
        self, method: str, params: Mapping[str, Any], seconds: float = ANSWER_SECONDS
    ) -> Any:
        """Call the Bot API, see ``TelegramChannel.request``."""
        try:
            return await self._bot.call(method, params, seconds)
        except error.TelegramError as failed:
            meaning = _meaning(failed)
        if meaning is None:
            return None
        raise meaning

    async def close(self) -> None:
        """Let go of connections."""
        await super().close()
        await self._http.shutdown()


def _meaning(failed: error.TelegramError) -> DeliveryError | None:
    """Say by type what an error of the library means; None if nothing is left to do."""
    if isinstance(failed.__cause__, error.TelegramError):
        # A page without JSON, of whatever status: some proxy's word, not Telegram's.
        return Unreachable("not JSON")
    match failed:
        case error.RetryAfter():
            # A number or, as a setting of the library would have it, a timedelta.
            wait: int | timedelta = failed.retry_after
            return Later(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
        case error.ChatMigrated():
            return Moved(str(failed.new_chat_id))
        case error.BadRequest():
            return telegram.bad_request(failed.message)
        case error.Forbidden():
            return Gone("forbidden")
        case error.Conflict():
            return telegram.Conflict("a second poller, or a webhook, uses the same bot token")
        case error.InvalidToken():
            return Misconfigured("Telegram does not know this bot token")
        case error.NetworkError() if isinstance(failed.__cause__, DeliveryError):
            return failed.__cause__
        case _:
            # 5xx or an unknown status.
            return Unreachable(type(failed).__name__)
