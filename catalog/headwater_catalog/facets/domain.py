"""Facets of what data and jobs mean. Descriptions, owners and tags are read by headwater_catalog.said, beside edits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Documentation:
    """A producer's description with its media type."""

    description: str | None
    content_type: str | None
