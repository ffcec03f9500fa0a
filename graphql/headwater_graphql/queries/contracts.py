"""Questions about data contracts that are not in the catalog."""

from __future__ import annotations

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.shape import read
from headwater_catalog.names import dataset_name, public_id, text
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, view_of
from headwater_graphql.types import node
from headwater_graphql.types.contract import ContractCheck, checked
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.scalars import JSON


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
        view = await view_of(info, at)
        said = read(Contract, part)
        if said is None:
            raise InvalidRequest(
                "invalid_contract", "This is no part of a contract.", "Hand over what contractPart gives."
            )
        found = await node.by_id(view, public_id("dataset", *dataset_name(text(namespace), text(name))))
        return await checked(view, found.row if isinstance(found, Dataset) else None, said)
