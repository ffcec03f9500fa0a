"""Rows of PostgreSQL's catalog as the shapes of the physical layer. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from headwater_catalog.facets.relation import (
    Attribute,
    Check,
    ForeignKey,
    Index,
    NumberSequence,
    Partitioning,
    Relation,
    Size,
    UniqueKey,
)
from headwater_catalog.schemas.ddl import quoting
from headwater_ingestors.crawlers.crawler import Name
from headwater_ingestors.crawlers.databases.secrets import secret_in, without_secrets
from headwater_ingestors.crawlers.databases.sizes import rounded
from headwater_ingestors.crawlers.datasets import Field
from headwater_ingestors.crawlers.postgres.gather import Row
from headwater_ingestors.crawlers.postgres.types import Types

KINDS: Final = {
    "r": ("TABLE", None),
    "p": ("TABLE", "PARTITIONED"),
    "f": ("TABLE", "FOREIGN"),
    "v": ("VIEW", None),
    "m": ("VIEW", "MATERIALIZED"),
}
"""Type and subtype of a dataset by the kind of relation."""
_ACTIONS: Final = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_STRATEGIES: Final = {"r": "RANGE", "l": "LIST", "h": "HASH"}
_LIMITS: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}

Naming = Callable[[str, str], Name]
"""The dataset that a table of a schema is."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one relation."""

    relation: Row
    columns: Sequence[Row] = ()
    constraints: Sequence[Row] = ()
    indexes: Sequence[Row] = ()
    sequences: Sequence[Row] = ()
    partition: Row | None = None
    definition: str | None = None


def relation_of(rows: Rows, types: Types, naming: Naming) -> Relation:
    """How it is declared."""
    one = rows.relation
    keys = [row for row in rows.constraints if row.kind in "pu"]
    unlogged = ("unlogged",) if one.unlogged else ()
    return Relation(
        dialect="postgres",
        attributes=tuple(_attribute(row, types) for row in rows.columns),
        primary_key=next((_key(row) for row in keys if row.kind == "p"), None),
        unique_keys=tuple(_key(row) for row in keys if row.kind == "u"),
        foreign_keys=tuple(_foreign_key(row, naming) for row in rows.constraints if row.kind == "f"),
        checks=tuple(_check(row) for row in rows.constraints if row.kind == "c"),
        exclusions=tuple(_check(row) for row in rows.constraints if row.kind == "x"),
        indexes=tuple(_index(row) for row in rows.indexes),
        partitioning=_partitioning(rows, naming),
        definition=without_secrets(rows.definition.strip().rstrip(";")) if rows.definition else None,
        options=(*unlogged, *(one.options or ())),
        inherits=() if one.is_partition else tuple(naming(*pair)[1] for pair in _parents(one)),
        types=types.needed(row.type_oid for row in rows.columns),
        sequences=tuple(_sequence(row) for row in rows.sequences),
        server=one.server,
    )


def field_of(row: Row, types: Types) -> Field:
    """The column in the schema; a domain's type is the one that it is in the end."""
    domain = types.domain(row.type_oid)
    return Field(row.name, domain[1] if domain else row.type, row.comment)


def size_of(row: Row, block: int) -> Size | None:
    """What the statistics say, to two digits. block: bytes of a page."""
    if row.kind in "vf" or row.tuples < 0:
        return None  # never counted
    stored = None if row.kind == "p" or row.pages < 0 else rounded(row.pages * block)
    return Size(rows=rounded(int(row.tuples)), estimated=True, bytes=stored)


def _parents(one: Row) -> list[tuple[str, str]]:
    return list(zip(one.parent_schemas, one.parents, strict=True))


def _attribute(row: Row, types: Types) -> Attribute:
    domain = types.domain(row.type_oid)
    expression = without_secrets(row.expression, row.name) if row.expression else None
    return Attribute(
        name=row.name,
        native_type=domain[1] if domain else row.type,
        domain=domain[0] if domain else None,
        nullable=not row.filled,
        default=None if row.generated else expression,
        generated=expression if row.generated else None,
        identity={"a": "ALWAYS", "d": "BY DEFAULT"}.get(row.identity),
        collation=row.collation,
        virtual=True if row.generated == "v" else None,
    )


def _key(row: Row) -> UniqueKey:
    return UniqueKey(
        name=row.name,
        columns=tuple(row.columns),
        nulls_distinct=False if row.nulls_equal else None,
        deferrable=row.deferrable or None,
        initially_deferred=row.deferred or None,
        included=tuple(row.included),
        without_overlaps=row.period or None,
    )


def _foreign_key(row: Row, naming: Naming) -> ForeignKey:
    namespace, dataset = naming(row.other_schema, row.other)
    on_delete = _ACTIONS.get(row.on_delete)
    if row.set_columns:
        on_delete = f"{on_delete} ({quoting.names(row.set_columns)})"
    return ForeignKey(
        name=row.name,
        columns=tuple(row.columns),
        namespace=namespace,
        dataset=dataset,
        referenced_columns=tuple(row.other_columns),
        on_delete=on_delete,
        on_update=_ACTIONS.get(row.on_update),
        match={"f": "FULL", "p": "PARTIAL"}.get(row.match),
        deferrable=row.deferrable or None,
        initially_deferred=row.deferred or None,
        validated=None if row.validated else False,
        enforced=None if row.enforced else False,
        period=row.period or None,
    )


def _check(row: Row) -> Check:
    return Check(
        name=row.name,
        expression=without_secrets(row.expression) if row.expression else None,
        validated=None if row.validated else False,
        enforced=None if row.enforced else False,
        no_inherit=row.no_inherit or None,
    )


def _index(row: Row) -> Index:
    return Index(
        name=row.name,
        columns=tuple(row.columns),
        included=tuple(row.included),
        unique=row.is_unique or None,
        method=row.method,
        condition=without_secrets(row.condition) if row.condition else None,
        definition=without_secrets(row.definition) if row.definition else None,
    )


def _partitioning(rows: Rows, naming: Naming) -> Partitioning | None:
    part = rows.partition
    if part is None:
        return None
    parents = _parents(rows.relation) if rows.relation.is_partition else []
    names = part.part_columns if part.strategy else ()
    expressions = [part.part_expressions] if part.part_expressions else []
    return Partitioning(
        strategy=_STRATEGIES.get(part.strategy),
        columns=(*(name for name in names if name is not None), *expressions),
        parent=naming(*parents[0])[1] if parents else None,
        bound=without_secrets(part.bound, secret_in(part.parent_key or "")) if part.bound else None,
        key=part.part_key,
    )


def _sequence(row: Row) -> NumberSequence:
    """What is not what it would be anyway."""
    most = _LIMITS.get(row.type, 2**63 - 1)
    up = row.increment > 0
    lowest, highest = (1, most) if up else (-most - 1, -1)
    usual = {
        "start": row.minimum if up else row.maximum,
        "increment": 1,
        "minimum": lowest,
        "maximum": highest,
        "cache": 1,
    }
    told = {name: value for name, usually in usual.items() if (value := getattr(row, name)) != usually}
    kind = None if row.type == "bigint" else row.type
    return NumberSequence(row.name, row.column, kind, **told, cycles=row.cycles or None)
