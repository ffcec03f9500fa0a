"""T-SQL's sp_rename, which changes tables and columns by a procedure: what it renames, and to what."""

from __future__ import annotations

from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

PROCEDURE = "sp_rename"
_PLACES = ("objname", "newname", "objtype")


class Renaming(NamedTuple):
    """parts: the old name, its schema first; column: whether it is one of a table, else perhaps a table."""

    parts: tuple[str, ...]
    new: str
    column: bool


def is_renaming(statement: exp.Expr) -> bool:
    """Whether a statement calls the procedure."""
    if isinstance(statement, exp.Execute):
        return str(statement.this.name).casefold() == PROCEDURE
    text = statement.expression if isinstance(statement, exp.Command) else None
    return PROCEDURE in str(text or "").casefold() and str(statement.this).upper() in ("EXEC", "EXECUTE")


def renaming(statement: exp.Expr) -> Renaming | None:
    """What a call renames; None where that is not written out."""
    said: dict[str, str] = {}
    for place, one in zip(_PLACES, statement.expressions, strict=False):
        named = isinstance(one, exp.EQ)
        key, value = (str(one.this.name).casefold(), one.expression) if named else (place, one)
        if not isinstance(value, (exp.Literal, exp.National)):
            return None
        said[key] = value.name
    if "objname" not in said or "newname" not in said:
        return None
    try:
        old = sqlglot.parse_one(said["objname"], into=exp.Table, dialect="tsql")
    except SqlglotError:
        return None
    kind = said.get("objtype", "OBJECT").upper()
    return Renaming(tuple(part.name for part in old.parts), said["newname"], kind == "COLUMN")
