"""SQL for PostgreSQL of what was crawled there: the statements that make it again exactly, or under another name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from sqlglot import tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from headwater_catalog.facets.relation import Attribute, Relation, UniqueKey
from headwater_catalog.schemas.ddl.declared import Declared
from headwater_catalog.schemas.ddl.script import DIALECT, statements
from headwater_catalog.schemas.table_names import parts_of
from headwater_catalog.templates.masked import is_masked
from headwater_catalog.templates.missing import Missing
from headwater_catalog.templates.opening import Opening, sql_dialect

_DEPTH: Final = {
    TokenType.L_PAREN: 1, TokenType.R_PAREN: -1, TokenType.L_BRACKET: 1, TokenType.R_BRACKET: -1,
}  # fmt: skip
_QUOTED: Final = frozenset({TokenType.STRING, TokenType.IDENTIFIER})
_NEXT: Final = frozenset({"AS", "CHECK", "CONSTRAINT", "DEFAULT", "GENERATED", "PRIMARY", "REFERENCES", "UNIQUE"})
"""What begins another clause of a column, where no bracket is open."""


def exact(opening: Opening, table: str | None) -> tuple[str, list[Missing]] | None:
    """The script and what it leaves out; None where it was not crawled in PostgreSQL, or says what is no statement.

    table: another name, with dots; then a view becomes a table that its rows fit into. A view whose query is masked has
    no statement, one whose query is not known is none of PostgreSQL's.
    """
    relation = opening.relation
    if relation is None or sql_dialect(relation.dialect) != DIALECT or not _is_whole(opening, relation):
        return None
    if not _is_as_crawled(relation):
        return None
    relation = replace(relation, dialect=DIALECT)
    if table is None and is_masked(relation.definition):
        return "", []
    if table is None:
        declared = Declared(parts_of(opening.name), relation, opening.kind, opening.sub_kind)
        if declared.is_view and not relation.definition:
            return None
    else:
        declared = Declared(tuple(part for part in table.split(".") if part), _renamed(relation))
    said = statements([declared])
    if not all(map(is_one, said)):
        return None
    lost = _left_out(relation) if table is not None else []
    return "".join(f"{one};\n" for one in said), [*lost, *_own_types(relation)]


def is_one(statement: str) -> bool:
    """Whether it is one statement, whatever somebody told of defaults and checks: no text of it ends it."""
    try:
        tokens = tokenize(statement, read=DIALECT)
    except (SqlglotError, RecursionError):
        return False
    depth = 0
    for token in tokens:
        depth += _DEPTH.get(token.token_type, 0)
        if depth < 0 or token.token_type == TokenType.SEMICOLON or token.comments:
            return False
    return depth == 0


def _is_as_crawled(relation: Relation) -> bool:
    """Whether each text is what a crawl gives there; anybody may say that he is one, and write what he likes."""
    if any(one.native_type and one.native_type.lstrip().startswith("(") for one in relation.attributes):
        return False
    values = [text for one in relation.attributes for text in (one.native_type, one.default, one.generated) if text]
    values += [one.expression for one in relation.checks if one.expression]
    begun: list[tuple[str | None, tuple[str, ...]]] = [
        *((one.definition, ("CREATE INDEX", "CREATE UNIQUE INDEX")) for one in relation.indexes),
        *((one.expression, ("EXCLUDE",)) for one in relation.exclusions),
        (relation.definition, ("SELECT", "WITH", "VALUES", "TABLE", "(")),
    ]
    return all(map(_is_one_value, values)) and all(
        text is None or text.lstrip().upper().startswith(words) for text, words in begun
    )


def _is_one_value(text: str) -> bool:
    """Whether it is a type or an expression that no comma and no other clause follows."""
    try:
        tokens = tokenize(text, read=DIALECT)
    except (SqlglotError, RecursionError):
        return False
    depth = 0
    for token in tokens:
        depth += _DEPTH.get(token.token_type, 0)
        if depth < 0 or token.comments or token.token_type == TokenType.SELECT:
            return False
        ends = token.token_type in (TokenType.COMMA, TokenType.SEMICOLON) or token.text.upper() in _NEXT
        if depth == 0 and ends and token.token_type not in _QUOTED:
            return False
    return depth == 0


def _is_whole(opening: Opening, relation: Relation) -> bool:
    """Whether the crawl knows the type of each column of the schema."""
    known = {one.name for one in relation.attributes if one.native_type or one.domain}
    return {column.name for column in opening.columns} <= known


def _renamed(relation: Relation) -> Relation:
    """Without what carries names of its own in the schema, so that both can stand beside each other."""
    counted = {one.column for one in relation.sequences if one.column is not None}
    return replace(
        relation,
        attributes=tuple(_numbered(one, counted) for one in relation.attributes),
        primary_key=relation.primary_key and _nameless(relation.primary_key),
        unique_keys=tuple(map(_nameless, relation.unique_keys)),
        exclusions=(),
        indexes=(),
        sequences=(),
        partitioning=None,
        definition=None,
        inherits=(),
        server=None,
        types=(),
    )


def _numbered(column: Attribute, counted: Collection[str]) -> Attribute:
    """A column that a sequence numbers is numbered by its own."""
    if column.name not in counted:
        return column
    return replace(column, default=None, identity=column.identity or "BY DEFAULT")


def _nameless(key: UniqueKey) -> UniqueKey:
    return replace(key, name=None)


def _own_types(relation: Relation) -> list[Missing]:
    """Types of a schema of somebody's, which the crawl did not tell."""
    known = {one.name for one in relation.types}
    return [
        Missing(
            "own_type",
            f"The type of {one.name!r} is {one.native_type[:100]}, which must be there already.",
            "Crawl it again, or make the type first.",
            False,
        )
        for one in relation.attributes
        if one.native_type and one.native_type.removesuffix("[]") not in known and len(parts_of(one.native_type)) > 1
    ]


def _left_out(relation: Relation) -> list[Missing]:
    parts: Sequence[tuple[str, object]] = (
        ("indexes", relation.indexes),
        ("exclusion constraints", relation.exclusions),
        ("partitions", relation.partitioning),
        ("what it inherits", relation.inherits),
        ("its types, which are those of the original,", relation.types),
    )
    lost = [name for name, part in parts if part]
    if not lost:
        return []
    sentence = f"Under another name {', '.join(lost)} are not made."
    return [Missing("not_renamed", sentence, "Leave out --table for the table as it is, or add them by hand.", False)]
