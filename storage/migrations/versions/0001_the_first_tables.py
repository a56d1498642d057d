"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("family_id", sa.String(length=12), nullable=True),
        sa.Column("staff_id", sa.String(length=12), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint(
            "channel", "address_hash", name=op.f("uq_addresses_channel_address_hash")
        ),
    )
    op.create_index(op.f("ix_addresses_family_id"), "addresses", ["family_id"], unique=False)
    op.create_index(op.f("ix_addresses_staff_id"), "addresses", ["staff_id"], unique=False)

    op.create_table(
        "case_events",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "who",
            sa.String(length=12),
            nullable=False,
            comment="a staff id, family or service",
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_number"), "case_events", ["number"], unique=False)

    op.create_table(
        "cases",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.String(length=12), nullable=False),
        sa.Column("family_id", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("urgent", sa.String(length=20), nullable=False),
        sa.Column("intake", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("taken_by", sa.String(length=12), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_cases_conversation_id")),
    )
    op.create_index(op.f("ix_cases_family_id"), "cases", ["family_id"], unique=False)
    op.create_index("ix_cases_region_state", "cases", ["region", "state"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("family_id", sa.String(length=12), nullable=False),
        sa.Column("address_id", sa.String(length=12), nullable=False),
        sa.Column("script", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index(
        op.f("ix_conversations_expires_at"),
        "conversations",
        ["expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_conversations_family_id"), "conversations", ["family_id"], unique=False
    )
    op.create_index(
        op.f("ix_conversations_updated_at"),
        "conversations",
        ["updated_at"],
        unique=False,
    )

    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "desks",
        sa.Column("staff_id", sa.String(length=12), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_desks")),
    )

    op.create_table(
        "families",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column(
            "sealed_key",
            sa.LargeBinary(),
            nullable=True,
            comment="data key under the master key; null once erased",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_families")),
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address_id", sa.String(length=12), nullable=False),
        sa.Column("family_id", sa.String(length=12), nullable=True),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "unclear",
            sa.SmallInteger(),
            nullable=False,
            comment="how often it may have arrived",
        ),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="waiting or failed; sent rows are gone",
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )

    op.create_table(
        "parked",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "id", name=op.f("pk_parked")),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("script", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(
        "ix_revisions_script_published_at",
        "revisions",
        ["script", "published_at"],
        unique=False,
    )

    op.create_table(
        "sent",
        sa.Column("address_id", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_id", "ref", name=op.f("pk_sent")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_index(op.f("ix_staff_region"), "staff", ["region"], unique=False)

    op.create_table(
        "timers",
        sa.Column("conversation_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "kind", name=op.f("pk_timers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at"], unique=False)

    op.create_table(
        "updates",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "id", name=op.f("pk_updates")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO counters (name, value) VALUES ('case', 1000)")


def downgrade() -> None:
    """There is nothing before the first tables."""
    raise NotImplementedError
