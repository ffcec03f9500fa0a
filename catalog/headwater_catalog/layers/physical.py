"""The physical layer: schemas and their history, fields, zones."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from headwater_catalog.layers.base import ROOM, key_text, metadata

# Lists of fields, stored once: [{"name", "type", "fields"}, ...], by the first half of their hash.
schema = Table(
    "schema",
    metadata,
    Column("key", Uuid, primary_key=True),
    Column("fields", Text, nullable=False),
    schema="physical",
)

# Versions of a node's schema, from a stamp (s, h, idx) on.
schema_version = Table(
    "schema_version",
    metadata,
    Column("node", Integer, primary_key=True, autoincrement=False),
    Column("s", BigInteger, primary_key=True, autoincrement=False),
    Column("h", Uuid, primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("schema", Uuid, nullable=False),
    schema="physical",
)

# The last schema seen of a node; written: by an output or a DatasetEvent (then inputs no longer count).
schema_head = Table(
    "schema_head",
    metadata,
    Column("node", Integer, primary_key=True, autoincrement=False),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("schema", Uuid, nullable=False),
    Column("written", Boolean, nullable=False),
    schema="physical",
    postgresql_with=ROOM,
)

# Fields of the newest schema version, nested ones by dotted path; depth 1 = top level.
field = Table(
    "field",
    metadata,
    Column("node", Integer, nullable=False),
    Column("path", key_text(), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("depth", SmallInteger, nullable=False),
    Column("type", Text),
    Index("uq_field_node_path", "node", text("md5(path)"), unique=True),
    Index("ix_field_path", text("md5(path)")),
    schema="physical",
)

# The zone rules that hold: the first pattern (a glob over "namespace/name" and over the name) that fits decides.
zone_rule = Table(
    "zone_rule",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("zone", key_text(), nullable=False),
    Column("pattern", key_text(), nullable=False),
    Column("settings", JSONB),
    schema="physical",
)
