"""Cells of notebooks: nbformat 3 and 4, and Python files with `# %%`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from headwater_ingestors.crawlers.reading import RefusedError, json_value

MAX_CELLS: Final = 10_000
_MARK: Final = re.compile(r"^#\s*%%(?P<rest>.*)$", re.MULTILINE)
_PYTHON: Final = frozenset({"python", "python2", "python3", "ipython", "pyspark", ""})


class Cell(NamedTuple):
    """Code of a cell. number: from 1, as people count; line: in its file where it begins, from 1."""

    number: int
    line: int
    text: str


class Cells(NamedTuple):
    """The first cells of a file that hold code. whole: there are no more."""

    cells: list[Cell]
    whole: bool


def notebook(raw: bytes) -> Cells:
    """The code cells of an .ipynb; raises RefusedError."""
    document = json_value(raw)
    if not isinstance(document, dict):
        raise RefusedError("no-notebook", "It is no notebook.")
    language = _language(document)
    if language not in _PYTHON:
        raise RefusedError("language", f"It is a notebook in {language[:40]}; only those in Python are read.")
    return _first(_code(_listed(document)))


def script(raw: bytes) -> Cells:
    """The cells of a Python file, none where it has no mark of any."""
    text = raw.decode("utf-8-sig", errors="replace")
    marks = list(_MARK.finditer(text))
    if not marks:
        return Cells([], whole=True)
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    return _first(_divided(text, marks, zip(starts, ends, strict=True)))


def _divided(text: str, marks: list[re.Match[str]], parts: Iterable[tuple[int, int]]) -> Iterator[Cell]:
    for number, (start, end) in enumerate(parts):
        markdown = number > 0 and re.search(r"\[(markdown|md|raw)\]", marks[number - 1]["rest"])
        if not markdown and text[start:end].strip():
            yield Cell(number, text.count("\n", 0, start) + 1, text[start:end])


def _first(cells: Iterator[Cell]) -> Cells:
    found = list(islice(cells, MAX_CELLS + 1))
    return Cells(found[:MAX_CELLS], len(found) <= MAX_CELLS)


def _language(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        part = told.get(place)
        if isinstance(part, dict) and isinstance(part.get(key), str):
            return str(part[key]).lower()
    return ""


def _listed(document: dict[str, Any]) -> Iterator[Any]:
    """Cells of format 4, or of all worksheets of format 3."""
    if isinstance(document.get("cells"), list):
        yield from document["cells"]
    elif isinstance(document.get("worksheets"), list):
        for sheet in document["worksheets"]:
            cells = sheet.get("cells") if isinstance(sheet, dict) else None
            yield from cells if isinstance(cells, list) else ()
    else:
        raise RefusedError("no-notebook", "It has no cells.")


def _code(cells: Iterator[Any]) -> Iterator[Cell]:
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        text = cell.get("source", cell.get("input"))
        if isinstance(text, list):
            text = "".join(line for line in text if isinstance(line, str))
        if isinstance(text, str) and text.strip():
            yield Cell(number, 1, text)
