"""What the web pages keep: keys of browsers, links used up, the messages of web chats.

A key (128 random bits) is known to its browser alone and kept as a hash. A web chat's messages
are sealed with its family's key; what the family itself writes there is kept nowhere but in the
conversation.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sealing import Unreadable, digest
from storage.store import Store, insert, new_id
from storage.tables import addresses, families, used_links, web_keys, web_messages

KEY_LENGTH = 22
"""Characters of a key: 128 bits."""
_TOUCH = timedelta(minutes=1)  # a key's last use is recorded no more often


class Key(Struct, frozen=True):
    """Whose key it is, since when, and when it was last used."""

    subject: str
    made_at: datetime
    seen_at: datetime


async def make_key(store: Store, kind: str, subject: str) -> str:
    """A fresh key for a staff member ("desk") or a web chat ("chat", "return")."""
    key = secrets.token_urlsafe(16)
    now = store.clock()
    row = {
        "key_hash": digest(key),
        "kind": kind,
        "subject": subject,
        "made_at": now,
        "seen_at": now,
    }
    async with store.begin() as connection:
        if kind == "return":  # a newer return link takes the older one's place
            await connection.execute(
                delete(web_keys).where(web_keys.c.kind == kind, web_keys.c.subject == subject)
            )
        await connection.execute(web_keys.insert(), [row])
    return key


async def owner_of(
    store: Store,
    kind: str,
    key: str,
    *,
    idle: timedelta | None = None,
    most: timedelta | None = None,
    touch: bool = True,
) -> str:
    """Whose key this is, and (``touch``) note that it was used.

    "" if it is unknown, was not used for ``idle``, or was made more than ``most`` ago.
    """
    if len(key) != KEY_LENGTH:
        return ""
    now = store.clock()
    here = (web_keys.c.key_hash == digest(key), web_keys.c.kind == kind)
    async with store.connect() as connection:
        row = (await connection.execute(select(web_keys).where(*here))).one_or_none()
    if row is None:
        return ""
    if (idle and now - row.seen_at > idle) or (most and now - row.made_at > most):
        await drop_key(store, kind, key)
        return ""
    if touch and now - row.seen_at >= _TOUCH:
        async with store.begin() as connection:
            await connection.execute(update(web_keys).where(*here).values(seen_at=now))
    return str(row.subject)


async def drop_key(store: Store, kind: str, key: str) -> None:
    """Forget a key: its browser is signed out."""
    async with store.begin() as connection:
        await connection.execute(
            delete(web_keys).where(web_keys.c.key_hash == digest(key), web_keys.c.kind == kind)
        )


async def drop_keys_of(store: Store, kind: str, subject: str) -> None:
    """Forget all keys of a subject."""
    async with store.begin() as connection:
        await connection.execute(
            delete(web_keys).where(web_keys.c.subject == subject, web_keys.c.kind == kind)
        )


async def use_link(store: Store, link: str, subject: str, expires_at: datetime) -> bool:
    """Use a link up; False if it was used before, unless by the same subject."""
    row = {"link_hash": digest(link), "subject": subject, "expires_at": expires_at}
    async with store.begin() as connection:
        add = insert(connection.dialect.name, used_links).on_conflict_do_nothing()
        if (await connection.execute(add, row)).rowcount == 1:
            return True
        query = select(used_links.c.subject).where(used_links.c.link_hash == row["link_hash"])
        return (await connection.execute(query)).scalar() == subject


async def is_used(store: Store, link: str) -> bool:
    """Whether a link was used up."""
    query = select(used_links.c.subject).where(used_links.c.link_hash == digest(link))
    async with store.connect() as connection:
        return (await connection.execute(query)).one_or_none() is not None


# -- addresses of a family ---------------------------------------------------------------------


async def join_family(store: Store, family: str, channel: str, value: str) -> bool:
    """Make this address one of a family's; True if it is now (or was already).

    False if the address belongs to somebody else, or the family was erased.
    """
    async with store.begin() as connection:
        found = store.keys.find(channel, value)
        known = (
            await connection.execute(
                select(addresses.c.family_id).where(
                    addresses.c.channel == channel, addresses.c.address_hash == found
                )
            )
        ).one_or_none()
        if known is not None:
            return bool(known.family_id == family)
        sealed_key = (
            await connection.execute(select(families.c.sealed_key).where(families.c.id == family))
        ).scalar_one_or_none()
        if sealed_key is None:
            return False
        place = new_id()
        box = store.unwrap(family, sealed_key)
        row = {
            "id": place,
            "family_id": family,
            "channel": channel,
            "address_hash": found,
            "address": box.seal(value.encode(), "addresses", place, "address"),
            "is_group": False,
        }
        await connection.execute(addresses.insert(), [row])
    return True


# -- messages of web chats ---------------------------------------------------------------------


class Shown(Struct, frozen=True):
    """A message of a web chat as it stands now; ``content`` None once it was removed."""

    id: int
    changed: int
    content: bytes | None


class Put(Struct, frozen=True):
    """The id of a stored message (0: there was none to write anew), and whose chat it is."""

    id: int
    family: str


async def put(store: Store, chat: str, content: bytes, message: int = 0) -> Put:
    """Add a message to a web chat, or write ``message`` anew."""
    now = store.clock()
    async with store.begin() as connection:
        changed = await _next(connection, chat, now)
        family = await _family(store, connection, chat)
        box = store.box(family)
        assert box is not None
        here = message or changed
        sealed = box.seal(content, "web_messages", f"{chat}|{here}", "payload")
        if message:
            done = await connection.execute(
                update(web_messages)
                .where(
                    web_messages.c.chat == chat,
                    web_messages.c.id == message,
                    web_messages.c.payload.is_not(None),
                )
                .values(changed=changed, family_id=family or None, payload=sealed)
            )
            return Put(message if done.rowcount == 1 else 0, family)
        row = {
            "chat": chat,
            "id": here,
            "changed": changed,
            "family_id": family or None,
            "payload": sealed,
            "at": now,
        }
        await connection.execute(web_messages.insert(), [row])
    return Put(here, family)


async def content(store: Store, chat: str, message: int) -> bytes | None:
    """What one message holds; None if it is not there."""
    query = select(web_messages).where(web_messages.c.chat == chat, web_messages.c.id == message)
    async with store.connect() as connection:
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        await store.boxes(connection, [row.family_id] if row.family_id else [])
    return _opened(store, row)


async def remove(store: Store, chat: str, message: int) -> bool:
    """Take a message out of a web chat; False if it is not there."""
    async with store.begin() as connection:
        done = await connection.execute(
            update(web_messages)
            .where(
                web_messages.c.chat == chat,
                web_messages.c.id == message,
                web_messages.c.payload.is_not(None),
            )
            .values(changed=await _next(connection, chat, store.clock()), payload=None)
        )
    return done.rowcount == 1


async def messages(store: Store, chat: str, since: int = 0, most: int = 200) -> list[Shown]:
    """What changed in a web chat after ``since``, in order of ids; the newest ``most``."""
    query = (
        select(web_messages)
        .where(web_messages.c.chat == chat, web_messages.c.changed > since)
        .order_by(web_messages.c.id.desc())
        .limit(most)
    )
    if not since:
        query = query.where(web_messages.c.payload.is_not(None))
    async with store.connect() as connection:
        rows = (await connection.execute(query)).all()
        await store.boxes(connection, [row.family_id for row in rows if row.family_id])
    return [Shown(row.id, row.changed, _opened(store, row)) for row in reversed(rows)]


def _opened(store: Store, row: Any) -> bytes | None:
    box = store.box(row.family_id or "")
    if row.payload is None or box is None:
        return None
    try:
        return box.open(row.payload, "web_messages", f"{row.chat}|{row.id}", "payload")
    except Unreadable:
        return None


async def _next(connection: AsyncConnection, chat: str, now: datetime) -> int:
    """A number above all of this chat: microseconds where the clock moves on."""
    query = select(func.max(web_messages.c.changed)).where(web_messages.c.chat == chat)
    last = (await connection.execute(query)).scalar() or 0
    return max(int(last) + 1, int(now.timestamp() * 1_000_000))


async def _family(store: Store, connection: AsyncConnection, chat: str) -> str:
    """The family a web chat belongs to, its box opened; "" once it was erased."""
    query = select(addresses.c.family_id).where(
        addresses.c.channel == "web", addresses.c.address_hash == store.keys.find("web", chat)
    )
    family = (await connection.execute(query)).scalar_one_or_none()
    if family is None:
        return ""
    await store.boxes(connection, (family,))
    return str(family) if store.box(str(family)) is not None else ""
