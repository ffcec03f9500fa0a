"""The lineage graph as a file: by the command, in process and over HTTP, and what is refused."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import networkx as nx
import pytest
import tangle
from running import running

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.analysis import network
from headwater_web.composition import translators

if TYPE_CHECKING:
    from conftest import Run


@pytest.fixture
def told(run: Run, catalog: Database, tmp_path: Path) -> Run:
    """The program, over a catalog that has taken in a tangle."""
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in tangle.events()))
    assert run("ingest", "events.jsonl")[0] == 0
    return run


def labels(graph: nx.MultiDiGraph) -> set[tuple[str, str]]:
    names = dict(graph.nodes(data="name"))
    return {(names[a].removeprefix("t."), names[b].removeprefix("t.")) for a, b in graph.edges()}


def test_a_graph_in_each_format_and_granularity(told: Run, tmp_path: Path) -> None:
    code, out, err = told("export", "--format", "json", "--jobs", "+t.mart")
    assert (code, err) == (0, "")
    both = nx.node_link_graph(json.loads(out), edges="edges")
    assert ("raw", "clean") in labels(both)
    assert {kind for _, kind in both.nodes(data="kind")} == {"dataset", "job"}
    assert told("export", "--format", "graphml", "--granularity", "job", "-o", "jobs.graphml")[0] == 0
    jobs = nx.read_graphml(tmp_path / "jobs.graphml", edge_key_type=str, force_multigraph=True)
    assert {("there", "back"), ("back", "there"), ("sales", "merge"), ("sales", "report")} <= labels(jobs)
    columns = told("export", "--format", "dot", "--granularity", "column", "t.mart", "t.clean")
    assert columns[0] == 2, "a selector is one argument"
    columns = told("export", "--format", "dot", "--granularity", "column", "t.mart t.clean")
    assert "t.clean#amount" in columns[1]
    assert told("export", "--format", "mermaid")[1].startswith("flowchart LR\n")


def test_a_graph_of_another_moment(told: Run) -> None:
    """Before its second run the report read old; since then, whoever asks what held since finds it too."""
    then = ["--as-of", "2024-05-01T10:06:30Z"]
    for flags, read in (([], False), (then, True), (["--since", "2024-05-01T10:00:00Z"], True)):
        graph = nx.node_link_graph(json.loads(told("export", "--format", "json", *flags)[1]), edges="edges")
        assert (("old", "shared") in labels(graph)) == read, flags


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "None of --openlineage, --plain, --state and --format was said."),
        (["--format", "dot", "--state"], "Several of the log, --state and --format were said."),
        (["--plain", "t.mart"], "A selector, --granularity and --jobs are of graphs."),
        (["--format", "dot", "--jobs", "--granularity", "job"], "Jobs stand between datasets only."),
        (["--format", "dot", "nobody"], "Nothing in the catalog is called nobody."),
        (["--format", "dot", "--as-of", "soon"], "asOf is no time."),
        (["--format", "dot", "--as-of", "2024-05-01", "term:Revenue"], "of now only."),
    ],
)
def test_wrong_use_is_refused_and_writes_no_file(
    told: Run, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    exit_code, out, err = told("export", *arguments, "--output", "graph.out")
    assert (exit_code, out) == (2, "")
    assert sentence in err
    assert not (tmp_path / "graph.out").exists()


def test_over_http_it_streams_one_at_a_time(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is refused before the answer begins; while one graph is made, another is told to come again."""
    gate, entered, build = threading.Event(), threading.Event(), network.build

    def slow(loaded: network.Loaded) -> network.Network:
        entered.set()
        assert gate.wait(30)
        return build(loaded)

    monkeypatch.setattr(network, "build", slow)
    database = Database.from_url(fresh_database)
    with (
        running(database, translators().here) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as http,
        ThreadPoolExecutor() as threads,
    ):
        for event in tangle.events():
            assert http.post("/api/v1/lineage", json=event).status_code == 201
        first = threads.submit(http.get, "/api/v1/graph", params={"select": "+t.mart"})
        try:
            assert entered.wait(30)
            refused = http.get("/api/v1/graph")
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert int(refused.headers["retry-after"]) > 0
            body = {"query": "{ analysis { sinks { total } } }"}
            assert http.post("/graphql", json=body).json()["errors"][0]["extensions"]["code"] == "overloaded"
            assert http.get("/health/live").status_code == 200, "others are answered"
        finally:
            gate.set()
        answer = first.result()
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
        assert answer.content.endswith(b"</graphml>\n")
        for wrong, code in (
            ("format=svg", "invalid_format"),
            ("granularity=run", "invalid_granularity"),
            ("jobs=1", "invalid_flag"),
            ("frmat=json", "unknown_parameter"),
            ("since=2026-02-01&asOf=2026-01-01", "invalid_moment"),
        ):
            refused = http.get(f"/api/v1/graph?{wrong}")
            assert (refused.status_code, refused.json()["code"]) == (400, code)
        for _ in range(4):
            assert http.get("/api/v1/graph?format=json").status_code == 200, "turn and desk are given back"
