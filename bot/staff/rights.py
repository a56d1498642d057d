"""Who works with which case, and where they may be written to."""

from __future__ import annotations

from collections.abc import Iterable

from storage import staff
from storage.staff import Person
from storage.store import Store
from storage.write import Address

COORDINATOR = "coordinator"
SCRIPT_ADMIN = "script-admin"


async def workers(store: Store, region: str) -> list[Person]:
    """The coordinators of a region; for "" (no place decided: the shared queue) all of them."""
    if region:
        return await staff.coordinators(store, region)
    return await staff.with_role(store, COORDINATOR)


def may_work(person: Person, region: str) -> bool:
    """Whether this person may see and change a case of this region ("" is everybody's)."""
    who = person.staff
    if who.revoked_at is not None or who.role != COORDINATOR:
        return False
    return region in ("", who.region)


def is_group(place: Address) -> bool:
    """Whether several people read there: then only a case's bare facts may be told.

    Telegram gives groups negative chat ids.
    """
    return place.group or (place.channel == "telegram" and place.value.startswith("-"))


def desks_of(person: Person) -> tuple[Address, ...]:
    """The chats that this person alone reads: there a case is shown with its buttons."""
    return tuple(
        place
        for place in person.addresses
        if not is_group(place) and place.channel not in ("email", "page")
    )


def mails_of(person: Person) -> tuple[Address, ...]:
    """The mail addresses of a person: a mail tells a case's bare facts, like a group's line."""
    return tuple(place for place in person.addresses if place.channel == "email")


def somebody(people: Iterable[Person]) -> bool:
    """Whether there is anybody who can take a case: a group cannot."""
    return any(not is_group(place) for person in people for place in person.addresses)
