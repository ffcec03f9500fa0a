"""ALTER and DROP that sqlglot leaves as text, or refuses: what they do as trees of statements that it knows.

`ALTER TABLE … SET SCHEMA`, T-SQL's `ALTER SCHEMA … TRANSFER`, and DROP of several things that are no tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.dialects.dialect import DialectType
from sqlglot.errors import SqlglotError

_PART: Final = r'(?:"(?:[^"]|"")*"|\[(?:[^]]|\]\])*\]|[^\s".*;\[\]]+)'
_NAME: Final = rf"(?P<name>{_PART}(?:\s*\.\s*{_PART})*)"
_SET: Final = re.compile(
    r"ALTER\s+(?P<kind>(?:FOREIGN\s+)?TABLE|(?:MATERIALIZED\s+)?VIEW)\s+(?P<exists>IF\s+EXISTS\s+)?(?:ONLY\s+)?"
    rf"{_NAME}\s*\*?\s*SET\s+SCHEMA\s+(?P<schema>{_PART})\s*",
    re.IGNORECASE,
)
_TRANSFER: Final = re.compile(
    rf"ALTER\s+SCHEMA\s+(?P<schema>{_PART})\s+TRANSFER\s+(?:OBJECT\s*::\s*)?{_NAME}\s*", re.IGNORECASE
)
_SCHEMAS: Final = re.compile(r"DROP\s+(?P<kind>SCHEMA|DATABASE)\s+(?P<names>.+)", re.IGNORECASE | re.DOTALL)
_SEVERAL: Final = frozenset(
    {TokenType.SCHEMA, TokenType.DATABASE, TokenType.INDEX, TokenType.SEQUENCE, TokenType.FUNCTION, TokenType.PROCEDURE}
    | {TokenType.TRIGGER, TokenType.TYPE}
)
"""What sqlglot reads one of after DROP, and takes several for a mistake."""


def spare(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens of statements, those marked of which sqlglot shall leave the statement as text: DROP TYPE a, b."""
    first = True
    for token, kind in pairwise(tokens):
        if first and token.token_type is TokenType.DROP and kind.token_type in _SEVERAL:
            kind.token_type = TokenType.VAR
        first = token.token_type is TokenType.SEMICOLON
    return tokens


def understood(statement: exp.Expr, dialect: DialectType, source: str | None = None) -> exp.Expr:
    """A statement that is left as text as what it does, where that is known; else the statement. source: its text."""
    if not isinstance(statement, exp.Command):
        return statement
    text = source or _text(statement)
    schemas = _SCHEMAS.fullmatch(text)
    found = _SET.fullmatch(text) or _TRANSFER.fullmatch(text)
    try:
        if schemas is not None:
            return _dropped(schemas, dialect)
        return _moved(found, dialect) if found is not None else statement
    except SqlglotError:
        return statement


def _dropped(said: re.Match[str], dialect: DialectType) -> exp.Expr:
    """DROP SCHEMA a, b as one of tables, of which sqlglot reads several."""
    dropped = sqlglot.parse_one(f"DROP TABLE {said['names']}", dialect=dialect)
    dropped.set("kind", said["kind"].upper())
    return dropped


def _moved(said: re.Match[str], dialect: DialectType) -> exp.Alter:
    """A table or view that goes to another schema, as one that is renamed."""
    table = sqlglot.parse_one(said["name"], into=exp.Table, dialect=dialect)
    there = exp.Table(this=table.this.copy(), db=exp.parse_identifier(said["schema"], dialect=dialect))
    if table.args.get("catalog"):
        there.set("catalog", table.args["catalog"].copy())
    members = said.groupdict()
    kind = "VIEW" if (members.get("kind") or "").upper().endswith("VIEW") else "TABLE"
    return exp.Alter(this=table, kind=kind, exists=bool(members.get("exists")), actions=[exp.AlterRename(this=there)])


def _text(statement: exp.Command) -> str:
    said = statement.expression
    return f"{statement.this} {said if isinstance(said, str) else said.name}".strip()
