"""Which message of a chat an order is about: what was sent under which name."""

from __future__ import annotations

import msgspec

from bot.channels.channel import Order
from bot.queue import Item, anew
from storage import outbox
from storage.store import Store

_REMEMBERED = 50_000  # names of sent messages kept in memory


class Shown:
    """Messages by the address (its id) and the name they were sent under.

    The latest are kept in memory, the others are read from the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._messages: dict[tuple[str, str], str] = {}

    async def resolved(self, address: str, item: Item) -> Order | None:
        """The order with the message it is about; None if there is nothing to do."""
        order = item.order
        if order.kind == "send" or order.message:
            return order
        message = await self.message(address, item.ref)
        if message is not None:
            return msgspec.structs.replace(order, message=message)
        if order.kind == "edit" and order.html:
            return anew(order)
        return None

    async def message(self, address: str, ref: str) -> str | None:
        """The message sent under a name, as the platform calls it; None if there is none."""
        known = self._messages.get((address, ref))
        if known is not None or not ref:
            return known or None
        found = await outbox.message(self._store, address, ref)
        self.remember(address, ref, found or "")
        return found

    def remember(self, address: str, ref: str, message: str) -> None:
        """Keep in mind what was sent under a name; "" for what is gone."""
        self._messages[address, ref] = message
        if len(self._messages) > _REMEMBERED:
            del self._messages[next(iter(self._messages))]
