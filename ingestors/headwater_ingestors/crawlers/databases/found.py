"""A table or view as any database tells of it, before it is told to the catalog."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from headwater_catalog.facets.relation import Relation, Size
from headwater_ingestors.crawlers.crawler import Noted, Unread
from headwater_ingestors.crawlers.datasets import Field

_PART: Final = r'(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[^\s"`\[(.]+)'
_LISTED: Final = r"(?:\s*\((?:\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|[^\"`()])*\))?"
_HEAD: Final = re.compile(
    rf"\s*CREATE\b.{{0,500}}?\bVIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?{_PART}(?:\.{_PART}){{0,2}}{_LISTED}\s+AS\s+",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A table's place: parts of its name, outermost first; kind, sub_kind: as `datasetType` has them."""

    parts: tuple[str, ...]
    kind: str = "TABLE"
    sub_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view. A view's query stands in its relation."""

    place: Place
    relation: Relation
    fields: Sequence[Field] = ()
    comment: str | None = None
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class Untold:
    """A table of which something could not be read; code, sentence: why."""

    place: Place
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """The database may hide tables from this user: what is not found is not gone. sentence: why."""

    sentence: str


Told = Table | Untold | Hidden | Unread | Noted


def query_of(definition: str) -> str:
    """A view's query, where its database gives the statement that made it."""
    found = _HEAD.match(definition)
    return (definition[found.end() :] if found else definition).strip().rstrip(";").rstrip()
