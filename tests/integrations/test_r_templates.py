"""The programs of templates for R, run where R and its packages are: files and a table give what was written."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from formatted import FIELDS, ROWS, in_files, plain

from headwater_catalog.facets.opening import Connection
from headwater_catalog.templates.opening import Told, opening
from headwater_catalog.templates.render import Wanted, template

pytestmark = pytest.mark.integration
PACKAGES = {"o'rders.parquet": "arrow", "table": "RSQLite", "lines.jsonl": "jsonlite", "document.json": "jsonlite",
            "simple.csv": "readr", "odd.csv": "readr"}  # fmt: skip
SHOWN = "cat(jsonlite::toJSON(list(names = names(data), cells = lapply(unname(as.list(data)), as.character))))\n"


def ran(folder: Path, code: str) -> str:
    (folder / "program.R").write_text(code)
    done = subprocess.run(
        ["Rscript", "program.R"], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, (done.stderr, code)
    return done.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    if shutil.which("Rscript") is None:
        pytest.skip("no R: Rscript is not here")
    names = sorted({*PACKAGES.values(), "jsonlite", "bit64"})
    listed = ", ".join(f'"{name}"' for name in names)
    said = f"for (one in c({listed})) if (requireNamespace(one, quietly = TRUE)) cat(one, '\\n')"
    return set(ran(tmp_path_factory.mktemp("r"), said).split())


@pytest.mark.parametrize("name", PACKAGES)
def test_each_program_gives_what_was_written(name: str, packages: set[str], tmp_path: Path) -> None:
    lacking = {PACKAGES[name], "jsonlite", "bit64"} - packages
    if lacking:
        pytest.skip(f"no R: its packages {', '.join(sorted(lacking))} are not here")
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute('CREATE TABLE orders (id integer, "it\'s" text, day text, price numeric, ok text)')
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?)",
            [[str(cell) if isinstance(cell, bool) else cell for cell in plain(row).values()] for row in ROWS],
        )
    reached = Connection(driver="sqlite", database=str(tmp_path / "shop.db"))
    table = opening(Told("sqlite://shop", "orders", "TABLE", FIELDS, ruled=reached))
    made = template({**in_files(tmp_path), "table": table}[name], Wanted("r"))
    assert made.code is not None, made.missing
    found = json.loads(ran(tmp_path, made.code + SHOWN))
    assert found["names"] == [one.name for one in FIELDS]
    rows = list(zip(*found["cells"], strict=True))
    assert [row[:3] for row in rows] == [tuple(None if cell is None else str(cell) for cell in row[:3]) for row in ROWS]
    assert [float(row[3]) for row in rows] == [1234.5, -0.25]
    assert [str(row[4]).lower() for row in rows] == ["true", "false"]
