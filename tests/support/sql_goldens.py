"""Goldens of column lineage, read by us and by plain sqlglot: `python tests/support/sql_goldens.py CORPUS`."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from headwater_ingestors.crawlers.sql.dialects import dialect_of, name_of
from headwater_ingestors.crawlers.sql.parsing import parse
from headwater_ingestors.crawlers.sql.script import Script, read_script
from headwater_ingestors.crawlers.sql.values import BOUNDS, NOWHERE

FOLDER = Path("sql", "datahub", "goldens")
Pair = tuple[str, str, str]
"""Target column, table, column; in lower case."""


@dataclass(frozen=True)
class Golden:
    """A statement and its column lineage as others read it."""

    name: str
    dialect: str
    sql: str
    pairs: frozenset[Pair]
    tables: frozenset[str]
    knows: bool = False
    """Whether the columns that its sources have are known."""


def goldens(corpus: Path, *, stars: bool = False) -> list[Golden]:
    """Those with a statement, column lineage and no * among the columns; stars: those with one."""
    found = (_golden(path) for path in sorted((corpus / FOLDER).glob("*.json")))
    return [golden for golden in found if golden is not None and _has_star(golden) == stars]


def _golden(path: Path) -> Golden | None:
    document = json.loads(path.read_text())
    sql = (document.get("debug_info") or {}).get("generalized_statement")
    if not sql or not document["column_lineage"]:
        return None
    urns = [*document["in_tables"], *document["out_tables"]]
    pairs = {
        (row["downstream"]["column"].lower(), _table(up["table"]), up["column"].lower())
        for row in document["column_lineage"]
        for up in row["upstreams"]
    }
    sql = sql.replace("{?: }", "'?'")  # how its maker writes a literal that was left out
    platform = urns[0].split("dataPlatform:")[1].split(",")[0]
    tables = frozenset(map(_table, document["in_tables"]))
    return Golden(path.stem.removeprefix("test_"), platform, sql, frozenset(pairs), tables)


def _table(urn: str) -> str:
    return urn.split(",")[1].lower()


def _has_star(golden: Golden) -> bool:
    try:
        tree = sqlglot.parse_one(golden.sql, dialect=name_of(dialect_of(golden.dialect)))
    except sqlglot.errors.SqlglotError:
        return False
    return any(select.is_star for query in tree.find_all(exp.Select) for select in query.expressions)


def ours(golden: Golden) -> frozenset[Pair]:
    """As Headwater reads it: what stands under a column, without what only decides which rows there are."""
    known = _columns(golden) if golden.knows else {}
    [statement] = read_script(golden.sql, dialect_of(golden.dialect), known=known)
    relations = [write.relation for write in statement.writes] + ([statement.result] if statement.result else [])
    return frozenset(
        (column.name.lower(), _whole(_told(source.table), golden), source.field.lower())
        for relation in relations
        for column in relation.columns
        for source in column.sources
    )


def _columns(golden: Golden) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Of each table the columns that the golden names, under the table's name in the statement."""
    dialect = dialect_of(golden.dialect)
    script = Script(parse(golden.sql, dialect, BOUNDS), dialect, NOWHERE, BOUNDS)
    return {
        name: tuple(
            normalize_identifiers(exp.to_identifier(field), dialect=dialect).name
            for path in sorted({field for _, source, field in golden.pairs if source == _whole(_told(name), golden)})
            for field in dict.fromkeys([path.split(".")[0], path])
        )
        for name in script.names()
    }


def _told(name: tuple[str, ...]) -> str:
    return ".".join(name).lower()


def plain(golden: Golden) -> frozenset[Pair]:
    """As sqlglot's own lineage reads it; nothing where it raises."""
    dialect = name_of(dialect_of(golden.dialect))
    try:
        tree = sqlglot.parse_one(golden.sql, dialect=dialect)
        query = tree if isinstance(tree, exp.Query) else tree.expression
        found = lineage(None, query, schema={}, dialect=dialect)
        return frozenset(pair for name, node in found.items() for pair in _leaves(name, node, golden))
    except (sqlglot.errors.SqlglotError, ValueError, TypeError, AttributeError):
        return frozenset()


def _leaves(name: str, node: sqlglot.lineage.Node, golden: Golden) -> Iterator[Pair]:
    for one in node.walk():
        if isinstance(one.expression, exp.Table):
            table = ".".join(part.name for part in one.expression.parts)
            yield name.lower(), _whole(table.lower(), golden), exp.to_column(one.name).name.lower()


def _whole(name: str, golden: Golden) -> str:
    """The golden's name of a table: it was told of defaults that the statement does not hold."""
    return next((table for table in golden.tables if table.endswith(f".{name}")), name)


@dataclass
class Score:
    """How many pairs were found: right, all that were told, all that are expected."""

    goldens: int = 0
    right: int = 0
    told: int = 0
    expected: int = 0

    def __str__(self) -> str:
        """Precision and recall."""
        return f"{_share(self.right, self.told)} {_share(self.right, self.expected)}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:9.3f}" if whole else "        -"


def scores(found: Iterable[Golden], read: Callable[[Golden], frozenset[Pair]]) -> dict[str, Score]:
    """By dialect, and of all."""
    by_dialect: dict[str, Score] = defaultdict(Score)
    for golden in found:
        told = read(golden)
        for score in (by_dialect[golden.dialect], by_dialect["all"]):
            score.goldens += 1
            score.right += len(told & golden.pairs)
            score.told += len(told)
            score.expected += len(golden.pairs)
    return dict(by_dialect)


def misses(found: Iterable[Golden]) -> Iterator[tuple[str, str, Pair]]:
    """What differs: golden, "missing" or "more", pair."""
    for golden in found:
        told = ours(golden)
        yield from ((golden.name, "missing", pair) for pair in sorted(golden.pairs - told))
        yield from ((golden.name, "more", pair) for pair in sorted(told - golden.pairs))


def table(found: list[Golden]) -> str:
    """Precision and recall by dialect, next to plain sqlglot, for people."""
    mine, theirs = scores(found, ours), scores(found, plain)
    lines = ["dialect       n pairs | Headwater: precision recall | sqlglot.lineage: precision recall"]
    for dialect in [*sorted(set(mine) - {"all"}), "all"]:
        score = mine[dialect]
        lines.append(f"{dialect:12} {score.goldens:2} {score.expected:5} | {score!s:>28} | {theirs[dialect]!s:>33}")
    return "\n".join(lines)


if __name__ == "__main__":
    read = goldens(Path(sys.argv[1]))
    print(table(read))
    for name, kind, pair in misses(read):
        print(f"{kind:8} {name}: {pair[0]} <- {pair[1]}.{pair[2]}")
