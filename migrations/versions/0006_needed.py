"""Runs with very many events keep a list of those that count (docs/decisions/0008)."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No list yet: each run is read whole once more, and gets one if it is long."""
    op.execute("alter table process.run add column needed bigint[]")


def downgrade() -> None:
    """Every run is read whole again."""
    op.execute("alter table process.run drop column needed")
