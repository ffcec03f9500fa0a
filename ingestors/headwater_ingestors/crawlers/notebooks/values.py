"""What is known of values in code that is not run: texts, modules, connections, and simple collections of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from headwater_ingestors.crawlers.crawler import Name

MAX_TEXT: Final = 100_000


@dataclass(frozen=True, slots=True)
class Module:
    """A module or something in it, by its dotted name: `pandas`, `pandas.read_csv`."""

    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A database that SQL is sent to. namespace: of its tables, None where the options' one is meant.

    memory: its tables live as long as the notebook; only the files that it reads are data.
    """

    dialect: str | None = None
    namespace: str | None = None
    database: str | None = None
    schema: str | None = None
    memory: bool = False


Value = str | Module | Place | tuple["Value", ...] | Mapping[str, "Value"]
Known = dict[str, Value | None]
"""Values by name; None: assigned, and not known."""


class Access(NamedTuple):
    """Something that is read or written. line: in the cell, from 1; by: the function that does it."""

    writes: bool
    name: Name
    line: int
    by: str


class Unknown(NamedTuple):
    """What could not be resolved: where in the cell, a code, a sentence."""

    line: int
    code: str
    sentence: str


Found = Access | Unknown
Sql = Callable[[str, Place, int, str], list[Found]]
"""Reads SQL: its text, where it is sent to, line, who sends it."""
