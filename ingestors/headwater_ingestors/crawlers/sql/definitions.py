"""CREATE, DROP, ALTER, TRUNCATE and COPY as parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlglot import exp

from headwater_ingestors.crawlers.sql.parts import Part, as_query, marked_temporary, table_of, target_of, with_of
from headwater_ingestors.crawlers.sql.values import Gap

_TABLES: Final = frozenset({"TABLE", "VIEW", "MATERIALIZED VIEW", "DYNAMIC TABLE"})
_CODE: Final = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER"})
_FROM: Final = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)


def create(create: exp.Create) -> Iterator[Part]:
    """A table or view, from a query, like another table, or of listed columns."""
    if create.kind in _CODE:
        yield Part(gap=Gap("unsupported", f"What a {str(create.kind).lower()} does is not followed."))
    target, columns = target_of(create.this)
    if create.kind not in _TABLES or not isinstance(target, exp.Table):
        return
    properties = create.args.get("properties")
    listed = properties.expressions if properties else []
    temporary = any(isinstance(one, exp.TemporaryProperty) for one in listed) or marked_temporary(target)
    defines = tuple(one for one in columns if isinstance(one, exp.ColumnDef))
    part = Part(target, change="CREATE", temporary=temporary, defines=defines)
    if isinstance(create.expression, _FROM):
        into = next((table_of(one.this) for one in listed if isinstance(one, exp.ToTableProperty)), None)
        yield _queried(create, part, columns, into)
    else:
        yield _copied(create, part)


def _queried(create: exp.Create, part: Part, columns: list[exp.Expr], into: exp.Table | None) -> Part:
    """From a query; into: the table that a materialized view of ClickHouse fills instead of itself."""
    query = with_of(create, as_query(create.expression))
    named = (one.this if isinstance(one, exp.ColumnDef) else one for one in columns)
    part = replace(part, query=query, names=tuple(one for one in named if isinstance(one, exp.Identifier)))
    return replace(part, target=into, change=None, by_name=True, defines=()) if into else part


def _copied(create: exp.Create, part: Part) -> Part:
    """CLONE takes rows too, LIKE columns only."""
    copied = create.args.get("clone") or create.find(exp.LikeProperty)
    if copied is None or not isinstance(copied.this, exp.Table):
        unknown = Gap("unsupported", "What this table is created from is not followed.")
        return part if create.expression is None else replace(part, gap=unknown)
    rows = exp.select("*").from_(copied.this.copy()) if isinstance(copied, exp.Clone) else None
    return replace(part, query=rows, copied=copied.this)


def copy(copy: exp.Copy) -> Iterator[Part]:
    """Rows from files, which are not followed, or a query into them."""
    target, _ = target_of(copy.this)
    if not isinstance(target, exp.Table):
        yield Part(query=as_query(copy.this))
    elif copy.args.get("kind"):
        streamed = any(file.name.lower() == "stdin" for file in copy.args.get("files") or ())
        yield Part(target, gap=None if streamed else Gap("unsupported", "Which files COPY reads is not followed."))
    else:
        yield Part(query=exp.select("*").from_(target))


def drop(drop: exp.Drop) -> Iterator[Part]:
    """Each of its tables."""
    if str(drop.args.get("kind")).upper() in ("TABLE", "VIEW", "MATERIALIZED VIEW"):
        for table in [drop.this] if drop.this else drop.args.get("tables") or ():
            yield Part(table_of(table), change="DROP")


def truncate(truncate: exp.TruncateTable) -> Iterator[Part]:
    """Each of its tables."""
    for table in truncate.expressions:
        yield Part(table_of(table), change="TRUNCATE")


def alter(alter: exp.Alter) -> Iterator[Part]:
    """Another name, which stays in its schema, or any other change."""
    target, _ = target_of(alter.this)
    if not isinstance(target, exp.Table) or alter.args.get("kind") not in ("TABLE", "VIEW"):
        return
    renames = [action.this for action in alter.args.get("actions") or () if isinstance(action, exp.AlterRename)]
    if renames and isinstance(renames[0], exp.Table):
        new = renames[0]
        for part in ("db", "catalog"):
            if target.args.get(part) and not new.args.get(part):
                new.set(part, target.args[part].copy())
        yield Part(new, change="RENAME", previous=target)
    else:
        yield Part(target, change="ALTER")
