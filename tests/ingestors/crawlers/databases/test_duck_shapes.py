"""What DuckDB says of its own tables: indexes over names and expressions, views as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawled import Memory

from headwater_ingestors.crawlers.databases.crawler import opened

duckdb = pytest.importorskip("duckdb")


def test_columns_of_duckdb_indexes_are_names_and_expressions_stay_whole(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "dwh.duckdb")) as connection:
        connection.execute('CREATE TABLE t (a int, b int, "B c" int, "x,y" int, "q""z" int)')
        for number, listed in enumerate(['a, "B c"', "coalesce(a, b)", '"x,y"', '"q""z"', "(a + 1), b"]):
            connection.execute(f"CREATE INDEX i{number} ON t ({listed})")
    ([event], _) = Memory().crawl(opened(f"duckdb:///{tmp_path}/dwh.duckdb", {}))
    table = event["dataset"]["facets"]["headwater_relation"]
    columns = {one["name"]: one["columns"] for one in table["indexes"]}
    assert (columns["i0"], columns["i2"], columns["i3"]) == (["a", "B c"], ["x,y"], ['q"z'])
    assert [one.replace(" ", "").strip("()") for one in columns["i1"]] == ["COALESCE(a,b"]
    assert [one.replace(" ", "").strip("()") for one in columns["i4"]] == ["a+1", "b"]


def test_columns_of_a_view_of_duckdb_are_those_that_it_has_now(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "v.duckdb")) as connection:
        connection.execute("CREATE TABLE t (x NUMERIC(5,2)); CREATE TABLE gone (x INT)")
        connection.execute('CREATE VIEW "v""x" AS SELECT x, x AS y FROM t; CREATE VIEW broken AS SELECT x FROM gone')
        connection.execute("ALTER TABLE t ALTER x TYPE NUMERIC(12,2); DROP TABLE gone")
    events, report = Memory().crawl(opened(f"duckdb:///{tmp_path}/v.duckdb", {}))
    assert report.listed == []
    facets = {one["dataset"]["name"].rpartition(".main.")[2]: one["dataset"]["facets"] for one in events}
    types = {name: [one["type"] for one in told["schema"]["fields"]] for name, told in facets.items()}
    assert types == {"t": ["DECIMAL(12,2)"], 'v"x': ["DECIMAL(12,2)", "DECIMAL(12,2)"], "broken": ["INTEGER"]}
