"""An index that finds the datasets of production, those too of which no rule tells an environment.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_dataset_environment"), table_name="dataset", schema="core")
    shown = sa.literal_column("coalesce(environment, 'prod')")
    op.create_index("ix_dataset_environment", "dataset", [shown], unique=False, schema="core")


def downgrade() -> None:
    op.drop_index("ix_dataset_environment", table_name="dataset", schema="core")
    op.create_index(op.f("ix_dataset_environment"), "dataset", ["environment"], unique=False, schema="core")
