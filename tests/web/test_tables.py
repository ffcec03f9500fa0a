"""Tables on a terminal: names are whole or end where a selector can read them, whatever the other columns lose."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType

from headwater_web.cli.crawls import table as crawls_table
from headwater_web.cli.lineage import tables
from headwater_web.cli.search import table
from headwater_web.cli.shortnames import shortened

NAMES = ["postgres://db:5432/shop.raw.orders", "postgres://db:5432/shop.trusted.orders", "lakehouse/clean"]


def printed(what: RenderableType, width: int = 80) -> str:
    out = StringIO()
    Console(file=out, width=width, highlight=False).print(what)
    return out.getvalue()


def test_the_shortest_end_that_tells_names_apart() -> None:
    assert list(shortened(NAMES).values()) == ["raw.orders", "trusted.orders", "clean"]
    assert shortened(["a/x.y", "b/x.y"]) == {"a/x.y": "a/x.y", "b/x.y": "b/x.y"}
    assert shortened(["s3://bucket/x", "s3://other/x"])["s3://bucket/x"] == "s3://bucket/x"
    assert shortened(["ns/a.b#c d"]) == {"ns/a.b#c d": "b#c d"}


def test_lineage_fits_eighty_columns() -> None:
    nodes = [
        {"id": str(n), "ref": ref, "depth": n, "node": {"ref": ref, "__typename": "Dataset"}, "version": None}
        for n, ref in enumerate(NAMES[:2])
    ]
    edge = {
        **{"from": "0", "to": "1", "kind": "DATASET", "status": "OBSERVED", "method": "COLUMN", "confidence": 1.0},
        **{"via": [{"ref": NAMES[2]}], "transformations": [], "edges": 1, "seenIn": 13, "ofRuns": 14},
        "byDefinition": False,
        **{"firstSeen": "2025-10-01T02:00:00.000000Z", "lastSeen": "2025-10-14T02:00:00.000000Z", "closedAt": None},
    }
    found = {"nodes": nodes, "edges": [edge], "cut": []}
    short = printed(tables(found, wide=False, dated=False))
    assert "raw.orders" in short
    assert "by clean, observed, column," in " ".join(short.split())
    assert max(map(len, short.splitlines())) <= 80
    dated = " ".join(printed(tables(found, wide=False, dated=True)).split())
    assert "trusted.orders" in dated
    assert "2025-10-14" in dated
    assert "first seen" in printed(tables(found, wide=True, dated=True), 200)
    assert NAMES[0] in printed(tables(found, wide=True, dated=False), 200)
    assert "13 of 14 runs" in printed(tables(found, wide=True, dated=False), 200)
    found["edges"] = [
        {**edge, "seenIn": 1, "ofRuns": 1},
        {**edge, "byDefinition": True, "via": [], "status": "DECLARED"},
    ]
    shown = printed(tables(found, wide=True, dated=False), 200)
    assert "1 of 1 run " in shown
    assert "by its own definition" in shown
    guess = {**edge, "status": "DECLARED", "via": [{"ref": NAMES[2], "proposal": {"confidence": 0.5}}]}
    said = {**guess, "via": [*guess["via"], {"ref": NAMES[2], "proposal": None}]}
    for one, status in ((guess, "proposed"), (said, "declared")):
        assert status in printed(tables({**found, "edges": [one]}, wide=True, dated=False), 200)
    found["edges"] = [{**edge, "seenIn": None, "ofRuns": None}]
    derived = printed(tables(found, wide=True, dated=False), 200)
    assert " - " in derived.splitlines()[-2]
    assert "None" not in derived + printed(tables(found, wide=False, dated=False))


def test_a_node_alone_has_no_table_of_edges() -> None:
    node = {"id": "0", "ref": NAMES[0], "depth": 0, "node": {"ref": NAMES[0], "__typename": "Dataset"}, "version": None}
    shown = printed(tables({"nodes": [node], "edges": [], "cut": []}, wide=False, dated=False))
    assert "orders" in shown
    assert "how" not in shown


def test_a_match_is_one_line() -> None:
    text = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 30
    node = {"__typename": "Dataset", "ref": NAMES[0]}
    found = [{"node": node, "matched": None, "highlights": [{"what": "description", "text": text}]}]
    [line] = [line for line in printed(table(found, wide=False)).splitlines() if "orders" in line]
    assert "| a | b |" in line
    assert len(printed(table(found, wide=False)).splitlines()) == 5


def test_when_a_crawl_is_next_is_to_come_or_is_said() -> None:
    never = {
        "kind": "files",
        "began": None,
        "ended": None,
        "outcome": None,
        "sentence": None,
        "remedy": None,
        "failures": 0,
        "report": None,
    }
    failed = {
        **never, "began": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:00:01Z", "outcome": "FAILED", "failures": 2,
        "sentence": "It is down.", "remedy": "Start it.",
    }  # fmt: skip
    crawls = [
        {**never, "name": "new", "state": "DUE", "next": "2026-01-01T00:00:00.5Z"},
        {**failed, "name": "down", "state": "WAITING", "next": "2026-01-01T00:01:00Z"},
        {**never, "name": "busy", "state": "RUNNING", "next": None, "began": "2026-01-01T00:00:00Z"},
        {**failed, "name": "left", "state": "UNATTENDED", "next": None},
    ]
    lines = printed(crawls_table(crawls), 200).splitlines()
    shown = {line.split()[1]: line for line in lines if "files" in line}
    assert "│ due " in shown["new"]
    assert "2026-01-01 00:00:00" not in shown["new"]
    assert "2026-01-01 00:01:00" in shown["down"]
    assert "│ - " in shown["busy"]
    assert "never: no server has it" in shown["left"]
