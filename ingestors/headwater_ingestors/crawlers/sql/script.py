"""A script read: its statements in order, each with what it reads and writes; one feeds the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from headwater_ingestors.crawlers.sql.confidence import confidence
from headwater_ingestors.crawlers.sql.flows import flow
from headwater_ingestors.crawlers.sql.limits import TooSlow, within
from headwater_ingestors.crawlers.sql.parsing import FAULTS, Piece, parse
from headwater_ingestors.crawlers.sql.parts import Part
from headwater_ingestors.crawlers.sql.places import moved
from headwater_ingestors.crawlers.sql.qualifying import qualified
from headwater_ingestors.crawlers.sql.relations import is_open, renamed
from headwater_ingestors.crawlers.sql.shapes import parts_of
from headwater_ingestors.crawlers.sql.tables import Tables, table_name
from headwater_ingestors.crawlers.sql.values import (
    BOUNDS,
    NOWHERE,
    Bounds,
    Columns,
    Defaults,
    Gap,
    Relation,
    Schemas,
    Statement,
    TableName,
    Write,
)

_UNNAMED: Final = "_col_"
"""How sqlglot names columns that a query does not."""
_SILENT: Final = frozenset(
    {
        "SET",
        "RESET",
        "SHOW",
        "USE",
        "BEGIN",
        "START",
        "COMMIT",
        "ROLLBACK",
        "END",
        "GRANT",
        "REVOKE",
        "ANALYZE",
        "VACUUM",
    }
    | {"EXPLAIN", "COMMENT", "PRAGMA", "LOCK", "UNLOCK", "DELIMITER", "PRINT", "CHECKPOINT", "REFRESH", "OPTIMIZE"}
    | {"MSCK", "ATTACH", "DETACH", "DESCRIBE", "KILL", "CACHE", "UNCACHE", "CREATE", "DROP", "ALTER", "GO", "LIST"}
)
"""Commands that move no rows, or of which a table's own statements tell."""


def read_script(
    text: str,
    dialect: Dialect,
    *,
    known: Schemas | None = None,
    defaults: Defaults = NOWHERE,
    bounds: Bounds = BOUNDS,
) -> list[Statement]:
    """The statements of a script, in order. known: columns of tables, by their whole names."""
    return Script(parse(text, dialect, bounds), dialect, defaults, bounds).read(known or {})


class Script:
    """A parsed script: which tables it names, and, given their columns, what it does."""

    def __init__(self, pieces: list[Piece], dialect: Dialect, defaults: Defaults, bounds: Bounds) -> None:
        self._pieces = pieces
        self._dialect = dialect
        self._defaults = defaults
        self._bounds = bounds

    def names(self) -> set[TableName]:
        """All tables that it names, those among them that it makes itself too."""
        place, found = self._defaults, set[TableName]()
        for tree in self._trees():
            place = moved(place, tree, self._dialect)
            found |= {self._name(table, place) for table in tree.find_all(exp.Table) if table.name}
        return found

    def read(self, known: Schemas) -> list[Statement]:
        """What each statement does. known: columns of tables by the names that `names` gives."""
        reader = _Reader(self._dialect, Tables(self._dialect, known), self._defaults, self._bounds, self._passing())
        return [reader.read(number, piece) for number, piece in enumerate(self._pieces, 1)]

    def _passing(self) -> frozenset[TableName]:
        """Tables that the script makes and drops again: temporary but for their name."""
        place, made, dropped = self._defaults, set[TableName](), set[TableName]()
        for tree in self._trees():
            place = moved(place, tree, self._dialect)
            if isinstance(tree, exp.Create) and isinstance(tree.find(exp.Table), exp.Table) and tree.kind == "TABLE":
                made.add(self._name(tree.find(exp.Table), place))
                dropped -= made
            elif isinstance(tree, exp.Drop):
                dropped |= {self._name(table, place) for table in tree.find_all(exp.Table)}
        return frozenset(made & dropped)

    def _trees(self) -> Iterator[exp.Expr]:
        return (piece.tree for piece in self._pieces if piece.tree is not None)

    def _name(self, table: exp.Table | None, place: Defaults) -> TableName:
        return placed(table, self._dialect, place) if table is not None else ()


def placed(table: exp.Table, dialect: Dialect, place: Defaults) -> TableName:
    """The whole name of a table, folded, where its first parts are left out."""
    copy = exp.Table(**{part: table.args[part].copy() for part in ("this", "db", "catalog") if table.args.get(part)})
    name = table_name(normalize_identifiers(copy, dialect=dialect))
    if len(name) == 1 and place.schema:
        name = (place.schema, *name)
    if len(name) == 2 and place.database:
        name = (place.database, *name)
    return name


