"""The studio: versions of drafts, and how often questions are asked and answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "drafts",
        sa.Column("script", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "under",
            sa.Integer(),
            nullable=False,
            comment="the version that undoing leads back to",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=12), nullable=False, comment="a staff id"),
        sa.Column(
            "what", sa.String(length=200), nullable=False, comment="what changed, in ids alone"
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("script", "number", name=op.f("pk_drafts")),
    )
    op.create_table(
        "tallies",
        sa.Column("script", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "script", "revision", "language", "question", "what", name=op.f("pk_tallies")
        ),
        comment="how often a question was asked, answered, left: counts alone, nobody's",
    )
