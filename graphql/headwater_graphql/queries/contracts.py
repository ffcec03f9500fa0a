"""Questions about data contracts that are not in the catalog."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import strawberry

from headwater_catalog.errors import InvalidRequest, TooLarge
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.shape import read
from headwater_catalog.names import dataset_name, public_id, text
from headwater_graphql.context import Info, View
from headwater_graphql.queries.asking import MOST_REFS, At, few, view_of
from headwater_graphql.types import node
from headwater_graphql.types.contract import ContractCheck, checked
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.scalars import JSON

MOST_SECONDS: Final = 30
"""That parts which are asked for together may take."""
PORTION: Final = 25
"""Parts that are checked side by side."""


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

    @strawberry.field(
        description=f"The same for up to {MOST_REFS:,} datasets, in their order, within {MOST_SECONDS} seconds."
    )
    async def contract_checks(
        self, info: Info, *, parts: list[ContractSubject], at: At | None = None
    ) -> list[ContractCheck]:
        """Contracts against the catalog; raises TooLarge where they take too long."""
        few("contractChecks", parts)
        view = await view_of(info, at)
        found: list[ContractCheck] = []
        end = time.monotonic() + MOST_SECONDS
        for start in range(0, len(parts), PORTION):
            if start and time.monotonic() > end:
                raise _too_slow(start, len(parts))
            found += await asyncio.gather(*(_checked(view, one) for one in parts[start : start + PORTION]))
        return found


def _too_slow(done: int, parts: int) -> TooLarge:
    return TooLarge(
        "contract_checks_too_slow",
        f"After {MOST_SECONDS} s {done:,} of {parts:,} parts were checked.",
        f"Ask for fewer at once: {done:,}.",
        checked=done,
    )


async def _checked(view: View, one: ContractSubject) -> ContractCheck:
    said = read(Contract, one.part)
    if said is None:
        raise InvalidRequest("invalid_contract", "This is no part of a contract.", "Hand over what contractPart gives.")
    found = await node.by_id(view, public_id("dataset", *dataset_name(text(one.namespace), text(one.name))))
    return await checked(view, found.row if isinstance(found, Dataset) else None, said)
