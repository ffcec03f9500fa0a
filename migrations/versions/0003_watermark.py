"""Watermarks and landing files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watermark",
        sa.Column("job", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("s", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("h", sa.Uuid(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job", "name", "s", "h"),
        schema="process",
    )
    op.create_index("ix_watermark_name_job", "watermark", ["name", "job"], unique=False, schema="process")
    op.create_index(op.f("ix_watermark_run"), "watermark", ["run"], unique=False, schema="process")
    op.create_table(
        "landing_file",
        sa.Column("teller", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("side", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("s", sa.BigInteger(), nullable=False),
        sa.Column("h", sa.Uuid(), nullable=False),
        sa.Column("job", sa.Integer(), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("teller", "name", "side", "file", "version"),
        schema="process",
    )
    op.create_index(
        "ix_landing_file_name_side_file",
        "landing_file",
        ["name", "side", "file", "version"],
        unique=False,
        schema="process",
    )


def downgrade() -> None:
    op.drop_index("ix_landing_file_name_side_file", table_name="landing_file", schema="process")
    op.drop_table("landing_file", schema="process")
    op.drop_index(op.f("ix_watermark_run"), table_name="watermark", schema="process")
    op.drop_index("ix_watermark_name_job", table_name="watermark", schema="process")
    op.drop_table("watermark", schema="process")
