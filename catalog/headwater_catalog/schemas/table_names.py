"""Names of tables in databases: their parts as the one dotted name that a dataset has, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from headwater_catalog.names import text

_PART: Final = re.compile(r'""(?:[^".]|"")*""(?=\.|\Z)|"(?:[^"]|"")*"(?=\.|\Z)|[^.]*', re.S)
_QUOTES: Final = ('"', "`", "[")


def dotted(parts: Sequence[str]) -> str:
    """The name of the parts, outermost first: parts with dots stand in quotes, within which a quote is doubled.

    A part that begins with a quote itself, or has blanks at its ends, would lose them (SEMANTICS §4): it stands in two
    quotes on each side.
    """
    return ".".join(_written(part) for part in parts)


def parts_of(name: str) -> tuple[str, ...]:
    """The parts that `dotted` made the name of."""
    return tuple(_read(token) for token in _tokens(name))


def _written(part: str) -> str:
    doubled = part.replace('"', '""')
    if "." in part:
        return f'"{doubled}"'
    return f'""{doubled}""' if part.startswith(_QUOTES) or part != text(part) else part


def _tokens(name: str) -> Iterator[str]:
    place = 0
    while place <= len(name):
        found = _PART.match(name, place)
        assert found is not None  # noqa: S101 - the last branch matches anything
        yield found[0]
        place = found.end() + 1


def _read(token: str) -> str:
    if len(token) > 2 and token.startswith('"') and token.endswith('"'):
        token = token[1:-1] if "." in token else token.removeprefix('""').removesuffix('""')
        return token.replace('""', '"')
    return token
