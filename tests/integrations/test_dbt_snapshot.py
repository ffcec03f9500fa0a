"""What dbt-ol sends and what a crawl of the same project's artifacts tells: in any order no second node."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import servers
from commands import asked, headwater, told
from pages import Page
from producers import Environment

pytestmark = pytest.mark.integration
PROJECT = Path(__file__).parent / "dbt"
RAW = """
create schema raw;
create table raw.orders (id integer, customer integer, amount integer);
insert into raw.orders values (1, 1, 3), (2, 2, 4), (3, 1, 5);
create table raw.customers (id integer, name text);
insert into raw.customers values (1, 'ada'), (2, 'bob');
"""
NODES = """{
  datasets(first: 100) { nodes { ref kind description fields { nodes { path type } }
    tests { nodes { assertion column success } } } }
  jobs(first: 100) { nodes { name reads { node { ref } } writes { node { ref } } } } }"""


class Sent(NamedTuple):
    """The project after a build and `docs generate`, its results of before, and what dbt-ol sent."""

    project: Path
    results: Path
    events: Path
    variables: dict[str, str]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    dbt = Environment("dbt", [*Page("producers/dbt.md").requirements(), "dbt-duckdb"])
    folder = tmp_path_factory.mktemp("dbt")
    project = shutil.copytree(PROJECT, folder / "project")
    file, events = folder / "shop.duckdb", folder / "events.jsonl"
    variables = {"WAREHOUSE_FILE": str(file), "OPENLINEAGE_NAMESPACE": "shop"}
    transport = {"TYPE": "file", "LOG_FILE_PATH": str(events), "APPEND": "true"}
    said = {**variables, **{f"OPENLINEAGE__TRANSPORT__{key}": value for key, value in transport.items()}}
    dbt.run(folder, "python", "-c", f"import duckdb; duckdb.connect({str(file)!r}).execute({RAW!r})")
    dbt.run(project, "dbt-ol", "build", "--target", "duckdb", **said)
    shutil.copy(project / "target" / "run_results.json", folder)
    dbt.run(project, "dbt", "docs", "generate", "--target", "duckdb", **said)
    return Sent(project, folder / "run_results.json", events, variables)


@pytest.fixture
def fresh_databases(database_server: str, database_template: str) -> Iterator[Callable[[], str]]:
    """Makes empty catalogs."""
    made: list[str] = []

    def fresh() -> str:
        made.append(servers.create_database(database_server, database_template))
        return made[-1]

    yield fresh
    for url in made:
        servers.drop_database(url)


def test_in_any_order_there_is_one_node_for_each_table_and_job(
    sent: Sent, fresh_databases: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sent.variables.items():
        monkeypatch.setenv(name, value)

    def events(url: str) -> None:
        assert headwater(url, "ingest", str(sent.events))[0] == 0

    def crawl(url: str) -> None:
        said = ("--profiles", str(sent.project), "--target", "duckdb", "--run-results", str(sent.results))
        assert told(url, "snapshot", "dbt", str(sent.project), *said)["unread"] == 0

    alone, before, after = (fresh_databases() for _ in range(3))
    events(alone)
    for steps, url in (((crawl, events, crawl), before), ((events, crawl, crawl), after)):
        for step in steps:
            step(url)
    wanted, *found = (asked(url, NODES) for url in (alone, before, after))
    for one in found:
        assert names(one, "datasets", "ref") == names(wanted, "datasets", "ref")
        assert names(one, "jobs", "name") == names(wanted, "jobs", "name")
    assert sorted(map(str, found[0]["jobs"]["nodes"])) == sorted(map(str, found[1]["jobs"]["nodes"]))
    (spent,) = (one for one in found[0]["datasets"]["nodes"] if one["ref"].endswith("trusted.spent"))
    assert (spent["kind"], spent["description"]) == ("TABLE", "What each customer has spent.")
    assert [one["type"] for one in spent["fields"]["nodes"]] == ["VARCHAR", "HUGEINT"]
    assert {(one["assertion"], one["column"], one["success"]) for one in spent["tests"]["nodes"]} == {
        ("not_null", "name", True),
        ("unique", "name", True),
    }


def names(found: Any, kind: str, by: str) -> list[str]:
    return sorted(one[by] for one in found[kind]["nodes"])
