"""A dataset's schema as a table: the fields of a schema version, with what its relation declares of them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from headwater_catalog.facets.relation import Attribute, Relation
from headwater_catalog.names import scheme_of
from headwater_catalog.schemas.dialects import sql_of
from headwater_catalog.schemas.diff import Change, ChangeKind
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.made import Made, domains, made_of, ruled, settled
from headwater_catalog.schemas.model import Column, Table
from headwater_catalog.schemas.types import MOST_ARROW, Type, fields_of, read_type, says_null

FORMATS: Final = frozenset({"parquet", "arrow", "avro"})
"""Formats of files that crawlers name as dialects of native types; the types of the schema are SQL of no dialect."""
EXACT: Final = frozenset({"parquet", "arrow"})
"""Those of them whose own types say more than the schema; they are spelled as Arrow does."""
ELEMENT: Final = "_element"


def dialect_of(namespace: str, relation: Relation | None = None) -> str | None:
    """What a dataset's types are spelled in, where its relation or its namespace tells: SQL, or a format of files."""
    return (relation.dialect if relation else None) or sql_of(scheme_of(namespace))


def table_of(
    name: str, fields: Sequence[Mapping[str, object]], relation: Relation | None = None, dialect: str | None = None
) -> Table:
    """A table out of [{name, type, fields}] and what is declared of it; without a relation nothing is known of keys."""
    said = _Said(relation, dialect)
    keys = tuple(keys_of(relation)) if relation else None
    primary = {one for key in keys or () if key.kind is KeyKind.PRIMARY for one in key.columns}
    columns = _columns(fields, "", said, primary)
    return Table(name, tuple(columns), keys)


def must_be_filled(changes: Sequence[Change], relation: Relation | None) -> list[Change]:
    """The same, with what a relation says of columns that came: which may not be null, and are filled by nobody."""
    said = _Said(relation, None)
    primary = set(relation.primary_key.columns) if relation and relation.primary_key else set()

    def judged(change: Change) -> Change:
        path = change.column or ""
        column = said.column(path, "", path in primary)
        return replace(change, tight=column.nullable is False and not column.filled)

    return [judged(one) if one.kind is ChangeKind.COLUMN_ADDED else one for one in changes]


def keys_of(relation: Relation) -> Iterator[Key]:
    """Its keys and checks, the primary one first."""
    if relation.primary_key and relation.primary_key.columns:
        yield Key(KeyKind.PRIMARY, relation.primary_key.columns)
    for unique in relation.unique_keys:
        yield Key(KeyKind.UNIQUE, unique.columns)
    for foreign in relation.foreign_keys:
        there = {"dataset": foreign.dataset or "", "namespace": foreign.namespace or ""}
        yield Key(KeyKind.FOREIGN, foreign.columns, referenced=foreign.referenced_columns, **there)
    for check in relation.checks:
        yield Key(KeyKind.CHECK, expression=check.expression or "")


def type_of(attribute: Attribute | None, said: str | None, dialect: str | None, made: Made) -> Type | None:
    """The canonical type of a column, by its native type, else by that of the schema."""
    native = (attribute.native_type if attribute else None) or said or ""
    kind = settled(_read(attribute, said, dialect), native, made)
    return ruled(kind, attribute.domain if attribute else None, made)


def spelled(attribute: Attribute | None, said: str | None, dialect: str | None) -> str | None:
    """The type of a column as people read it: by its system's own word, else as the schema has it, which anybody tells.

    Formats of files are no such systems: their schemas are SQL.
    """
    native = attribute.native_type if attribute and dialect not in FORMATS else None
    return native or said


def _read(attribute: Attribute | None, said: str | None, dialect: str | None) -> Type | None:
    native = attribute.native_type if attribute else None
    cut = native is not None and len(native) >= MOST_ARROW
    if dialect in FORMATS and (dialect not in EXACT or cut or not native):
        return read_type(said)
    return read_type(native or said, dialect)


def nullable_of(attribute: Attribute | None, made: Made, *, primary: bool = False) -> bool | None:
    """Whether a column may be null, by itself or by its domain; None: nobody says."""
    if primary or any(one.nullable is False for one in domains(attribute.domain if attribute else None, made)):
        return False
    return attribute.nullable if attribute else None


class _Said:
    """What a relation says of columns and their types."""

    def __init__(self, relation: Relation | None, dialect: str | None) -> None:
        self.dialect = dialect
        self._attributes = {one.name: one for one in relation.attributes if one.name} if relation else {}
        self._made = made_of(relation)

    def column(self, path: str, text: str, primary: bool) -> Column:
        """A column. text: its type in the schema."""
        attribute = self._attributes.get(path)
        shown = (attribute.native_type if attribute else None) or text
        nullable = nullable_of(attribute, self._made, primary=primary)
        if nullable is None:
            nullable = says_null(shown, self.dialect)
        kind = type_of(attribute, text, self.dialect, self._made)
        filled = attribute is not None and bool(attribute.default or attribute.generated or attribute.identity)
        return Column(path, kind, nullable, shown, filled, (attribute.domain if attribute else None) or "")


def _columns(fields: Sequence[Mapping[str, object]], prefix: str, said: _Said, primary: set[str]) -> Iterator[Column]:
    for one in fields:
        path, kind = f"{prefix}{one['name']}", one.get("type")
        column = said.column(path, kind if isinstance(kind, str) else "", path in primary)
        yield column
        within = one.get("fields")
        told = _below_lists(within if isinstance(within, list) else [])
        spelled = fields_of(column.text, said.dialect) if said.dialect in EXACT or not told else ()
        if spelled:
            yield from (Column(f"{path}.{part.path}", part.type, part.nullable, part.text) for part in spelled)
        else:
            yield from _columns(told, f"{path}.", said, primary)


def _below_lists(fields: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
    """The fields of a record in a list stand below the list: without the step for its element that crawlers tell."""
    while len(fields) == 1 and fields[0].get("name") == ELEMENT:
        inner = fields[0].get("fields")
        fields = inner if isinstance(inner, list) else []
    return fields
