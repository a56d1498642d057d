"""One lean HTTP client for the Bot API, plugged into each library's own extension point.

It posts JSON and says by type whether a request that failed can have arrived. Its errors never
name the address, for that holds the bot token.
"""

from __future__ import annotations

import ssl
from typing import Any

import aiohttp
import certifi
from yarl import URL

from bot.channels.channel import Unclear, Unreachable
from bot.channels.telegram import decode

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0
CONNECTIONS = 100
"""Connections at most; the relay bounds its senders below that."""

_HEADERS = {"Content-Type": "application/json", "User-Agent": "majup"}


def _trust() -> ssl.SSLContext:
    """Trust the system's authorities and Mozilla's: a small container has none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Answer:
    """An HTTP answer: its status, its bytes, and the JSON in them (None if it is none).

    ``done`` says that the call was carried out, with its outcome under "result".
    """

    __slots__ = ("body", "done", "json", "status")

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body
        try:
            self.json: Any = decode(body)
        except ValueError:
            self.json = None
        found = self.json
        self.done = isinstance(found, dict) and found.get("ok") is True and "result" in found


class JsonClient:
    """Connections to one Bot API server, opened at the first request."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}

    async def post(self, url: str, body: bytes, seconds: float = ANSWER_SECONDS) -> Answer:
        """Post JSON and give the answer, whatever its status.

        Raises Unreachable if the request cannot have arrived, Unclear if it may have: broken
        off or timed out after it was written, or answered 200 without saying what was done.
        """
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=3600, ssl=_trust())
            self._session = aiohttp.ClientSession(connector=connector, headers=_HEADERS)
        target = self._urls.get(url)
        if target is None:
            target = self._urls[url] = URL(url)
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        try:
            async with self._session.post(target, data=body, timeout=timeout) as response:
                answer = Answer(response.status, await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(type(error).__name__) from None
        except aiohttp.InvalidURL:
            raise Unreachable("the address of the Bot API server is no address") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unclear(type(error).__name__) from None
        if answer.status == 200 and not answer.done:
            raise Unclear("answer 200 without result")
        return answer

    async def close(self) -> None:
        """Close the connections; the next request would open new ones."""
        if self._session is not None:
            await self._session.close()
