"""dbt through dbt-ol, on DuckDB and on PostgreSQL: three models on two tables that somebody else loaded, two tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pages import Page
from producers import Environment, ask, check_all_accepted, check_questions
from served import Served
from warehouse import warehouse

pytestmark = pytest.mark.integration
PAGE = Page("producers/dbt.md")
PROJECT = Path(__file__).parent / "dbt"
RAW = (
    "create schema raw",
    "create table raw.orders (id integer, customer integer, amount integer)",
    "insert into raw.orders values (1, 1, 3), (2, 2, 4), (3, 1, 5)",
    "create table raw.customers (id integer, name text)",
    "insert into raw.customers values (1, 'ada'), (2, 'bob')",
)
BAD = "insert into raw.customers values (3, null); insert into raw.orders values (4, 3, 1)"
QUERY = """query ($spent: String!) {
  jobs(first: 100) { nodes { namespace name parent { name } reads { node { ref } } writes { node { ref } }
                             runs { nodes { state parent { job { name } } } } } }
  datasets(select: $spent) { nodes { namespace name description facets
    fields { nodes { path type description } }
    tests { nodes { assertion column success } } } }
  lineage(select: $spent, direction: UP, depth: null) { edges { from to status method } nodes { id node { ref } } }
}"""


@dataclass(frozen=True)
class Target:
    """A place for dbt's data: what dbt is told of it, how its tables are called, and what runs SQL there."""

    environ: dict[str, str]
    namespace: str
    database: str
    run: Callable[..., None]

    def ref(self, table: str) -> str:
        return f"{self.namespace}/{self.database}.{table}"


@pytest.fixture(scope="module")
def dbt() -> Environment:
    # dbt-core stays below 1.12, which depends on dbt-core-experimental-parser: a source package that downloads its
    # wheel from a code host while it is built, and so cannot be installed from package indexes alone.
    return Environment("dbt", [*PAGE.requirements(), "dbt-duckdb"])


@pytest.fixture
def duckdb(dbt: Environment, tmp_path: Path) -> Target:
    file = tmp_path / "shop.duckdb"

    def run(*statements: str) -> None:
        dbt.run(
            tmp_path, "python", "-c", f"import duckdb; duckdb.connect({str(file)!r}).execute({';'.join(statements)!r})"
        )

    return Target({"WAREHOUSE_FILE": str(file)}, f"duckdb://{file}", "shop", run)


@pytest.fixture
def postgres(database_server: str) -> Iterator[Target]:
    with warehouse(database_server) as found:
        yield Target(found.environ, found.namespace, found.name, found.run)


@pytest.mark.parametrize("kind", ["duckdb", "postgres"])
def test_models_tables_columns_and_tests(
    dbt: Environment, server: Served, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    target: Target = request.getfixturevalue(kind)
    target.run(*RAW)
    project = shutil.copytree(PROJECT, tmp_path / "project")
    said = Page("producers/dbt.md", server.address).environ("OPENLINEAGE_NAMESPACE")
    environ = {**target.environ, **said}
    environ.pop("OPENLINEAGE_API_KEY")
    chosen = ("--target", kind)
    command = [*PAGE.block("sh", "dbt-ol build").split(), *chosen]
    dbt.run(project, *command, **environ)
    dbt.run(project, "dbt", "docs", "generate", *chosen, **environ)
    dbt.run(project, *command, **environ)
    check_all_accepted(server, target.environ.get("WAREHOUSE_PASSWORD", ""))
    check_questions(server, PAGE, target.ref("raw.orders"))
    found = ask(server, QUERY, spent=target.ref("trusted.spent"))
    check_jobs(found, target)
    check_table(found, target)
    check_columns(server, target)
    target.run(*BAD.split(";"))
    dbt.run(project, *command, code=1, **environ)
    (table,) = ask(server, QUERY, spent=target.ref("trusted.spent"))["datasets"]["nodes"]
    assert outcomes(table)["not_null"] is False


def check_jobs(found: Any, target: Target) -> None:
    """Each model a job that ran twice below the invocation, and reads and writes what its SQL says."""
    jobs = {one["name"]: one for one in found["jobs"]["nodes"]}
    stem = f"{target.database}.trusted.shop"
    lines = {
        "orders": ["raw.orders"],
        "customers": ["raw.customers"],
        "spent": ["trusted.customers", "trusted.orders"],
    }
    assert set(jobs) == {f"{stem}.{name}.build.run" for name in lines} | {f"{stem}.spent.build.test", "dbt-run-shop"}
    assert {one["namespace"] for one in jobs.values()} == {"shop"}
    for name, tables in lines.items():
        job = jobs[f"{stem}.{name}.build.run"]
        assert sorted(one["node"]["ref"] for one in job["reads"]) == [target.ref(one) for one in tables]
        assert [one["node"]["ref"] for one in job["writes"]] == [target.ref(f"trusted.{name}")]
        assert job["parent"]["name"] == "dbt-run-shop"
        assert [one["state"] for one in job["runs"]["nodes"]] == ["COMPLETE", "COMPLETE"]
    assert [one["state"] for one in jobs["dbt-run-shop"]["runs"]["nodes"]] == ["COMPLETE", "COMPLETE"]


def check_table(found: Any, target: Target) -> None:
    """What dbt knows of the table: its description, columns with types, outcomes of tests, and all it came from."""
    (table,) = found["datasets"]["nodes"]
    assert table["namespace"] == target.namespace
    assert table["description"] == "What each customer has spent."
    columns = {one["path"]: one for one in table["fields"]["nodes"]}
    assert list(columns) == ["name", "spent"]
    assert columns["name"]["description"] == "The customer's name."
    assert columns["spent"]["type"].lower() in ("bigint", "hugeint")
    assert outcomes(table) == {"not_null": True, "unique": True}
    names = {one["id"]: one["node"]["ref"] for one in found["lineage"]["nodes"]}
    edges = sorted((names[one["from"]], names[one["to"]]) for one in found["lineage"]["edges"])
    tables = [("raw.customers", "trusted.customers"), ("raw.orders", "trusted.orders")]
    tables += [("trusted.customers", "trusted.spent"), ("trusted.orders", "trusted.spent")]
    assert edges == [(target.ref(a), target.ref(b)) for a, b in tables]
    assert {one["status"] for one in found["lineage"]["edges"]} == {"OBSERVED"}


def outcomes(table: Any) -> dict[str, bool]:
    """Of each test the last outcome; all are of one column."""
    tests = table["tests"]["nodes"]
    assert {one["column"] for one in tests} == {"name"}
    return {one["assertion"]: one["success"] for one in reversed(tests)}


def check_columns(server: Served, target: Target) -> None:
    """What was spent came from the amounts that were loaded, through two models."""
    said = ask(
        server,
        "query ($of: String!) { lineage(select: $of, granularity: COLUMN) { nodes { node { ref } } } }",
        of=f"+{target.ref('trusted.spent')}#spent",
    )
    names = sorted(one["node"]["ref"] for one in said["lineage"]["nodes"])
    columns = ("raw.orders#amount", "trusted.orders#amount", "trusted.spent#spent")
    assert names == [target.ref(one) for one in columns]
