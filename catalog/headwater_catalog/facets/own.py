"""Facets of Headwater itself: a row for each that its own programs send or that it alone understands."""

from __future__ import annotations

from headwater_catalog.facets.row import DATASET, IDENTITY, Row

OWN = (
    Row(
        DATASET, "headwater_identity", IDENTITY, "A steward's word on which names mean one dataset, and which do not",
        lands="core.link, core.dataset", shown=("Dataset.members",),
    ),
)  # fmt: skip
