"""Statements as parts: which tables each writes, and the queries that give what it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sqlglot import exp

from headwater_ingestors.crawlers.sql import changes, definitions
from headwater_ingestors.crawlers.sql.parts import Part, as_query, marked_temporary, table_of

_CHANGES: Final = (exp.Insert, exp.Update, exp.Delete, exp.Merge)


def parts_of(statement: exp.Expr) -> list[Part]:
    """The parts of a statement, those in its WITH first; none where it neither reads nor writes tables."""
    statement = statement.copy()
    return [*_modifying_ctes(statement), *_parts(statement)]


def _parts(statement: exp.Expr) -> Iterator[Part]:
    for kind, read in _READERS.items():
        if isinstance(statement, kind):
            yield from read(statement)
            return


def _modifying_ctes(statement: exp.Expr) -> Iterator[Part]:
    """WITH x AS (INSERT … RETURNING …): a statement of its own; x is what it returns."""
    for cte in list(statement.find_all(exp.CTE)):
        if not isinstance(cte.this, _CHANGES):
            continue
        yield from _parts(cte.this.copy())
        target, returning = table_of(cte.this.this), cte.this.args.get("returning")
        columns = [column.copy() for column in returning.expressions] if returning else [exp.Star()]
        cte.set("this", exp.select(*columns).from_(target.copy()) if target else exp.select("1"))


def _query(statement: exp.Expr) -> Iterator[Part]:
    query = statement.unnest()
    first = query
    while isinstance(first, exp.SetOperation):
        first = first.this.unnest()
    into = first.args.get("into")
    if into is None or not isinstance(into.this, exp.Table):
        yield Part(query=as_query(statement))
        return
    first.set("into", None)
    temporary = bool(into.args.get("temporary")) or marked_temporary(into.this)
    yield Part(into.this, as_query(statement), change="CREATE", temporary=temporary)


_READERS: Final[dict[type[exp.Expr], Callable[..., Iterator[Part]]]] = {
    exp.Insert: changes.insert,
    exp.Create: definitions.create,
    exp.Update: changes.update,
    exp.Delete: changes.delete,
    exp.Merge: changes.merge,
    exp.MultitableInserts: changes.multiple,
    exp.Copy: definitions.copy,
    exp.Drop: definitions.drop,
    exp.TruncateTable: definitions.truncate,
    exp.Alter: definitions.alter,
    exp.Values: _query,
    exp.Query: _query,
}
