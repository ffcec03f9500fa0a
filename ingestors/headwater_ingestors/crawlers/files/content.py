"""What is in a file, as far as it was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headwater_catalog.facets.opening import Format
from headwater_catalog.facets.relation import Attribute
from headwater_ingestors.crawlers.files.kinds import Kind
from headwater_ingestors.crawlers.files.spellings import Spelled

Columns = tuple[tuple[str, Kind], ...]
"""Names and types, in order."""


@dataclass(frozen=True, slots=True)
class Content:
    """Format and columns of one file. whole: all of it was looked at, or its end says all.

    rows: in the part of its bytes that `share` (0 to 1) tells. spelled: its columns of dates and times; tokens:
    those that may mean no value, by the columns that have them; notes: sentences about it.
    """

    format: Format
    columns: Columns = ()
    rows: int | None = None
    share: float = 1.0
    whole: bool = True
    attributes: tuple[Attribute, ...] = ()
    spelled: Mapping[str, Spelled] = field(default_factory=dict)
    tokens: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
