"""Whether the first record of a table has the names of its columns, as far as the types of the others tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from headwater_ingestors.crawlers.files.values import class_of

_YEAR: Final = re.compile(r"(?:19|20)\d\d", re.ASCII)
"""The only number that people often make a name."""


class Header(NamedTuple):
    """named: None where nothing tells. sure: nothing tells otherwise."""

    named: bool | None
    sure: bool


def header(first: Sequence[str | None], columns: Sequence[Sequence[str | None]], tokens: Collection[str]) -> Header:
    """What the first record is to the columns below it. tokens: that mean no value."""
    told = [(cell, _class(column, tokens)) for cell, column in zip(first, columns, strict=True)]
    typed = [(cell, kind) for cell, kind in told if cell and cell not in tokens and kind]
    names = any(class_of(cell) != kind for cell, kind in typed)
    words = any(class_of(cell) is None for cell, _ in typed)  # a number above truth values may be one of them
    values = [cell for cell, kind in typed if class_of(cell) == kind]
    if not any(first):
        return Header(named=False, sure=True)
    if names or values:
        years = not names and all(map(_YEAR.fullmatch, values))
        return Header(named=names, sure=not (names and (values or not words)) and not years)
    again = any(cell in column for cell, column in zip(first, columns, strict=True) if cell)
    return Header(named=False if again else None, sure=False)


def _class(column: Sequence[str | None], tokens: Collection[str]) -> str | None:
    """What all values of a column are; None where they are texts, or there are none."""
    found = {class_of(value) for value in dict.fromkeys(column) if value and value not in tokens}
    return found.pop() if len(found) == 1 else None
