"""Measured values as they may be shown: without those of columns that are personal, or named like secrets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar, cast

from headwater_catalog.facets import withheld
from headwater_catalog.reading import datasets, personal
from headwater_graphql.context import View

T = TypeVar("T")


async def of_node(view: View, said: T, node: int) -> T:
    """What is measured of a dataset node, under any of its names."""
    return await of_names(
        view, said, [(one.namespace, one.name) for one in await view.get(datasets.members, node) or []]
    )


async def hides(view: View, node: int, column: str) -> bool:
    """Whether no value of this column of a dataset node is shown."""
    names = [(one.namespace, one.name) for one in await view.get(datasets.members, node) or []]
    return bool(personal.withheld(await view.get_many(personal.personal, names), [column]))


async def of_names(view: View, said: T, names: Sequence[tuple[str, str]]) -> T:
    """The same of a dataset that has these names; values that were measured before a column was tagged, too."""
    columns = await asyncio.to_thread(withheld.columns_of, said)
    if not columns:
        return said
    marks = await view.get_many(personal.personal, names)
    hidden = await asyncio.to_thread(personal.withheld, marks, columns)
    return cast(T, await asyncio.to_thread(withheld.withheld, said, hidden))
