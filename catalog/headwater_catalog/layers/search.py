"""What search reads: the words of every node, and a dictionary of the paths that fields have."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from headwater_catalog.layers.base import key_text, metadata, start

# The words of a dataset, job or term. words: weight A name, labels; B fields, tags, owners, terms; C descriptions.
# folded: the name in lower case; pieces: its trigrams. texts: what highlights are cut from, one JSON list.
# mark: hash of everything that the row was made of; where it did not change, nothing is written.
search_text = Table(
    "search_text",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, nullable=False),
    Column("folded", key_text(), nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Column("pieces", ARRAY(Text), nullable=False),
    Column("texts", Text, nullable=False),
    Column("mark", Uuid, nullable=False),
    Index("ix_search_text_words", "words", postgresql_using="gin"),
    Index("ix_search_text_pieces", "pieces", postgresql_using="gin"),
    Index("ix_search_text_folded", start("folded")),
    schema="core",
)

# Every path that some field has or had, once: many datasets share `id` and `created_at`.
search_path = Table(
    "search_path",
    metadata,
    Column("path", key_text(), nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Column("pieces", ARRAY(Text), nullable=False),
    Index("uq_search_path_path", text("md5(path)"), unique=True),
    Index("ix_search_path_words", "words", postgresql_using="gin"),
    Index("ix_search_path_pieces", "pieces", postgresql_using="gin"),
    schema="core",
)
