"""Columns of which no value is shown or copied: by the names that somebody gave them, and those named like secrets."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Final

from headwater_catalog.secret_words import names_secret

WHOLE: Final = ""
"""Instead of a path: all columns of the dataset."""
_ITEMS: Final = re.compile(
    r"\[[^\]]{0,20}\]|(?<=.)\.(?:(?:list|bag)\.)?(?:element|array_element|list\.item)(?=\.|\Z)", re.I
)
"""How systems spell that a path goes on within the items of a list: users[].ssn, users.list.element.ssn."""
_MOST_PARTS: Final = 64
"""Parts of a path that are looked at for names of secrets: no column lies deeper. Of a part so many words count."""
_MOST_WORDS: Final = 200
"""Words of a spelling of columns; one of more may mean any."""
_WORD: Final = re.compile(r"\w+")
_PLAIN: Final = re.compile(r"[\w.]+")
_BETWEEN: Final = re.compile(r"[^\w\- ]+")


def fold(path: str) -> str:
    """A path as it is compared. Names that some system takes for one are one: rather too many hidden than one shown."""
    plain = _ITEMS.sub("", path) if "[" in path or "element" in path.lower() or ".item" in path.lower() else path
    return unicodedata.normalize("NFKC", plain).upper().casefold().replace("\u0307", "")


def holds_secret(path: str) -> bool:
    """Whether a column, or one that it is within, is named like a secret."""
    return names_secret(path) or any(
        names_secret(_ITEMS.sub("", part)) for part in path.split(".", _MOST_PARTS)[:_MOST_PARTS]
    )


def means_secret(name: str) -> bool:
    """Whether a name in whatever spelling may mean a column that is named like a secret."""
    return holds_secret(name) or any(names_secret(part.strip()) for part in _BETWEEN.split(name))


def _words(name: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(name)]


def _joined(part: str) -> str:
    return " ".join(_words(part)[:_MOST_PARTS])


class Hidden(Collection[str]):
    """Dotted paths. It contains these, in any case, what is below them, and what one of them is within.

    It contains names of secrets too, and what is below them; what such a column is within only if its path is among
    `paths`, or among `known`: all columns that the dataset is known to have.
    """

    def __init__(self, paths: Iterable[str], known: Iterable[str] = ()) -> None:
        self._paths = frozenset((*paths, *(path for path in known if holds_secret(path))))
        self._folded = {fold(path) for path in self._paths}
        self._sorted = sorted(self._folded)
        self._lengths = sorted({len(path) for path in self._folded})

    def __contains__(self, path: object) -> bool:
        """Whether no value of this column is shown."""
        if not isinstance(path, str):
            return False
        asked = fold(path)
        said = WHOLE in self._paths or asked in self._folded or self._below(asked) or self._above(asked)
        return said or holds_secret(path)

    def meant(self, name: str) -> bool:
        """Whether one of these may be meant by a name in whatever spelling: "who", shop.users.who, lower(who), id, who.

        So where the last part of a path is among its words, and where what a column is within is.
        """
        if name in self or means_secret(name):
            return True
        said = _words(name)
        if not self._paths or not 0 < len(said) <= _MOST_WORDS:
            return bool(self._paths)
        runs = {" ".join(said[at : at + size]) for size in self._sizes for at in range(len(said))}
        # address.city is not the address that has a hidden street; of "address", or shop.users.address, nobody knows.
        within = said[-1:] if _PLAIN.fullmatch(name) else runs
        return not (self._ends.isdisjoint(runs) and self._parts.isdisjoint(within))

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @cached_property
    def _ends(self) -> frozenset[str]:
        """The last parts of the paths as their words; [who] is all items of nothing, and so who."""
        return frozenset(_joined(fold(path).rpartition(".")[2] or path) for path in self._paths) - {""}

    @cached_property
    def _parts(self) -> frozenset[str]:
        """All parts of the paths as their words."""
        return frozenset(_joined(part) for path in self._folded for part in path.split(".")[:_MOST_PARTS]) - {""}

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted({part.count(" ") + 1 for part in self._ends | self._parts})

    def _below(self, asked: str) -> bool:
        # Of those lengths only: a name of a thousand dots has a thousand paths above it.
        return any(asked[size : size + 1] == "." and asked[:size] in self._folded for size in self._lengths)

    def _above(self, asked: str) -> bool:
        place = bisect_left(self._sorted, f"{asked}.")
        return place < len(self._sorted) and self._sorted[place].startswith(f"{asked}.")
