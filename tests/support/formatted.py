"""The same rows in files of each format that templates open, for programs of others."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import pytest

from headwater_catalog.facets.opening import Csv, Format, JsonLayout, Location
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.opening import Field, Opening, Told, opening

FIELDS = [Field("id", "bigint"), Field("it's", "text"), Field("day", "date"), Field("price", "decimal(10,2)"),
          Field("ok", "boolean")]  # fmt: skip
ROWS: list[tuple[Any, ...]] = [
    (1, "two\nlines; 'x'", datetime.date(2026, 1, 31), decimal.Decimal("1234.50"), True),
    (2**63 - 1, None, None, decimal.Decimal("-0.25"), False),
]


def plain(row: tuple[Any, ...]) -> dict[str, Any]:
    cells = zip([one.name for one in FIELDS], row, strict=True)
    return {name: cell if isinstance(cell, int | None) else str(cell) for name, cell in cells}


def in_files(folder: Path) -> dict[str, Opening]:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    names = [one.name for one in FIELDS]
    parquet.write_table(
        pyarrow.Table.from_pylist([dict(zip(names, row, strict=True)) for row in ROWS]), folder / "o'rders.parquet"
    )
    (folder / "lines.jsonl").write_text("".join(json.dumps(plain(row)) + "\n" for row in ROWS))
    (folder / "document.json").write_text(json.dumps([plain(row) for row in ROWS]))
    (folder / "simple.csv").write_text('id,it\'s,day,price,ok\n1,"two\nlines; \'x\'",2026-01-31,1234.50,true\n'
                                       "9223372036854775807,,,-0.25,false\n")  # fmt: skip
    (folder / "odd.csv").write_text("1~'two\nlines; ''x'''~31.01.2026~1.234,50~ja\n"
                                    "9223372036854775807~NA~NA~-0,25~nein\n", encoding="latin-1")  # fmt: skip
    odd = Csv(Sign("~"), Sign("'"), header=False, null_tokens=("NA",), decimal=",", thousands=Sign("."),
              date_format="%d.%m.%Y", true_tokens=("ja",), false_tokens=("nein",))  # fmt: skip
    for number, row in enumerate(ROWS):
        part = folder / "parts" / f"year={2025 + number}"
        part.mkdir(parents=True)
        (part / "part.jsonl").write_text(json.dumps(plain(row)) + "\n")
    formats = {
        "o'rders.parquet": Format("parquet"),
        "lines.jsonl": Format("json", json=JsonLayout("LINES")),
        "document.json": Format("json", json=JsonLayout("DOCUMENT")),
        "simple.csv": Format("csv", "utf-8", csv=Csv(Sign(","), Sign('"'), header=True)),
        "odd.csv": Format("csv", "latin-1", csv=odd),
    }
    found = {
        name: opening(Told("file", str(folder / name), "FILE", FIELDS, format=form)) for name, form in formats.items()
    }
    where = Location(str(folder / "parts"), "**/*", ("year",), "HIVE")
    fields = [*FIELDS, Field("year", "int")]
    told = Told("file", str(folder / "parts"), "FOLDER", fields, format=formats["lines.jsonl"], location=where)
    return {**found, "parts": opening(told)}
