"""Whether a text that nobody calls CSV may be a table: its lines have a delimiter in common. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from headwater_ingestors.crawlers.files.values import class_of

_SIGNS: Final = ("\t", "|", ";", ",", "\x01")
_STOPS: Final = frozenset(",;")
"""Delimiters that are also marks of sentences."""
_MOST: Final = 1_000
"""Lines of a text by which it is known."""
_LOOKED_AT: Final = 60
"""The first that have something on them, in which a table begins."""
_ALL: Final = 20
"""The first of them, which are a table where they all divide alike."""
_LEAST: Final = 3
"""Lines that make a table below others; twice as many as these, but for comments."""
_MOST_TITLES: Final = 10
_NEARLY_ALL: Final = 0.9
"""The share of later lines that are of a table that begins below others."""
_COMMENT: Final = ("#", "--", "//", "%")
_FRACTION: Final = re.compile(r"(:\d\d),(\d{3} )", re.ASCII)
"""Of a second, as logs have it."""


def may_be_table(text: str, whole: bool) -> bool:
    """Whether the first lines, or those below comments and titles, have a delimiter that prose has not.

    whole: else its last line may be half a one.
    """
    every = text.split("\n")
    every = every if whole or len(every) == 1 else every[:-1]
    lines = [_FRACTION.sub(r"\1.\2", line) for line in every[:_MOST] if line.strip()]
    return any(_divides(lines[:_ALL], sign) or _divides_below(lines, sign) for sign in _SIGNS)


def _divides(lines: Sequence[str], sign: str) -> bool:
    return bool(lines) and len({line.count(sign) for line in lines}) == 1 and sign in lines[0]


def _divides_below(lines: Sequence[str], sign: str) -> bool:
    """Whether lines below a few others are a table, and nearly all that follow are of it."""
    seen, later = [line.count(sign) for line in lines[:_LOOKED_AT]], lines[_LOOKED_AT:]
    fields = seen[-1] if seen else 0
    start = next((place for place in range(len(seen), 0, -1) if seen[place - 1] != fields), 0)
    titles = sum(not line.lstrip().startswith(_COMMENT) for line in lines[:start])
    rest = lines[start:_LOOKED_AT]
    if not fields or titles > _MOST_TITLES or len(rest) < max(_LEAST, 2 * titles):
        return False
    if sum(line.count(sign) == fields for line in later) < _NEARLY_ALL * len(later):
        return False
    return not _is_prose(rest, sign)


def _is_prose(lines: Sequence[str], sign: str) -> bool:
    """Whether the sign indents or ends lines, or is one of sentences: a blank follows it, and no column is typed."""
    columns = list(zip(*([cell.strip() for cell in line.split(sign)] for line in lines), strict=True))
    if len([column for column in columns if any(column)]) < 2:
        return True
    if sign not in _STOPS or any(all(map(class_of, column[1:])) for column in columns):
        return False
    return all(part[:1] in ("", " ") for line in lines for part in line.rstrip().split(sign)[1:])
