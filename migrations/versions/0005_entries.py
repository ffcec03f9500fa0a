"""What is kept of entries that were not taken up: where they are wrong, and what replaying them needs.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("whole", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rights", sa.SmallInteger(), server_default="0", nullable=False),
    ):
        op.add_column("rejected", column, schema="core")
    op.create_index("ix_rejected_received_id", "rejected", ["received", "id"], schema="core")
    op.create_index(
        "ix_entry_parked",
        "entry",
        ["received", "seq"],
        schema="core",
        postgresql_where=sa.text("state = 'parked'"),
    )


def downgrade() -> None:
    op.drop_index("ix_entry_parked", table_name="entry", schema="core")
    op.drop_index("ix_rejected_received_id", table_name="rejected", schema="core")
    for column in ("rights", "whole", "place"):
        op.drop_column("rejected", column, schema="core")
