"""the sequence that counts turns of projecting.

Revision 0002, after 0001.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy.schema import CreateSequence, DropSequence, Sequence

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TURN = Sequence("turn", schema="core")


def upgrade() -> None:
    op.execute(CreateSequence(TURN))


def downgrade() -> None:
    op.execute(DropSequence(TURN))
