"""A script's text as statements: each parsed, or why it could not be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from headwater_ingestors.crawlers.sql.dialects import name_of
from headwater_ingestors.crawlers.sql.limits import TooSlow, within
from headwater_ingestors.crawlers.sql.values import Bounds, Gap
from headwater_ingestors.schemas.commands import spare, understood

FAULTS: Final = (
    SqlglotError,
    RecursionError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    NotImplementedError,
)
"""What sqlglot raises on statements that it does not expect."""
_NO_STATEMENTS: Final = (exp.Condition, exp.Alias, exp.Aliases, exp.Identifier, exp.Tuple, exp.Interval)
"""Expressions, which sqlglot takes for statements: misspelled verbs become names."""
_REPLACE: Final = re.compile(r"\s*REPLACE\b", re.IGNORECASE)
_PSQL: Final = frozenset({"postgres", "redshift", "materialize", "risingwave"})
_META: Final = re.compile(r"^\\[a-zA-Z!?.].*$", re.MULTILINE)
_COPIED: Final = re.compile(r"(^COPY\s[^;]*\sFROM\s+stdin[^;]*;)(.*?\n\\\.$)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_TEMPLATE: Final = re.compile(r"\{\{|\{%")
_BATCH_END: Final = re.compile(r"^[ \t]*GO[ \t]*(?:\d+[ \t]*)?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement's text, the line where it begins (from 1), and its tree, or why there is none."""

    line: int
    text: str
    tree: exp.Expr | None = None
    gap: Gap | None = None


_TEMPLATED: Final = Gap("template", "It is a template; give what it is rendered to (of dbt: target/compiled).")


def parse(text: str, dialect: Dialect, bounds: Bounds) -> list[Piece]:
    """The statements of a script, in order; what cannot be parsed costs itself only.

    Beyond `bounds.statements` one piece more says so.
    """
    pieces: list[Piece] = []
    for line, part in _batches(_cleaned(text, dialect), dialect):
        for piece in _statements(part, line, dialect, bounds):
            if piece.gap and piece.gap.code == "unparsed" and _TEMPLATE.search(piece.text):
                piece = replace(piece, gap=_TEMPLATED)  # noqa: PLW2901
            if len(pieces) == bounds.statements:
                gap = Gap("too-many-statements", f"Only the first {bounds.statements:,} statements were read.")
                return [*pieces, Piece(piece.line, "", gap=gap)]
            pieces.append(piece)
    return pieces


def _cleaned(text: str, dialect: Dialect) -> str:
    """The text without what only PostgreSQL's own programs read: lines that begin with a backslash, data after COPY."""
    if name_of(dialect) not in _PSQL:
        return text
    text = _COPIED.sub(lambda found: found[1] + "\n" * found[2].count("\n"), text)
    return _META.sub("", text)


def _batches(text: str, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """T-SQL's tools send what stands between two lines GO; other dialects have no such thing."""
    start = 0
    for mark in _BATCH_END.finditer(text) if name_of(dialect) in ("tsql", "fabric") else ():
        yield text.count("\n", 0, start) + 1, text[start : mark.start()]
        start = mark.end()
    yield text.count("\n", 0, start) + 1, text[start:]


def _statements(text: str, first: int, dialect: Dialect, bounds: Bounds) -> Iterator[Piece]:
    try:
        tokens = dialect.tokenize(text)
    except SqlglotError:
        yield from _line_by_line(text, first, dialect, bounds)
        return
    for chunk in _chunks(tokens):
        source = text[chunk[0].start : chunk[-1].end + 1]
        yield _piece(source, chunk, first, dialect, bounds)


def _line_by_line(text: str, first: int, dialect: Dialect, bounds: Bounds) -> Iterator[Piece]:
    """A text with something in it that is no token: cut where a line ends with a semicolon, each piece by itself."""
    parts = re.split(r"(?<=;)[ \t]*\n", text)
    if len(parts) == 1:
        yield Piece(first, text.strip(), gap=_unparsed("it holds something that is no part of this dialect"))
        return
    for part in parts:
        if part.strip():
            leading = len(part) - len(part.lstrip())
            yield from _statements(part.strip(), first + part.count("\n", 0, leading), dialect, bounds)
        first += part.count("\n") + 1


def _chunks(tokens: list[Token]) -> Iterator[list[Token]]:
    chunk: list[Token] = []
    for token in tokens:
        if token.token_type is not TokenType.SEMICOLON:
            chunk.append(token)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _piece(source: str, tokens: list[Token], first: int, dialect: Dialect, bounds: Bounds) -> Piece:
    """A statement of tokens, which count lines from 1 where the text counts from `first`."""
    line = first + tokens[0].line - 1
    if len(source) > bounds.characters or len(tokens) > bounds.tokens:
        gap = Gap(
            "too-large", f"The statement has {len(source):,} characters in {len(tokens):,} words, more than is read."
        )
        return Piece(line, source[:200], gap=gap)
    try:
        with within(bounds.seconds):
            trees = dialect.parser().parse(list(spare(tokens)), source)
            tree = _understood(trees[0], source, dialect) if trees else None
        if tree is None or len(trees) != 1 or isinstance(tree, _NO_STATEMENTS):
            return Piece(line, source, gap=_unparsed("it is no statement"))
        return Piece(line, source, tree)
    except ParseError as error:
        return Piece(line, source, gap=_unparsed(_where(error, first)))
    except TooSlow:
        return Piece(line, source, gap=Gap("too-slow", f"It took more than {bounds.seconds:g} seconds to parse."))
    except FAULTS as error:
        return Piece(line, source, gap=_unparsed(type(error).__name__))


def _understood(tree: exp.Expr | None, source: str, dialect: Dialect) -> exp.Expr | None:
    """What sqlglot takes for an unknown command: MySQL's REPLACE INTO writes as INSERT INTO does, SET SCHEMA renames.

    It looks for the words of a command at their places in the whole script, of which the source is a part.
    """
    if not isinstance(tree, exp.Command):
        return tree
    verb = source.split(None, 1)[0]
    if verb.upper() != tree.name.upper():
        tree = exp.Command(this=verb, expression=source[len(verb) :])
    if tree.name.upper() == "REPLACE":
        return dialect.parse(_REPLACE.sub("INSERT", source, count=1))[0]
    return understood(tree, dialect, source)


def _where(error: ParseError, first: int) -> str:
    """Line and kind of a fault, without the text around it, which may hold anything."""
    fault = error.errors[0] if error.errors else {}
    at = fault.get("line")
    what = str(fault.get("description") or "unexpected words").rstrip(".")
    what = re.sub(r"\s*\(.*|<.*", "", what, flags=re.DOTALL)[:120]
    return f"{what}, near line {first + at - 1}" if isinstance(at, int) else what


def _unparsed(why: str) -> Gap:
    return Gap("unparsed", f"The statement could not be parsed: {why}.")
