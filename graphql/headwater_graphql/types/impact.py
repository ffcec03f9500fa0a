"""Impact: what breaks and what may change, because of what, by which expression of which job, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import strawberry

from headwater_catalog.lineage.ends import Key
from headwater_catalog.lineage.graph import whole
from headwater_catalog.lineage.impact import Effect as EffectRow
from headwater_catalog.lineage.impact import Spread, Use
from headwater_catalog.lineage.proposed import Known, Proposed
from headwater_graphql.context import View
from headwater_graphql.types import said
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.enums import (
    ChangeOf,
    CutReason,
    Direction,
    Effect,
    Holding,
    Method,
    SchemaChangeKind,
    Status,
)
from headwater_graphql.types.job import Job
from headwater_graphql.types.lineage import Answer, Cut, Transformation
from headwater_graphql.types.links import DatasetRef, FieldRef, JobRef, NodeRef, TermRef
from headwater_graphql.types.scalars import Long

MOST_BECAUSE = 20
"""Uses that are told of one node: those that break it first."""
CUTS = {
    "LIMIT": ("At least {} more are affected.", "Ask for a greater limit, or about fewer changes."),
    "EDGES": ("There are more uses than are followed; more may be affected.", "Ask about fewer changes."),
}


@dataclass
class Found:
    """All of an answer, with names and expressions, fetched at once."""

    view: View
    spread: Spread
    answer: Answer
    shown: dict[Key, list[Use]]
    expressions: dict[int, str | None]
    writers: dict[int, list[int]]

    def effect(self, key: Key) -> Effect:
        """The effect on a node, a dataset of which an unknown column is affected included."""
        both: list[Any] = [key] if not isinstance(key, int) else [key, (key, None)]
        broken = any(self.spread.effects.get(one) is EffectRow.BREAKS for one in both)
        return Effect.BREAKS if broken else Effect.MAY_CHANGE

    def depth(self, key: Key) -> int:
        """Steps from the nearest change."""
        both: list[Any] = [key] if not isinstance(key, int) else [key, (key, None)]
        return min(self.spread.depth[one] for one in both if one in self.spread.depth)

    def ref(self, key: Key) -> str:
        """Its whole name."""
        node = self.answer.node(key)
        return "" if node is None else node._ref()


@strawberry.type(description="Why a node is affected: a use of an affected one. expression: as the job has it.")
class Because:
    """Why a node is affected."""

    found: strawberry.Private[Found]
    use: strawberry.Private[Use]

    @strawberry.field(name="from", description="The column; the dataset where it is not known which of its columns.")
    def from_(self) -> NodeRef | None:
        """What it uses."""
        return self.found.answer.node(self.use.source)

    @strawberry.field(description="Whether what it uses breaks and flows into it: then it breaks too.")
    def breaks(self) -> bool:
        """Whether it breaks for this."""
        return self.use.direct and self.found.spread.effects.get(self.use.source) is EffectRow.BREAKS

    @strawberry.field(description="The job that holds the expression.")
    def job(self) -> JobRef | None:
        """The job."""
        made = self.found.answer.made.get(self.use.edge.job)
        return made if isinstance(made, Job) else None

    @strawberry.field
    def status(self) -> Status:
        """Whether it was seen, is meant, or is not confirmed."""
        return Status(self.use.edge.status)

    @strawberry.field
    def method(self) -> Method:
        """How it is known."""
        return Method(self.use.edge.method)

    @strawberry.field
    def transformations(self) -> list[Transformation]:
        """How values come about."""
        return [Transformation(type=one.type, subtype=one.subtype, masking=one.masking) for one in self.use.edge.steps]

    @strawberry.field(description="Of the job's SQL, else as its producer described it; null where nobody says.")
    def expression(self) -> str | None:
        """The expression."""
        return self.found.expressions.get(id(self.use))


@strawberry.type(description="A column that is affected; a dataset or job where it is not known which. depth: steps.")
class Affected:
    """A node that is affected."""

    found: strawberry.Private[Found]
    key: strawberry.Private[Key]

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its public id."""
        return self.found.answer.id(self.key)

    @strawberry.field
    def effect(self) -> Effect:
        """What happens to it."""
        return self.found.effect(self.key)

    @strawberry.field(description="Steps from the nearest change.")
    def depth(self) -> int:
        """Steps from the nearest change."""
        return self.found.depth(self.key)

    @strawberry.field
    def node(self) -> NodeRef | None:
        """The column, dataset or job."""
        return self.found.answer.node(self.key)

    @strawberry.field(description="The dataset it is or lies in; null of a job.")
    def dataset(self) -> DatasetRef | None:
        """Its dataset."""
        made = self.found.answer.made.get(whole(self.key))
        return made if isinstance(made, Dataset) else None

    @strawberry.field(description=f"Up to {MOST_BECAUSE} uses, those that break it first.")
    def because(self) -> list[Because]:
        """Why."""
        return [Because(found=self.found, use=use) for use in self.found.shown[self.key][:MOST_BECAUSE]]


