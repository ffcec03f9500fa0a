"""All that was crawled of a database as one script, in an order in which it can be run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.schemas.ddl import quoting, tables, types
from headwater_catalog.schemas.ddl.declared import Declared
from headwater_catalog.schemas.ddl.expressions import again
from headwater_catalog.schemas.table_names import dotted

MOST: Final = 10_000
"""Relations of a script."""
DIALECT: Final = "postgres"
_PART: Final = r'("(?:[^"]|"")*"|[a-z_][a-z0-9_$]*)'
_PAIR: Final = re.compile(rf"{_PART}\.{_PART}")


def statements(declared: Iterable[Declared]) -> list[str]:
    """The statements that make these relations in an empty PostgreSQL, without semicolons.

    First schemas, types and sequences, then tables, each on its own, then what ties them together. Functions,
    extensions, servers of foreign tables, rights and rows are not among them. Raises InvalidRequest for too many
    relations, and for those of other systems.
    """
    found = _checked(declared)
    whole = [one for one in _inherited(found) if not one.is_view]
    views = _on_each_other([one for one in found if one.is_view])
    parts = [one for one in whole if tables.attached(one)]
    said = [
        *_schemas(found),
        *dict.fromkeys(one for table in found for type_ in table.relation.types for one in types.created(type_)),
        *dict.fromkeys(_sequences(whole)),
        *(tables.created(table) for table in whole),
        *(statement for table in whole for statement in tables.unchecked(table)),
        *_owned(whole),
        *_indexes(sorted(whole, key=lambda one: bool(one.relation.partitioning and one.relation.partitioning.key))),
        *(statement for table in whole for statement in tables.referring(table)),
        *(statement for table in parts if (statement := tables.attached(table))),
        *(statement for view in views for statement in _view(view)),
        *_indexes(views),
        *(comment for table in found for comment in _comments(table)),
    ]
    return said


def script(declared: Iterable[Declared]) -> str:
    """The same as one text."""
    return "".join(f"{statement};\n" for statement in statements(declared))


def _checked(declared: Iterable[Declared]) -> list[Declared]:
    found = sorted(declared, key=lambda one: one.path)
    if len(found) > MOST:
        raise InvalidRequest("too_many_tables", f"A script has up to {MOST:,} tables.", "Choose fewer.")
    for one in found:
        if one.relation.dialect not in (None, DIALECT):
            raise InvalidRequest(
                "other_dialect",
                f"{dotted(one.name)[:200]} is declared in {one.relation.dialect[:40]}.",
                "Render it for its own system, or let sqlglot translate that.",
            )
    return found


def _schemas(found: Sequence[Declared]) -> Iterator[str]:
    for schema in sorted({one.path[0] for one in found if len(one.path) > 1}):
        yield f"CREATE SCHEMA IF NOT EXISTS {quoting.name(schema)}"


def _sequences(found: Sequence[Declared]) -> Iterator[str]:
    """Those that defaults name; an identity column makes its own."""
    for table in found:
        numbered = {column.name for column in table.relation.attributes if column.identity}
        yield from (types.sequence(one) for one in table.relation.sequences if one.column not in numbered)


def _owned(found: Sequence[Declared]) -> Iterator[str]:
    for table in found:
        numbered = {column.name for column in table.relation.attributes if column.identity}
        for one in table.relation.sequences:
            if one.column and one.column not in numbered:
                yield f"ALTER SEQUENCE {one.name} OWNED BY {quoting.path((*table.path, one.column))}"


def _indexes(found: Sequence[Declared]) -> Iterator[str]:
    """Of parts before those of wholes, which take them as their own."""
    return (again(index.definition) for table in found for index in table.relation.indexes if index.definition)


def _view(view: Declared) -> Iterator[str]:
    kind = "MATERIALIZED VIEW" if view.sub_kind == "MATERIALIZED" else "VIEW"
    name = quoting.path(view.path)
    columns = [column.name or "" for column in view.relation.attributes]
    listed = f" ({quoting.names(columns)})" if columns else ""
    yield f"CREATE {kind} {name}{listed}{tables.stored(view.relation)} AS\n{again(view.relation.definition or '')}"
    for column in view.relation.attributes:
        if column.default:
            yield f"ALTER VIEW {name} ALTER COLUMN {quoting.name(column.name or '')} SET DEFAULT {column.default}"


def _comments(table: Declared) -> Iterator[str]:
    kind = "TABLE"
    if table.is_view:
        kind = "MATERIALIZED VIEW" if table.sub_kind == "MATERIALIZED" else "VIEW"
    if table.relation.server:
        kind = "FOREIGN TABLE"
    if table.comment:
        yield f"COMMENT ON {kind} {quoting.path(table.path)} IS {quoting.literal(table.comment)}"
    for column, comment in table.comments.items():
        yield f"COMMENT ON COLUMN {quoting.path((*table.path, column))} IS {quoting.literal(comment)}"


def _inherited(found: Sequence[Declared]) -> list[Declared]:
    """Those that others inherit from first."""
    return _ordered(found, lambda one: one.relation.inherits)


def _on_each_other(views: Sequence[Declared]) -> list[Declared]:
    """Views that others read first: those whose names stand in the others' queries, or seem to."""
    names = {view.path: dotted(view.name) for view in views}

    def read(view: Declared) -> set[str]:
        return {names[path] for path in _named(view.relation.definition or "") if path in names} - {dotted(view.name)}

    return _ordered(views, read)


def _named(query: str) -> Iterator[tuple[str, ...]]:
    """What may be the name of a table with its schema."""
    return (tuple(_plain(part) for part in pair.groups()) for pair in _PAIR.finditer(query))


def _plain(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def _ordered(found: Sequence[Declared], needs: Callable[[Declared], Iterable[str]]) -> list[Declared]:
    """Each after what it needs; where they need each other, which only a mistake can say, in their order."""
    by_name = {dotted(one.name): one for one in found}
    waiting = {name: {need for need in needs(one) if need in by_name} for name, one in by_name.items()}
    order: list[Declared] = []
    while waiting:
        ready = [name for name, wanted in waiting.items() if not wanted] or [next(iter(waiting))]
        for name in ready:
            order.append(by_name[name])
            del waiting[name]
        for wanted in waiting.values():
            wanted.difference_update(ready)
    return order
