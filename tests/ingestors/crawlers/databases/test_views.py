"""Views of databases that compare names without case: their tables are told as the database spells them, once."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest
from crawled import Memory

from headwater_ingestors.crawlers.databases.crawler import opened
from headwater_ingestors.crawlers.databases.views import View, Views
from headwater_ingestors.crawlers.sql.dialects import dialect_of
from headwater_ingestors.crawlers.sql.naming import Naming
from headwater_ingestors.crawlers.sql.values import Defaults

MADE = (
    'CREATE TABLE Orders ("Id" INTEGER, Amount INTEGER)',
    'CREATE TABLE "a.B" ("C d" INTEGER)',
    "CREATE VIEW big AS SELECT ID, amount FROM ORDERS",
    "CREATE VIEW BigOrders AS SELECT Id, Amount FROM Orders WHERE orders.amount > 1",
    'CREATE VIEW star AS SELECT * FROM "oRDERS"',
    'CREATE VIEW Over AS SELECT "BIGORDERS".id FROM bigorders',
    'CREATE VIEW dotted AS SELECT "A.b"."c D" FROM "A.b"',
)
READ = {
    "big": {"Orders"},
    "BigOrders": {"Orders"},
    "star": {"Orders"},
    "Over": {"BigOrders"},
    "dotted": {'"a.B"'},
}


@pytest.mark.parametrize("file", ["shop.sqlite", "Shop.duckdb"])
def test_a_table_is_one_node_however_its_views_spell_it(tmp_path: Path, file: str) -> None:
    kind = file.partition(".")[2]
    connection: Any = sqlite3.connect(tmp_path / file) if kind == "sqlite" else duckdb.connect(str(tmp_path / file))
    for statement in MADE:
        connection.execute(statement)
    connection.close()
    events, report = Memory().crawl(opened(f"{kind}:///{tmp_path}/{file}", {}))
    assert report.listed == []
    datasets = {event["dataset"]["name"]: event["dataset"]["facets"] for event in events}
    within = next(iter(datasets)).partition("main.")[0] + "main."
    for view, tables in READ.items():
        facets = datasets[within + view]
        assert facets["headwater_relation"]["lineageConfidence"] == 0.95
        fields = facets["lineage"]["fields"]
        assert list(fields) == sorted(field["name"] for field in facets["schema"]["fields"])
        sources = [one for field in fields.values() for one in field["inputs"]]
        assert {one["name"] for one in sources} == {within + table for table in tables}
        columns = {name: {field["name"] for field in one["schema"]["fields"]} for name, one in datasets.items()}
        assert all(one["field"] in columns[one["name"]] for one in sources)


def read(*learned: tuple[str, ...], sql: str, reads: tuple[tuple[str, ...], ...] = ()) -> View:
    views = Views(Naming("mysql://h:3306", dialect_of("mysql")), Defaults(None, "shop"))
    for table in learned:
        views.learn(table, ["Id"])
    return views.read(("shop", "v"), ["Id"], sql, reads)


def inputs(view: View) -> set[str]:
    return {one.name for one in dict(view.facets)["lineage"].fields["Id"].inputs}  # type: ignore[attr-defined]


def test_servers_of_mysql_that_do_not_mind_case() -> None:
    view = read(("shop", "Orders"), sql="SELECT ORDERS.Id FROM SHOP.ORDERS")
    assert inputs(view) == {"shop.Orders"}
    assert view.gaps == ()


def test_servers_of_mysql_that_do_mind_case() -> None:
    view = read(("shop", "Orders"), ("shop", "orders"), sql="SELECT o.Id FROM orders o")
    assert inputs(view) == {"shop.orders"}
    unknown = read(("shop", "Orders"), ("shop", "orders"), sql="SELECT o.Id FROM ORDERS o")
    assert inputs(unknown) == {"shop.ORDERS"}


def test_a_definition_in_which_nothing_makes_the_view_is_a_gap_and_no_empty_lineage() -> None:
    lost = read(("shop", "Orders"), sql="SELECT Id FROM Orders; ALTER TABLE v RENAME TO w")
    assert lost.facets == ()
    assert lost.confidence is None
    assert [gap.code for gap in lost.gaps] == ["unfollowed"]


def test_views_upon_views_fifty_deep_and_a_thousand_columns_wide(tmp_path: Path) -> None:
    columns = [f"C{number}" for number in range(1_000)]
    with duckdb.connect(str(tmp_path / "deep.duckdb")) as connection:
        connection.execute(f'CREATE TABLE "Base" ({", ".join(f"{one} INTEGER" for one in columns)})')
        connection.execute('CREATE VIEW wide AS SELECT * FROM "Base"')
        connection.execute("CREATE VIEW d0 AS SELECT c0, c1 + c2 AS c1 FROM wide")
        for number in range(1, 50):
            connection.execute(f"CREATE VIEW d{number} AS SELECT * FROM d{number - 1} WHERE c0 > {number}")
    events, report = Memory().crawl(opened(f"duckdb:///{tmp_path}/deep.duckdb", {}))
    assert report.listed == []
    facets = {event["dataset"]["name"].rpartition(".")[2]: event["dataset"]["facets"] for event in events}
    wide = facets["wide"]["lineage"]["fields"]
    assert {name: [(one["name"], one["field"]) for one in wide[name]["inputs"]] for name in columns} == {
        name: [("deep.main.Base", name)] for name in columns
    }
    for number in range(1, 50):
        (source,) = facets[f"d{number}"]["lineage"]["fields"]["c1"]["inputs"]
        assert (source["name"], source["field"]) == (f"deep.main.d{number - 1}", "c1")
        assert facets[f"d{number}"]["headwater_relation"]["lineageConfidence"] == 0.95
