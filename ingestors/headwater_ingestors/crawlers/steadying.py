"""Estimated sizes that moved a little are no news: what was told last stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater_ingestors.crawlers.crawler import Document, Told

SIZE: Final = "headwater_size"
NEWS: Final = 10
"""A size is told again when it moved by a tenth of what was told last, in one night or in many."""
_NUMBERS: Final = ("rows", "bytes")


def with_size_told(event: Document, told: Sequence[Told]) -> Document | None:
    """A dataset's event with the size that was told last; None where that is no estimate, or far from the new one.

    told: all facets of the dataset. Sizes that were counted are told to the row.
    """
    about = event.get("dataset", {})
    found = about.get("facets", {}).get(SIZE, {})
    last = next((one.value for one in told if one.facet == SIZE and _by(one.value) == _by(found)), {})
    if not (found.get("estimated") and last.get("estimated")) or not all(_near(found, last, one) for one in _NUMBERS):
        return None
    size = {**found, **{one: last[one] for one in _NUMBERS if one in found}}
    return {**event, "dataset": {**about, "facets": {**about["facets"], SIZE: size}}}


def _by(facet: Document) -> object:
    return facet.get("_producer")


def _near(found: Document, last: Document, number: str) -> bool:
    now, before = found.get(number), last.get(number)
    if now is None or before is None:
        return now is before
    return now == before or bool(abs(now - before) * NEWS < before)
