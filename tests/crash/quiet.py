"""When a screen is final: all a person said is confirmed, and nothing more is owed to them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import NullPool, bindparam, create_engine, func, make_url, or_, select
from sqlalchemy.exc import DBAPIError

from storage.sealing import Keys
from storage.tables import addresses, outbox
from tests.telegram.server import TelegramServer
from tests.telegram.updates import press_queue

LOOK_EVERY = 0.03
SOON = timedelta(minutes=1)
"""An answer that waits for the end of a burst of messages goes within seconds; one that waits
for a family's morning does not belong to what it sees now."""

_OWED = select(func.count()).where(
    outbox.c.state == "waiting",
    or_(
        outbox.c.not_before.is_(None),
        outbox.c.not_before <= bindparam("soon", type_=outbox.c.not_before.type),
    ),
)
_OWED_TO = _OWED.join(addresses, addresses.c.id == outbox.c.address_id).where(
    addresses.c.address_hash == bindparam("person")
)


class Quiet:
    """Looks at the queue of updates and at the outbox, beside the services that die.

    An update is confirmed after the commit that made its answers, and a row leaves the outbox
    after the platform took it: so once a person has neither, nothing more comes, however slow
    the machine is and however often a service was killed. Each look has a connection of its
    own, which reads only: it neither holds SQLite's log open nor clears it.
    """

    def __init__(self, server: TelegramServer, database: str, key_file: Path) -> None:
        url = make_url(database)
        if url.get_backend_name() == "sqlite":
            url = make_url(f"sqlite:///file:{url.database}?mode=ro&uri=true")
        self._server = server
        self._engine = create_engine(url, poolclass=NullPool)
        self._key_file = key_file
        self._hashes: dict[int, bytes] = {}

    async def of(self, person: int, patience: float) -> None:
        """Wait until a person's screen is final. Raises TimeoutError after ``patience`` s."""
        queues = (person, press_queue(person))
        async with asyncio.timeout(patience):
            while True:
                updates = self._server.updates
                waiting = [*updates.waiting.values(), *updates.repeats]
                mine = any(update.queue in queues for update in waiting)
                if not mine and not await self.owed(person):
                    return
                await asyncio.sleep(LOOK_EVERY)

    async def everywhere(self, patience: float) -> None:
        """Wait until every update is confirmed and nothing is owed to anybody."""
        async with asyncio.timeout(patience):
            await self._server.updates.emptied()
            while self._server.updates.waiting or await self.owed():  # noqa: ASYNC110 - elsewhere
                await asyncio.sleep(LOOK_EVERY)

    async def owed(self, person: int = 0) -> int:
        """How many messages shall go to a person (0: to anybody) soon and have not gone.

        1 while the database cannot be read: nobody knows.
        """
        soon = self._server.clock.now() + SOON
        values: dict[str, object] = {"soon": soon}
        if person:
            values["person"] = self._hash(person)

        def look() -> int:
            with self._engine.connect() as connection:
                query = _OWED_TO if person else _OWED
                count: int = connection.execute(query, values).scalar_one()
                return count

        try:
            return await asyncio.to_thread(look)
        except DBAPIError:
            return 1

    def _hash(self, person: int) -> bytes:
        """By what a person's address is found; read with the keys once."""
        if person not in self._hashes:
            keys = Keys.open(self._key_file, create=False)
            self._hashes[person] = keys.find("telegram", str(person))
        return self._hashes[person]
