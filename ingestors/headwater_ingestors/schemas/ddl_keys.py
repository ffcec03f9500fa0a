"""Keys and checks that SQL DDL states, in CREATE TABLE and in ALTER TABLE … ADD CONSTRAINT."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlglot import exp

from headwater_catalog.schemas.keys import Key, KeyKind


def table_name(table: Any) -> tuple[str, str]:
    """The name of a table in lower case and as written."""
    parts = [part.name for part in table.find(exp.Table).parts]
    shown = ".".join(parts)
    return shown.casefold(), shown


def renamed(old: str, to: exp.Table) -> str:
    """What ALTER TABLE old RENAME TO makes of its name; without a schema of its own it stays in that of old."""
    shown = table_name(to)[1]
    return shown if to.db or "." not in old else f"{old.rpartition('.')[0]}.{shown}"


def moves(statement: exp.Alter) -> exp.Table | None:
    """What a table is renamed to. RENAME a TO b is none: without COLUMN sqlglot sees a table in a."""
    columns = any(isinstance(one, exp.ToTableProperty) for one in statement.args.get("options") or ())
    found = (one.this for one in statement.args.get("actions") or () if isinstance(one, exp.AlterRename))
    return None if columns else next(found, None)


def follow(statement: Any, keys: dict[str, list[Key]]) -> None:
    """What a statement does to the keys of tables, by name in lower case; names of keys are not followed."""
    if isinstance(statement, exp.Create) and isinstance(statement.this, exp.Schema):
        keys[table_name(statement.this.this)[0]] = list(_stated(statement.this))
    elif isinstance(statement, exp.Alter) and statement.args.get("kind") == "TABLE":
        key, _ = table_name(statement.this)
        if to := moves(statement):
            new = renamed(key, to)
            keys[new.casefold()] = keys.pop(key, [])
            _repoint(keys, key, new)
            return
        own = keys.setdefault(key, [])
        for action in statement.args.get("actions") or ():
            if isinstance(action, exp.AddConstraint):
                own += [key for one in action.expressions for key in _of_table(one)]
            elif isinstance(action, exp.ColumnDef):
                own += _of_column(action)


def _repoint(keys: dict[str, list[Key]], old: str, new: str) -> None:
    """Foreign keys refer to a table, whatever it is called."""
    for own in keys.values():
        own[:] = [replace(one, dataset=new) if one.dataset.casefold() == old else one for one in own]


def _stated(schema: exp.Schema) -> Iterator[Key]:
    for one in schema.expressions:
        yield from _of_column(one) if isinstance(one, exp.ColumnDef) else _of_table(one)


def _of_table(stated: Any) -> Iterator[Key]:
    """A constraint of a table, with a name or without."""
    for one in stated.expressions if isinstance(stated, exp.Constraint) else [stated]:
        if isinstance(one, exp.PrimaryKey):
            yield Key(KeyKind.PRIMARY, _names(one.expressions))
        elif isinstance(one, exp.UniqueColumnConstraint):
            yield Key(KeyKind.UNIQUE, _names(one.this.expressions if one.this else ()))
        elif isinstance(one, exp.ForeignKey):
            yield _foreign(_names(one.expressions), one.args.get("reference"))
        elif isinstance(one, exp.CheckColumnConstraint):
            yield Key(KeyKind.CHECK, expression=one.this.sql(dialect="postgres"))


def _of_column(definition: exp.ColumnDef) -> Iterator[Key]:
    """Constraints that stand behind a column."""
    own = (definition.name,)
    for constraint in definition.args.get("constraints") or ():
        kind = constraint.args.get("kind")
        if isinstance(kind, exp.PrimaryKeyColumnConstraint):
            yield Key(KeyKind.PRIMARY, own)
        elif isinstance(kind, exp.UniqueColumnConstraint):
            yield Key(KeyKind.UNIQUE, own)
        elif isinstance(kind, exp.Reference):
            yield _foreign(own, kind)
        elif isinstance(kind, exp.CheckColumnConstraint):
            yield Key(KeyKind.CHECK, expression=kind.this.sql(dialect="postgres"))


def _foreign(columns: tuple[str, ...], reference: Any) -> Key:
    there = reference.this
    referenced = _names(there.expressions) if isinstance(there, exp.Schema) else ()
    return Key(KeyKind.FOREIGN, columns, table_name(there)[1], referenced)


def _names(expressions: Any) -> tuple[str, ...]:
    """Columns of a key; an order behind one is no part of it."""
    return tuple(one.this.name if isinstance(one, exp.Ordered) else one.name for one in expressions)
