"""Statements as queries: which table each part of a statement writes, and the query that gives what it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from headwater_ingestors.crawlers.sql.values import Gap

_QUERIES: Final = (exp.Select, exp.SetOperation, exp.Subquery)


@dataclass(frozen=True, slots=True)
class Part:
    """What a statement does to one table, or, without a target, what it reads.

    names: of the columns that the query's columns go to, in their order; by_name: they go to those of their own names;
    read_only: tables that are read and of which nothing is known to go into the target.
    """

    target: exp.Table | None = None
    query: exp.Query | None = None
    names: tuple[exp.Identifier, ...] = ()
    by_name: bool = False
    change: str | None = None
    temporary: bool = False
    defines: tuple[exp.ColumnDef, ...] = ()
    previous: exp.Table | None = None
    copied: exp.Table | None = None
    gap: Gap | None = None


def parts(statement: exp.Expr) -> list[Part]:
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
        if not isinstance(cte.this, exp.DML):
            continue
        yield from _parts(cte.this.copy())
        target, returning = _table(cte.this.this), cte.this.args.get("returning")
        columns = [column.copy() for column in returning.expressions] if returning else [exp.Star()]
        cte.set("this", exp.select(*columns).from_(target.copy()) if target else exp.select("1"))


def _query(statement: exp.Expr) -> Iterator[Part]:
    query = statement.unnest()
    first = query
    while isinstance(first, exp.SetOperation):
        first = first.this.unnest()
    into = first.args.get("into")
    if into is None or not isinstance(into.this, exp.Table):
        yield Part(query=_as_query(statement))
        return
    first.set("into", None)
    temporary = bool(into.args.get("temporary")) or _marked_temporary(into.this)
    yield Part(into.this, _as_query(statement), change="CREATE", temporary=temporary)


def _create(create: exp.Create) -> Iterator[Part]:
    if create.kind not in ("TABLE", "VIEW", "MATERIALIZED VIEW", "STREAM", "DYNAMIC TABLE") or not create.this:
        if create.kind in ("FUNCTION", "PROCEDURE", "TRIGGER"):
            yield Part(gap=Gap("unsupported", f"What a {create.kind.lower()} does is not followed."))
        return
    target, columns = _target(create.this)
    if not isinstance(target, exp.Table):
        return
    properties = create.args.get("properties")
    listed = properties.expressions if properties else []
    into = next((one.this for one in listed if isinstance(one, exp.ToTableProperty)), None)
    temporary = any(isinstance(one, exp.TemporaryProperty) for one in listed) or _marked_temporary(target)
    part = Part(target, change="CREATE", temporary=temporary)
    defines = tuple(one for one in columns if isinstance(one, exp.ColumnDef))
    if create.expression is not None and isinstance(create.expression, (*_QUERIES, exp.Values)):
        names = tuple(one.this if isinstance(one, exp.ColumnDef) else one for one in columns)
        names = tuple(one for one in names if isinstance(one, exp.Identifier))
        query = _with(create, _as_query(create.expression))
        if isinstance(into, exp.Table):
            target, part = _target(into)[0], replace(part, target=_target(into)[0], change=None)
            yield replace(part, query=query, names=names, by_name=True)
        else:
            yield replace(part, query=query, names=names, defines=defines)
        return
    copied = create.args.get("clone") or create.find(exp.LikeProperty)
    if copied is not None and isinstance(copied.this, exp.Table):
        data = isinstance(copied, exp.Clone)
        yield replace(part, query=exp.select("*").from_(copied.this.copy()) if data else None, copied=copied.this)
    elif create.expression is None:
        yield replace(part, defines=defines)
    else:
        yield replace(part, gap=Gap("unsupported", "What this table is created from is not followed."))


def _insert(insert: exp.Insert) -> Iterator[Part]:
    target, columns = _target(insert.this)
    if not isinstance(target, exp.Table):
        return  # into a directory, a function
    names = tuple(one for one in columns if isinstance(one, exp.Identifier))
    query = _with(insert, _as_query(insert.expression)) if insert.expression else None
    part = Part(target, query, names, by_name=bool(insert.args.get("by_name")))
    yield part
    conflict = insert.args.get("conflict")
    if query is not None and names and conflict is not None and conflict.expressions:
        alias = exp.TableAlias(this=exp.to_identifier("excluded"), columns=[name.copy() for name in names])
        source = exp.Subquery(this=query.copy(), alias=alias)
        yield _assigning(target, conflict.expressions, _reading([target, source]))


def _update(update: exp.Update) -> Iterator[Part]:
    target, from_ = _target(update.this)[0], update.args.get("from_")
    named = _named(target, from_)
    relations = ([] if named else [target]) + ([from_.this] if from_ else [])
    query = _reading(relations)
    query.set("where", update.args.get("where"))
    yield _assigning(named or target, update.expressions, _with(update, query))


def _delete(delete: exp.Delete) -> Iterator[Part]:
    """Nothing flows into its columns; what it looks at decides which rows stay."""
    source = delete.this
    query = _with(delete, _reading([source, *(delete.args.get("using") or ())]))
    query.set("where", delete.args.get("where"))
    for table in delete.args.get("tables") or [source]:
        yield Part(_named(table, source) or _table(table), query.copy(), by_name=True, change=None)


def _merge(merge: exp.Merge) -> Iterator[Part]:
    target = _target(merge.this)[0]
    using = merge.args["using"]
    for when in merge.args["whens"].expressions:
        then = when.args["then"]
        inserting = isinstance(then, exp.Insert)
        query = _reading([using])
        if not inserting:
            query = query.join(target.copy(), on=merge.args.get("on"))
        if when.args.get("condition"):
            query.set("where", exp.Where(this=when.args["condition"].copy()))
        query = _with(merge, query)
        if inserting:
            yield _merged_insert(target, then, query)
        elif isinstance(then, exp.Update):
            yield _assigning(target, then.expressions, query, source=using.alias_or_name)
        else:
            yield Part(_table(target), query, by_name=True)


def _merged_insert(target: exp.Expr, insert: exp.Insert, query: exp.Select) -> Part:
    names = insert.this.expressions if isinstance(insert.this, exp.Tuple) else []
    values = insert.expression.expressions if isinstance(insert.expression, exp.Tuple) else None
    if values is None:  # INSERT ROW, INSERT *
        return Part(_table(target), query.select("*"), by_name=True)
    query.set("expressions", [value.copy() for value in values])
    return Part(_table(target), query, tuple(name.this for name in names))


def _multiple(inserts: exp.MultitableInserts) -> Iterator[Part]:
    source = inserts.args["source"]
    for one in inserts.expressions:
        insert = one.this if isinstance(one, exp.ConditionalInsert) else one
        condition = one.expression if isinstance(one, exp.ConditionalInsert) else None
        target, columns = _target(insert.this)
        query = _fed(insert.expression, source, condition)
        names = tuple(name for name in columns if isinstance(name, exp.Identifier))
        yield Part(_table(target), _with(inserts, query), names)


def _fed(given: exp.Expr | None, source: exp.Expr, condition: exp.Expr | None) -> exp.Select:
    relation = source if isinstance(source, exp.Table) else exp.Subquery(this=source.unnest())
    if isinstance(given, exp.Select):
        query = given.copy()
    else:
        row = given.expressions[0].expressions if isinstance(given, exp.Values) else [exp.Star()]
        query = exp.select(*(cell.copy() for cell in row))
    query = query.from_(relation.copy())
    return query.where(condition.copy()) if condition else query


def _copy(copy: exp.Copy) -> Iterator[Part]:
    target, _ = _target(copy.this)
    if not isinstance(target, exp.Table):
        yield from _query(copy.this)
    elif copy.args.get("kind"):
        streamed = any(file.name.lower() == "stdin" for file in copy.args.get("files") or ())
        yield Part(target, gap=None if streamed else Gap("unsupported", "Which files COPY reads is not followed."))
    else:
        yield Part(query=exp.select("*").from_(target))


def _drop(drop: exp.Drop) -> Iterator[Part]:
    if str(drop.args.get("kind")).upper() in ("TABLE", "VIEW", "MATERIALIZED VIEW"):
        for table in [drop.this] if drop.this else drop.args.get("tables") or ():
            yield Part(_table(table), change="DROP")


def _truncate(truncate: exp.TruncateTable) -> Iterator[Part]:
    for table in truncate.expressions:
        yield Part(_table(table), change="TRUNCATE")


def _alter(alter: exp.Alter) -> Iterator[Part]:
    target, _ = _target(alter.this)
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


_READERS: Final[dict[type[exp.Expr], Callable[..., Iterator[Part]]]] = {
    exp.Insert: _insert,
    exp.Create: _create,
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Merge: _merge,
    exp.MultitableInserts: _multiple,
    exp.Copy: _copy,
    exp.Drop: _drop,
    exp.TruncateTable: _truncate,
    exp.Alter: _alter,
    exp.Values: _query,
    exp.Query: _query,
}


def _assigning(target: exp.Expr, assignments: list[exp.Expr], query: exp.Select, source: str = "") -> Part:
    """SET a = x, (b, c) = (y, z): a query of x, y, z that goes to a, b, c; SET *: all columns of `source`."""
    names: list[exp.Identifier] = []
    values: list[exp.Expr] = []
    for one in assignments:
        if not isinstance(one, exp.EQ):  # UPDATE SET *
            return Part(_table(target), query.select(exp.column("*", table=source)), by_name=True)
        left = one.this.expressions if isinstance(one.this, exp.Tuple) else [one.this]
        right = _apart(one.expression, len(left))
        names += [column.this for column in left if isinstance(column, exp.Column)]
        values += right
    query.set("expressions", [value.copy() for value in values])
    return Part(_table(target), query, tuple(names))


def _apart(value: exp.Expr, width: int) -> list[exp.Expr]:
    """(y, z) and (SELECT y, z …) as a value for each column."""
    if width == 1:
        return [value]
    if isinstance(value, exp.Tuple):
        return value.expressions
    query = value.unnest()
    if not isinstance(query, exp.Select) or len(query.expressions) != width:
        return [value] * width
    return [exp.Subquery(this=query.select(one.copy(), append=False)) for one in query.expressions]


def _as_query(node: exp.Expr) -> exp.Query:
    """A query that can stand alone."""
    if isinstance(node, exp.Values):
        return _rows(node)
    inner = node.unnest()
    if inner is not node and any(node.args.get(key) for key in ("order", "limit", "joins")):
        return exp.select("*").from_(node.copy())
    outer = node.args.get("with_")
    return _with(node, inner) if outer and inner is not node else inner


def _rows(values: exp.Values) -> exp.Query:
    """VALUES as a query: of rows of literals the first stands for all."""
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
    telling = [row for row in rows if any(cell.find(exp.Query, exp.Column) for cell in row)]
    queries = [exp.select(*(cell.copy() for cell in row)) for row in (telling or rows[:1])]
    return exp.union(*queries, distinct=False) if len(queries) > 1 else queries[0]


def _with(statement: exp.Expr, query: exp.Query) -> exp.Query:
    """The query, the WITH of its statement before its own."""
    outer = statement.args.get("with_")
    if outer and statement is not query:
        own = query.args.get("with_")
        merged = outer.copy()
        merged.set("expressions", [*merged.expressions, *(own.expressions if own else ())])
        query.set("with_", merged)
    return query


def _target(node: exp.Expr) -> tuple[exp.Expr, list[exp.Expr]]:
    """The table that is written, and the columns that are listed after it."""
    if isinstance(node, exp.Schema):
        return node.this, node.expressions
    return node, []


def _table(node: exp.Expr) -> exp.Table | None:
    found = _target(node)[0]
    return found if isinstance(found, exp.Table) else None


def _named(target: exp.Expr, source: exp.Expr | None) -> exp.Table | None:
    """Of the tables of FROM the one that UPDATE or DELETE names, by its alias or again."""
    if source is None or target is source:
        return None
    for table in source.find_all(exp.Table):
        if table.alias_or_name.lower() == target.alias_or_name.lower() and not isinstance(table.parent, exp.Column):
            return table
    return None


def _reading(relations: list[exp.Expr]) -> exp.Select:
    """A query of all these side by side, each with the joins that hang on it."""
    query = exp.select()
    for place, relation in enumerate(relations):
        alone = relation.copy()
        alone.set("joins", None)
        query = query.join(alone, join_type="cross") if place else query.from_(alone)
        for join in relation.args.get("joins") or ():
            query.append("joins", join.copy())
    return query


def _marked_temporary(table: exp.Table) -> bool:
    return bool(table.this.args.get("temporary")) or table.name.startswith("#")
