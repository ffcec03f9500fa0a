"""Differences between two pictures of lineage."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from headwater_catalog.lineage import diff
from headwater_catalog.lineage.diff import Part as PartRow
from headwater_catalog.lineage.diff import Picture
from headwater_graphql.types.lineage import Cut, cut_of
from headwater_graphql.types.scalars import Long


@strawberry.enum
class Part(Enum):
    """Of what a difference speaks. ORDER: of the columns of a dataset, of those that both sides have."""

    NODE = "node"
    EDGE = "edge"
    FIELD = "field"
    ORDER = "order"
    OWNER = "owner"
    TERM = "term"


@strawberry.enum
class DiffChange(Enum):
    """What became of it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@strawberry.enum
class DiffSide(Enum):
    """FROM: the first picture. TO: the second."""

    FROM = "from"
    TO = "to"


@strawberry.type(
    description="id, ref: the node; of an edge where it begins, toId and toRef where it ends, jobRef the job that "
    "states it. member: the column, the owner, the IRI of the term. before, after: empty where there is nothing. NODE: "
    "its kind, and dropped. EDGE: status and method, and transformations. FIELD: the type. OWNER: the role. TERM: the "
    "status of the assignment. ORDER: the columns."
)
class Difference:
    """One difference."""

    part: Part
    change: DiffChange
    id: strawberry.ID
    ref: str
    to_id: strawberry.ID | None
    to_ref: str | None
    job_id: strawberry.ID | None
    job_ref: str | None
    member: str | None
    before: list[str]
    after: list[str]
    sentence: str


@strawberry.type(description="Why a picture is not whole: what lies beyond may look added or removed.")
class DiffCut:
    """Why a picture is not whole."""

    side: DiffSide
    cut: Cut


@strawberry.type(description="What is different between two pictures of lineage.")
class LineageDiff:
    """What is different between two pictures."""

    before: strawberry.Private[Picture]
    after: strawberry.Private[Picture]
    found: strawberry.Private[Sequence[diff.Difference]]

    @strawberry.field(description="Whether nothing is different.")
    def equal(self) -> bool:
        """Whether nothing is different."""
        return not self.found

    @strawberry.field(description="False: see cut.")
    def complete(self) -> bool:
        """Whether both pictures are whole."""
        return not (self.before.cuts or self.after.cuts)

    @strawberry.field(description="Why they are not whole.")
    def cut(self) -> list[DiffCut]:
        """Why they are not whole."""
        sides = ((DiffSide.FROM, self.before), (DiffSide.TO, self.after))
        return [DiffCut(side=side, cut=cut_of(one)) for side, picture in sides for one in picture.cuts]

    @strawberry.field(description="How many differences there are.")
    def count(self) -> Long:
        """How many differences there are."""
        return Long(len(self.found))

    @strawberry.field(description="All of them, or of some parts: nodes first, then edges, columns, owners, terms.")
    def differences(self, parts: list[Part] | None = None) -> list[Difference]:
        """All differences."""
        wanted = None if parts is None else {PartRow(part.value) for part in parts}
        refs = {**self.before.refs, **self.after.refs}
        return [_difference(one, refs) for one in self.found if wanted is None or one.key.part in wanted]


def _difference(one: diff.Difference, refs: dict[str, str]) -> Difference:
    part, subject, target, member = one.key
    edge = part is PartRow.EDGE
    return Difference(
        part=Part(part.value),
        change=DiffChange(one.change.value),
        id=strawberry.ID(subject),
        ref=refs.get(subject, subject),
        to_id=strawberry.ID(target) if edge else None,
        to_ref=refs.get(target, target) if edge else None,
        job_id=strawberry.ID(member) if edge and member else None,
        job_ref=refs.get(member, member) if edge and member else None,
        member=None if edge or not member else member,
        before=list(one.before),
        after=list(one.after),
        sentence=diff.sentence(one, refs),
    )


def diff_of(before: Picture, after: Picture) -> LineageDiff:
    """Two pictures compared."""
    return LineageDiff(before=before, after=after, found=diff.diff(before, after))


def document(found: LineageDiff) -> dict[str, Any]:
    """The same as GraphQL answers it, all of it."""
    cuts = [{"side": one.side.name, "cut": {**vars(one.cut), "reason": one.cut.reason.name}} for one in found.cut()]
    for one in cuts:
        one["cut"].pop("direction")
    return {
        "equal": found.equal(),
        "complete": found.complete(),
        "count": found.count(),
        "cut": cuts,
        "differences": [_document(one) for one in found.differences()],
    }


def _document(one: Difference) -> dict[str, Any]:
    told = {to_camel_case(name): value for name, value in vars(one).items()}
    return {**told, "part": one.part.name, "change": one.change.name}
