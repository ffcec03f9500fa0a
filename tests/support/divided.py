"""Every way to divide a CSV text, sign by sign: the slow reference of what a crawl finds, and of what is ambiguous."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from headwater_ingestors.crawlers.files.values import amount, class_of

Rows = tuple[tuple[str, ...], ...]
SIGNS = ",;\t|"
MARKS = "\"'"


class Way(NamedTuple):
    """None: one column; nothing is quoted; a quote within quotes is doubled."""

    delimiter: str | None
    quote: str | None
    escape: str | None


class Cell(NamedTuple):
    text: str
    quoted: bool


def divided(text: str, way: Way) -> list[list[Cell]] | None:
    """Records of a text whose lines end with \\n, without blank lines; None where a quote is not where it belongs."""
    rows: list[list[Cell]] = [[]]
    at, inside, quoted, cell = 0, False, False, ""
    text = text if text.endswith("\n") else f"{text}\n"
    while at < len(text):
        sign, following = text[at], text[at + 1 : at + 2]
        if way.escape and sign == way.escape and (inside or not quoted):
            cell, at = cell + following, at + 1
        elif inside and sign == way.quote and not way.escape and following == sign:
            cell, at = cell + sign, at + 1
        elif inside:
            inside = sign != way.quote
            cell += sign if inside else ""
        elif sign in (way.delimiter, "\n"):
            rows[-1].append(Cell(cell, quoted))
            rows.extend([[]] if sign == "\n" else [])
            quoted, cell = False, ""
        elif quoted:
            return None
        elif sign == way.quote and not cell:
            inside = quoted = True
        else:
            cell += sign
        at += 1
    return None if inside else [row for row in rows if row and row != [Cell("", quoted=False)]]


def texts(rows: Sequence[Sequence[Cell]]) -> Rows:
    return tuple(tuple(cell.text for cell in row) for row in rows)


def best(text: str) -> set[Rows]:
    """The tables of one width that hold together best: cells are what people write into cells, columns of one type.

    Several are equally good: no reader can know which was meant.
    """
    found: dict[Rows, tuple[float, float]] = {}
    for way in map(Way._make, product([None, *SIGNS], [None, *MARKS], [None, "\\"])):
        rows = divided(text, way) if way.quote or not way.escape else None
        if rows and len({len(row) for row in rows}) == 1:
            found[texts(rows)] = max(found.get(texts(rows), (0.0, 0.0)), _quality(rows))
    most = max(found.values(), default=None)
    return {rows for rows, quality in found.items() if quality == most}


def _quality(rows: Sequence[Sequence[Cell]]) -> tuple[float, float]:
    cells = [cell for row in rows for cell in row]
    columns = list(zip(*texts(rows[1:]), strict=True))
    kinds = [{class_of(one) for one in column if one} for column in columns]
    typed = sum(len(one) == 1 and None not in one for one in kinds)
    return sum(map(_is_clean, cells)) / len(cells), typed / len(columns) if columns else 0.0


def _is_clean(cell: Cell) -> bool:
    if cell.quoted or class_of(cell.text) or amount(cell.text):
        return True
    marked = (
        cell.text.startswith(tuple(MARKS))
        or cell.text.endswith(tuple(MARKS))
        or any(f"\\{mark}" in cell.text for mark in MARKS)
    )
    return not marked and not any(sign in cell.text for sign in SIGNS)
