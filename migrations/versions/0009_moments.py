"""What questions about past moments ask of the tables: when runs began, who said a claim, what came from the future.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The least stamp of a run's events; those of rank 0 count where there are no others.
FIRST = """
update process.run r set first_s = e.first_s
from (select run, coalesce(min(s) filter (where s >= 2305843009213693952), min(s)) as first_s
      from core.event where run is not null and not retracted group by run) e
where e.run = r.id and r.state is not null
"""


def upgrade() -> None:
    """A column that the events fill, and indexes."""
    op.add_column("run", sa.Column("first_s", sa.BigInteger()), schema="process")
    op.execute(FIRST)
    op.create_index(
        "ix_run_lasting",
        "run",
        ["last_s", "first_s"],
        schema="process",
        postgresql_where=sa.text("first_s < last_s"),
    )
    op.drop_index("ix_event_job", table_name="event", schema="core")
    op.create_index("ix_event_job_s", "event", ["job", "s"], schema="core")
    op.create_index(
        "ix_event_future",
        "event",
        ["s", "run"],
        schema="core",
        postgresql_where=sa.text("s < '2305843009213693952'::bigint"),
    )
    op.drop_index("ix_write_job_target", table_name="write", schema="process")
    op.create_index("ix_write_job_target", "write", ["job", "target", "s"], schema="process")
    op.create_index("ix_write_claim", "write", ["claim", "status"], schema="process")
    op.create_index(
        "ix_write_loose",
        "write",
        ["job", "target", "s"],
        schema="process",
        postgresql_where=sa.text("status = 3 AND claim IS NOT NULL"),
    )


def downgrade() -> None:
    """The indexes as they were."""
    op.drop_index("ix_write_loose", table_name="write", schema="process")
    op.drop_index("ix_write_claim", table_name="write", schema="process")
    op.drop_index("ix_write_job_target", table_name="write", schema="process")
    op.create_index("ix_write_job_target", "write", ["job", "target"], schema="process")
    op.drop_index("ix_event_future", table_name="event", schema="core")
    op.drop_index("ix_event_job_s", table_name="event", schema="core")
    op.create_index("ix_event_job", "event", ["job"], schema="core")
    op.drop_index("ix_run_lasting", table_name="run", schema="process")
    op.drop_column("run", "first_s", schema="process")
