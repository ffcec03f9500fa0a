"""A sign of each Unicode category: names that some reader, writer or query takes for something else."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import count

CATEGORIES = 30


@cache
def by_category(first: int = 1) -> dict[str, str]:
    """The first sign of each category from U+0001, or another, on; half of a pair (Cs) among them."""
    found: dict[str, str] = {}
    for code in count(first):
        found.setdefault(unicodedata.category(chr(code)), chr(code))
        if len(found) == CATEGORIES:
            return found


@cache
def every(first: int = 1) -> str:
    """All of them in a text, but half of a pair, which no name can hold."""
    return "".join(sign for category, sign in by_category(first).items() if category != "Cs")
