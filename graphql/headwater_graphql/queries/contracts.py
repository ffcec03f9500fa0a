"""Questions about data contracts that are not in the catalog."""

from __future__ import annotations

import asyncio

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.shape import read
from headwater_catalog.names import dataset_name, public_id, text
from headwater_graphql.context import Info, View
from headwater_graphql.queries.asking import At, few, view_of
from headwater_graphql.types import node
from headwater_graphql.types.contract import ContractCheck, checked
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.scalars import JSON


@strawberry.input(description="The part of a contract (as contractPart has it) that is to cover a dataset.")
class ContractSubject:
    """The part of a contract that is to cover a dataset."""

    namespace: str
    name: str
    part: JSON


@strawberry.type
class ContractQueries:
    """The part of the root that checks contracts."""

    @strawberry.field(
        description="The part of a contract that covers one dataset (as contractPart has it) against what the catalog "
        "knows of the dataset of that namespace and name; nothing is taken in."
    )
    async def contract_check(
        self, info: Info, *, namespace: str, name: str, part: JSON, at: At | None = None
    ) -> ContractCheck:
        """A contract against the catalog."""
        return await _checked(await view_of(info, at), ContractSubject(namespace=namespace, name=name, part=part))

    @strawberry.field(description="The same for several datasets, in their order.")
    async def contract_checks(
        self, info: Info, *, parts: list[ContractSubject], at: At | None = None
    ) -> list[ContractCheck]:
        """Contracts against the catalog."""
        few("contractChecks", parts)
        view = await view_of(info, at)
        return list(await asyncio.gather(*(_checked(view, one) for one in parts)))


async def _checked(view: View, one: ContractSubject) -> ContractCheck:
    said = read(Contract, one.part)
    if said is None:
        raise InvalidRequest("invalid_contract", "This is no part of a contract.", "Hand over what contractPart gives.")
    found = await node.by_id(view, public_id("dataset", *dataset_name(text(one.namespace), text(one.name))))
    return await checked(view, found.row if isinstance(found, Dataset) else None, said)
