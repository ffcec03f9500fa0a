"""Files that are not as they should be: every target gives the same, or fails; none gives other values."""

from __future__ import annotations

import decimal
from pathlib import Path
from typing import Any

import pytest
from openers import TARGETS, rows_of

from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_catalog.templates.render import Wanted, template

COMMAS = Format("csv", csv=Csv(delimiter=Sign(","), quote=Sign('"'), header=True))


def rows(path: Path, target: str, *fields: Field) -> list[tuple[Any, ...]]:
    pytest.importorskip(target)
    made = template(opening(Told("file", str(path), "FILE", fields, format=COMMAS)), Wanted(target))
    assert made.code is not None
    return rows_of(target, made.code)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("cells", ["1,2,\n3,4,\n", "1,2\n3,4,5\n", "1,2,9\n3,4\n"])
def test_cells_that_are_too_many_shift_nothing(target: str, cells: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"a,b\n{cells}")
    try:
        found = rows(path, target, Field("a", "int"), Field("b", "int"))
    except Exception:  # noqa: BLE001 - each engine has its own, and to refuse such a file is right
        return
    assert found == [(1, 2), (3, 4)]


@pytest.mark.parametrize("target", TARGETS)
def test_an_empty_line_of_one_column_is_no_value(target: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\nx\n\ny\n")
    assert rows(path, target, Field("a", "text")) == [("x",), (None,), ("y",)]


@pytest.mark.parametrize("target", TARGETS)
def test_decimals_are_rounded_alike(target: str, tmp_path: Path) -> None:
    texts = ["1.005", "-1.005", "1.0049", "0.995", "2", "-.5", "1.00500", "2.675", "+7.125"]
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "".join(f"{one},x\n" for one in texts))
    wanted = ["1.01", "-1.01", "1.00", "1.00", "2.00", "-0.50", "1.01", "2.68", "7.13"]
    found = rows(path, target, Field("a", "decimal(10,2)"), Field("b", "text"))
    assert [str(row[0]) for row in found] == wanted
    assert all(isinstance(row[0], decimal.Decimal) for row in found)


@pytest.mark.parametrize("target", TARGETS)
def test_whole_numbers_are_digits(target: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n+1,x\n-02,x\n")
    assert [row[0] for row in rows(path, target, Field("a", "int"), Field("b", "text"))] == [1, -2]
    for wrong in ("3.0", "3.7", "1_000", "0x10", "1e3", "\u0663"):
        path.write_text(f"a,b\n{wrong},x\n")
        with pytest.raises(Exception, match=r"(?i)whole number|conversion"):
            rows(path, target, Field("a", "int"), Field("b", "text"))
