"""PIVOT and UNPIVOT: which columns a pivoted table has, and where they come from."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from headwater_ingestors.crawlers.sql.expressions import uses
from headwater_ingestors.crawlers.sql.relations import by_way_of, lookup, renamed, union
from headwater_ingestors.crawlers.sql.values import CONDITIONAL, NONE, TRANSFORMATION, Column, Relation, Sources


def pivoted(node: exp.Expr, relation: Relation) -> Relation:
    """The relation after all pivots that hang on the table or query `node`."""
    for pivot in node.args.get("pivots") or ():
        relation = _unpivoted(pivot, relation) if pivot.args.get("unpivot") else _pivoted(pivot, relation)
        relation = renamed(relation, pivot.alias_column_names)
    return relation


def _pivoted(pivot: exp.Pivot, relation: Relation) -> Relation:
    """Aggregates take turns among the new columns, as the dialect's parser named them."""
    names = [column.name for column in pivot.args.get("columns") or ()]
    choosing = by_way_of(_all(relation, *(field.this for field in pivot.fields)), CONDITIONAL)
    values = [_all(relation, aggregate) | choosing for aggregate in pivot.expressions]
    if not values:
        return relation
    new = tuple(Column(name, values[place % len(values)]) for place, name in enumerate(names))
    return _beside(relation, new, used=[*pivot.expressions, *pivot.fields])


def _unpivoted(pivot: exp.Pivot, relation: Relation) -> Relation:
    """The value columns come from all that are turned into rows; the column of names from none."""
    fields = [field for field in pivot.fields if isinstance(field, exp.In)]
    turned = [entry for field in fields for entry in field.expressions]
    values = by_way_of(_all(relation, *turned), TRANSFORMATION)
    named = [identifier.name for value in pivot.expressions for identifier in value.find_all(exp.Identifier)]
    new = tuple(Column(name, values) for name in named) + tuple(Column(field.this.name, NONE) for field in fields)
    return _beside(relation, new, used=turned)


def _beside(relation: Relation, new: tuple[Column, ...], used: list[exp.Expr]) -> Relation:
    consumed = {column.name for node in used for column in node.find_all(exp.Column)}
    kept = tuple(column for column in relation.columns if column.name not in consumed)
    return replace(relation, columns=kept + new)


def _all(relation: Relation, *nodes: exp.Expr) -> Sources:
    found = (by_way_of(lookup(relation, use.name) or NONE, via) for node in nodes for use, via in uses(node))
    return union(found)
