"""What SQLAlchemy's inspector tells of a table as the shapes of the physical layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import exc
from sqlalchemy.engine import Dialect
from sqlalchemy.types import NullType

from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, Index, Relation, UniqueKey
from headwater_catalog.schemas.table_names import dotted
from headwater_ingestors.crawlers.databases.found import Place, Table, query_of
from headwater_ingestors.crawlers.databases.secrets import without_secrets
from headwater_ingestors.crawlers.databases.target import Target
from headwater_ingestors.crawlers.datasets import Field

_COLLATED: Final = re.compile(r"\s+(?:CHARACTER SET|COLLATE)\s+[\"`\w]+", re.IGNORECASE)

_BRACKETS: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|[()]""")
"""Brackets, and what stands in quotes, which may hold some."""


def table(target: Target, place: Place, told: Mapping[str, Any], definition: str | None, dialect: Dialect) -> Table:
    """A table or view. told: what each call said of it, by aspect."""
    schema = place.parts[-2]
    columns = told["columns"] or []
    primary = told.get("primary") or {}
    keys = [
        UniqueKey(one.get("name"), tuple(one["column_names"]))
        for one in _named(told.get("unique"))
        if one["column_names"]
    ]
    own = {key.name for key in keys}
    relation = Relation(
        dialect=target.dialect,
        attributes=tuple(_attribute(one, dialect) for one in columns),
        primary_key=UniqueKey(primary.get("name"), tuple(primary["constrained_columns"]))
        if primary.get("constrained_columns")
        else None,
        unique_keys=tuple(keys),
        foreign_keys=tuple(_foreign_key(target, schema, one) for one in _named(told.get("foreign"))),
        checks=tuple(
            Check(one.get("name"), without_secrets(str(one["sqltext"]))) for one in _named(told.get("checks"))
        ),
        indexes=tuple(_index(one) for one in _named(told.get("indexes")) if one.get("name") not in own),
        definition=without_secrets(query_of(definition)) if definition else None,
    )
    comment = (told.get("comment") or {}).get("text")
    fields = [Field(one["name"], type_of(one["type"], dialect), one.get("comment")) for one in columns]
    return Table(place, relation, fields, comment or None)


def _named(found: Any) -> list[Any]:
    """In one order each time."""
    return sorted(found or [], key=lambda one: (one.get("name") or "", str(sorted(one.items(), key=str))))


def type_of(kind: Any, dialect: Dialect) -> str | None:
    """As the database spells it; None where SQLAlchemy does not know it."""
    if isinstance(kind, NullType):
        return None
    try:
        return _COLLATED.sub("", str(kind.compile(dialect=dialect)))
    except exc.SQLAlchemyError:
        return str(kind)


def _attribute(column: Mapping[str, Any], dialect: Dialect) -> Attribute:
    computed = column.get("computed") or {}
    generated = _within_brackets(computed.get("sqltext"))
    default = column.get("default")
    identity = column.get("identity")
    numbered = identity is not None or column.get("autoincrement") is True
    return Attribute(
        name=column["name"],
        native_type=type_of(column["type"], dialect),
        nullable=column.get("nullable"),
        default=without_secrets(str(default), column["name"]) if default is not None and not computed else None,
        generated=without_secrets(generated, column["name"]) if generated else None,
        identity=("ALWAYS" if (identity or {}).get("always") else "BY DEFAULT") if numbered else None,
        collation=getattr(column["type"], "collation", None),
        virtual=True if computed and computed.get("persisted") is False else None,
    )


def _within_brackets(expression: str | None) -> str | None:
    """The expression up to a bracket that closes none of its own: of SQLite SQLAlchemy gives all that follows too."""
    depth = 0
    for found in _BRACKETS.finditer(expression or ""):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if expression and depth < 0:
            return expression[: found.start()].strip() or None
    return expression if expression and depth == 0 else None


def _foreign_key(target: Target, schema: str, key: Mapping[str, Any]) -> ForeignKey:
    options = key.get("options") or {}
    return ForeignKey(
        name=key.get("name"),
        columns=tuple(key["constrained_columns"]),
        namespace=target.namespace,
        dataset=dotted(target.parts(key.get("referred_schema") or schema, key["referred_table"])),
        referenced_columns=tuple(key["referred_columns"]),
        on_delete=_action(options.get("ondelete")),
        on_update=_action(options.get("onupdate")),
        deferrable=options.get("deferrable"),
        initially_deferred=True if str(options.get("initially")).upper() == "DEFERRED" else None,
    )


def _action(said: str | None) -> str | None:
    return said if said and said.upper() != "NO ACTION" else None


def _index(index: Mapping[str, Any]) -> Index:
    options = index.get("dialect_options") or {}
    where = next((value for name, value in options.items() if name.endswith("_where")), None)
    using = next((value for name, value in options.items() if name.endswith("_using")), None)
    columns = index.get("expressions") or index["column_names"]
    return Index(
        name=index.get("name"),
        columns=tuple(str(one) for one in columns if one is not None),
        included=tuple(index.get("include_columns") or ()),
        unique=bool(index.get("unique")) or None,
        method=using,
        condition=without_secrets(str(where)) if where is not None else None,
    )