@strawberry.type(description="A dataset that is affected, in some columns or as a whole.")
class AffectedDataset:
    """A dataset that is affected."""

    found: strawberry.Private[Found]
    keys: strawberry.Private[list[Key]]
    dataset: DatasetRef
    holds: Holding | None
    owners: list[said.Owner]

    @strawberry.field
    def effect(self) -> Effect:
        """The worst on it."""
        return Effect.BREAKS if self._broken() else Effect.MAY_CHANGE

    def _broken(self) -> bool:
        return any(self.found.effect(key) is Effect.BREAKS for key in self.keys)

    @strawberry.field(description="Columns that break.")
    def breaks(self) -> list[FieldRef]:
        """Columns that break."""
        return self._columns(Effect.BREAKS)

    @strawberry.field(description="Columns that may change.")
    def may_change(self) -> list[FieldRef]:
        """Columns that may change."""
        return self._columns(Effect.MAY_CHANGE)

    @strawberry.field(description="Whether it may change as a whole: nobody says which columns are used.")
    def whole(self) -> bool:
        """Whether it may change as a whole."""
        return any(isinstance(key, int) for key in self.keys)

    def _columns(self, effect: Effect) -> list[Any]:
        some = [key for key in self.keys if not isinstance(key, int) and self.found.effect(key) is effect]
        return [self.found.answer.node(key) for key in some]


@strawberry.type(description="A term that is assigned to something affected.")
class AffectedTerm:
    """A term that is reached."""

    effect: Effect
    term: TermRef | None
    iri: str
    nodes: list[NodeRef]


@strawberry.type(description="Somebody whose datasets, or jobs that only read, are affected.")
class AffectedOwner:
    """Whose it is."""

    name: str
    effect: Effect
    nodes: list[NodeRef]


@strawberry.type(description="A change, and what it means in this catalog. writers: jobs that make what changes.")
class ImpactChange:
    """A change and what it means here."""

    found: strawberry.Private[Found]
    row: strawberry.Private[Proposed]
    kind: SchemaChangeKind
    dataset: str
    column: str | None
    to: str | None
    old: str | None
    new: str | None
    known: ChangeOf
    sentence: str | None

    @strawberry.field(description="The column, or the dataset; null where the catalog has none.")
    def node(self) -> NodeRef | None:
        """What changes."""
        if self.row.node is None:
            return None
        there = self.row.known is Known.FOUND and self.row.column
        return self.found.answer.node((self.row.node, self.row.column) if there else self.row.node)

    @strawberry.field(description="Jobs that write the dataset: they belong to the change, and do not count as broken.")
    def writers(self) -> list[JobRef]:
        """Jobs that write it."""
        made = [self.found.answer.made.get(job) for job in self.found.writers.get(self.row.node or 0, ())]
        return [job for job in made if isinstance(job, Job)]


@strawberry.type(description="What changes would break.")
class Impact:
    """What changes would break."""

    found: strawberry.Private[Found]
    changes: list[ImpactChange]
    affected: list[Affected] = strawberry.field(description="What breaks first, then the nearest, then by name.")
    datasets: list[AffectedDataset] = strawberry.field(description="The same by dataset, in the same order.")
    terms: list[AffectedTerm]
    owners: list[AffectedOwner]

    @strawberry.field(description="What was found, in words.")
    def sentence(self) -> str:
        """In words."""
        return _sentence(self)

    @strawberry.field(description="How many columns, datasets and jobs break.")
    def breaks(self) -> Long:
        """How many break."""
        return Long(sum(one.found.effect(one.key) is Effect.BREAKS for one in self.affected))

    @strawberry.field(description="How many may change.")
    def may_change(self) -> Long:
        """How many may change."""
        return Long(sum(one.found.effect(one.key) is Effect.MAY_CHANGE for one in self.affected))

    @strawberry.field(description="False: see cut.")
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.found.spread.cuts

    @strawberry.field(description="Where following uses stopped, and why.")
    def cut(self) -> list[Cut]:
        """Where it stopped."""
        found = []
        for row in dict.fromkeys(self.found.spread.cuts):
            sentence, remedy = CUTS[row.reason]
            shown = sentence.format(f"{row.nodes:,}")
            reason = CutReason(row.reason)
            found.append(
                Cut(reason=reason, direction=Direction.DOWN, nodes=Long(row.nodes), sentence=shown, remedy=remedy)
            )
        return found


def _sentence(impact: Impact) -> str:
    if not impact.changes:
        return "Nothing changes."
    added = (SchemaChangeKind.COLUMN_ADDED, SchemaChangeKind.DATASET_ADDED)
    strange = sum(one.known is not ChangeOf.FOUND and one.kind not in added for one in impact.changes)
    told = f" Of {strange:,} change{'' if strange == 1 else 's'} the catalog knows no such name." if strange else ""
    return _effects(impact) + told


def _effects(impact: Impact) -> str:
    breaks, may_change = impact.breaks(), impact.may_change()
    if not breaks and not may_change:
        return "Nothing breaks, and nothing is known to change."
    broken = sum(one._broken() for one in impact.datasets)
    least = "" if impact.complete() else "at least "
    where = f"in {broken:,} dataset{'' if broken == 1 else 's'}"
    head = f"{least}{breaks:,} break{'s' if breaks == 1 else ''} {where}" if breaks else "Nothing breaks"
    held = {one.holds for one in impact.datasets}
    reached = ", ".join(holds.value.lower() for holds in Holding if holds in held)
    tail = f"; reached: {reached}" if reached else ""
    return f"{head[0].upper()}{head[1:]}, {least}{may_change:,} may change{tail}."
