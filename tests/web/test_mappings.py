"""Mappings by the command and as CSV, in process and over HTTP; formulas stay text; what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import shop
from running import running

from headwater_catalog.database.engine import Database
from headwater_catalog.sheets import lines
from headwater_web import mappings
from headwater_web.composition import translators

if TYPE_CHECKING:
    from conftest import Run

EVIL = '=HYPERLINK("http://x")'


@pytest.fixture
def told(run: Run, catalog: Database, tmp_path: Path) -> Run:
    """The program, over the shop's day and a column whose name a spreadsheet would run."""
    odd = shop.table(("file", "+odd"), columnLineage=shop.mapping(shop.MART, ("revenue", EVIL)))
    events = [*shop.events(), shop.run(50, "@odd", [shop.table(shop.MART)], [odd])]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    assert run("ingest", "events.jsonl")[0] == 0
    return run


def test_the_sheet_is_complete_and_safe(told: Run) -> None:
    code, out, err = told("mappings", "--csv")
    assert (code, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert tuple(rows[0]) == mappings.HEADER
    assert [(one["source_field"], one["target_field"], one["job"], one["type"]) for one in rows] == [
        ("revenue", f"'{EVIL}", "'@odd", "DIRECT"),
        ("amount", "revenue", "sales", "DIRECT"),
        ("total", "amount", "clean", "DIRECT"),
        ("id", "id", "clean", "DIRECT"),
    ]
    assert rows[0]["target"] == "'+odd"
    assert not [cell for row in csv.reader(io.StringIO(out)) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert {one["agreement"] for one in rows} == {"ONLY_OBSERVED"}


def test_the_command_shows_and_narrows(told: Run) -> None:
    code, out, _ = told("mappings", "--dataset", "raw.orders")
    assert code == 0
    assert "shop.raw.orders#total" in out
    assert "only observed" in out
    assert "revenue" not in out
    for asked in (["--from", "no such zone"], ["--to", "no such zone"], ["--csv", "--to", "no such zone"]):
        code, out, err = told("mappings", *asked)
        assert (code not in (0, 1), out, "No zone rule makes a zone no such zone." in err) == (True, "", True)
    assert told("mappings", "--from", "", "--to", "")[0] == 0
    assert "more: --limit" in told("mappings", "--limit", "1")[1]
    found = json.loads(told("mappings", "--json", "--as-of", "2024-05-01T10:01:30Z")[1])
    assert len(found["nodes"]) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--csv", "--json"], "--json and --csv were both said."),
        (["--csv", "--as-of", "soon"], "asOf is no time."),
        (["--csv", "--dataset", "nobody"], "Nothing in the catalog is called nobody."),
        (["--dataset", "nobody"], "Nothing in the catalog is called nobody."),
    ],
)
def test_wrong_use_is_refused(told: Run, arguments: list[str], sentence: str) -> None:
    code, out, err = told("mappings", *arguments)
    assert (code != 0, out) == (True, "")
    assert sentence in err


def test_it_streams_page_by_page_and_says_where_it_ends(
    told: Run, catalog: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mappings, "MOST", 1)
    monkeypatch.setattr(mappings, "MOST_ROWS", 3)
    with running(catalog, translators().here) as url, httpx.Client(base_url=url, trust_env=False) as http:
        found = http.get("/api/v1/mappings")
        assert (found.status_code, found.headers["content-type"]) == (200, "text/csv; charset=utf-8")
        rows = list(csv.reader(io.StringIO(found.text)))
        assert len(rows) == 1 + 3 + 1
        assert rows[-1] == [mappings.CUT]
        assert http.get("/api/v1/mappings", params={"asOf": "soon"}).json()["code"] == "invalid_time"


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(start: str) -> None:
    [[cell, number, empty]] = csv.reader(io.StringIO(lines([[start, -1, None]]), newline=""))
    assert (cell, number, empty) == (f"'{start}", "-1", "")
