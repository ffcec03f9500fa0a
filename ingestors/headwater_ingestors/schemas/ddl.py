"""SQL DDL: CREATE TABLE, and what ALTER TABLE, DROP TABLE, sp_rename make of it; other statements are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError, TokenError

from headwater_catalog.schemas.dialects import sql_of
from headwater_catalog.schemas.keys import Key
from headwater_catalog.schemas.model import Column, Schema, Table
from headwater_catalog.schemas.sql_types import of_sql, sql_fields, sql_nullable, tell_apart
from headwater_ingestors.schemas.commands import spare, understood
from headwater_ingestors.schemas.ddl_keys import follow, renamed, table_name
from headwater_ingestors.schemas.ddl_types import MadeTypes
from headwater_ingestors.schemas.refusing import SchemaTooLarge, UnreadableSchema
from headwater_ingestors.schemas.renaming import is_renaming, renaming

MOST_BYTES = 2**20
"""Bytes of a file: sqlglot reads 150 kB a second."""
DIALECT = "dialect"
# psql's own commands, which pg_dump writes too (\restrict, \connect).
_PSQL = re.compile(r"^\\[^\n]*", re.MULTILINE)
# Ends a batch of T-SQL: sqlglot would take the statement after it for its argument.
_GO = re.compile(r"^[ \t]*GO[ \t]*(?:[0-9]+[ \t]*)?$", re.MULTILINE | re.IGNORECASE)
# What sqlglot leaves as text and may change columns or tables; anything else that it does not know is passed over.
_OF_TABLES = re.compile(r"(ALTER|CREATE|RENAME)\s+(?:(?:OR|REPLACE|FOREIGN|EXTERNAL)\s+)*TABLE\s", re.IGNORECASE)
# Of these what changes no column: owners, triggers, row security, partitions, storage, where numbers come from.
_HARMLESS = re.compile(
    r"""ALTER\s+(?:FOREIGN\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:"[^"]*"|\[[^]]*\]|[^\s"\[])+\s+
    (?:OWNER\s|ENABLE\s|DISABLE\s|(?:NO\s+)?FORCE\s|REPLICA\s|CLUSTER\s|ATTACH\s|DETACH\s|(?:NO)?CHECK\s|VALIDATE\s
      |RENAME\s+CONSTRAINT\s|(?:NO\s+)?INHERIT\s
      |ALTER\s+(?:COLUMN\s+)?(?:"[^"]*"|[^\s"])+\s+(?:SET\s+(?:STORAGE|STATISTICS|COMPRESSION)|ADD\s+GENERATED)\s)
    [^,]*""",
    re.IGNORECASE | re.VERBOSE,
)
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
    types = MadeTypes(dialect, tables)
    plain = _GO.sub(";", text) if dialect == "tsql" else _PSQL.sub("", text)
    for statement in _statements(plain, name, dialect):
        _apply(statement, tables, named, name)
        follow(statement, keys)
        types.follow(statement)
        if isinstance(statement, (exp.Create, exp.Alter)) and (table := statement.find(exp.Table)):
            types.bind(table_name(table)[0])
    if not named:
        raise UnreadableSchema(
            name, "no CREATE TABLE with columns stands in it", "Write the tables with their columns."
        )
    columns = {key: tuple(map(types.settled, found.values())) for key, found in tables.items()}
    made = (Table(named[key], columns[key], tuple(keys.get(key, ()))) for key in named if key in columns)
    return Schema("SQL", tuple(made))


def _statements(text: str, name: str, dialect: str | None) -> Iterator[Any]:
    try:
        known = Dialect.get_or_raise(dialect)
        tokens = spare(tell_apart(known.tokenize(text), sql_of(dialect)))
        said = known.parser().parse(list(tokens), text)
        yield from (_marked(understood(one, dialect), dialect) for one in said if one is not None)
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


def _marked(statement: exp.Expr, dialect: str | None) -> exp.Expr:
    """With the dialect at its types: what they are where they say nothing depends on it."""
    for kind in statement.find_all(exp.DataType):
        kind.meta[DIALECT] = sql_of(dialect)
    return statement


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
        if columns and not (statement.args.get("exists") and key in tables):
            named[key] = shown
            tables[key] = columns
    elif isinstance(statement, exp.Drop) and statement.args.get("kind") in ("TABLE", "SCHEMA", "DATABASE"):
        for one in statement.args.get("tables") or ():
            _drop(tables, table_name(one)[0], whole=statement.args["kind"] == "TABLE")
    elif isinstance(statement, exp.Alter) and statement.args.get("kind") == "TABLE":
        _alter_table(statement, tables, named, file)
    elif is_renaming(statement):
        _call_rename(statement, tables, named, file)
    elif isinstance(statement, exp.Command):
        said = statement.expression
        text = f"{statement.this} {said if isinstance(said, str) else said.name}"
        if _OF_TABLES.match(text) and not _HARMLESS.fullmatch(text):
            raise _unparsed(file, text)


def _drop(tables: dict[str, dict[str, Column]], key: str, *, whole: bool) -> None:
    """Drop a table, or what lies in a schema or database."""
    gone = [key] if whole else [one for one in tables if f".{key}." in f".{one}" and one != key]
    for one in gone:
        tables.pop(one, None)


def _alter_table(statement: exp.Alter, tables: dict[str, dict[str, Column]], named: dict[str, str], file: str) -> None:
    key, shown = table_name(statement.this)
    if key not in tables and statement.args.get("exists"):
        return
    if key not in tables:
        raise UnreadableSchema(
            file, f"ALTER TABLE {shown} changes a table that it does not create", "Write its CREATE TABLE before."
        )
    for action in statement.args.get("actions") or ():
        column = next(
            (one for one in statement.args.get("options") or () if isinstance(one, exp.ToTableProperty)), None
        )
        if isinstance(action, exp.AlterRename) and column:  # RENAME a TO b: without COLUMN sqlglot sees a table in a
            _rename(tables[key], action.this.name, column.this.name)
        elif isinstance(action, exp.AlterRename):
            _move(tables, named, key, action.this)
        elif isinstance(action, (exp.Command, exp.SwapTable)):
            raise _unparsed(file, statement.sql())
        else:
            _alter(action, tables[key])


def _call_rename(statement: exp.Expr, tables: dict[str, dict[str, Column]], named: dict[str, str], file: str) -> None:
    """What is no table of the file is an index or the like."""
    said = renaming(statement)
    if said is None:
        raise _unparsed(file, statement.sql("tsql"))
    place = said.parts[:-1] if said.column else said.parts
    shown = ".".join(place)
    folded = f".{shown.casefold()}"
    alike = [key for key in tables if f".{key}".endswith(folded) or folded.endswith(f".{key}")]
    if said.column and not alike:
        raise UnreadableSchema(
            file, f"sp_rename changes {shown}, a table that it does not create", "Write its CREATE TABLE before."
        )
    for key in alike[:1]:
        if said.column:
            _rename(tables[key], said.parts[-1], said.new)
        else:
            _move(tables, named, key, exp.Table(this=exp.to_identifier(said.new, quoted=True)))


def _move(tables: dict[str, dict[str, Column]], named: dict[str, str], key: str, to: exp.Table) -> None:
    """Rename a table."""
    shown = renamed(named[key], to)
    tables[shown.casefold()], named[shown.casefold()] = tables.pop(key), shown


def _unparsed(file: str, text: str) -> UnreadableSchema:
    return UnreadableSchema(file, f"{' '.join(text.split()[:4])[:80]} … cannot be parsed", REMEDY)


def _columns(schema: exp.Schema) -> dict[str, Column]:
    keys = {one.name for constraint in schema.find_all(exp.PrimaryKey) for one in constraint.find_all(exp.Identifier)}
    found: dict[str, Column] = {}
    for definition in schema.expressions:
        if isinstance(definition, exp.ColumnDef):
            for column in _column(definition, keys):
                found[column.path] = column
    return found


def _known(columns: dict[str, Column], path: str) -> str:
    """A column as it is spelled where it was made: so, else the one that differs in case only; else as it is here."""
    alike = [one for one in columns if one.casefold() == path.casefold()]
    return path if path in alike or not alike else alike[0]


def _column(definition: exp.ColumnDef, keys: set[str] | frozenset[str] = frozenset()) -> Iterator[Column]:
    kinds = [one.args.get("kind") for one in definition.args.get("constraints") or ()]
    tight = definition.name in keys or any(
        isinstance(one, exp.PrimaryKeyColumnConstraint)
        or (isinstance(one, exp.NotNullColumnConstraint) and not one.args.get("allow_null"))
        for one in kinds
    )
    path, kind = definition.name, definition.args.get("kind")
    if not isinstance(kind, exp.DataType):
        yield Column(path, None, not tight)
        return
    dialect = kind.meta.get(DIALECT)
    said = None if tight else sql_nullable(kind, dialect)
    yield Column(path, of_sql(kind, dialect), not tight if said is None else said, kind.sql())
    for inner in sql_fields(kind, dialect):
        yield Column(f"{path}.{inner.path}", inner.type, inner.nullable, inner.text)


def _alter(action: Any, columns: dict[str, Column]) -> None:
    if isinstance(action, exp.ColumnDef):
        _add(columns, [action])
    elif isinstance(action, (exp.Schema, exp.ReplaceColumns)):
        if isinstance(action, exp.ReplaceColumns):
            columns.clear()
        _add(columns, action.expressions)
    elif isinstance(action, exp.Drop) and action.args.get("kind") in ("COLUMN", "COLUMNS"):
        for one in action.args.get("tables") or ():
            for path in _paths(one):
                _take(columns, path)
    elif isinstance(action, exp.RenameColumn):
        _rename(columns, _path(action.this), action.args["to"].name)
    elif isinstance(action, exp.AlterColumn):
        _retype(columns, action)
    elif isinstance(action, exp.ModifyColumn):
        _modify(columns, action)


def _add(columns: dict[str, Column], definitions: Iterable[Any]) -> None:
    """Add columns; one that is there stays as it is. In quotes one that differs in case is another one."""
    for definition in definitions:
        if not isinstance(definition, exp.ColumnDef):
            continue
        name, apart = definition.name, bool(definition.this.args.get("quoted"))
        if name not in columns and (apart or _known(columns, name) not in columns):
            columns.update({column.path: column for column in _column(definition)})


def _paths(dropped: Any) -> list[str]:
    """The columns that DROP COLUMN names: one, or several in brackets."""
    found = [_path(one) for one in dropped.find_all(exp.Column)]
    return found or [one.name for one in dropped.find_all(exp.Identifier)]


def _path(column: Any) -> str:
    """A column; of a record's field the dotted path."""
    return ".".join(part.name for part in column.parts) if isinstance(column, exp.Column) else str(column.name)


