"""The seam between the service and any messaging platform: receive updates, carry out orders.

A channel knows one platform and nothing else: no script, no database, no other channel.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

from msgspec import Struct

from dialogs.conversation import Turn


class Incoming(Struct, frozen=True):
    """One update of a platform, translated. ``id`` is unique per update within the channel.

    ``address`` names the chat on the platform (Telegram: chat id as text). ``token`` is the
    signed token of a tapped button, not yet checked. ``turn`` is None for what concerns no
    conversation (a new kind of update, a group's chatter): it is confirmed and forgotten.
    ``group`` is true for anything from a chat of several people.
    """

    channel: str
    id: str
    address: str
    turn: Turn | None
    token: str = ""
    hint: str = ""
    group: bool = False


class Key(Struct, frozen=True):
    """One drawn button: label (plain text) and the token it sends back; url buttons open a link."""

    label: str
    token: str = ""
    url: str = ""


class Order(Struct, frozen=True, omit_defaults=True):
    """One thing to do in one chat.

    send: a new message; edit: write message ``message`` anew; bare: take its buttons away;
    delete: remove it. ``html`` uses only <b> <i> <u> <s> <code> <a> <blockquote>
    <blockquote expandable>; everything a person wrote in it is escaped. ``silent`` makes no sound.
    ``subject`` is for channels whose messages have one.
    """

    kind: Literal["send", "edit", "bare", "delete"]
    html: str = ""
    rows: tuple[tuple[Key, ...], ...] = ()
    message: str = ""
    silent: bool = False
    subject: str = ""


class DeliveryError(Exception):
    """An order could not be carried out; the class says what to do about it."""


class Later(DeliveryError):
    """The platform asks to wait: ``seconds`` exactly; ``everyone`` if it concerns all chats."""

    def __init__(self, seconds: float, everyone: bool = False) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds
        self.everyone = everyone


class Unreachable(DeliveryError):
    """A passing fault before the order arrived: try again with growing pauses."""


class Unclear(DeliveryError):
    """The connection broke after the order was written: it may or may not have been done."""


class Gone(DeliveryError):
    """The person blocked the bot, or the chat no longer exists: stop writing there."""


class Moved(DeliveryError):
    """The chat has another address now."""

    def __init__(self, address: str) -> None:
        super().__init__("chat moved")
        self.address = address


class Refused(DeliveryError):
    """The platform will never accept this order; ``why`` is its own word, without content."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Missing(DeliveryError):
    """The message to edit or delete is not there any more: send it anew or leave it."""


class Misconfigured(DeliveryError):
    """Token or address of the service itself is wrong: stop and tell the operator."""


class NotNow(Exception):
    """The service cannot store anything at present: the update must come again, unchanged.

    Never the update's own fault, so it is never a reason to put one aside.
    """


Accept = Callable[[Incoming], Awaitable[None]]


class Channel(Protocol):
    """What a platform must supply: see ``tests/channels`` for the contract it must pass."""

    name: str

    async def receive(self, accept: Accept) -> None:
        """Receive until cancelled; confirm an update to the platform only after accept returned.

        ``accept`` may be called for several chats at once and returns after the commit; within
        one chat it keeps the order itself. It raises only if the update must be sent again.
        """
        ...

    async def perform(self, address: str, order: Order) -> str:
        """Carry out one order; give the platform's id of the message.

        Raises the DeliveryError that says what went wrong.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
