"""Indexes that questions need: names by their ends, jobs by what they read.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_name_reversed", "name", [sa.text('reverse("name")')], schema="core")
    op.create_index(
        "ix_run_dangling",
        "run",
        ["dangling"],
        schema="process",
        postgresql_using="gin",
        postgresql_where=sa.text("dangling <> '{}'"),
    )
    op.create_index(
        "ix_run_loose_reads",
        "run",
        ["reads"],
        schema="process",
        postgresql_using="gin",
        postgresql_where=sa.text("NOT confirmed"),
    )
    op.create_index("ix_declaration_reads", "declaration", ["reads"], schema="process", postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("ix_declaration_reads", "declaration", schema="process")
    op.drop_index("ix_run_loose_reads", "run", schema="process")
    op.drop_index("ix_run_dangling", "run", schema="process")
    op.drop_index("ix_name_reversed", "name", schema="core")
