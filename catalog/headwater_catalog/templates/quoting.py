"""Texts as literals of each language: whatever a name or a token holds, it stays a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlglot import exp

_R_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def python(value: object) -> str:
    """A literal of Python; what cannot be seen is escaped. Texts, numbers, None, lists and dicts of these."""
    return repr(value)


def r(text: str) -> str:
    """A literal of R."""
    return '"' + "".join(_r_sign(sign) for sign in text) + '"'


def r_vector(texts: Iterable[str]) -> str:
    """A vector of texts in R."""
    said = [r(text) for text in texts]
    return said[0] if len(said) == 1 else f"c({', '.join(said)})"


def _r_sign(sign: str) -> str:
    if sign in _R_ESCAPES:
        return _R_ESCAPES[sign]
    return sign if sign.isprintable() and sign.isascii() else f"\\U{{{ord(sign):X}}}"


def r_name(name: str) -> str:
    """A name of R between backticks."""
    return "`" + r(name)[1:-1].replace('\\"', '"').replace("`", "\\`") + "`"


def sql(text: str, dialect: str = "duckdb") -> str:
    """A text literal of SQL."""
    return exp.Literal.string(text).sql(dialect=dialect)


def sql_name(name: str, dialect: str = "duckdb") -> str:
    """A quoted name of SQL."""
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect)