class _Reader:
    """Reads statement after statement; what one makes, the next ones know."""

    def __init__(
        self, dialect: Dialect, tables: Tables, place: Defaults, bounds: Bounds, passing: frozenset[TableName]
    ) -> None:
        self._dialect = dialect
        self._tables = tables
        self._place = place
        self._bounds = bounds
        self._passing = passing

    def read(self, number: int, piece: Piece) -> Statement:
        statement = Statement(number, piece.line, "", piece.text)
        if piece.tree is None:
            return replace(statement, kind="UNKNOWN", gaps=(piece.gap,) if piece.gap else ())
        self._place = moved(self._place, piece.tree, self._dialect)
        statement = replace(statement, kind=kind_of(piece.tree))
        try:
            with within(self._bounds.seconds):
                return self._done(statement, list(self._written(piece.tree)))
        except TooSlow:
            gap = Gap("too-slow", f"It took more than {self._bounds.seconds:g} seconds to follow its columns.")
        except FAULTS as error:
            gap = Gap("unfollowed", f"Its columns could not be followed: {type(error).__name__}.")
        return self._tables_only(statement, piece.tree, gap)

    def _written(self, tree: exp.Expr) -> Iterator[Write]:
        if isinstance(tree, exp.Command) and tree.name.upper() not in _SILENT:
            gap = Gap("unsupported", f"What {tree.name.upper()[:40]} does is not followed.")
            yield Write((), Relation(gaps=frozenset({gap})))
        for part in parts_of(tree):
            yield self._part(part)

    def _part(self, part: Part) -> Write:
        relation = self._relation(part.query) if part.query is not None else Relation()
        if part.gap:
            relation = replace(relation, gaps=relation.gaps | {part.gap})
        if part.target is None:
            return Write((), relation)
        name = placed(part.target, self._dialect, self._place)
        temporary = part.temporary or name in self._tables.temporary or name in self._passing
        relation = self._aligned(name, part, relation)
        schema = self._schema(part)
        previous = placed(part.previous, self._dialect, self._place) if part.previous else None
        write = Write(name, relation, part.change, schema, temporary, previous)
        self._learn(write, part)
        return write

    def _relation(self, query: exp.Query) -> Relation:
        """What a query gives; qualified first, with what is known of the tables."""
        return flow(qualified(query, self._tables, self._place), self._tables)

    def _aligned(self, name: TableName, part: Part, relation: Relation) -> Relation:
        """The relation under the target's own column names."""
        names = [self._folded(one) for one in part.names]
        if part.query is None or (part.by_name and not names):
            return relation
        if not names and part.change is None:
            names = list(self._tables.known(name))
            if not names and any(column.sources for column in relation.columns):
                target = ".".join(name)
                gap = Gap("assumed-names", f"The columns of {target} are neither listed nor known: taken by name.")
                named = tuple(column for column in relation.columns if not column.name.startswith(_UNNAMED))
                return replace(relation, columns=named, gaps=relation.gaps | {gap})
        return renamed(relation, names)

    def _folded(self, identifier: exp.Identifier) -> str:
        return normalize_identifiers(identifier.copy(), dialect=self._dialect).name

    def _schema(self, part: Part) -> tuple[tuple[str, str | None], ...]:
        return tuple(
            (self._folded(one.this), one.args["kind"].sql(dialect=self._dialect) if one.args.get("kind") else None)
            for one in part.defines
        )

    def _learn(self, write: Write, part: Part) -> None:
        """What following statements know of the table."""
        if write.change == "DROP":
            self._tables.forget(write.table)
        elif write.previous is not None:
            self._tables.move(write.previous, write.table)
        elif write.temporary:
            self._tables.fill(write)
        elif write.change == "CREATE":
            copied = self._tables.known(placed(part.copied, self._dialect, self._place)) if part.copied else ()
            listed = () if is_open(write.relation) else tuple(column.name for column in write.relation.columns)
            self._tables.columns[write.table] = tuple(name for name, _ in write.schema) or listed or copied

    def _done(self, statement: Statement, writes: list[Write]) -> Statement:
        reads = frozenset().union(*(write.relation.reads for write in writes))
        gaps = frozenset().union(*(write.relation.gaps for write in writes))
        bare = [write.relation for write in writes if not write.table]
        return replace(
            statement,
            reads=tuple(sorted(reads)),
            writes=tuple(write for write in writes if write.table),
            result=bare[-1] if bare else None,
            confidence=confidence([write.relation for write in writes], self._tables),
            gaps=tuple(sorted(gaps)),
        )

    def _tables_only(self, statement: Statement, tree: exp.Expr, gap: Gap) -> Statement:
        """Without columns: the tables that the statement names, and which of them it writes."""
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        targets = [part.target for part in parts_of(tree) if part.target is not None]
        written = {placed(target, self._dialect, self._place) for target in targets}
        named = [table for table in tree.find_all(exp.Table) if table.name and (table.db or table.name not in own)]
        reads = frozenset(placed(table, self._dialect, self._place) for table in named) - written
        relation = Relation(reads=reads, gaps=frozenset({gap}))
        writes = tuple(Write(name, relation, temporary=name in self._tables.temporary) for name in sorted(written))
        return replace(statement, reads=tuple(sorted(reads)), writes=writes, confidence=0.2, gaps=(gap,))


def made(statements: Iterable[Statement]) -> dict[TableName, Columns]:
    """Columns of the tables and views that these statements make, of those that are known; no temporary ones."""
    found: dict[TableName, Columns] = {}
    for write in (write for statement in statements for write in statement.writes):
        listed = () if is_open(write.relation) else tuple(column.name for column in write.relation.columns)
        columns = tuple(name for name, _ in write.schema) or listed
        if write.change == "CREATE" and columns and not write.temporary:
            found[write.table] = columns
    return found


def kind_of(tree: exp.Expr) -> str:
    """The verb of a statement: SELECT, INSERT, CREATE VIEW, …"""
    if isinstance(tree, exp.Command):
        return tree.name.upper()[:40]
    if isinstance(tree, exp.Query):
        return "SELECT"
    kind = tree.args.get("kind") if isinstance(tree, (exp.Create, exp.Drop, exp.Alter)) else None
    return f"{tree.key.upper()} {str(kind).upper()}" if kind else tree.key.upper()
