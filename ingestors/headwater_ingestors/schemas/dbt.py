"""dbt manifests: the columns that models, seeds, snapshots and sources document; others are not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater_catalog.schemas.model import Column, Schema, Table
from headwater_catalog.schemas.types import read_type
from headwater_ingestors.schemas.refusing import UnreadableSchema

TABLES = ("model", "seed", "snapshot", "source")


def is_manifest(document: object) -> bool:
    """Whether a JSON document is one."""
    return isinstance(document, dict) and isinstance(document.get("nodes"), dict) and "metadata" in document


def read_manifest(document: Mapping[str, Any], name: str) -> Schema:
    """Its tables, by database, schema and name. Raises UnreadableSchema where none has a column."""
    dialect = str(_mapping(document.get("metadata")).get("adapter_type") or "") or None
    every = {**_mapping(document.get("nodes")), **_mapping(document.get("sources"))}
    tables = [
        Table(_name(node), tuple(_columns(node, dialect)))
        for node in every.values()
        if isinstance(node, dict) and node.get("resource_type") in TABLES
    ]
    if not any(table.columns for table in tables):
        raise UnreadableSchema(
            name, "no model of this dbt manifest documents columns", "Describe them in a schema.yml, then `dbt parse`."
        )
    return Schema("dbt manifest", tuple(sorted(tables, key=lambda table: table.name)))


def last_of(node: Mapping[str, Any]) -> str:
    """What the table of a node is called within its schema; "" where nothing says."""
    return str(node.get("identifier") or node.get("alias") or node.get("name") or "")


def columns_of(node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and description of each documented column, in order."""
    for key, column in _mapping(node.get("columns")).items():
        told = _mapping(column)
        yield str(told.get("name") or key), told


def constraints_of(column: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The constraints of a column, or of a model."""
    rules = column.get("constraints")
    return [_mapping(one) for one in rules] if isinstance(rules, list) else []


def _name(node: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in (node.get("database"), node.get("schema"), last_of(node)) if part)


def _columns(node: Mapping[str, Any], dialect: str | None) -> Iterator[Column]:
    for name, told in columns_of(node):
        text = str(told.get("data_type") or "")
        kinds = {str(one.get("type")) for one in constraints_of(told)}
        nullable = not kinds & {"not_null", "primary_key"}
        yield Column(name, read_type(text, dialect), nullable, text)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
