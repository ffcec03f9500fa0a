"""OpenLineage's Python client over HTTP, in the job of its page: waited for, in the background, compressed, late."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from pages import Page
from producers import Environment, ask, check_all_accepted, check_questions
from relay import Relay
from served import Served

pytestmark = pytest.mark.integration
PAGE = "producers/openlineage-python.md"
ORDERS = "customer,amount\nada,3\nbob,4\nada,5\n"


@pytest.fixture(scope="module")
def python() -> Environment:
    return Environment("openlineage-python", Page(PAGE).requirements())


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A folder with the job and what it reads."""
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "orders.py").write_text(Page(PAGE).block("python"))
    (folder / "orders.csv").write_text(ORDERS)
    return folder


def check(server: Served, folder: Path, events: int = 2) -> None:
    """That the catalog knows what the job did, by column too."""
    assert check_all_accepted(server) == events
    assert (folder / "spent.csv").read_text().split() == ["customer,spent", "ada,8", "bob,4"]
    said = ask(
        server,
        """query ($select: String!) {
          jobs { nodes { name writes { node { ref } } lastRun { state durationMs facets } } }
          datasets { nodes { name facets fields { nodes { path type } } } }
          lineage(select: $select, granularity: COLUMN) {
            nodes { id node { label } } edges { from to kind status transformations { type subtype } } }
        }""",
        select=f"+{folder / 'spent.csv'}#spent",
    )
    (one,) = said["jobs"]["nodes"]
    assert (one["name"], one["lastRun"]["state"]) == ("spent_by_customer", "COMPLETE")
    assert one["lastRun"]["durationMs"] >= 0
    columns = {node["name"]: _fields(node) for node in said["datasets"]["nodes"]}
    assert columns == {
        str(folder / "orders.csv"): {"customer": "string", "amount": "integer"},
        str(folder / "spent.csv"): {"customer": "string", "spent": "integer"},
    }
    (edge,) = said["lineage"]["edges"]
    assert (edge["kind"], edge["status"]) == ("COLUMN", "OBSERVED")
    assert edge["transformations"] == [{"type": "DIRECT", "subtype": "AGGREGATION"}]
    used = {(facet["facet"], facet["place"]): facet["value"] for facet in one["lastRun"]["facets"]}
    assert used["outputStatistics", "outputFacets"]["rowCount"] == 2
    check_questions(server, Page(PAGE), "orders.csv#amount")


def _fields(node: Any) -> dict[str, str]:
    return {field["path"]: field["type"] for field in node["fields"]["nodes"]}


def test_each_event_is_one_request_that_is_waited_for(python: Environment, server: Served, job: Path) -> None:
    python.run(job, "python", "orders.py", OPENLINEAGE_URL=server.address)
    check(server, job)


def test_in_the_background(python: Environment, server: Served, job: Path) -> None:
    (job / "openlineage.yml").write_text(Page(PAGE, server.address).block("yaml", "async_http"))
    python.run(job, "python", "orders.py")
    check(server, job)


def test_compressed(python: Environment, server: Served, job: Path) -> None:
    with Relay(server.address) as relay:
        (job / "openlineage.yml").write_text(Page(PAGE, relay.address).block("yaml", "gzip"))
        python.run(job, "python", "orders.py")
        assert relay.sent.lower().count(b"content-encoding: gzip\r\n") == 2
        assert b"spent_by_customer" not in relay.sent
    check(server, job)


def test_a_catalog_that_comes_late_misses_nothing(python: Environment, tmp_path: Path, job: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
        (job / "openlineage.yml").write_text(Page(PAGE, f"http://127.0.0.1:{port}").block("yaml", "retry"))
        running = python.start(job, "python", "orders.py")
        nobody.accept()[0].close()
    with Served(tmp_path, "--port", str(port)) as server:
        said, _ = running.communicate(timeout=120)
        assert running.returncode == 0, said
        check(server, job)


def test_with_a_key_and_without(python: Environment, server: Served, job: Path) -> None:
    with server.client() as http:
        admin = _key(http, "admin")
        ingest = _key(http, "ingest", Authorization=f"Bearer {admin}")
    environ = {"OPENLINEAGE_URL": server.address}
    assert "401" in python.run(job, "python", "orders.py", code=1, **environ)
    python.run(job, "python", "orders.py", OPENLINEAGE_API_KEY=ingest, **environ)
    with server.client() as http:
        state = http.get("/api/v1/state", headers={"Authorization": f"Bearer {admin}"}).json()
    assert state["events"][0] == 2


def _key(http: httpx.Client, scope: str, **headers: str) -> str:
    answer = http.post("/api/v1/keys", json={"name": scope, "scopes": [scope]}, headers=headers)
    return str(answer.json()["key"])


def test_a_job_that_fails_says_why_and_is_no_lineage(python: Environment, server: Served, job: Path) -> None:
    (job / "orders.csv").write_text("customer,amount\nada,many\n")
    python.run(job, "python", "orders.py", code=1, OPENLINEAGE_URL=server.address)
    said = ask(server, "{ runs { nodes { state error { message language } inputs { label } outputs { label } } } }")
    (run,) = said["runs"]["nodes"]
    assert (run["state"], run["error"]["language"]) == ("FAIL", "python")
    assert "many" in run["error"]["message"]
    assert ([one["label"] for one in run["inputs"]], run["outputs"]) == (["orders.csv"], [])
