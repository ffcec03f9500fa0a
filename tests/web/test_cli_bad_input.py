"""Bad arguments of the verbs that read: an exit code, a sentence, a remedy; never a trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shop
import signs

Run = Callable[..., tuple[int, str, str]]


# The last two are halves of a pair, as an argument that is no UTF-8 holds them.
EVERY = signs.every() + "\ud800\udcff"
WHOLE = '"' + signs.every().replace('"', "") + '"'
HUGE = "x" * 100_000


@pytest.fixture
def told(fresh_database: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    file = tmp_path / "shop.ndjson"
    file.write_text("\n".join(json.dumps(event) for event in shop.events()), encoding="utf-8")
    assert run("ingest", str(file))[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        *(("lineage", one) for one in ("", " ", EVERY, WHOLE, HUGE, '"' * 100_000, "dataset:" + "0" * 32, "run:x")),
        *(("lineage", "mart.sales", "--exclude", one) for one in ("", EVERY, WHOLE, HUGE, "nope")),
        ("lineage", "mart.sales", "--as-of", "2024-05-01", "--since", "2024-05-02"),
        ("lineage", "mart.sales", "--as-of", "yesterday"),
        ("lineage", "mart.sales", "--depth", "10001"),
        ("lineage", "mart.sales", "--collapse", "1", "--granularity", "column"),
        *(("changes", "--after", one) for one in ("", EVERY, HUGE, "WyJkYXRhc2V0cyIsIngiLCJ5Il0")),
        *(("changes", "--select", one) for one in ("", EVERY, WHOLE, HUGE)),
        *(("changes", "--kind", one) for one in ("", EVERY.replace("\udcff", "").replace("\ud800", ""), HUGE)),
        *(("search", one) for one in ("", "\u2028", HUGE)),
        ("search", "sales", "--environment", ""),
    ],
)
def test_wrong_use_is_told(told: None, run: Run, arguments: tuple[str, ...]) -> None:
    code, out, said = run(*arguments, "--json")
    if code == 0:  # an empty cursor or environment may mean none
        json.loads(out) if out.startswith(("{", "[")) else out
        return
    assert (code, out) == (2, ""), said[-2_000:]
    problem = json.loads(said)
    assert problem["code"] not in ("internal_error", "refused")
    assert problem["sentence"]
    assert problem["remedy"]
    assert len(said) < 10_000


@pytest.mark.parametrize(
    "arguments",
    [("lineage", "x", "--depth", "-1"), ("lineage", "x", "--collapse", "0"), ("search", "x", "--first", "0")],
)
def test_numbers_out_of_bounds_are_refused_before_anything_is_asked(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, said = run(*arguments)
    assert (code, out) == (2, "")
    assert "Invalid value" in said
