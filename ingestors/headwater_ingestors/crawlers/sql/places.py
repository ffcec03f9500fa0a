"""Statements that say where names without database or schema are looked for from now on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from headwater_ingestors.crawlers.sql.dialects import has_schemas, name_of
from headwater_ingestors.crawlers.sql.tables import table_name
from headwater_ingestors.crawlers.sql.values import Defaults

_USE_DATABASE: Final = frozenset({"tsql", "fabric", "snowflake"})
"""Dialects in which USE x names a database; in others with schemas, one of these."""


def moved(place: Defaults, tree: exp.Expr, dialect: Dialect) -> Defaults:
    """The place after USE and SET search_path; the same after any other statement."""
    if isinstance(tree, exp.Use) and isinstance(tree.this, exp.Table):
        return _used(place, tree, dialect)
    if isinstance(tree, (exp.Command, exp.Set)):
        return _searched(place, tree)
    return place


def _used(place: Defaults, use: exp.Use, dialect: Dialect) -> Defaults:
    kind = use.args["kind"].name.upper() if use.args.get("kind") else ""
    name = table_name(normalize_identifiers(use.this.copy(), dialect=dialect))
    last = name[-1]
    if kind in ("WAREHOUSE", "ROLE", "SECONDARY"):
        return place
    if not has_schemas(dialect):
        return replace(place, schema=last)
    if len(name) > 1:
        return Defaults(name[-2], last)
    if kind in ("DATABASE", "CATALOG") or (not kind and name_of(dialect) in _USE_DATABASE):
        return replace(place, database=last)
    return replace(place, schema=last)


def _searched(place: Defaults, tree: exp.Expr) -> Defaults:
    """SET search_path TO a, b: the first that is not the user's own."""
    said = str(tree.args.get("expression")) if isinstance(tree, exp.Command) else tree.sql()
    words = said.removeprefix("SET ").replace("=", " ").replace(",", " ").replace(" TO ", " ").split()
    if len(words) > 1 and words[0].lower() == "search_path":
        schemas = [word.strip("'\"") for word in words[1:] if "$user" not in word]
        return replace(place, schema=schemas[0].lower()) if schemas else place
    return place
