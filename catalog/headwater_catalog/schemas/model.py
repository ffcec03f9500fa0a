"""Tables and their columns as a file or the catalog states them."""

from __future__ import annotations

from dataclasses import dataclass

from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.types import Type


@dataclass(frozen=True, slots=True)
class Column:
    """A column, of a record by dotted path. type, nullable: None where it is not said; text: the type as written.

    filled: its system fills it where nothing is written: it has a default, is computed or numbered. domain: its name,
    where the type is one; text is then what it is of.
    """

    path: str
    type: Type | None = None
    nullable: bool | None = None
    text: str = ""
    filled: bool = False
    domain: str = ""

    @property
    def shown(self) -> str:
        """The type and whether it may be null, as written."""
        return " ".join(part for part in (self.text, "NOT NULL" if self.nullable is False else "") if part)


@dataclass(frozen=True, slots=True)
class Table:
    """A table. name: as it was written, "" where the file has none; columns in their order.

    keys: None: not known; kinds: of which it would say so if there were any.
    """

    name: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] | None = None
    kinds: frozenset[KeyKind] = frozenset(KeyKind)


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of one file; what: what it is, for people."""

    what: str
    tables: tuple[Table, ...]
