"""Great Expectations with the action of its page: outcomes land on the table that other producers write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import Page
from producers import Environment, ask, check_all_accepted
from served import Served
from warehouse import Warehouse, warehouse

pytestmark = pytest.mark.integration
PAGE = "producers/great-expectations.md"
CHECKS = Path(__file__).parent / "great_expectations"
TABLE = (
    "create schema trusted",
    "create table trusted.spent (name text, spent bigint)",
    "insert into trusted.spent values ('ada', 8), ('bob', 4)",
)
QUERY = """query ($spent: String!) {
  jobs { nodes { namespace name reads { node { ref } } writes { node { ref } } lastRun { state } } }
  datasets { nodes { ref } }
  table: datasets(select: $spent) { nodes {
    fields { nodes { path type } } tests { nodes { assertion column success run { job { name } } } }
    metrics { nodes { facet value } } } }
}"""


@pytest.fixture(scope="module")
def gx() -> Environment:
    # The extra great-expectations of OpenLineage's part holds SQLAlchemy below 2.
    return Environment("great-expectations", Page(PAGE).requirements())


@pytest.fixture
def shop(database_server: str) -> Iterator[Warehouse]:
    with warehouse(database_server) as found:
        found.run(*TABLE)
        yield found


def test_a_checkpoint_with_an_expectation_that_does_not_hold(
    gx: Environment, server: Served, shop: Warehouse, tmp_path: Path
) -> None:
    checks = tmp_path / "checks"
    shutil.copytree(CHECKS, checks)
    (checks / "lineage_action.py").write_text(Page(PAGE).block("python"))
    environ = Page(PAGE, server.address).environ("OPENLINEAGE_URL")
    environ.pop("OPENLINEAGE_API_KEY")
    assert gx.run(checks, "python", "nightly.py", shop.address, **environ).strip().endswith("False")
    assert check_all_accepted(server, shop.password) == 1
    spent = f"{shop.namespace}/{shop.name}.trusted.spent"
    said = ask(server, QUERY, spent=spent)
    (job,) = said["jobs"]["nodes"]
    assert (job["namespace"], job["name"], job["lastRun"]["state"]) == ("shop", "spent_is_sound", "COMPLETE")
    assert ([one["node"]["ref"] for one in job["reads"]], job["writes"]) == ([spent], [])
    assert [one["ref"] for one in said["datasets"]["nodes"]] == [spent]
    (table,) = said["table"]["nodes"]
    assert {one["path"]: one["type"].lower() for one in table["fields"]["nodes"]} == {"name": "text", "spent": "bigint"}
    outcomes = {(one["assertion"], one["column"]): one["success"] for one in table["tests"]["nodes"]}
    assert outcomes == {
        ("expect_column_values_to_not_be_null", "name"): True,
        ("expect_column_values_to_be_between", "spent"): False,
        ("expect_table_row_count_to_be_between", None): True,
    }
    metrics = {one["facet"]: one["value"] for one in table["metrics"]["nodes"]}
    assert metrics["dataQualityMetrics"]["rowCount"] == 2
