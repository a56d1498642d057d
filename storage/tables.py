"""The tables, the same on SQLite and PostgreSQL.

Personal values stand only in columns of type ``Sealed``; every other column is named in the
allow-list of ``tests/test_sealing.py``. There are no foreign keys: rows of one family are removed
together by its id, and checking keys at every turn would cost more than the turn itself. States
and kinds are plain text without CHECK, because migrations do not see a new allowed value. What
every turn writes (updates, outbox, sent) has no index but its key: six of them cost a fifth of a
turn's commit, and the sweep can as well walk along the key.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite forgets the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC. Raises ValueError for a moment without a zone."""
        if value is None or value.tzinfo is UTC:
            return value
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """Bytes sealed by ``sealing.Box`` for exactly this table, row and column."""

    impl = LargeBinary
    cache_ok = True


Id = String(12)
"""Ids made by ``store.new_id``: 12 characters, 72 random bits; short enough for a button."""

families = Table(
    "families",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sealed_key", Sealed, comment="data key under the master key; null once erased"),
    Column("created_at", Moment, nullable=False),
    Column("erased_at", Moment),
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("family_id", Id, index=True),
    Column("staff_id", Id, index=True),
    Column("channel", String(20), nullable=False),
    Column("address_hash", LargeBinary(16), nullable=False),
    Column("address", Sealed, nullable=False),
    Column("is_group", Boolean, nullable=False),
    Column("blocked_at", Moment),
    UniqueConstraint("channel", "address_hash"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("family_id", Id, nullable=False, index=True),
    Column("address_id", Id, nullable=False),
    Column("script", String(40), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("snapshot", Sealed, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False, index=True),
    Column("expires_at", Moment, index=True),
)

updates = Table(
    "updates",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("seen_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

parked = Table(
    "parked",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("reason", String(200), nullable=False),
    Column("payload", Sealed, nullable=False),
    Column("parked_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("address_id", Id, nullable=False),
    Column("family_id", Id),
    Column("ref", String(40), nullable=False),
    Column("slot", String(20), nullable=False),
    Column("payload", Sealed, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("not_before", Moment),
    Column("unclear", SmallInteger, nullable=False, comment="how often it may have arrived"),
    Column(
        "state",
        String(10),
        nullable=False,
        comment="waiting or failed; sent rows are gone",
    ),
    Column("reason", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
)

sent = Table(
    "sent",
    metadata,
    Column("address_id", Id, primary_key=True),
    Column("ref", String(40), primary_key=True),
    Column("message", String(64), nullable=False),
    Column("sent_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    Column("conversation_id", Id, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
    sqlite_with_rowid=False,
)

cases = Table(
    "cases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("conversation_id", Id, nullable=False, unique=True),
    Column("family_id", Id, nullable=False, index=True),
    Column("region", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("urgent", String(20), nullable=False),
    Column("intake", Sealed),
    Column("version", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_on", Date),
    Column("taken_by", Id),
    Column("taken_at", Moment),
    Column("closed_at", Moment),
    Column("reason", String(40), nullable=False),
    Index("ix_cases_region_state", "region", "state"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("who", String(12), nullable=False, comment="a staff id, family or service"),
    Column("kind", String(20), nullable=False),
    Column("text", Sealed),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("region", String(10), nullable=False, index=True),
    Column("language", String(5), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

desks = Table(
    "desks",
    metadata,
    Column("staff_id", Id, primary_key=True),
    Column("draft", Sealed, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", LargeBinary(16), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("region", String(10), nullable=False),
    Column("language", String(5), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", Id),
)

web_keys = Table(
    "web_keys",
    metadata,
    Column("key_hash", LargeBinary(16), primary_key=True),
    Column("kind", String(10), nullable=False, comment="desk, chat or return"),
    Column("subject", String(12), nullable=False, comment="a staff id or the name of a web chat"),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

used_links = Table(
    "used_links",
    metadata,
    Column("link_hash", LargeBinary(16), primary_key=True),
    Column("subject", String(12), nullable=False, comment="who used it"),
    Column("expires_at", Moment, nullable=False),
)

web_messages = Table(
    "web_messages",
    metadata,
    Column("chat", String(12), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("changed", BigInteger, nullable=False),
    Column("family_id", Id, index=True),
    Column("payload", Sealed, comment="null once the message was removed"),
    Column("at", Moment, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("script", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", String(12), nullable=False),
    Index("ix_revisions_script_published_at", "script", "published_at"),
)

publications = Table(
    "publications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("script", String(40), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(12), nullable=False, comment="a staff id, a login, or service"),
    Index("ix_publications_script_number", "script", "number"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("script", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("under", Integer, nullable=False, comment="the version that undoing leads back to"),
    Column("at", Moment, nullable=False),
    Column("who", String(12), nullable=False, comment="a staff id"),
    Column("what", String(200), nullable=False, comment="what changed, in ids alone"),
    Column("content", LargeBinary, nullable=False),
)

tallies = Table(
    "tallies",
    metadata,
    Column("script", String(40), primary_key=True),
    Column("revision", String(64), primary_key=True),
    Column("language", String(5), primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("count", Integer, nullable=False),
    comment="how often a question was asked, answered, left: counts alone, nobody's",
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", Integer, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("holder", String(40), nullable=False),
    Column("until", Moment, nullable=False),
)
