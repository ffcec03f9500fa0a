"""What a crawler told of is found by its facet.

Revision 0011, after 0010.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index of the few facets that crawlers leave."""
    op.execute(
        "create index ix_facet_crawl on core.facet (facet, owner_kind, owner) where facet like 'headwater_crawl%'"
    )


def downgrade() -> None:
    """Takes it away."""
    op.execute("drop index core.ix_facet_crawl")
