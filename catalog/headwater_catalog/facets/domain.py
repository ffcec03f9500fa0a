"""Facets of what data and jobs mean. Descriptions, owners and tags are read by headwater_catalog.said, beside edits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Documentation:
    """A producer's description with its media type."""

    description: str | None
    content_type: str | None


@dataclass(frozen=True, slots=True)
class ProducerTag:
    """A tag in its producer's words. source: where that has it from; field: the column, null: of the whole."""

    key: str | None
    value: str | None
    source: str | None
    field: str | None
