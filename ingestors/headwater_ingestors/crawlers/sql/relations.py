"""Relations put together: a column looked up by name, unions, renamed columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from sqlglot import exp

from headwater_ingestors.crawlers.sql.values import (
    FILTER,
    IDENTITY,
    NONE,
    Column,
    Relation,
    Source,
    Sources,
    Via,
    through,
)


def by_way_of(sources: Iterable[Source], via: Via) -> Sources:
    """The sources, after one more step."""
    return frozenset(source._replace(via=through(source.via, via)) for source in sources)


def union(parts: Iterable[Sources]) -> Sources:
    """All of them."""
    return NONE.union(*parts)


def lookup(relation: Relation, name: str) -> Sources | None:
    """Where the column of that name comes from; None where that cannot be told."""
    found = listed(relation, name)
    if found is not None:
        return found
    if relation.arms:
        sides = [lookup(arm, name) for arm in relation.arms]
        return union(side for side in sides if side is not None) if any(side is not None for side in sides) else None
    if len(relation.stars) == 1:
        return frozenset(Source(table, name, IDENTITY) for table in relation.stars)
    return relation.other


def listed(relation: Relation, name: str) -> Sources | None:
    """Where a column comes from that the relation surely has; another case is taken if it is the only one."""
    exact = [column.sources for column in relation.columns if column.name == name]
    if exact:
        return exact[0]
    folded = [column.sources for column in relation.columns if column.name.casefold() == name.casefold()]
    return folded[0] if len(folded) == 1 else None


def is_open(relation: Relation) -> bool:
    """Whether it may have columns that are not listed."""
    return bool(relation.stars) or relation.other is not None


def united(left: Relation, right: Relation, operation: exp.SetOperation) -> Relation:
    """UNION by position or by name; EXCEPT and INTERSECT give rows of the left side, which all columns decide."""
    stars = left.stars | right.stars
    rows = left.rows | right.rows
    if not isinstance(operation, exp.Union):
        deciding = union(column.sources for column in (*left.columns, *right.columns))
        return replace(left, rows=rows | by_way_of(deciding, FILTER))
    if is_open(left) or is_open(right):
        return Relation(rows=rows, stars=stars, arms=(left, right), columns=_shared(left, right))
    if operation.args.get("by_name"):
        return Relation(_by_name(left, right), rows)
    pairs = zip_longest(left.columns, right.columns)
    return Relation(tuple(Column(_name(a, b), _sources(a) | _sources(b)) for a, b in pairs), rows)


def _shared(left: Relation, right: Relation) -> tuple[Column, ...]:
    """Columns that both sides list by name, where positions cannot be compared."""
    return tuple(Column(name, sources | (lookup(right, name) or NONE)) for name, sources in left.columns)


def _by_name(left: Relation, right: Relation) -> tuple[Column, ...]:
    names = dict.fromkeys(column.name for column in (*left.columns, *right.columns))
    return tuple(Column(name, (listed(left, name) or NONE) | (listed(right, name) or NONE)) for name in names)


def _name(left: Column | None, right: Column | None) -> str:
    return (left or right or Column("", NONE)).name


def _sources(column: Column | None) -> Sources:
    return column.sources if column else NONE


def renamed(relation: Relation, names: Sequence[str]) -> Relation:
    """The relation, its first columns under these names."""
    if not names or is_open(relation):
        return relation
    pairs = zip_longest(names, relation.columns)
    return replace(relation, columns=tuple(Column(name or one.name, one.sources) for name, one in pairs if one))
