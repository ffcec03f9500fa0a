"""What lineage is asked: a value, without any answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater_catalog.lineage.graph import Direction
from headwater_catalog.lineage.narrow import EVERY_EDGE, Filter
from headwater_catalog.statements import NOW, Bounds

BOTH = (Direction.UP, Direction.DOWN)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. directions and depth (None: all) count only where the selector itself does not walk.

    exclude: a selector of what the answer leaves out, at its end: paths through it stay walked.
    lost_before: for `state:`, see `named_set`.
    then: the moment as which the connection sees the catalog, for what people and producers said.
    collapse: between jobs, the level of the hierarchy below which they stand as their ancestor; None: none does.
    absent: where names go that mean nothing, which raise UnknownName else.
    kept: which edges count. bridge: a selector of datasets and jobs that are hidden, with the paths through them kept.
    """

    select: str
    directions: Sequence[Direction] = BOTH
    depth: int | None = 3
    limit: int = 1_000
    lost_before: int = 0
    collapse: int | None = None
    absent: set[str] | None = None
    exclude: str | None = None
    then: Bounds = NOW
    kept: Filter = EVERY_EDGE
    bridge: str | None = None
