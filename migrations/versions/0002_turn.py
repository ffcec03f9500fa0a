"""The turns of projecting are counted by a row, so that a number is seen with what it stands for, and not before."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row in place of the sequence."""
    op.execute("drop sequence core.turn")
    op.execute(
        "create table core.turn (one boolean default true not null constraint only_one check (one),"
        " n bigint not null, primary key (one))"
    )


def downgrade() -> None:
    """The sequence again."""
    op.execute("drop table core.turn")
    op.execute("create sequence core.turn")
