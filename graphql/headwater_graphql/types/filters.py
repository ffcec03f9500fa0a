"""What questions about lineage may leave out."""

from __future__ import annotations

import strawberry

from headwater_catalog.lineage.narrow import Filter
from headwater_graphql.types.enums import EdgeKind, Granularity, Method, Status

COLLAPSED = {Granularity.ZONE, Granularity.NAMESPACE}


@strawberry.input(
    description="Which edges count: those that pass all that is set. An empty list lets none pass. environment: both "
    "ends in it, prod where no rule tells; all: no matter."
)
class EdgeFilter:
    """Which edges count."""

    kinds: list[EdgeKind] | None = None
    statuses: list[Status] | None = None
    methods: list[Method] | None = None
    min_confidence: float | None = None
    environment: str | None = None

    def read(self, granularity: Granularity | None) -> Filter:
        """As the catalog takes it; between zones and namespaces it is about the edges between datasets."""
        plain = {EdgeKind((granularity or Granularity.DATASET).value)}
        plain |= {EdgeKind.DATASET} if granularity in COLLAPSED or granularity is None else set()
        plain |= {EdgeKind.COLUMN} if granularity is None else set()
        # Between runs a run that reads is no end: all edges are of one kind there.
        boundary = EdgeKind.RUN if granularity is Granularity.RUN else EdgeKind.BOUNDARY
        return Filter(
            statuses=None if self.statuses is None else frozenset(one.value for one in self.statuses),
            methods=None if self.methods is None else frozenset(one.value for one in self.methods),
            min_confidence=0.0 if self.min_confidence is None else self.min_confidence,
            environment=self.environment and self.environment.replace("\0", ""),
            boundary=self.kinds is None or boundary in self.kinds,
            plain=self.kinds is None or not plain.isdisjoint(self.kinds),
        )
