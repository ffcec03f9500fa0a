"""The process layer: runs, what they claim, and the timelines that follow."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from headwater_catalog.layers.base import ROOM, key_text, metadata, start

# A run. key: hash of its run key; (run_id, ns, name) is that key, ns and name empty for a UUID.
# at: the stamp at which its names are read: of its end, else of its last event. ended is null while it runs.
# parent, root: {"run": [..] or null, "job": [ns, name] or null}.
# first_s: of its first event, far-future ones left out where it has others.
# reads: nodes; dangling: those of them that no claim has as source.
# events: how many there are; needed: numbers of those that count, null: all of them (projection/spent.py).
run = Table(
    "run",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("key", Uuid, nullable=False, unique=True),
    Column("run_id", key_text(), nullable=False),
    Column("ns", key_text(), nullable=False),
    Column("name", key_text(), nullable=False),
    Column("job", Integer),
    Column("jobs", ARRAY(Integer)),
    Column("state", SmallInteger),
    Column("started", BigInteger),
    Column("ended", BigInteger),
    Column("at_s", BigInteger),
    Column("at_h", Uuid),
    Column("confirmed", Boolean),
    Column("last_s", BigInteger),
    Column("last_h", Uuid),
    Column("parent", JSONB),
    Column("root", JSONB),
    Column("parent_key", Uuid, index=True),
    Column("parent_job", Integer),
    Column("parent_s", BigInteger),
    Column("parent_h", Uuid),
    Column("nominal_start", BigInteger),
    Column("nominal_end", BigInteger),
    Column("reads", ARRAY(Integer)),
    Column("dangling", ARRAY(Integer)),
    Column("writes", ARRAY(Integer)),
    Column("explicit", Boolean),
    Column("events", Integer),
    Column("needed", ARRAY(BigInteger)),
    Column("first_s", BigInteger),
    Index("ix_run_job_confirmed_at", "job", "confirmed", "at_s", "at_h"),
    Index("ix_run_started", "started"),
    # The runs of a job, the last first; the last of those that are not confirmed. A run's row is there before anything
    # is known of it: such a one is in neither.
    Index("ix_run_job_started", "job", "started", "id", postgresql_where=text("started IS NOT NULL")),
    Index("ix_run_loose", "job", "last_s", "last_h", postgresql_where=text("NOT confirmed")),
    # Which runs were under way at a moment: those that ended later and had begun (projection/otherwise.py).
    Index("ix_run_lasting", "last_s", "first_s", postgresql_where=text("first_s < last_s")),
    # Which jobs read a dataset that no claim of theirs explains: few rows, for lineage downstream (lineage/edges.py).
    Index("ix_run_dangling", "dangling", postgresql_using="gin", postgresql_where=text("dangling <> '{}'")),
    Index("ix_run_loose_reads", "reads", postgresql_using="gin", postgresql_where=text("NOT confirmed")),
    schema="process",
)

# A JobEvent that declares. teller = -event seq.
declaration = Table(
    "declaration",
    metadata,
    Column("teller", BigInteger, primary_key=True, autoincrement=False),
    Column("job", Integer, nullable=False),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    Column("reads", ARRAY(Integer), nullable=False),
    Column("dangling", ARRAY(Integer), nullable=False),
    Column("writes", ARRAY(Integer), nullable=False),
    Column("explicit", Boolean, nullable=False),
    Index("ix_declaration_job", "job", "s", "h"),
    Index("ix_declaration_reads", "reads", postgresql_using="gin"),
    schema="process",
)

# A claim: method, sources (nodes, also one row each in claim_source) and columns, stored once by hash.
claim = Table(
    "claim",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("key", Uuid, nullable=False, unique=True),
    Column("method", SmallInteger, nullable=False),
    Column("sources", ARRAY(Integer), nullable=False),
    Column("columns", LargeBinary, nullable=False),
    schema="process",
)
claim_source = Table(
    "claim_source",
    metadata,
    Column("claim", BigInteger, primary_key=True, autoincrement=False),
    Column("node", Integer, primary_key=True, autoincrement=False),
    Index("ix_claim_source_node", "node", "claim"),
    schema="process",
)
# One row a transformation. target_field null: every field; source_field null: which is unknown. source: dataset or job.
claim_column = Table(
    "claim_column",
    metadata,
    Column("claim", BigInteger, nullable=False),
    Column("target_field", key_text()),
    Column("source", Integer, nullable=False),
    Column("source_field", key_text()),
    Column("type", key_text(), nullable=False),
    Column("subtype", key_text()),
    Column("masking", Boolean, nullable=False),
    Index("ix_claim_column_claim", "claim"),
    Index("ix_claim_column_source", "source", start("source_field")),
    schema="process",
)

# What one teller says of one target. job 0: none (the structure of a dataset). claim null: it wrote, claims nothing.
# change: the lifecycle change of that target in these events. version: the explicit data version.
write = Table(
    "write",
    metadata,
    Column("teller", BigInteger, primary_key=True, autoincrement=False),
    Column("target", Integer, primary_key=True, autoincrement=False),
    Column("job", Integer, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    Column("claim", BigInteger),
    Column("listed", Boolean, nullable=False),
    Column("change", key_text()),
    Column("version", Text),
    Index("ix_write_job_target", "job", "target", "s"),
    Index("ix_write_target", "target", "s"),
    Index("ix_write_claim", "claim", "status"),
    # What runs said that did not complete: the last before a moment may have been shown then (projection/overlay.py).
    Index("ix_write_loose", "job", "target", "s", postgresql_where=text("status = 3 AND claim IS NOT NULL")),
    schema="process",
)

# The greatest stamp that any write or drop of the timeline has.
timeline = Table(
    "timeline",
    metadata,
    Column("job", Integer, primary_key=True, autoincrement=False),
    Column("target", Integer, primary_key=True, autoincrement=False),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    schema="process",
    postgresql_with=ROOM,
)

# Spans [from, to) of one claim in a timeline; to null: open. first, last: tellers; n: how many said so.
span = Table(
    "span",
    metadata,
    Column("job", Integer, primary_key=True, autoincrement=False),
    Column("target", Integer, primary_key=True, autoincrement=False),
    Column("status", SmallInteger, primary_key=True, autoincrement=False),
    Column("from_s", BigInteger, primary_key=True, autoincrement=False),
    Column("from_h", Uuid, primary_key=True),
    Column("to_s", BigInteger),
    Column("to_h", Uuid),
    Column("claim", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("last_s", BigInteger, nullable=False),
    Column("n", Integer, nullable=False),
    Index("ix_span_target", "target", postgresql_include=["claim", "from_s", "to_s"]),
    Index("ix_span_claim", "claim", postgresql_include=["target", "from_s", "to_s"]),
    schema="process",
    postgresql_with=ROOM,
)

# Lifecycle changes of completed runs and dataset events. node: what the name meant then. previous: a RENAME's old name.
lifecycle = Table(
    "lifecycle",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("s", BigInteger, primary_key=True, autoincrement=False),
    Column("h", Uuid, primary_key=True),
    Column("node", Integer, nullable=False),
    Column("change", key_text(), nullable=False),
    Column("previous", Integer),
    Column("teller", BigInteger, nullable=False, index=True),
    Index("ix_lifecycle_node", "node"),
    Index("ix_lifecycle_previous", "previous"),
    schema="process",
)

# Tests and metrics: the last quality facet of a kind per teller and name. node: what the name meant then.
# s: stamp of the facet. tests: [[assertion, column, success], ...] of dataQualityAssertions, else null.
quality = Table(
    "quality",
    metadata,
    Column("teller", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("facet", key_text(), primary_key=True),
    Column("node", Integer, nullable=False),
    Column("s", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("tests", Text),
    Index("ix_quality_node", "node", "s"),
    schema="process",
)

# How far a confirmed run says that its job came in a dataset: one row a dataset that its facet names. name: as it was
# named, what it means is asked later (docs/decisions/0005); s, h: the end of the run; value: canonical JSON.
watermark = Table(
    "watermark",
    metadata,
    Column("job", Integer, primary_key=True, autoincrement=False),
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("s", BigInteger, primary_key=True, autoincrement=False),
    Column("h", Uuid, primary_key=True),
    Column("run", Integer, nullable=False, index=True),
    Column("value", Text, nullable=False),
    Column("type", Text),
    Column("field", Text),
    Index("ix_watermark_name_job", "name", "job"),
    schema="process",
)

# A teller says of a file below a dataset: side 1 it landed (at s, h), 2 a run of that job and state, which ended then,
# loaded it. file, version: hashes of its path and version, so that no path is too long for an index; version all zeros:
# the path alone was said. at: the file's own time in microseconds. body: the entry of the facet, canonical JSON.
landing_file = Table(
    "landing_file",
    metadata,
    Column("teller", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("side", SmallInteger, primary_key=True, autoincrement=False),
    Column("file", Uuid, primary_key=True),
    Column("version", Uuid, primary_key=True),
    Column("path", Text, nullable=False),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    Column("job", Integer),
    Column("state", SmallInteger),
    Column("at", BigInteger),
    Column("body", Text, nullable=False),
    Index("ix_landing_file_name_side_file", "name", "side", "file", "version"),
    schema="process",
)
