"""Airflow 3 with its OpenLineage provider: a task that names assets, and two of SQL on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import Page
from producers import Environment, ask, check_all_accepted, check_questions
from served import Served
from warehouse import Warehouse, warehouse

pytestmark = pytest.mark.integration
PAGE = "producers/airflow.md"
DAGS = Path(__file__).parent / "airflow"
PROVIDERS = [f"apache-airflow-providers-{name}" for name in ("common-sql", "postgres", "standard")]
RAW = (
    "create schema raw",
    "create schema trusted",
    "create table raw.orders (id integer, customer integer, amount integer)",
    "insert into raw.orders values (1, 1, 3), (2, 2, 4), (3, 1, 5)",
    "create table trusted.orders (id integer, customer integer, amount integer)",
    "create table trusted.spent (customer integer, spent bigint)",
)
TABLES = ("raw.orders", "trusted.orders", "trusted.spent")
QUERY = """query ($of: String!) {
  jobs { nodes { namespace name description parent { name } reads { node { label ref } } writes { node { label ref } }
                 runs { nodes { state nominalStart parent { job { name } } error { message } } } } }
  datasets { nodes { ref fields { nodes { path type } } } }
  lineage(select: $of, granularity: COLUMN) {
    nodes { id node { ref label } } edges { from to status } }
}"""


@pytest.fixture(scope="module")
def airflow() -> Environment:
    return Environment("airflow", [*Page(PAGE).requirements(), *PROVIDERS])


@pytest.fixture
def shop(database_server: str) -> Iterator[Warehouse]:
    with warehouse(database_server) as found:
        found.run(*RAW)
        yield found


def test_a_dag_of_three_tasks(airflow: Environment, server: Served, shop: Warehouse, tmp_path: Path) -> None:
    home, environ = prepared(server, shop, tmp_path)
    airflow.run(home, "airflow", "db", "migrate", **environ)
    airflow.run(home, "airflow", "dags", "test", "shop", **environ)
    check_all_accepted(server, shop.password)
    raw, orders, spent = (f"{shop.namespace}/{shop.name}.{table}" for table in TABLES)
    said = ask(server, QUERY, of=f"+{spent}#spent")
    jobs = {one["name"]: one for one in said["jobs"]["nodes"]}
    lines = {
        "shop.fetch": (["file//exports/orders.csv"], [raw]),
        "shop.load": ([raw], [orders]),
        "shop.add_up": ([orders], [spent]),
    }
    assert set(jobs) == {"shop", *lines}
    for name, (read, written) in lines.items():
        job = jobs[name]
        assert (job["namespace"], job["parent"]["name"]) == ("shop", "shop")
        assert [one["node"]["ref"] for one in job["reads"]] == read
        assert [one["node"]["ref"] for one in job["writes"]] == written
        (run,) = job["runs"]["nodes"]
        assert (run["state"], run["parent"]["job"]["name"]) == ("COMPLETE", "shop")
        assert run["nominalStart"] == jobs["shop"]["runs"]["nodes"][0]["nominalStart"]
    assert jobs["shop"]["description"] == "What customers spend."
    assert [one["state"] for one in jobs["shop"]["runs"]["nodes"]] == ["COMPLETE"]
    assert columns(said)[spent] == {"customer": "int4", "spent": "int8"}
    ends = {one["id"]: one["node"]["ref"] for one in said["lineage"]["nodes"]}
    edges = sorted((ends[one["from"]], ends[one["to"]], one["status"]) for one in said["lineage"]["edges"])
    assert edges == [
        (f"{raw}#amount", f"{orders}#amount", "OBSERVED"),
        (f"{orders}#amount", f"{spent}#spent", "OBSERVED"),
    ]
    check_questions(server, Page(PAGE), raw)


def test_a_task_that_fails_says_why(airflow: Environment, server: Served, shop: Warehouse, tmp_path: Path) -> None:
    shop.run("drop table trusted.spent")
    home, environ = prepared(server, shop, tmp_path)
    airflow.run(home, "airflow", "db", "migrate", **environ)
    airflow.run(home, "airflow", "dags", "test", "shop", **environ, code=1)
    check_all_accepted(server, shop.password)
    said = ask(server, QUERY, of="job:shop.load")
    jobs = {one["name"]: one["runs"]["nodes"][0] for one in said["jobs"]["nodes"]}
    states = {name: one["state"] for name, one in jobs.items()}
    assert states == {"shop": "FAIL", "shop.fetch": "COMPLETE", "shop.load": "COMPLETE", "shop.add_up": "FAIL"}
    assert 'relation "trusted.spent" does not exist' in jobs["shop.add_up"]["error"]["message"]


def prepared(server: Served, shop: Warehouse, folder: Path) -> tuple[Path, dict[str, str]]:
    """A home for Airflow with the DAG in it, and what its commands are told."""
    home = folder / "airflow"
    shutil.copytree(DAGS, home / "dags")
    return home, {
        **Page(PAGE, server.address).environ("AIRFLOW__OPENLINEAGE__TRANSPORT"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW_CONN_WAREHOUSE": shop.address,
    }


def columns(said: Any) -> dict[str, dict[str, str]]:
    """Columns and types of each dataset."""
    nodes = said["datasets"]["nodes"]
    return {node["ref"]: {one["path"]: one["type"] for one in node["fields"]["nodes"]} for node in nodes}
