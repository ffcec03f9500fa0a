"""By which version of the projection a catalog was derived: none is known of one that has entries.

Revision 0008, after 0007.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row for a fresh catalog; one that has entries gets its row with the rebuild that it needs since 0003."""
    op.execute(
        "create table core.projection (one boolean default true not null constraint only_one_projection check (one),"
        " version integer not null, primary key (one))"
    )
    op.execute("insert into core.projection (version) select 1 where not exists (select from core.entry)")


def downgrade() -> None:
    """Nothing is known of it any more."""
    op.execute("drop table core.projection")
