"""Airflow 3 with its OpenLineage provider: a DAG of two tasks of SQL on PostgreSQL, and one with inlets and outlets."""

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
QUERY = """query ($of: String!) {
  jobs { nodes { namespace name description parent { name } reads { node { label ref } } writes { node { label ref } }
                 runs { nodes { state runId started ended nominalStart parent { job { name } } error { message } facets } } } }
  datasets { nodes { namespace name fields { nodes { path type } } } }
  lineage(select: $of, granularity: COLUMN) {
    nodes { id node { ref label } } edges { from to status transformations { type subtype } } }
}"""


@pytest.fixture(scope="module")
def airflow() -> Environment:
    return Environment("airflow", [*Page(PAGE).requirements(), *PROVIDERS])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path) as served:
        yield served


@pytest.fixture
def shop(database_server: str) -> Iterator[Warehouse]:
    with warehouse(database_server) as found:
        found.run(*RAW)
        yield found


def test_a_dag_of_three_tasks(airflow: Environment, server: Served, shop: Warehouse, tmp_path: Path) -> None:
    home = tmp_path / "airflow"
    shutil.copytree(DAGS, home / "dags")
    environ = {
        **Page(PAGE, server.address).environ("AIRFLOW__OPENLINEAGE__TRANSPORT"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW_CONN_WAREHOUSE": shop.address,
    }
    airflow.run(home, "airflow", "db", "migrate", **environ)
    print(airflow.run(home, "airflow", "dags", "test", "shop", **environ)[-4000:])
    check_all_accepted(server)
    said = ask(server, QUERY, of=f"+{shop.namespace}/{shop.name}.trusted.spent#spent")
    print(said)
    raise AssertionError
