"""Two producers, one table: dbt makes what Great Expectations checks, and the catalog has one node for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pages import Page
from producers import Environment, ask, check_all_accepted
from served import Served
from warehouse import warehouse

pytestmark = pytest.mark.integration
HERE = Path(__file__).parent
RAW = (
    "create schema raw",
    "create table raw.orders as select 1 as id, 1 as customer, 8 as amount",
    "create table raw.customers as select 1 as id, 'ada' as name",
)
QUERY = """query ($spent: String!) {
  datasets(select: $spent) { nodes { members { ref } producers { job { name } } readers { job { name } }
                                     tests { nodes { assertion column success } } } }
  lineage(select: $spent, direction: UP, depth: null) { nodes { node { ref } } }
}"""


def test_outcomes_land_on_the_table_that_dbt_made(database_server: str, tmp_path: Path) -> None:
    dbt = Environment("dbt", [*Page("producers/dbt.md").requirements(), "dbt-duckdb"])
    gx_page = Page("producers/great-expectations.md")
    gx = Environment("great-expectations", gx_page.requirements())
    with warehouse(database_server) as shop, Served(tmp_path) as server:
        shop.run(*RAW)
        said = {"OPENLINEAGE_URL": server.address, "OPENLINEAGE_NAMESPACE": "shop"}
        project = shutil.copytree(HERE / "dbt", tmp_path / "project")
        dbt.run(project, "dbt-ol", "build", "--target", "postgres", **said, **shop.environ)
        checks = shutil.copytree(HERE / "great_expectations", tmp_path / "checks")
        (checks / "lineage_action.py").write_text(gx_page.block("python"))
        gx.run(checks, "python", "nightly.py", shop.address, **said)
        check_all_accepted(server, shop.password)
        spent = f"{shop.namespace}/{shop.name}.trusted.spent"
        found = ask(server, QUERY, spent=spent)
    (table,) = found["datasets"]["nodes"]
    stem = f"{shop.name}.trusted.shop.spent.build"
    assert [one["ref"] for one in table["members"]] == [spent]
    assert [one["job"]["name"] for one in table["producers"]] == [f"{stem}.run"]
    assert sorted(one["job"]["name"] for one in table["readers"]) == ["spent_is_sound", f"{stem}.test"]
    outcomes = {(one["assertion"], one["column"]): one["success"] for one in table["tests"]["nodes"]}
    assert outcomes == {
        ("not_null", "name"): True,
        ("unique", "name"): True,
        ("expect_column_values_to_not_be_null", "name"): True,
        ("expect_column_values_to_be_between", "spent"): False,
        ("expect_table_row_count_to_be_between", None): True,
    }
    upstream = {one["node"]["ref"] for one in found["lineage"]["nodes"]}
    assert upstream >= {f"{shop.namespace}/{shop.name}.raw.{name}" for name in ("orders", "customers")}
