"""A table or view as the catalog shows it: its name and the facets that declare it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headwater_catalog.facets.relation import Relation


@dataclass(frozen=True, slots=True)
class Declared:
    """A relation. name: its parts, outermost first; kind, sub_kind: as `datasetType` has them.

    comments: of its columns, by their names.
    """

    name: tuple[str, ...]
    relation: Relation
    kind: str | None = "TABLE"
    sub_kind: str | None = None
    comment: str | None = None
    comments: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_view(self) -> bool:
        """Whether a query gives its rows."""
        return self.kind == "VIEW" or self.relation.definition is not None

    @property
    def path(self) -> tuple[str, ...]:
        """Schema and table: in PostgreSQL a statement names no database."""
        return self.name[-2:]
