"""Tables whose names need quotes: their columns are found by that name, in every dialect, without an alias too."""

from __future__ import annotations

import pytest
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from headwater_ingestors.crawlers.sql.dialects import dialect_of, fold, fold_table
from headwater_ingestors.crawlers.sql.script import read_script
from headwater_ingestors.crawlers.sql.values import Source

DIALECTS = ("postgres", "redshift", "snowflake", "duckdb", "mysql", "bigquery", "tsql", "sqlite", "spark", "oracle")
NAMES = ("Orders", "orders", "ORDERS", "a.b", "😀", 'we"ird', "`tick`", "x y", "it's", "select", "ÀÉ")
QUERIES = (
    "SELECT {t}.{c} FROM {t}",
    "SELECT {t}.{c} FROM {s}.{t}",
    "SELECT {s}.{t}.{c} FROM {s}.{t}",
    "SELECT {c} FROM {t}",
    "SELECT * FROM {s}.{t}",
    "SELECT {t}.* FROM {t}",
    "SELECT {t}.{c} FROM {o} JOIN {t} ON {o}.{i} = {t}.{c}",
    "WITH {w} AS (SELECT {t}.{c} FROM {t}) SELECT {w}.{c} FROM {w}",
    "SELECT (SELECT max({t}.{c}) FROM {t} WHERE {t}.{c} = {o}.{i}) AS {c} FROM {o}",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_columns_of_a_table_whose_name_needs_quotes(dialect: str, name: str) -> None:
    known = dialect_of(dialect)
    bigquery = dialect == "bigquery"
    table, schema, column = name, "Sx" if bigquery else "S.x", "Id"
    parts = {"t": table, "s": schema, "c": column, "w": "With", "o": "other", "i": "id"}
    said = {key: _quoted(known, value) for key, value in parts.items()}
    for query in QUERIES:
        own = (schema, table) if "{s}" in query else (table,)
        if bigquery and ("." in name or (len(own) == 1 and name != name.lower())):
            continue  # where dots part names within quotes, and a name without its dataset may be a query's of any case
        sql = f"CREATE VIEW v AS {query.format(**said)}"
        [statement] = read_script(sql, known, known={own: (column,), ("other",): ("id",)})
        folded = tuple(fold_table(known, part) for part in own)
        sources = {source[:2] for one in statement.writes[0].relation.columns for source in one.sources}
        assert (folded, fold(known, column)) in sources, (query, statement.gaps)
        assert statement.gaps == (), query
        assert statement.confidence > 0.9, query


@pytest.mark.parametrize("dialect", [one for one in DIALECTS if one != "bigquery"])
def test_columns_that_nobody_knows_are_of_the_only_table_of_a_subquery(dialect: str) -> None:
    known = dialect_of(dialect)
    orders, column = _quoted(known, "Orders"), _quoted(known, "Id")
    sql = f"SELECT b FROM big WHERE EXISTS (SELECT 1 FROM {orders} WHERE {column} = big.b)"
    [statement] = read_script(sql, known)
    assert statement.result is not None
    read = {(source.table, source.field) for source in statement.result.rows}
    assert ((fold_table(known, "Orders"),), fold(known, "Id")) in read
    assert statement.gaps == ()


def test_two_tables_that_differ_by_case_alone_are_two() -> None:
    sql = 'CREATE VIEW v AS SELECT "Orders".id AS x, orders.id AS y FROM "Orders" JOIN orders USING (id)'
    [statement] = read_script(sql, dialect_of("postgres"), known={("Orders",): ("id",), ("orders",): ("id",)})
    found = {column.name: _tables(column.sources) for column in statement.writes[0].relation.columns}
    assert found == {"x": {("Orders",)}, "y": {("orders",)}}


def _tables(sources: frozenset[Source]) -> set[tuple[str, ...]]:
    return {source.table for source in sources}


def _quoted(dialect: Dialect, name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect)
