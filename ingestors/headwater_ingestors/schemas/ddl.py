"""SQL DDL: CREATE TABLE, and what ALTER TABLE and DROP TABLE make of it; other statements are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError

from headwater_catalog.schemas.keys import Key
from headwater_catalog.schemas.model import Column, Schema, Table
from headwater_catalog.schemas.types import RECORD, of_sql
from headwater_ingestors.schemas.ddl_keys import follow, table_name
from headwater_ingestors.schemas.refusing import SchemaTooLarge, UnreadableSchema

MOST_BYTES = 2**20
"""Bytes of a file: sqlglot reads 150 kB a second."""
MOST_DEPTH = 32
REMEDY = "Mend it, or say which SQL it is with --dialect: postgres, duckdb, snowflake, bigquery, spark …"


def read_ddl(text: str, name: str, dialect: str | None = None) -> Schema:
    """The tables that a file of statements leaves behind.

    dialect: sqlglot's name of the SQL. Raises UnreadableSchema, with the line, SchemaTooLarge.
    """
    if len(text) > MOST_BYTES:
        raise SchemaTooLarge(name, len(text), MOST_BYTES)
    tables: dict[str, dict[str, Column]] = {}
    named: dict[str, str] = {}
    keys: dict[str, list[Key]] = {}
    for statement in _statements(text, name, dialect):
        _apply(statement, tables, named, name)
        follow(statement, keys)
    if not named:
        raise UnreadableSchema(
            name, "no CREATE TABLE with columns stands in it", "Write the tables with their columns."
        )
    found = (Table(named[key], tuple(tables[key].values()), tuple(keys[key])) for key in named if key in tables)
    return Schema("SQL", tuple(found))


def _statements(text: str, name: str, dialect: str | None) -> Iterator[Any]:
    try:
        yield from (one for one in sqlglot.parse(text, dialect=dialect) if one is not None)
    except ParseError as error:
        first: dict[str, Any] = error.errors[0] if error.errors else {}
        why = f"{str(first.get('description') or 'it cannot be parsed').rstrip('.')} near {first.get('highlight')!r}"
        raise UnreadableSchema(name, why, REMEDY, first.get("line")) from None
    except TokenError:
        raise UnreadableSchema(name, "a quote or comment is not closed", REMEDY, _open_quote(text)) from None
    except ValueError:
        raise UnreadableSchema(
            name, f"{str(dialect)[:50]} is no dialect of SQL that is known", "Name one of sqlglot's dialects."
        ) from None
    except (SqlglotError, RecursionError):
        raise UnreadableSchema(name, "it is nested too deeply", "Write the tables without expressions.") from None


def _open_quote(text: str) -> int:
    """The line of the last quote that opens: the one that is not closed, as far as counting tells."""
    for line, row in reversed(list(enumerate(text.splitlines(), start=1))):
        if row.count("'") % 2 or row.count('"') % 2 or "/*" in row:
            return line
    return 1


def _apply(statement: exp.Expr, tables: dict[str, dict[str, Column]], named: dict[str, str], file: str) -> None:
    if isinstance(statement, exp.Create) and isinstance(statement.this, exp.Schema):
        key, shown = table_name(statement.this.this)
        columns = _columns(statement.this)
        if columns:
            named.setdefault(key, shown)
            tables[key] = columns
    elif isinstance(statement, exp.Drop) and statement.args.get("kind") == "TABLE":
        for one in statement.args.get("tables") or ():
            tables.pop(table_name(one)[0], None)
    elif isinstance(statement, exp.Alter) and statement.args.get("kind") == "TABLE":
        key, shown = table_name(statement.this)
        if key not in tables:
            raise UnreadableSchema(
                file, f"ALTER TABLE {shown} changes a table that it does not create", "Write its CREATE TABLE before."
            )
        for action in statement.args.get("actions") or ():
            _alter(action, tables[key])
    elif isinstance(statement, exp.Command) and str(statement.this).upper() in ("CREATE", "ALTER"):
        words = f"{statement.this} {statement.expression}".split()[:4]
        raise UnreadableSchema(file, f"{' '.join(words)[:80]} … cannot be parsed", REMEDY)


def _columns(schema: exp.Schema) -> dict[str, Column]:
    keys = {one.name for constraint in schema.find_all(exp.PrimaryKey) for one in constraint.find_all(exp.Identifier)}
    found: dict[str, Column] = {}
    for definition in schema.expressions:
        if isinstance(definition, exp.ColumnDef):
            for column in _column(definition, keys):
                found[column.path.casefold()] = column
    return found


def _column(definition: exp.ColumnDef, keys: set[str] | frozenset[str] = frozenset()) -> Iterator[Column]:
    kinds = [one.args.get("kind") for one in definition.args.get("constraints") or ()]
    tight = definition.name in keys or any(
        isinstance(one, exp.PrimaryKeyColumnConstraint)
        or (isinstance(one, exp.NotNullColumnConstraint) and not one.args.get("allow_null"))
        for one in kinds
    )
    yield from _spread(definition.name, definition.args.get("kind"), nullable=not tight)


def _spread(path: str, kind: Any, *, nullable: bool | None, depth: int = 1) -> Iterator[Column]:
    """A column, and those inside of it where it is a record."""
    if not isinstance(kind, exp.DataType):
        yield Column(path, None, nullable)
        return
    canonical = of_sql(kind)
    yield Column(path, canonical, nullable, kind.sql())
    if canonical == RECORD and depth < MOST_DEPTH:
        for inner in kind.expressions:
            if isinstance(inner, exp.ColumnDef):
                yield from _spread(f"{path}.{inner.name}", inner.args.get("kind"), nullable=None, depth=depth + 1)


def _alter(action: Any, columns: dict[str, Column]) -> None:
    if isinstance(action, exp.ColumnDef):
        columns.update({column.path.casefold(): column for column in _column(action)})
    elif isinstance(action, exp.Drop) and action.args.get("kind") == "COLUMN":
        for one in action.args.get("tables") or ():
            columns.pop(one.name.casefold(), None)
    elif isinstance(action, exp.RenameColumn):
        _rename(columns, action.this.name, action.args["to"].name)
    elif isinstance(action, exp.AlterColumn):
        _retype(columns, action)


def _rename(columns: dict[str, Column], old: str, new: str) -> None:
    """In its place, so that a comparison finds it there."""
    kept = list(columns.values())
    columns.clear()
    for one in kept:
        path = new if one.path.casefold() == old.casefold() else one.path
        columns[path.casefold()] = Column(path, one.type, one.nullable, one.text)


def _retype(columns: dict[str, Column], action: exp.AlterColumn) -> None:
    key = action.this.name.casefold()
    old = columns.get(key)
    if old is None:
        return
    kind, allowed = action.args.get("dtype"), action.args.get("allow_null")
    nullable = old.nullable if allowed is None else bool(allowed)
    told, text = (of_sql(kind), kind.sql()) if isinstance(kind, exp.DataType) else (old.type, old.text)
    columns[key] = Column(old.path, told, nullable, text)
