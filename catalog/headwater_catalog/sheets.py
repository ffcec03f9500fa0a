"""Sheets: lines of CSV that a spreadsheet opens without running what is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Signs, some of them in full width, with which a cell begins that a spreadsheet would take for a formula."""

Cell = str | int | bool | None


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as RFC 4180 has them; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([_safe(cell) for cell in row] for row in rows)
    return written.getvalue()


def _safe(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if cell is None:
        return ""
    if isinstance(cell, int):
        return str(cell)
    # No character of text ends a cell: NUL, which some readers stop at, cannot be stored anyway.
    return f"'{cell}" if cell.startswith(FORMULA) else cell
