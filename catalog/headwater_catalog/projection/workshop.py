"""What a pass of derivation works with, what it is asked for, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from headwater_catalog.projection import schemas
from headwater_catalog.projection.append import Appender
from headwater_catalog.projection.kinship import Kinship
from headwater_catalog.projection.lanes import Lanes
from headwater_catalog.projection.runs import RunPicture
from headwater_catalog.projection.tellers import Lane, Tellers
from headwater_catalog.projection.told import Facets


@dataclass(slots=True)
class Touched:
    """What must be derived anew although no new event speaks of it: raw ids, event numbers.

    referred: jobs that events named which were taken back, or that runs named before as parents. received: when that
    was said, in microseconds.
    """

    runs: set[int] = field(default_factory=set)
    singles: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    jobs: set[int] = field(default_factory=set)
    referred: set[int] = field(default_factory=set)
    received: int = 0


@dataclass(slots=True)
class Outcome:
    """What a pass changed, for the feed and the search: ids of names, nodes, runs."""

    new_names: set[int] = field(default_factory=set)
    new_jobs: set[int] = field(default_factory=set)
    schemas: set[int] = field(default_factory=set)
    lanes: set[Lane] = field(default_factory=set)
    runs: dict[int, RunPicture] = field(default_factory=dict)
    jobs: set[int] = field(default_factory=set)


class Workshop:
    """What a pass works with; remembers between batches. One a projector."""

    def __init__(self, appender: Appender) -> None:
        self.appender = appender
        self.lexicon = appender.lexicon
        self.meanings = appender.meanings
        self.kinship = Kinship(self.lexicon)
        self.tellers = Tellers()
        self.lanes = Lanes()
        self.worded: dict[int, Facets] = {}
        self.parents: dict[int, int | None] = {}
        self.jobs: set[int] = set()
        self.schemas: dict[int, schemas.Head] = {}

    def distrust(self) -> None:
        """Forget what others may have changed since. Names keep their ids for ever."""
        self.appender.forget()
        self.tellers.claims.forget()
        self.lanes.forget()
        self.worded.clear()
        self.parents.clear()
        self.jobs.clear()
        self.schemas.clear()
        self.kinship.forget()
