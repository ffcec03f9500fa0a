"""What is read of SQL, short enough to be written into a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from headwater_ingestors.crawlers.sql.dialects import dialect_of
from headwater_ingestors.crawlers.sql.script import read_script
from headwater_ingestors.crawlers.sql.values import BOUNDS, NOWHERE, Bounds, Defaults, Source, Statement

ROWS = "(rows)"
Told = dict[str, dict[str, set[str]]]
"""By table (of a bare query ""), by column: "table.column SUBTYPE"; under ROWS what decides which rows there are."""


def statements(
    sql: str,
    dialect: str = "postgres",
    known: Mapping[str, str] | None = None,
    defaults: Defaults = NOWHERE,
    bounds: Bounds = BOUNDS,
) -> list[Statement]:
    """The statements of a script. known: columns by table, with blanks between them."""
    schemas = {tuple(table.split(".")): tuple(columns.split()) for table, columns in (known or {}).items()}
    return read_script(sql, dialect_of(dialect), known=schemas, defaults=defaults, bounds=bounds)


def told(sql: str, dialect: str = "postgres", known: Mapping[str, str] | None = None, **more: Defaults) -> Told:
    """What a script writes: all its statements together, those that write the same table united."""
    found: Told = {}
    for statement in statements(sql, dialect, known, **more):
        written = [(".".join(write.table), write.relation) for write in statement.writes]
        if statement.result is not None:
            written.append(("", statement.result))
        for table, relation in written:
            columns = found.setdefault(table, {})
            for column in relation.columns:
                columns.setdefault(column.name, set()).update(_short(column.sources))
            if relation.rows:
                columns.setdefault(ROWS, set()).update(_short(relation.rows))
    return found


def gaps(sql: str, dialect: str = "postgres", known: Mapping[str, str] | None = None) -> list[str]:
    """The codes of what could not be read, in order."""
    return [gap.code for statement in statements(sql, dialect, known) for gap in statement.gaps]


def _short(sources: Iterable[Source]) -> set[str]:
    return {f"{'.'.join(source.table)}.{source.field} {source.via.subtype}" for source in sources}
