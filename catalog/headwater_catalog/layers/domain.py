"""The domain layer: edits and their registers; terms, assignments, owners and tags as derived from them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from headwater_catalog.layers.base import key_text, metadata, start

# A node that an edit speaks of. parts: [kind, *canonical name], as headwater_catalog.names.key_of takes them.
# whole: the dataset of a field, else the node itself.
subject = Table(
    "subject",
    metadata,
    Column("key", Uuid, primary_key=True),
    Column("kind", key_text(), nullable=False),
    Column("parts", JSONB, nullable=False),
    Column("whole", Uuid, nullable=False, index=True),
    schema="domain",
)

# An edit, once an entry of the log. h, s: its stamp. nonce: with author, what tells a repetition.
edit = Table(
    "edit",
    metadata,
    Column("h", Uuid, primary_key=True),
    Column("s", BigInteger, nullable=False),
    Column("author", key_text(), nullable=False),
    Column("nonce", key_text(), nullable=False),
    Column("source", SmallInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("writes", Integer, nullable=False),
    Index("ix_edit_author_nonce", "author", "nonce"),
    schema="domain",
)

# What an edit writes, append-only: one row a register; idx: place of the change in the edit. value null: removed.
# retracted: by a retraction of the edit, so it counts for no register.
fact = Table(
    "fact",
    metadata,
    Column("node", Uuid, primary_key=True),
    Column("property", key_text(), primary_key=True),
    Column("member", key_text(), primary_key=True),
    Column("source", SmallInteger, primary_key=True, autoincrement=False),
    Column("s", BigInteger, primary_key=True, autoincrement=False),
    Column("h", Uuid, primary_key=True),
    Column("idx", Integer, nullable=False),
    Column("value", JSONB(none_as_null=True)),
    Column("author", key_text(), nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("retracted", Boolean, nullable=False, server_default=text("false")),
    Index("ix_fact_h", "h"),
    schema="domain",
)

# The fact with the greatest stamp per (node, property, member, source): the truth that all tables below follow.
register = Table(
    "register",
    metadata,
    Column("node", Uuid, primary_key=True),
    Column("property", key_text(), primary_key=True),
    Column("member", key_text(), primary_key=True),
    Column("source", SmallInteger, primary_key=True, autoincrement=False),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    Column("value", JSONB(none_as_null=True)),
    Column("author", key_text(), nullable=False),
    Column("received", BigInteger, nullable=False),
    Index("ix_register_property_member", "property", "member"),
    schema="domain",
)

# A term: also a concept scheme or a collection (type). name: its row of core.name, whose name is the IRI.
# label: the one to show where no language is asked for. status: DRAFT, PROPOSED, APPROVED, DEPRECATED.
term = Table(
    "term",
    metadata,
    Column("key", Uuid, primary_key=True),
    Column("name", Integer, nullable=False, unique=True),
    Column("iri", key_text(), nullable=False, unique=True),
    Column("type", key_text(), nullable=False),
    Column("label", key_text(), nullable=False),
    Column("status", key_text(), nullable=False),
    Index("ix_term_label", "label", "key"),
    schema="domain",
)

# kind: prefLabel, altLabel, hiddenLabel, notation. lang "": none was said. folded: for comparison, without case.
term_label = Table(
    "term_label",
    metadata,
    Column("term", Uuid, primary_key=True),
    Column("kind", key_text(), primary_key=True),
    Column("lang", key_text(), primary_key=True),
    Column("label", key_text(), primary_key=True),
    Column("folded", key_text(), nullable=False),
    Index("ix_term_label_folded", start("folded")),
    schema="domain",
)

# kind: definition, scopeNote, example, note, changeNote, editorialNote, historyNote.
term_note = Table(
    "term_note",
    metadata,
    Column("term", Uuid, primary_key=True),
    Column("kind", key_text(), primary_key=True),
    Column("lang", key_text(), primary_key=True),
    Column("text", Text, nullable=False),
    schema="domain",
)

# kind: broader, related, exactMatch, closeMatch, broadMatch, relatedMatch, scheme, member, topConceptOf. narrower is
# turned round, symmetric kinds stand in both directions; stated_by: the term whose register says so, so a relation may
# stand twice. other: a term that need not exist (its IRI stands in subject).
term_relation = Table(
    "term_relation",
    metadata,
    Column("term", Uuid, primary_key=True),
    Column("kind", key_text(), primary_key=True),
    Column("other", Uuid, primary_key=True),
    Column("stated_by", Uuid, primary_key=True, index=True),
    Index("ix_term_relation_other", "other", "kind"),
    schema="domain",
)

# Effective assignments. node: dataset, field or job (features are fields, models are datasets); whole: see subject.
# status: PROPOSED, ACCEPTED, REJECTED.
assignment = Table(
    "assignment",
    metadata,
    Column("term", Uuid, primary_key=True),
    Column("node", Uuid, primary_key=True),
    Column("whole", Uuid, nullable=False, index=True),
    Column("source", SmallInteger, nullable=False),
    Column("status", key_text(), nullable=False),
    Column("note", Text),
    Column("author", key_text(), nullable=False),
    Column("s", BigInteger, nullable=False),
    Index("ix_assignment_node", "node"),
    schema="domain",
)

# Effective owners and tags of a node, producers' included. whole: see subject.
owner = Table(
    "owner",
    metadata,
    Column("node", Uuid, nullable=False),
    Column("owner", key_text(), nullable=False),
    Column("whole", Uuid, nullable=False, index=True),
    Column("role", Text),
    Column("source", SmallInteger, nullable=False),
    Index("uq_owner_node_owner", "node", text("md5(owner)"), unique=True),
    Index("ix_owner_owner", start("owner")),
    schema="domain",
)
tag = Table(
    "tag",
    metadata,
    Column("node", Uuid, nullable=False),
    Column("tag", key_text(), nullable=False),
    Column("whole", Uuid, nullable=False, index=True),
    Column("value", Text),
    Column("source", SmallInteger, nullable=False),
    Index("uq_tag_node_tag", "node", text("md5(tag)"), unique=True),
    Index("ix_tag_tag", start("tag")),
    schema="domain",
)
