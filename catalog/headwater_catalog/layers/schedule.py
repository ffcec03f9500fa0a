"""What became of scheduled crawls. Not part of what the catalog knows: not derived from the log nor in its digest."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from headwater_catalog.layers.base import key_text, metadata

# A crawl of a schedule's file, by its name. every: seconds. definition: a digest of all that the file says of it.
# seen, next, began, ended: microseconds since 1970; seen: when a server had it in its file last. outcome: of the
# crawl that began last (headwater_catalog.schedule). failures: in a row. id: what its advisory lock is called by.
crawl_schedule = Table(
    "crawl_schedule",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", key_text(), nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("every", Integer, nullable=False),
    Column("definition", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("began", BigInteger),
    Column("ended", BigInteger),
    Column("outcome", Text),
    Column("sentence", Text),
    Column("remedy", Text),
    Column("report", JSONB),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("name"),
    schema="core",
)
