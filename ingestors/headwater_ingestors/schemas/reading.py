"""A file of schemas: what it is its content tells, not its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson

from headwater_catalog.contracts.document import objects
from headwater_catalog.contracts.tables import table_of
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.schemas.model import Schema
from headwater_ingestors.contracts import reading as contracts
from headwater_ingestors.contracts.reading import is_contract
from headwater_ingestors.crawlers.reading import named
from headwater_ingestors.schemas.dbt import is_manifest, read_manifest
from headwater_ingestors.schemas.ddl import read_ddl
from headwater_ingestors.schemas.json_schema import is_json_schema, read_json_schema
from headwater_ingestors.schemas.parquet import MAGIC, read_parquet
from headwater_ingestors.schemas.refusing import SchemaTooLarge, UnreadableSchema

MOST_BYTES = 256 * 2**20
"""Bytes of a JSON file: manifests of large projects have a hundred megabytes. Of Parquet only the footer is read."""


def read_schema(path: Path, dialect: str | None = None) -> Schema:
    """The schema that a file states: Parquet, a dbt manifest, a JSON Schema, a data contract (ODCS) or SQL DDL.

    dialect: of SQL. Raises InvalidRequest (no such file), UnreadableSchema, SchemaTooLarge, ExtraMissing.
    """
    name = str(path)
    with named(path) as file:
        try:
            magic = file.read(len(MAGIC))
            if magic == MAGIC:
                return read_parquet(file, name)
            size = os.fstat(file.fileno()).st_size
            if size > MOST_BYTES:
                raise SchemaTooLarge(name, size, MOST_BYTES)
            content = magic + file.read(MOST_BYTES)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise InvalidRequest(
                "cannot_read", f"{name} cannot be read: {why}.", "Name a plain file that is there."
            ) from None
    return parse(content, name, dialect)


def parse(content: bytes, name: str, dialect: str | None = None) -> Schema:
    """The schema that the bytes of a dbt manifest, a JSON Schema, a contract or SQL state."""
    if is_contract(content[: contracts.MOST_BYTES]):
        return _contract(content, name, dialect)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _json(content, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableSchema(
            name, "it is neither text in UTF-8 nor Parquet", "Name SQL, a dbt manifest, Parquet or JSON Schema.", line
        ) from None
    return read_ddl(text, name, dialect)


def _contract(content: bytes, name: str, dialect: str | None) -> Schema:
    if len(content) > contracts.MOST_BYTES:
        raise SchemaTooLarge(name, len(content), contracts.MOST_BYTES)
    document = contracts.read_contract(content, name)
    tables = tuple(table_of(one, dialect) for one in objects(document.value))
    if not any(table.columns for table in tables):
        raise UnreadableSchema(name, "this contract describes no properties", "Describe them: `schema`, `properties`.")
    return Schema("ODCS", tables)


def _json(content: bytes, name: str) -> Schema:
    try:
        document: Any = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise UnreadableSchema(name, f"it is no JSON ({error.msg[:100]})", "Mend it.", error.lineno) from None
    if is_manifest(document):
        return read_manifest(document, name)
    if is_json_schema(document):
        return read_json_schema(document, name)
    raise UnreadableSchema(
        name, "this JSON is neither a dbt manifest nor a JSON Schema of objects", "Name one, or SQL, or Parquet."
    )
