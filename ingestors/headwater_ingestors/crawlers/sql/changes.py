"""INSERT, UPDATE, DELETE and MERGE as queries of what they write."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from headwater_ingestors.crawlers.sql.parts import Part, as_query, reading, table_of, target_of, with_of


def insert(insert: exp.Insert) -> Iterator[Part]:
    """Its query; what it does on conflict is another part, which reads the rows as `excluded`."""
    target, columns = target_of(insert.this)
    if not isinstance(target, exp.Table):
        return  # into a directory, a function
    names = tuple(one for one in columns if isinstance(one, exp.Identifier))
    query = with_of(insert, as_query(insert.expression)) if insert.expression else None
    part = Part(target, query, names, by_name=bool(insert.args.get("by_name")))
    yield part
    conflict = insert.args.get("conflict")
    if query is not None and names and conflict is not None and conflict.expressions:
        alias = exp.TableAlias(this=exp.to_identifier("excluded"), columns=[name.copy() for name in names])
        source = exp.Subquery(this=query.copy(), alias=alias)
        yield _assigning(target, conflict.expressions, reading([target, source]))


def update(update: exp.Update) -> Iterator[Part]:
    """What is assigned, as a query of all its tables."""
    target, from_ = target_of(update.this)[0], update.args.get("from_")
    named = _named(target, from_)
    relations = ([] if named else [target]) + ([from_.this] if from_ else [])
    query = reading(relations)
    query.set("where", update.args.get("where"))
    yield _assigning(named or target, update.expressions, with_of(update, query))


def delete(delete: exp.Delete) -> Iterator[Part]:
    """Nothing flows into its columns; what it looks at decides which rows stay."""
    source = delete.this
    query = with_of(delete, reading([source, *(delete.args.get("using") or ())]))
    query.set("where", delete.args.get("where"))
    for table in delete.args.get("tables") or [source]:
        yield Part(_named(table, source) or table_of(table), query.copy(), by_name=True, change=None)


def merge(merge: exp.Merge) -> Iterator[Part]:
    """A part for each WHEN; rows that are inserted know of the source alone."""
    target = target_of(merge.this)[0]
    using = merge.args["using"]
    for when in merge.args["whens"].expressions:
        then = when.args["then"]
        inserting = isinstance(then, exp.Insert)
        query: exp.Query = reading([using])
        if not inserting and isinstance(query, exp.Select):
            query = query.join(target.copy(), on=merge.args.get("on"))
        if when.args.get("condition"):
            query.set("where", exp.Where(this=when.args["condition"].copy()))
        query = with_of(merge, query)
        if inserting:
            yield _merged_insert(target, then, query)
        elif isinstance(then, exp.Update):
            yield _assigning(target, then.expressions, query, source=using.alias_or_name)
        else:
            yield Part(table_of(target), query, by_name=True)


def _merged_insert(target: exp.Expr, insert: exp.Insert, query: exp.Query) -> Part:
    names = insert.this.expressions if isinstance(insert.this, exp.Tuple) else []
    values = insert.expression.expressions if isinstance(insert.expression, exp.Tuple) else None
    if values is None:  # INSERT ROW, INSERT *
        return Part(table_of(target), query.select("*"), by_name=True)
    query.set("expressions", [value.copy() for value in values])
    return Part(table_of(target), query, tuple(name.this for name in names))


def multiple(inserts: exp.MultitableInserts) -> Iterator[Part]:
    """Hive's FROM … INSERT … INSERT, Oracle's INSERT ALL: each with the common source."""
    source = inserts.args["source"]
    for one in inserts.expressions:
        insert = one.this if isinstance(one, exp.ConditionalInsert) else one
        condition = one.expression if isinstance(one, exp.ConditionalInsert) else None
        target, columns = target_of(insert.this)
        query = _fed(insert.expression, source, condition)
        names = tuple(name for name in columns if isinstance(name, exp.Identifier))
        yield Part(table_of(target), with_of(inserts, query), names)


def _fed(given: exp.Expr | None, source: exp.Expr, condition: exp.Expr | None) -> exp.Select:
    relation = source if isinstance(source, exp.Table) else exp.Subquery(this=source.unnest())
    if isinstance(given, exp.Select):
        query = given.copy()
    else:
        row = given.expressions[0].expressions if isinstance(given, exp.Values) else [exp.Star()]
        query = exp.select(*(cell.copy() for cell in row))
    query = query.from_(relation.copy())
    return query.where(condition.copy()) if condition else query


def _assigning(target: exp.Expr, assignments: list[exp.Expr], query: exp.Query, source: str = "") -> Part:
    """SET a = x, (b, c) = (y, z): a query of x, y, z that goes to a, b, c; SET *: all columns of `source`."""
    names: list[exp.Identifier] = []
    values: list[exp.Expr] = []
    for one in assignments:
        if not isinstance(one, exp.EQ):  # UPDATE SET *
            return Part(table_of(target), query.select(exp.column("*", table=source)), by_name=True)
        left = one.this.expressions if isinstance(one.this, exp.Tuple) else [one.this]
        right = _apart(one.expression, len(left))
        names += [column.this for column in left if isinstance(column, exp.Column)]
        values += right
    query.set("expressions", [value.copy() for value in values])
    return Part(table_of(target), query, tuple(names))


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


def _named(target: exp.Expr, source: exp.Expr | None) -> exp.Table | None:
    """Of the tables of FROM the one that UPDATE or DELETE names, by its alias or again."""
    if source is None or target is source:
        return None
    for table in source.find_all(exp.Table):
        if table.alias_or_name.lower() == target.alias_or_name.lower() and not isinstance(table.parent, exp.Column):
            return table
    return None
