"""CSV of random dialects, written with Python's csv module, is read back equal by the program of each target."""

from __future__ import annotations

import datetime
import decimal
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dialected import PACKERS, File, files, printed
from hypothesis import HealthCheck, Phase, example, given, settings
from openers import TARGETS, run

from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.render import Wanted, template


def same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, datetime.date) and not isinstance(wanted, datetime.datetime) and found is not None:
        found = found.date() if isinstance(found, datetime.datetime) else found
    if isinstance(wanted, decimal.Decimal):
        return isinstance(found, decimal.Decimal) and found == wanted
    return type(found) is type(wanted) and bool(found == wanted)


def broken(first: str, end: str, header: bool = False, compression: str | None = None) -> File:
    """A file whose first record has a line break other than those that end its lines: DuckDB goes by that."""
    names, rows = (first if header else "it's",), ((first,), ("{}",), (None,))
    dialect = Csv(Sign("~"), Sign('"'), header=header, null_tokens=("NA",))
    lines = [*([first] if header else []), *("NA" if value is None else value for (value,) in rows)]
    raw = printed(("",), [[line] for line in lines], replace(dialect, header=False), end).encode()
    return File(PACKERS[compression](raw), names, ("text",), rows, Format("csv", "utf-8", compression, dialect))


@pytest.mark.parametrize("target", TARGETS)
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.generate],
)
@given(file=files())
@example(file=broken("two\nlines", "\r\n"))
@example(file=broken("two\r\nlines", "\n"))
@example(file=broken("two\rlines", "\n", compression="zstd"))
@example(file=broken("two\rlines", "\r\n", compression="gzip"))
@example(file=broken("two\nlines", "\r\n", header=True))
@example(file=broken("two\rlines", "\r\n", compression="bz2"))
def test_what_was_written_is_read_back(target: str, file: File) -> None:
    pytest.importorskip(target)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "o'dd na[m]e.csv"
        path.write_bytes(file.raw)
        made = template(file.opening(path), Wanted(target))
        assert made.code is not None, made.missing
        scope = run(made.code)
        found = TARGETS[target](scope["data"])
        columns = scope["data"].columns
        assert list(columns) == list(file.names)
        assert len(found) == len(file.rows), made.code
        for row, wanted in zip(found, file.rows, strict=True):
            assert all(map(same, row, wanted)), (row, wanted, made.code, file.raw)
    assert os.path.exists("/"), "nothing that a name or a token says was done"


@pytest.mark.parametrize("target", TARGETS)
def test_years_of_two_digits_are_of_one_century_for_all(target: str, tmp_path: Path) -> None:
    pytest.importorskip(target)
    years = [1969, 1999, 2000, 2026, 2068]
    rows = tuple((datetime.date(year, 2, 13), datetime.datetime(year, 12, 31, 10, 30)) for year in years)
    forms = ("%d.%m.%y", "%y-%m-%d %H:%M")
    lines = [";".join(cell.strftime(form) for cell, form in zip(row, forms, strict=True)) for row in rows]
    (tmp_path / "x.csv").write_text("\n".join(["day;at", *lines, ";"]))
    dialect = Csv(Sign(";"), header=True, date_format=forms[0], timestamp_format=forms[1])
    file = File(b"", ("day", "at"), ("date", "timestamp"), rows, Format("csv", "utf-8", None, dialect))
    made = template(file.opening(tmp_path / "x.csv"), Wanted(target))
    assert made.code is not None, made.missing
    found = TARGETS[target](run(made.code)["data"])
    assert len(found) == len(rows) + 1
    assert all(same(*cells) for row, meant in zip(found, rows, strict=False) for cells in zip(row, meant, strict=True))


def test_years_of_two_digits_are_refused_where_a_reader_has_other_centuries(tmp_path: Path) -> None:
    dialect = Csv(Sign(";"), header=True, date_format="%d.%m.%y")
    file = File(b"", ("day",), ("date",), (), Format("csv", "utf-8", None, dialect))
    made = template(file.opening(tmp_path / "x.csv"), Wanted("spark"))
    assert [one.code for one in made.missing] == ["unknown_date_format"]
