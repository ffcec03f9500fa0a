"""What is said of a statement: tables, where the values of a column come from, and why something could not be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

DIRECT: Final = "DIRECT"
INDIRECT: Final = "INDIRECT"


class Via(NamedTuple):
    """How a value got from a source to a target: a transformation type and subtype of OpenLineage."""

    type: str
    subtype: str


IDENTITY: Final = Via(DIRECT, "IDENTITY")
TRANSFORMATION: Final = Via(DIRECT, "TRANSFORMATION")
AGGREGATION: Final = Via(DIRECT, "AGGREGATION")
JOIN: Final = Via(INDIRECT, "JOIN")
FILTER: Final = Via(INDIRECT, "FILTER")
GROUP_BY: Final = Via(INDIRECT, "GROUP_BY")
SORT: Final = Via(INDIRECT, "SORT")
WINDOW: Final = Via(INDIRECT, "WINDOW")
CONDITIONAL: Final = Via(INDIRECT, "CONDITIONAL")

_STRENGTH: Final = {IDENTITY: 0, TRANSFORMATION: 1, AGGREGATION: 2}


def through(inner: Via, outer: Via) -> Via:
    """Both steps as one: what is indirect stays so, of direct ones the stronger is told."""
    if inner.type == INDIRECT:
        return inner
    return outer if outer.type == INDIRECT else max(inner, outer, key=_STRENGTH.__getitem__)


TableName = tuple[str, ...]
"""The parts of a table's name, outermost first, folded as the dialect folds them."""


class Source(NamedTuple):
    """A column that a value depends on."""

    table: TableName
    field: str
    via: Via


Sources = frozenset[Source]
NONE: Final[Sources] = frozenset()


class Column(NamedTuple):
    """A column of a relation."""

    name: str
    sources: Sources


class Gap(NamedTuple):
    """Why something could not be said: a code that never changes, a sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Relation:
    """What a query or a table gives.

    columns: in order, those that are known; rows: columns that decide which rows there are and in what order; reads:
    all tables below; stars: tables of which it passes all columns on and none is known; arms: of a union whose columns
    are not all known, its sides; other: where a column comes from that is not listed (of table functions).
    """

    columns: tuple[Column, ...] = ()
    rows: Sources = NONE
    reads: frozenset[TableName] = frozenset()
    stars: frozenset[TableName] = frozenset()
    arms: tuple[Relation, ...] = ()
    other: Sources | None = None
    gaps: frozenset[Gap] = frozenset()


@dataclass(frozen=True, slots=True)
class Write:
    """What a statement does to one table.

    change: what it does to the table itself: CREATE, DROP, TRUNCATE, ALTER, RENAME; schema: (column, type) where it
    says so; temporary: the table is gone after the script.
    """

    table: TableName
    relation: Relation = Relation()
    change: str | None = None
    schema: tuple[tuple[str, str | None], ...] = ()
    temporary: bool = False
    previous: TableName | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script, read.

    kind: its verb; line: where it begins, from 1; reads: tables, without temporary ones; result: what a bare query
    gives; confidence: 0 (nothing could be read) to 1.
    """

    number: int
    line: int
    kind: str
    text: str
    reads: tuple[TableName, ...] = ()
    writes: tuple[Write, ...] = ()
    result: Relation | None = None
    confidence: float = 0.0
    gaps: tuple[Gap, ...] = ()


Columns = tuple[str, ...]
Schemas = Mapping[TableName, Columns]
"""Known columns of tables, as their database spells them."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """Where names that lack their first parts are looked for; of a dialect without schemas `schema` is the database."""

    database: str | None = None
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a script is read. characters, tokens and seconds are of one statement."""

    statements: int = 2_000
    characters: int = 1_000_000
    tokens: int = 50_000
    seconds: float = 10.0


BOUNDS: Final = Bounds()
NOWHERE: Final = Defaults()
