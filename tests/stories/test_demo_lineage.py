"""`headwater lineage`, as it is typed, answers what the reference does: now, as of and as known at a moment."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import oracle
import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo"), oracle.needs_oracle]

FIRST_NIGHTS, LAST_NIGHTS = "2025-10-08T12:00:00Z", "2025-10-14T12:00:00Z"
DATASETS = ("exploitation.ad_performance", "trusted.posts")
COLUMN = ("exploitation.ad_performance", "click_share")
DEPTH = 20


@pytest.fixture(scope="module")
def entries(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    log = tmp_path_factory.mktemp("log") / "log.jsonl"
    demo.run("export", "--openlineage", "--output", str(log))
    found: list[Any] = oracle.model.load([log])
    return found


def moments(entries: list[Any]) -> list[dict[str, str]]:
    """Flags: now; two event times; when half of it was known; both."""
    half = oracle.model.show(sorted(one[1] for one in entries)[len(entries) // 2])
    then = [{}, {"--as-of": FIRST_NIGHTS}, {"--as-of": LAST_NIGHTS}, {"--known-at": half}]
    return [*then, {"--as-of": FIRST_NIGHTS, "--known-at": half}]


def test_the_command_answers_what_the_reference_does(demo: Demo, entries: list[Any]) -> None:
    compared = []
    for flags in moments(entries):
        as_of, known_at = (oracle.model.parse_time(flags[f]) if f in flags else None for f in ("--as-of", "--known-at"))
        state = oracle.model.build(entries, as_of, known_at)
        nodes = {node[2]: node for edge in oracle.model.edges(state, "all") for node in edge[:2]}
        for name, direction, history in itertools.product(DATASETS, ("up", "down"), ("current", "all")):
            if name in nodes and (name == DATASETS[0] or (direction, history) == ("down", "all")):
                arguments = ["lineage", name, "--direction", direction, "--history", history]
                wanted = oracle.model.lineage(state, nodes[name], direction, DEPTH, history)
                compared.append(compare(demo, arguments, flags, wanted))
        if COLUMN[0] in nodes:
            arguments = ["lineage", "#".join(COLUMN), "--direction", "up", "--granularity", "column"]
            start = (*nodes[COLUMN[0]], COLUMN[1])
            wanted = oracle.model.lineage(state, start, "up", DEPTH, "current", "column")
            compared.append(compare(demo, arguments, flags, wanted))
    assert len(compared) > 20
    assert sum(compared) > 100


def compare(demo: Demo, arguments: list[str], flags: dict[str, str], wanted: Any) -> int:
    """Nodes with their distance and edges with job, status and method; gives the number of edges."""
    said = json.loads(demo.run(*arguments, "--depth", str(DEPTH), "--json", *itertools.chain(*flags.items())))
    assert said["complete"]
    refs = {one["id"]: one["node"]["ref"] for one in said["nodes"]}
    found = {
        (refs[e["from"]], refs[e["to"]], via["ref"] if via else "", e["status"].lower(), e["method"].lower())
        for e in said["edges"]
        for via in e["via"] or [None]
    }
    assert {(refs[one["id"]], abs(one["depth"])) for one in said["nodes"]} == {
        (ref(node[:-1]), node[-1]) for node in wanted["nodes"]
    }, (arguments, flags)
    assert found == {
        (ref(source), ref(target), "/".join(job or []), status, method)
        for source, target, job, status, method, *_ in wanted["edges"]
    }, (arguments, flags)
    return len(found)


def ref(node: list[str]) -> str:
    """A node of the reference as the catalog shows it."""
    _, namespace, name, *field = node
    return f"{namespace}/{name}" + "".join(f"#{one}" for one in field)
