"""Who may ask: API keys. Not part of what the catalog knows, so not derived from the log and not in its digest."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from headwater_catalog.layers.base import key_text, metadata

# id: the public part of hw_<id>_<secret>. hash: sha256 of the whole key; a random key of 256 bits needs no slow hash.
# created, revoked: microseconds since 1970; revoked is null while the key holds.
api_key = Table(
    "api_key",
    metadata,
    Column("id", key_text(), primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("scopes", ARRAY(key_text()), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    schema="core",
)