def _take(columns: dict[str, Column], path: str) -> None:
    """Drop a column, and what lies inside of it."""
    whole = _known(columns, path)
    for key in [one for one in columns if one == whole or one.startswith(f"{whole}.")]:
        del columns[key]


def _modify(columns: dict[str, Column], action: exp.ModifyColumn) -> None:
    """MODIFY and CHANGE COLUMN: the whole definition anew, in its place."""
    [*stated] = _column(action.this)
    old = action.args.get("rename_from")
    _rename(columns, old.name if old else action.this.name, action.this.name)
    columns.update({column.path: column for column in stated})


def _rename(columns: dict[str, Column], old: str, new: str) -> None:
    """In its place, so that a comparison finds it there; with what lies inside of it. new: the last part."""
    kept, whole = list(columns.values()), _known(columns, old)
    columns.clear()
    for one in kept:
        path, renamed = one.path, whole.rpartition(".")[0]
        if f"{path}.".startswith(f"{whole}."):
            path = f"{renamed}{'.' if renamed else ''}{new}{path[len(whole) :]}"
        columns[path] = Column(path, one.type, one.nullable, one.text)


def _retype(columns: dict[str, Column], action: exp.AlterColumn) -> None:
    key = _known(columns, action.this.name)
    old = columns.get(key)
    if old is None:
        return
    kind, allowed = action.args.get("dtype"), action.args.get("allow_null")
    nullable = old.nullable if allowed is None else bool(allowed)
    told, text = (
        (of_sql(kind, kind.meta.get(DIALECT)), kind.sql()) if isinstance(kind, exp.DataType) else (old.type, old.text)
    )
    columns[key] = Column(old.path, told, nullable, text)
    if action.args.get("rename_to"):
        _rename(columns, old.path, action.args["rename_to"].name)
