"""Columns of which no value is shown, by the names that somebody gave them: in any case, and all within them."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import Final

WHOLE: Final = ""
"""Instead of a path: all columns of the dataset."""


def fold(path: str) -> str:
    """A path as it is compared. Names that some system takes for one are one: rather too many hidden than one shown."""
    return unicodedata.normalize("NFKC", path).upper().casefold().replace("\u0307", "")


class Hidden(Collection[str]):
    """Dotted paths. It contains these, in any case, what is below them, and what one of them is within."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._folded = {fold(path) for path in self._paths}
        self._sorted = sorted(self._folded)
        self._lengths = sorted({len(path) for path in self._folded})

    def __contains__(self, path: object) -> bool:
        """Whether no value of this column is shown."""
        if not isinstance(path, str):
            return False
        asked = fold(path)
        return WHOLE in self._paths or asked in self._folded or self._below(asked) or self._above(asked)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def _below(self, asked: str) -> bool:
        # Of those lengths only: a name of a thousand dots has a thousand paths above it.
        return any(asked[size : size + 1] == "." and asked[:size] in self._folded for size in self._lengths)

    def _above(self, asked: str) -> bool:
        place = bisect_left(self._sorted, f"{asked}.")
        return place < len(self._sorted) and self._sorted[place].startswith(f"{asked}.")
