"""Web chat and case page: keys of browsers, links used up, messages of web chats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "web_keys",
        sa.Column("key_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="desk, chat or return"),
        sa.Column(
            "subject",
            sa.String(length=12),
            nullable=False,
            comment="a staff id or the name of a web chat",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_web_keys")),
    )
    op.create_table(
        "used_links",
        sa.Column("link_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False, comment="who used it"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_used_links")),
    )
    op.create_table(
        "web_messages",
        sa.Column("chat", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("family_id", sa.String(length=12), nullable=True),
        sa.Column(
            "payload",
            sa.LargeBinary(),
            nullable=True,
            comment="null once the message was removed",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat", "id", name=op.f("pk_web_messages")),
    )
    op.create_index(
        op.f("ix_web_messages_family_id"), "web_messages", ["family_id"], unique=False
    )
