"""Programs for R and Spark, where these are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openers import run

from headwater_catalog.facets.opening import ColumnFormat, Csv, Format
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_catalog.templates.render import Wanted, template

FORMAT = Format(
    "csv",
    "latin-1",
    csv=Csv(
        Sign(";"), Sign('"'), header=True, decimal=",", null_tokens=("NA!",), date_format="%d.%m.%Y",
        column_formats=(ColumnFormat("due", "%m/%d/%Y"), ColumnFormat("paid")),
    ),
)  # fmt: skip
FIELDS = [
    Field("id", "int"), Field("name", "text"), Field("price", "double"), Field("day", "date"), Field("due", "date"),
    Field("paid", "date"),
]  # fmt: skip


@pytest.fixture
def orders(tmp_path: Path) -> Opening:
    path = tmp_path / "orders.csv"
    path.write_bytes(
        "id;name;price;day;due;paid\n1;Müller;1,5;31.01.2026;02/03/2026;2026-04-05\n2;NA!;;;;\n".encode("latin-1")
    )
    return opening(Told("file", str(path), "FILE", FIELDS, format=FORMAT))


def test_spark(orders: Opening) -> None:
    pytest.importorskip("pyspark", reason="Spark is not installed")
    made = template(orders, Wanted("spark"))
    assert made.code is not None
    rows = [tuple(row) for row in run(made.code)["data"].collect()]
    assert [(*one[:3], *map(str, one[3:])) for one in rows] == [
        (1, "Müller", 1.5, "2026-01-31", "2026-02-03", "2026-04-05"),
        (2, None, None, "None", "None", "None"),
    ]


@pytest.mark.parametrize(
    ("target", "forms"),
    [
        ("spark", ("'dd.MM.yyyy'", "'MM/dd/yyyy'", "F.to_date(F.when")),
        ("r", ('"%d.%m.%Y"', '"%m/%d/%Y"', '"%Y-%m-%d"')),
    ],
)
def test_each_column_has_its_form(orders: Opening, target: str, forms: tuple[str, ...]) -> None:
    made = template(orders, Wanted(target))
    assert made.code is not None
    lines = {name: line for line in made.code.splitlines() for name in ("day", "due", "paid") if f"{name}" in line}
    assert all(form in lines[name] for name, form in zip(("day", "due", "paid"), forms, strict=True))


def test_r(orders: Opening, tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    made = template(orders, Wanted("r"))
    assert made.code is not None
    file = tmp_path / "template.R"
    file.write_text(
        made.code + 'cat(format(data$day), format(data$due), format(data$paid), data$price, data$name, sep = "|")\n',
        encoding="utf-8",
    )
    done = subprocess.run([program, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("2026-01-31|NA|2026-02-03|NA|2026-04-05|NA|1.5|NA|Müller|NA")
