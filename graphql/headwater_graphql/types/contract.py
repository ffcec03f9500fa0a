"""Data contracts of datasets, and what breaks them."""

from __future__ import annotations

import asyncio
import json
import time
from functools import cached_property
from typing import Final

import strawberry

from headwater_catalog.canonical import read_json
from headwater_catalog.contracts import breaches, quality
from headwater_catalog.contracts.breaches import BreachKind
from headwater_catalog.contracts.said import purpose
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.process import Measures, assertions
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.relation import Relation, Size
from headwater_catalog.facets.shape import read
from headwater_catalog.facets.table import fields_of
from headwater_catalog.reading import datasets, relations
from headwater_catalog.reading import quality as measures
from headwater_catalog.schemas.declared import dialect_of, table_of
from headwater_catalog.schemas.model import Table
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types import said
from headwater_graphql.types.facets import first_said
from headwater_graphql.types.links import DatasetRef

RECENT: Final = 200
"""Facets of tests, and of metrics, that are looked at: the last ones."""


strawberry.enum(BreachKind)


@strawberry.type(
    description='Something that is not as the contract says. where: a column, a property; "": the dataset.'
)
class Breach:
    """Something that is not as the contract says."""

    kind: BreachKind
    where: str
    expected: str
    found: str


@strawberry.type(description="Something that a contract says and the catalog knows nothing of.")
class Unchecked:
    """Something that cannot be checked."""

    kind: BreachKind
    where: str
    because: str


@strawberry.type(description="A contract against what the catalog knows of a dataset. dataset null: it has none.")
class ContractCheck:
    """A contract against a dataset."""

    dataset: DatasetRef | None
    breaches: list[Breach]
    unchecked: list[Unchecked]


@strawberry.type(description="The data contract that covers a dataset; contractPart is what it says of it, whole.")
class DataContract:
    """The data contract that covers a dataset."""

    view: strawberry.Private[View]
    row: strawberry.Private[datasets.Dataset]
    part: strawberry.Private[Contract]

    @strawberry.field
    def id(self) -> str | None:
        """The same for all its versions."""
        return self.part.id

    @strawberry.field
    def version(self) -> str | None:
        """Its version."""
        return self.part.version

    @strawberry.field
    def status(self) -> str | None:
        """As it says: draft, active, deprecated …"""
        return self.part.status

    @strawberry.field
    def name(self) -> str | None:
        """Its name."""
        return self.part.name

    @strawberry.field
    def purpose(self) -> str | None:
        """What it is for, as it says of all that it covers."""
        return purpose(self.part.shared or {}) or None

    @strawberry.field(description="What the catalog knows that is not as the contract says.")
    async def breaches(self) -> list[Breach]:
        """What breaks it."""
        return (await self._check).breaches

    @strawberry.field(description="What the contract says and the catalog knows nothing of.")
    async def unchecked(self) -> list[Unchecked]:
        """What cannot be checked."""
        return (await self._check).unchecked

    @cached_property
    def _check(self) -> asyncio.Task[ContractCheck]:
        """Done once for both fields."""
        return asyncio.ensure_future(checked(self.view, self.row, self.part))


async def checked(view: View, row: datasets.Dataset | None, part: Contract) -> ContractCheck:
    """The part of a contract against a dataset; row: None where the catalog has none."""
    from headwater_graphql.types.dataset import Dataset

    state = await _state(view, row) if row else None
    found = await asyncio.to_thread(breaches.check, part, state)
    return ContractCheck(
        dataset=Dataset(view=view, row=row) if row else None,
        breaches=[
            Breach(kind=one.kind, where=one.where, expected=one.expected, found=one.found)
            for one in found
            if isinstance(one, breaches.Breach)
        ],
        unchecked=[
            Unchecked(kind=one.kind, where=one.where, because=one.because)
            for one in found
            if isinstance(one, breaches.Unchecked)
        ],
    )


async def _state(view: View, row: datasets.Dataset) -> breaches.State:
    page = await view.get(datasets.schemas, row.id, 1, None)
    relation = await view.get(relations.relations, row.id)
    dialect = dialect_of(row.namespace, relation)
    newest = page.items[0] if page and page.items else None
    written = await view.get(measures.versions, row.id, 1, None)
    owners = await said.owners(view, ("dataset", row.namespace, row.name))
    asked = view.moment.as_of
    return breaches.State(
        table=await asyncio.to_thread(_table, row.name, newest.fields, relation, dialect) if newest else None,
        owners=tuple(one.name for one in owners),
        tests=await _tests(view, row.id),
        measured=await _measured(view, row),
        written=micros_of(written.items[0].s) if written and written.items else None,
        now=time.time_ns() // 1_000 if asked is None else asked,
        dialect=dialect,
    )


def _table(name: str, fields: str, relation: Relation | None, dialect: str | None) -> Table:
    return table_of(name, json.loads(fields), relation, dialect)


async def _tests(view: View, node: int) -> tuple[quality.Result, ...]:
    """The last result of each test, the last first."""
    page = await view.get(measures.tests, node, RECENT, None)
    told = [one for row in (page.items if page else ()) for one in assertions(read_json(row.body.encode()))]
    return tuple(
        quality.Result(tuple(name for name in (one.name, one.assertion) if name), one.column or "", one.success)
        for one in told
        if one.name or one.assertion
    )


async def _measured(view: View, row: datasets.Dataset) -> quality.Measured:
    """By the last metrics that count it, else by the profile, else by the size that its system says."""
    from headwater_graphql.types.dataset import Dataset

    known = fields_of("Dataset")
    carrier = Dataset(view=view, row=row)
    profile, size = await first_said(carrier, known["profile"]), await first_said(carrier, known["size"])
    page = await view.get(measures.metrics, row.id, RECENT, None)
    told = [read(Measures, read_json(one.body.encode())) for one in (page.items if page else ())]
    nulls = _profiled_nulls(profile)
    rows: tuple[int | None, ...] = (
        size.rows if isinstance(size, Size) and not size.estimated else None,
        _rows(profile),
    )
    for measure in reversed([one for one in told if one]):
        counted = ((one.column, one.null_count) for one in measure.columns)
        nulls |= {column.casefold(): count for column, count in counted if column and count is not None}
        rows = (*rows, measure.row_count)
    return quality.Measured(next((one for one in reversed(rows) if one is not None), None), nulls, _repeated(profile))


def _rows(profile: object) -> int | None:
    return profile.rows if isinstance(profile, Profile) else None


def _profiled_nulls(profile: object) -> dict[str, int]:
    """Those of a sample say nothing."""
    if not isinstance(profile, Profile) or profile.sampled is not None:
        return {}
    return {one.name.casefold(): one.nulls for one in profile.columns if one.name and one.nulls is not None}


def _repeated(profile: object) -> dict[str, int]:
    """Values that are not the first of their kind, by column; nothing where they are estimated."""
    if not isinstance(profile, Profile) or profile.sampled is not None or profile.rows is None:
        return {}
    return {
        one.name.casefold(): profile.rows - (one.nulls or 0) - one.distinct
        for one in profile.columns
        if one.name and one.distinct is not None and not one.approximate
    }


async def contract_of(view: View, row: datasets.Dataset) -> DataContract | None:
    """The contract that covers a dataset."""
    from headwater_graphql.types.dataset import Dataset

    part = await first_said(Dataset(view=view, row=row), fields_of("Dataset")["contract_part"])
    return DataContract(view=view, row=row, part=part) if isinstance(part, Contract) else None
