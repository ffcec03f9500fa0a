"""What to do about a scheduled crawl that failed.

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A text beside the sentence that says why."""
    op.add_column("crawl_schedule", sa.Column("remedy", sa.Text(), nullable=True), schema="core")


def downgrade() -> None:
    """Takes it away."""
    op.drop_column("crawl_schedule", "remedy", schema="core")
