"""headwater analysis: each kind as a table and as JSON, what is cut, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tangle

from headwater_catalog.database.engine import Database
from headwater_web.cli.analysis import SHAPES, Kind

if TYPE_CHECKING:
    from conftest import Run

SAYS = {
    Kind.ranking: ["t.raw", "5", "1"],
    Kind.sources: ["t.raw"],
    Kind.sinks: ["t.shared"],
    Kind.orphans: ["t.alone", "Dataset"],
    Kind.cycles: ["2", "t.clean, ", "t.loop, ", "there"],
    Kind.critical_path: ["clean", "300.0 s", "t.raw"],
    Kind.unused_datasets: ["t.old", "2024-05-01 10:07", "read"],
    Kind.unused_columns: ["t.raw#note", "yes"],
    Kind.several_writers: ["t.shared", "2", "other", "report"],
}


@pytest.fixture
def told(run: Run, catalog: Database, tmp_path: Path) -> Run:
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in tangle.events()))
    assert run("ingest", "events.jsonl")[0] == 0
    return run


def test_each_kind_as_a_table_and_as_json(told: Run) -> None:
    assert set(SAYS) == set(Kind)
    for kind, words in SAYS.items():
        code, out, _ = told("analysis", kind)
        assert code == 0, kind
        assert any(all(word in line for word in words) for line in out.splitlines()), (kind, out)
        found = json.loads(told("analysis", kind, "--json")[1])
        assert found["total"] == len(found["steps" if kind is Kind.critical_path else "nodes"]) > 0
    assert "in all 2,460.0 s" in told("analysis", "critical-path")[1]


def test_what_is_not_listed_is_told(told: Run) -> None:
    code, out, err = told("analysis", "ranking", "--limit", "1")
    assert (code, err) == (0, "")
    assert "1 of 4 are listed. Ask for more with --limit, or name a part." in out
    code, out, err = told("analysis", "sources", "t.mart")
    assert (code, out.strip(), err) == (0, "", "sources: none.\n")


def test_a_moment_and_what_is_refused(told: Run) -> None:
    assert "t.old" in told("analysis", "sources", "--as-of", "2024-05-01T10:06:30Z")[1]
    for arguments, sentence in (
        (["sinks", "nobody"], "Nothing in the catalog is called nobody."),
        (["sinks", "--as-of", "soon"], "asOf is no time."),
        (["everything"], "Invalid value for 'KIND'"),
        (["sinks", "--limit", "0"], "Invalid value for '--limit'"),
    ):
        code, _, err = told("analysis", *arguments)
        assert code == 2
        assert sentence in err


def test_every_kind_has_a_shape() -> None:
    assert set(SHAPES) == set(Kind)
