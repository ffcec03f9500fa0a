"""Programs for R and Spark, where these are installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openers import run

from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_catalog.templates.render import Wanted, template

FORMAT = Format(
    "csv",
    "latin-1",
    csv=Csv(Sign(";"), Sign('"'), header=True, decimal=",", null_tokens=("NA!",), date_format="%d.%m.%Y"),
)
FIELDS = [Field("id", "int"), Field("name", "text"), Field("price", "double"), Field("day", "date")]


@pytest.fixture
def orders(tmp_path: Path) -> Opening:
    path = tmp_path / "orders.csv"
    path.write_bytes("id;name;price;day\n1;Müller;1,5;31.01.2026\n2;NA!;;\n".encode("latin-1"))
    return opening(Told("file", str(path), "FILE", FIELDS, format=FORMAT))


def test_spark(orders: Opening) -> None:
    pytest.importorskip("pyspark", reason="Spark is not installed")
    made = template(orders, Wanted("spark"))
    assert made.code is not None
    rows = [tuple(row) for row in run(made.code)["data"].collect()]
    assert [(one[0], one[1], one[2], str(one[3])) for one in rows] == [
        (1, "Müller", 1.5, "2026-01-31"),
        (2, None, None, "None"),
    ]


def test_r(orders: Opening, tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    made = template(orders, Wanted("r"))
    assert made.code is not None
    file = tmp_path / "template.R"
    file.write_text(made.code + 'cat(format(data$day), data$price, data$name, sep = "|")\n', encoding="utf-8")
    done = subprocess.run([program, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("2026-01-31|NA|1.5|NA|Müller|NA")
