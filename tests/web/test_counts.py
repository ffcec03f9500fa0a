"""Counts beyond 32 bits through the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shop

ROWS = 3_000_000_000


def test_the_program_gives_them_back_too(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    counted = {"outputStatistics": {"rowCount": ROWS}}
    event = shop.run(1, "load", [], [{**shop.table(shop.CLEAN), "outputFacets": counted}])
    (tmp_path / "one.json").write_text(json.dumps(event), encoding="utf-8")
    assert run("ingest", "one.json")[0] == 0
    code, out, _ = run("export", "--openlineage")
    [line] = [json.loads(line) for line in out.splitlines()]
    told = line.get("event", line)
    assert (code, told["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"]) == (0, ROWS)
