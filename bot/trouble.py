"""What the service should know of its deliveries."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from storage.write import Address


class Trouble(Struct, frozen=True):
    """To whom what could not be delivered, and why.

    gone: the person blocked us or left. absent: this service does not have the channel.
    refused, unclear: kept for the operator. misconfigured: the channel rests.
    """

    kind: Literal["gone", "absent", "refused", "unclear", "misconfigured"]
    address: Address
    ref: str = ""
    family: str = ""
    reason: str = ""
