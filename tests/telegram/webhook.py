"""Delivery of updates to the bot's webhook, as the public Bot API server does it.

One queue per chat (messages) and per person (presses), each in order with one request at a
time, all queues side by side up to ``max_connections``. Anything but 2xx, a closed connection
or no answer in time: the update is delivered again, at once, then after 2, 4, 8 ... seconds.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from .clock import Clock
from .ledger import JSON
from .updates import Updates, Waiting

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_WAIT = 60.0
LONGEST_RETRY_AFTER = 3600.0

Reply = Callable[[str, bytes], Awaitable[None]]


@dataclass(frozen=True)
class Delivery:
    """One request to the bot. ``status``: its HTTP status, 0 for none (``error`` says why)."""

    update_id: int
    time: float
    status: int
    error: str = ""


@dataclass
class Webhook:
    """The webhook of the bot. ``reply`` carries out a call that came as answer
    (content type, body). ``read_limit``: real seconds the bot may take to answer.
    ``routes``: public address prefix -> loopback addresses taken in turn.
    ``retry_scale``: 1 for Telegram's own pauses on the server's clock."""

    clock: Clock
    updates: Updates
    reply: Reply
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    read_limit: float = 60.0
    retry_scale: float = 1.0
    routes: dict[str, list[str]] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    _queues: dict[int, deque[Waiting]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(40))
    _client: aiohttp.ClientSession | None = None
    _turn: int = 0

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Deliver to ``url`` from now on, first what already waits; "" stops delivery."""
        self._stop()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._slots = asyncio.Semaphore(max_connections)
        self.updates.webhook_active = bool(url)
        self.updates.on_new = self._enqueue
        if url:
            self.updates.end_poll("terminated by setWebhook request")
            for update in [*self.updates.waiting.values(), *self.updates.repeats]:
                self._enqueue(update)
            self.updates.repeats.clear()

    def info(self) -> JSON:
        """What getWebhookInfo answers."""
        self.updates.drop_expired()
        info: JSON = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.waiting),
        }
        if self.url:
            info["max_connections"] = self.max_connections
            info["ip_address"] = "127.0.0.1"
        if self.updates.allowed is not None:
            info["allowed_updates"] = sorted(self.updates.allowed)
        failed = next((d for d in reversed(self.deliveries) if d.error), None)
        if self.url and failed:
            info["last_error_date"] = int(failed.time)
            info["last_error_message"] = failed.error
        return info

    def _enqueue(self, update: Waiting) -> None:
        if update.again and update in self.updates.repeats:
            self.updates.repeats.remove(update)
        queue = self._queues.get(update.queue)
        if queue is not None:
            queue.append(update)
            return
        self._queues[update.queue] = deque([update])
        task = asyncio.get_running_loop().create_task(self._work(update.queue))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, key: int) -> None:
        queue = self._queues[key]
        try:
            while queue:
                await self._until_delivered(queue[0])
                queue.popleft()
        finally:
            if self._queues.get(key) is queue:
                del self._queues[key]

    async def _until_delivered(self, update: Waiting) -> None:
        """Deliver, with pauses, until the bot took it, it expired or somebody dropped it."""
        failures = 0
        while update.again or update.update_id in self.updates.waiting:
            if update.expires <= self.clock.time():
                self.updates.drop_expired()
                return
            async with self._slots:
                pause = await self._deliver(update)
            if pause is None:
                if not update.again:
                    self.updates.done(update.update_id)
                return
            failures += 1
            usual = 0.0 if failures == 1 else min(2.0 ** (failures - 1), LONGEST_WAIT)
            await self.clock.sleep(max(pause, usual) * self.retry_scale)

    def _address(self) -> str:
        for prefix, targets in self.routes.items():
            if self.url.startswith(prefix):
                self._turn += 1
                return targets[self._turn % len(targets)] + self.url.removeprefix(prefix)
        return self.url

    async def _deliver(self, update: Waiting) -> float | None:
        """One request. None: delivered; otherwise the seconds the bot asked to wait."""
        if self._client is None:
            # The server's own semaphore bounds the connections.
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), auto_decompress=True
            )
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        status, error, pause = 0, "", 0.0
        kind, body = "", b""
        try:
            async with asyncio.timeout(self.read_limit):
                async with self._client.post(
                    self._address(),
                    data=update.json(),
                    headers=headers,
                    allow_redirects=False,
                ) as answer:
                    status = answer.status
                    kind, body = (
                        answer.headers.get("Content-Type", ""),
                        await answer.read(),
                    )
                    wait = answer.headers.get("Retry-After", "")
                    pause = min(float(wait), LONGEST_RETRY_AFTER) if wait.isdigit() else 0.0
                    if not 200 <= status < 300:
                        error = f"Wrong response from the webhook: {status} {answer.reason}"
        except TimeoutError:
            status, error = 0, "Read timeout expired"
        except aiohttp.ClientConnectorError:
            error = "Connection refused"
        except aiohttp.ClientError as problem:
            status, error = 0, f"Connection reset by peer ({type(problem).__name__})"
        self.deliveries.append(Delivery(update.update_id, self.clock.time(), status, error))
        if error:
            return pause
        if body:
            await self.reply(kind, body)
        return None

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._queues.clear()

    async def close(self) -> None:
        """Stop delivering and close connections."""
        self._stop()
        if self._client is not None:
            await self._client.close()
            self._client = None
