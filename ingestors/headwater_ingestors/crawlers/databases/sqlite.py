"""What SQLite says of keys itself: SQLAlchemy looks for it in the text of CREATE TABLE, and misses varchar(200).

Of numbered columns it says nothing but that text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, LiteralString

from sqlalchemy import Connection
from sqlglot import tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

_QUOTED: Final = frozenset({TokenType.STRING, TokenType.IDENTIFIER})

# Columns of constraints, not of indexes that somebody made: by the origin u.
UNIQUE: LiteralString = """
SELECT list.name, info.name FROM pragma_index_list(?, ?) AS list JOIN pragma_index_info(list.name, ?) AS info
WHERE list.origin = 'u' ORDER BY list.seq DESC, info.seqno
"""
FOREIGN: LiteralString = """
SELECT id, "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?, ?) ORDER BY id, seq
"""


def keys(connection: Connection, schema: str, table: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The unique and foreign keys of a table, its columns and which of them is numbered; told: what SQLAlchemy says."""
    return {
        "unique": _unique(connection, schema, table, told),
        "foreign": _foreign(connection, schema, table, told),
        "columns": _columns(connection, schema, table, told),
    }


def _columns(connection: Connection, schema: str, table: str, told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """AUTOINCREMENT is of the one column of the primary key."""
    columns: list[Mapping[str, Any]] = list(told.get("columns") or ())
    quoted = schema.replace('"', '""')
    made = f"SELECT sql FROM \"{quoted}\".sqlite_master WHERE type = 'table' AND name = ?"  # noqa: S608 - quoted
    text = connection.exec_driver_sql(made, (table,)).scalar()
    if not _numbers(text):
        return columns
    key = (told.get("primary") or {}).get("constrained_columns")
    return [{**one, "autoincrement": True} if [one["name"]] == key else one for one in columns]


def _numbers(text: str | None) -> bool:
    """Whether AUTOINCREMENT stands in a statement, and not as a name or in a text."""
    if "autoincrement" not in (text or "").casefold():
        return False
    try:
        tokens = tokenize(text or "", read="sqlite")
    except (SqlglotError, RecursionError):
        return False
    return any(one.text.casefold() == "autoincrement" and one.token_type not in _QUOTED for one in tokens)


def _unique(connection: Connection, schema: str, table: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = {tuple(one["column_names"]): one.get("name") for one in told.get("unique") or ()}
    found: dict[str, list[str]] = {}
    for index, column in connection.exec_driver_sql(UNIQUE, (table, schema, schema)):
        found.setdefault(index, []).append(column)
    return [{"name": names.get(tuple(columns)), "column_names": columns} for columns in found.values()]


def _foreign(connection: Connection, schema: str, table: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    pairs: dict[int, list[tuple[str, str | None]]] = {}
    actions: dict[int, tuple[str, dict[str, str]]] = {}
    for key, referred, column, there, update, delete in connection.exec_driver_sql(FOREIGN, (table, schema)):
        pairs.setdefault(key, []).append((column, there))
        actions[key] = referred, {"onupdate": update, "ondelete": delete}
    found = {
        (tuple(column for column, _ in pairs[key]), referred, tuple(there for _, there in pairs[key] if there)): said
        for key, (referred, said) in actions.items()
    }
    return [
        {**one, "options": {**(one.get("options") or {}), **_actions(one, found)}} for one in told.get("foreign") or ()
    ]


def _actions(
    key: Mapping[str, Any], found: Mapping[tuple[tuple[str, ...], str, tuple[str, ...]], dict[str, str]]
) -> dict[str, str]:
    """Those of a key by its columns, its table and the columns there; the primary key's need not be named."""
    columns, referred = tuple(key["constrained_columns"]), key["referred_table"]
    return found.get((columns, referred, tuple(key["referred_columns"]))) or found.get((columns, referred, ())) or {}
