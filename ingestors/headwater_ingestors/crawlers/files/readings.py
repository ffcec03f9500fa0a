"""The ways in which a text can be divided into fields, and how well each holds together.

A reading is good where all records have one width, cells are what people write into cells, and columns are of one type:
the consistency of van den Burg, Nazábal and Sutton (2019), who multiply a score of row patterns with one of types.
Other than there, of several that are equally good none is chosen in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from headwater_ingestors.crawlers.files.values import amount, class_of

MOST: Final = 2**15
"""Characters that are looked at."""
SIGNS: Final = (",", ";", "\t", "|", "\x01", "~", "^", "¦", "§")
_QUOTES: Final = ('"', "'")
_BREAK: Final = re.compile(r"\r\n?")
_SUSPECT: Final = re.compile(f"[{re.escape(''.join(SIGNS))}]|\\A[\"']|[\"']\\Z|\\\\[\"']")
"""What a cell that is not quoted does not hold, if it is one: a delimiter, a quote around it, one that is escaped."""


class Marks(NamedTuple):
    """What divides a text. None: one column; nothing is quoted; a quote is doubled within quotes."""

    delimiter: str | None
    quote: str | None
    escape: str | None


class Reading(NamedTuple):
    """A text by such marks. clean: share of cells that look like cells; alike: of columns that are of one type."""

    marks: Marks
    rows: tuple[tuple[str, ...], ...]
    clean: float
    alike: float

    @property
    def rank(self) -> tuple[float, float]:
        """The higher, the better."""
        return self.clean, self.alike

    @property
    def width(self) -> int:
        """Its columns."""
        return len(self.rows[0])


def sample(text: str) -> str:
    """The beginning of a text, line breaks made one: whole lines, where one ends."""
    part = _BREAK.sub("\n", text[:MOST])
    return part[: part.rfind("\n") + 1] or part if len(text) > MOST else part


def readings(text: str) -> list[Reading]:
    """All readings whose records are of one width, the best first; of those that give one table the plainest."""
    delimiters = [None, *(sign for sign in SIGNS if sign in text)]
    quotes = [None, *(sign for sign in _QUOTES if sign in text)]
    escapes = [None, *(["\\"] if any(f"\\{sign}" in text for sign in _QUOTES) else [])]
    tables: dict[tuple[tuple[str, ...], ...], Reading] = {}
    for marks in map(Marks._make, product(delimiters, quotes, escapes)):
        found = reading(text, marks) if marks.quote or not marks.escape else None
        if found is not None:
            before = tables.get(found.rows)
            tables[found.rows] = found if before is None or found.rank > before.rank else before
    return sorted(tables.values(), key=lambda one: one.rank, reverse=True)


def reading(text: str, marks: Marks) -> Reading | None:
    """The text by these marks; None where its records are not of one width, or a quote is not closed.

    text: with \\n between its lines.
    """
    rows: list[list[tuple[str, bool]]] = [[]]
    for cell, quoted, last in _cells(text, marks):
        if cell is None:
            return None
        rows[-1].append((cell, quoted))
        if last:
            rows.append([])
    told = [row for row in rows if row and row != [("", False)]]
    if not told or len({len(row) for row in told}) > 1:
        return None
    cells = [one for row in told for one in row]
    clean = sum(quoted or _is_clean(cell) for cell, quoted in cells) / len(cells)
    columns = list(zip(*(tuple(cell for cell, _ in row) for row in told[1:]), strict=True))
    alike = sum(map(_is_alike, columns)) / len(columns) if columns else 0.0
    return Reading(marks, tuple(tuple(cell for cell, _ in row) for row in told), clean, alike)


def _cells(text: str, marks: Marks) -> Iterator[tuple[str | None, bool, bool]]:
    """(cell, whether it was quoted, whether a record ends with it); None for one that is none, which is the last."""
    field, text = _field(marks), text.removesuffix("\n")
    at = 0
    while at <= len(text):
        found = field.match(text, at)
        if found is None:
            yield None, False, True
            return
        at = found.end()
        quoted = found["quoted"]
        yield _meant(found["plain"] if quoted is None else quoted, marks), quoted is not None, text[at : at + 1] in "\n"
        at += 1


def _field(marks: Marks) -> re.Pattern[str]:
    divider = re.escape(marks.delimiter) if marks.delimiter else ""
    escaped = r"|\\." if marks.escape else ""
    stop = r"\\" if marks.escape else ""
    plain = rf"(?P<plain>(?:[^{divider}\n{stop}]{escaped})*)"
    end = rf"(?=[{divider}\n]|\Z)"
    if marks.quote is None:
        return re.compile(rf"(?P<quoted>(?!))?{plain}{end}", re.DOTALL)
    quote = marks.quote
    inner = rf"[^{quote}\\]|\\." if marks.escape else rf"[^{quote}]|{quote}{quote}"
    return re.compile(rf"(?:{quote}(?P<quoted>(?:{inner})*+){quote}|(?!{quote}){plain}){end}", re.DOTALL)


def _meant(cell: str, marks: Marks) -> str:
    if marks.escape:
        return re.sub(r"\\(.)", r"\1", cell, flags=re.DOTALL)
    return cell.replace(marks.quote * 2, marks.quote) if marks.quote else cell


def _is_clean(cell: str) -> bool:
    return not _SUSPECT.search(cell) or class_of(cell) is not None or amount(cell)


def _is_alike(column: Sequence[str]) -> bool:
    found = {class_of(cell) for cell in column if cell}
    return len(found) == 1 and None not in found
