"""Where the columns of a qualified query come from: its scopes, from the innermost outwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from headwater_ingestors.crawlers.sql.dictionaries import dictionaries
from headwater_ingestors.crawlers.sql.expressions import uses
from headwater_ingestors.crawlers.sql.pivots import pivoted
from headwater_ingestors.crawlers.sql.relations import by_way_of, is_open, listed, lookup, renamed, union, united
from headwater_ingestors.crawlers.sql.tables import Tables, table_name
from headwater_ingestors.crawlers.sql.values import (
    FILTER,
    GROUP_BY,
    IDENTITY,
    JOIN,
    NONE,
    SORT,
    TRANSFORMATION,
    Column,
    Gap,
    Relation,
    Source,
    Sources,
    TableName,
)

_CLAUSES: Final = {
    "where": FILTER,
    "having": FILTER,
    "qualify": FILTER,
    "group": GROUP_BY,
    "order": SORT,
    "connect": JOIN,
}
"""Clauses of a query that decide which rows it gives, and how."""


def flow(query: exp.Query, tables: Tables) -> Relation:
    """What a qualified query gives; each of its scopes is read once."""
    reading = _Reading(tables)
    relation = Relation()
    for scope in traverse_scope(query):
        relation = reading.read(scope)
    reading.reads |= set(dictionaries(query))
    gaps = reading.gaps | {_unknown_columns(table) for table in relation.stars}
    return replace(relation, reads=frozenset(reading.reads), gaps=frozenset(gaps))


class _Reading:
    """The scopes of one query as they are read: what each gives, all tables, all gaps."""

    def __init__(self, tables: Tables) -> None:
        self.reads: set[TableName] = set()
        self.gaps: set[Gap] = set()
        self._tables = tables
        self._given: dict[int, Relation] = {}
        self._named: dict[int, Relation] = {}

    def read(self, scope: Scope) -> Relation:
        """What the scope gives; those inside it have been read."""
        expression = scope.expression
        if isinstance(expression, exp.SetOperation):
            relation = self._set_operation(scope, expression)
        elif isinstance(expression, exp.UDTF):
            relation = self._table_function(scope, expression)
        elif isinstance(expression, exp.Select):
            relation = self._select(scope, expression)
        else:
            relation = self._of(expression.unnest())
        self._given[id(expression)] = relation
        return relation

    def _of(self, query: exp.Expr) -> Relation:
        return self._given.get(id(query), Relation())

    def _select(self, scope: Scope, select: exp.Select) -> Relation:
        behind = self._selected(scope)
        columns: list[Column] = []
        stars: set[TableName] = set()
        for projection in select.expressions:
            if not projection.is_star:
                columns.append(Column(projection.alias_or_name, self._value(scope, projection)))
                continue
            for relation in _starred(projection, behind):
                columns += relation.columns
                stars |= relation.stars
        arms = next(iter(_starred(select.expressions[0], behind))).arms if len(behind) == 1 and stars else ()
        return Relation(tuple(columns), self._rows(scope, select, columns), stars=frozenset(stars), arms=arms)

    def _selected(self, scope: Scope) -> dict[str, Relation]:
        """What stands behind each name of FROM and JOIN."""
        found = {name: self._source(scope, name) for name in scope.selected_sources}
        return {name: relation for name, relation in found.items() if relation is not None}

    def _source(self, scope: Scope, name: str) -> Relation | None:
        """What stands behind a name here, else further out (in a correlated query); None where nothing does."""
        here: Scope | None = scope
        while here is not None:
            turned = self._pivot(here, name)
            if turned is not None:
                return turned
            source = here.sources.get(name)
            if source is not None:
                return self._table(here, source) if isinstance(source, exp.Table) else self._of(source.expression)
            here = here.parent
        return None

    def _pivot(self, scope: Scope, name: str) -> Relation | None:
        """The pivoted table or query that goes by that name."""
        for pivot in scope.pivots:
            node = pivot.parent
            if node is None or node.args["pivots"][-1] is not pivot or name not in (pivot.alias, node.alias_or_name):
                continue
            if not isinstance(node, exp.Table):
                return pivoted(node, self._of(node.unnest()))
            cte = None if node.db else scope.cte_sources.get(node.name)
            return pivoted(node, self._of(cte.expression) if isinstance(cte, Scope) else self._table(scope, node))
        return None

    def _table(self, scope: Scope, table: exp.Table) -> Relation:
        if id(table) not in self._named:
            self._named[id(table)] = Relation(other=NONE)  # what its own arguments see, should they name it
            self._named[id(table)] = self._read_table(scope, table)
        return self._named[id(table)]

    def _read_table(self, scope: Scope, table: exp.Table) -> Relation:
        if isinstance(table.this, exp.Identifier):
            return renamed(self._stored(table_name(table)), table.alias_column_names)
        if isinstance(table.this, exp.SemanticView):
            return self._stored(table_name(table.this.this))
        made = by_way_of(self._value(scope, table.this), TRANSFORMATION)
        return Relation(tuple(Column(name, made) for name in table.alias_column_names), other=made)

    def _stored(self, name: TableName) -> Relation:
        held = self._tables.temporary.get(name)
        if held is not None:
            self.reads |= held.reads
            self.gaps |= held.gaps
            return held
        self.reads.add(name)
        known = self._tables.known(name)
        columns = tuple(Column(field, frozenset({Source(name, field, IDENTITY)})) for field in known)
        return Relation(columns, stars=frozenset() if known else frozenset({name}))

    def _value(self, scope: Scope, expression: exp.Expr, own: Iterable[Column] = ()) -> Sources:
        """What an expression depends on. own: columns that it may also name, of the query that it belongs to."""
        found: list[Sources] = []
        for node, via in uses(expression):
            if isinstance(node, exp.Column):
                found.append(by_way_of(self._column(scope, node, own), via))
            elif isinstance(node, exp.Dot):
                found.append(by_way_of(self._nested(scope, node, own), via))
            else:
                inner = self._of(node)
                found += [by_way_of(column.sources, via) for column in inner.columns]
                found.append(by_way_of(inner.rows, via))
        return union(found)

    def _nested(self, scope: Scope, node: exp.Dot, own: Iterable[Column]) -> Sources:
        path: list[str] = []
        inner: exp.Expr = node
        while isinstance(inner, exp.Dot):
            path.insert(0, inner.expression.name)
            inner = inner.this
        return self._within(self._column(scope, inner, own), path)

    def _within(self, sources: Sources, path: list[str]) -> Sources:
        """A field within a column: itself where the table is known to have it, else it is made of the column."""
        found: set[Source] = set()
        for source in sources:
            whole = ".".join((source.field, *path))
            known = self._tables.has_field(source.table, whole)
            found |= {source._replace(field=whole)} if known else by_way_of({source}, TRANSFORMATION)
        return frozenset(found)

    def _column(self, scope: Scope, column: exp.Expr, own: Iterable[Column]) -> Sources:
        name, table = column.name, column.text("table")
        if isinstance(column.this, exp.Star):
            return NONE
        if not table:
            return self._unqualified(scope, name, own)
        relation = self._source(scope, table)
        if relation is None:  # a field of a column, which is written as a column of a table would be
            first, *path = [part.name for part in column.parts] if isinstance(column, exp.Column) else [name]
            return self._within(self._unqualified(scope, first, own), path)
        found = lookup(relation, name)
        if found is None:
            self.gaps.add(_unresolved(f"{table}.{name}"))
        return found or NONE

    def _unqualified(self, scope: Scope, name: str, own: Iterable[Column]) -> Sources:
        """A column without its table: of the one that has it, else of the only one that may have it."""
        for column in own:
            if column.name == name:
                return column.sources
        here: Scope | None = scope
        while here is not None:
            behind = self._selected(here)
            sure = [relation for relation in behind.values() if listed(relation, name) is not None]
            may = sure or [relation for relation in behind.values() if relation.stars]
            may = may or [relation for relation in behind.values() if is_open(relation)]
            if len(may) == 1:
                return lookup(may[0], name) or NONE
            if may:
                self.gaps.add(_ambiguous(name, behind))
                return NONE
            here = here.parent
        self.gaps.add(_unresolved(name))
        return NONE

    def _rows(self, scope: Scope, select: exp.Select, own: list[Column]) -> Sources:
        """What decides which rows a query gives: its clauses, its joins, and the same of what it reads."""
        clauses = [(select.args.get(clause), via) for clause, via in _CLAUSES.items()]
        joins = _joins(select)
        conditions = [(join.args.get("on"), JOIN) for join in joins]
        shared = {column.name for join in joins for column in join.args.get("using") or ()}
        distinct = select.args.get("distinct")
        chosen = [(distinct.args.get("on") if distinct else None, GROUP_BY)]
        parts = [
            by_way_of(self._value(scope, node, own), via)
            for node, via in (*clauses, *conditions, *chosen)
            if isinstance(node, exp.Expr)
        ]
        behind = self._selected(scope).values()
        parts += [by_way_of(lookup(relation, name) or NONE, JOIN) for relation in behind for name in sorted(shared)]
        return union([*parts, *(relation.rows for relation in behind)])

    def _set_operation(self, scope: Scope, operation: exp.SetOperation) -> Relation:
        left, right = (self._of(side.expression) for side in scope.set_operation_scopes)
        relation = united(left, right, operation)
        order = operation.args.get("order")
        sorting = [lookup(relation, column.name) or NONE for column in order.find_all(exp.Column)] if order else []
        return replace(relation, rows=relation.rows | by_way_of(union(sorting), SORT))

    def _table_function(self, scope: Scope, function: exp.UDTF) -> Relation:
        """LATERAL, UNNEST, VALUES and table functions: their columns are made of what they are given."""
        names = list(function.alias_column_names)
        inner = function.this if isinstance(function, exp.Lateral) else None
        if isinstance(inner, (exp.Subquery, exp.Query)):
            return renamed(self._of(inner.unnest()), names)
        if isinstance(function, exp.Values):
            return _values(names, [self._row(scope, row) for row in function.expressions])
        given = [inner] if inner else list(function.expressions)
        made = by_way_of(union(self._value(scope, one) for one in given), TRANSFORMATION)
        return Relation(tuple(Column(name, made) for name in names), other=made)

    def _row(self, scope: Scope, row: exp.Expr) -> list[Sources]:
        return [self._value(scope, cell) for cell in (row.expressions if isinstance(row, exp.Tuple) else [row])]


def _joins(select: exp.Select) -> list[exp.Join]:
    """The joins of its FROM, also those within brackets, as databases write the definitions of views."""
    roots = [node for node in (select.args.get("from_"), *(select.args.get("joins") or ())) if node is not None]
    walks = (root.walk(prune=lambda node: isinstance(node, (exp.Select, exp.SetOperation))) for root in roots)
    return [node for walk in walks for node in walk if isinstance(node, exp.Join)]


def _values(names: list[str], rows: list[list[Sources]]) -> Relation:
    width = max(map(len, rows), default=0)
    cells = [union(row[place] for row in rows if place < len(row)) for place in range(width)]
    names += [f"_col_{place}" for place in range(len(names), width)]
    return Relation(tuple(Column(name, sources) for name, sources in zip(names, cells, strict=False)))


def _starred(projection: exp.Expr, behind: dict[str, Relation]) -> list[Relation]:
    """What `*` or `name.*` stands for, without the columns that it leaves out."""
    table = projection.text("table") if isinstance(projection, exp.Column) else ""
    star = projection.this if isinstance(projection, exp.Column) else projection
    left_out = {one.name for one in star.args.get("except_") or ()}
    chosen = [behind[table]] if table in behind else [] if table else list(behind.values())
    return [
        replace(relation, columns=tuple(column for column in relation.columns if column.name not in left_out))
        for relation in chosen
    ]


def _unknown_columns(table: TableName) -> Gap:
    name = ".".join(table)
    return Gap("unknown-columns", f"The columns of {name}, which * stands for, are not known.")


def _unresolved(name: str) -> Gap:
    return Gap("unresolved-column", f"Nothing that is read here is known to have a column {name}.")


def _ambiguous(name: str, behind: dict[str, Relation]) -> Gap:
    tables = " or ".join(sorted(behind))
    return Gap("ambiguous-column", f"The column {name} may be of {tables}: their columns are not known.")
