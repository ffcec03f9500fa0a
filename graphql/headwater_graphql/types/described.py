"""Nodes that people speak of: described, owned, tagged, with terms of the glossary."""

from __future__ import annotations

import strawberry

from headwater_graphql.types import node, said


@strawberry.interface(description="A node that people and programs describe, own, tag and assign terms to.")
class Described(node.Node):
    """A node that people speak of."""

    @strawberry.field
    async def description(self) -> str | None:
        """The description that counts."""
        return await said.description(self.view, self._subject())

    @strawberry.field(description="All descriptions, the effective one first.")
    async def descriptions(self) -> list[said.Said]:
        """All descriptions."""
        return await said.descriptions(self.view, self._subject())

    @strawberry.field
    async def owners(self) -> list[said.Owner]:
        """Who answers for it."""
        return await said.owners(self.view, self._subject())

    @strawberry.field
    async def tags(self) -> list[said.Tag]:
        """Words on it."""
        return await said.tags(self.view, self._subject())

    @strawberry.field(description="Terms assigned to it.")
    async def terms(self) -> list[said.Assignment]:
        """Terms assigned to it."""
        return await said.assignments(self.view, self._subject())
