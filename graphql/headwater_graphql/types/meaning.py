"""What references and columns mean, many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import strawberry

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.near import near as nearly
from headwater_catalog.lineage.resolve import Resolved, resolve, resolve_plain
from headwater_catalog.names import LONGEST_REF, split_ref, text
from headwater_catalog.reading import meaning
from headwater_graphql.context import View
from headwater_graphql.types import node, said
from headwater_graphql.types.enums import Found
from headwater_graphql.types.field import Field
from headwater_graphql.types.links import NodeRef
from headwater_graphql.types.scalars import DateTime, moment

KINDS = {"dataset": DATASET, "column": DATASET, "field": DATASET, "job": JOB}
"""What may stand before a name, as in a selector; a column's name is that of its dataset, with # or a dot."""
COLUMNS = ("column", "field")
PREFIXES = ("dataset", "job", "run", "field", "term")
SENTENCES = {
    Found.NOT_FOUND: "Nothing in the catalog is called so; search for a part of the name.",
    Found.AMBIGUOUS: "Several are called so; write more of the name.",
    Found.INVALID: "This is no name.",
}


@strawberry.type(description="What a reference means; candidates: where several do.")
class Resolution:
    """What a reference means."""

    view: strawberry.Private[View]
    ref: str
    status: Found
    node: NodeRef | None
    candidates: list[NodeRef]
    sentence: str | None

    @strawberry.field(description="Whole names that are nearly so, the nearest first, where nothing is called so.")
    async def near(self) -> list[str]:
        """Whole names that are nearly so."""
        if self.status is not Found.NOT_FOUND:
            return []
        return await nearly(self.view.connection, text(self.ref)[:LONGEST_REF].replace("\0", ""))


@strawberry.type(description="What a column means, where it comes from, how fresh and how well tested it is.")
class Meaning:
    """What a column means."""

    view: strawberry.Private[View]
    standing: strawberry.Private[meaning.Standing | None]
    languages: strawberry.Private[Sequence[str]]
    field: Resolution

    @strawberry.field(description="All descriptions, the effective one first.")
    async def descriptions(self) -> list[said.Said]:
        """All descriptions."""
        column = self.field.node
        return await said.descriptions(self.view, column._subject()) if isinstance(column, Field) else []

    @strawberry.field(description="Terms assigned to the column.")
    async def terms(self) -> list[said.Assignment]:
        """Terms assigned to the column."""
        column = self.field.node
        if not isinstance(column, Field):
            return []
        return await said.assignments(self.view, column._subject(), self.languages)

    @strawberry.field(description="The far ends of its column lineage, along what flows into it.")
    async def origins(self) -> list[NodeRef]:
        """The far ends of its column lineage."""
        columns = self.standing.origins if self.standing else []
        found = await asyncio.gather(*(node.of_column(self.view, column) for column in columns))
        return [one for one in found if one]

    @strawberry.field(description="When its dataset was last written.")
    def freshness(self) -> DateTime | None:
        """When its dataset was last written."""
        return moment(self.standing.freshness) if self.standing else None

    @strawberry.field(description="Whether its last tests passed; null without any.")
    def last_test(self) -> bool | None:
        """Whether its last tests passed."""
        return self.standing.last_test if self.standing else None


async def resolutions(view: View, refs: Sequence[str], *, columns_only: bool = False) -> list[Resolution]:
    """What references mean, in their order; ids too.

    Datasets before jobs where no `dataset:` or `job:` says which; `column:` and `field:` name columns alone.
    """
    clean = [text(ref)[:LONGEST_REF].replace("\0", "") for ref in refs]
    ids = {n for n, ref in enumerate(clean) if _is_id(ref)}
    asked = [n for n, ref in enumerate(clean) if n not in ids and ref]
    told = {n: _told(clean[n], columns_only=columns_only) for n in asked}
    bare, kinds = [n for n in asked if told[n] is None], {n: one for n, one in told.items() if one}
    data = dict(zip(bare, await resolve_plain(view.connection, [split_ref(clean[n]) for n in bare]), strict=True))
    data |= dict(zip(kinds, await resolve(view.connection, list(kinds.values())), strict=True))
    data |= {n: Resolved() for n in kinds if told_kind(clean[n])[0] in COLUMNS and not data[n].columns}
    return list(
        await asyncio.gather(*(_resolution(view, refs[n], clean[n], data.get(n), n in ids) for n in range(len(refs))))
    )


def _told(ref: str, *, columns_only: bool) -> tuple[int, str, str | None] | None:
    """Of which kind a reference says to be, with its name and column, as a selector may; None: of any."""
    kind, name = told_kind(ref)
    if columns_only:
        return (DATASET, *split_ref(name if kind in COLUMNS else ref))
    return (KINDS[kind], *split_ref(name)) if kind else None


def told_kind(ref: str) -> tuple[str, str]:
    """What stands before a name as in a selector (`column:trusted.orders#amount`), "" for nothing, and the name."""
    kind, _, name = ref.partition(":")
    return (kind, name) if kind in KINDS and name else ("", ref)


def _is_id(ref: str) -> bool:
    kind, _, digits = ref.partition(":")
    return kind in PREFIXES and len(digits) == 32 and all(sign in "0123456789abcdef" for sign in digits)


async def _resolution(view: View, ref: str, clean: str, found: Resolved | None, by_id: bool) -> Resolution:
    if by_id:
        known = await node.by_id(view, clean)
        status = Found.FOUND if known else Found.NOT_FOUND
        return Resolution(view=view, ref=ref, status=status, node=known, candidates=[], sentence=SENTENCES.get(status))
    if found is None:
        return Resolution(
            view=view, ref=ref, status=Found.INVALID, node=None, candidates=[], sentence=SENTENCES[Found.INVALID]
        )
    if found.columns:
        made = await asyncio.gather(*(node.of_column(view, column) for column in found.columns))
    else:
        made = await node.of_names(view, found.found)
    nodes = [one for one in made if one]
    status = Found.FOUND if len(nodes) == 1 else Found.AMBIGUOUS if nodes else Found.NOT_FOUND
    if status is Found.FOUND:
        return Resolution(view=view, ref=ref, status=status, node=nodes[0], candidates=[], sentence=None)
    return Resolution(view=view, ref=ref, status=status, node=None, candidates=list(nodes), sentence=SENTENCES[status])


async def meanings(view: View, refs: Sequence[str], languages: Sequence[str] = ()) -> list[Meaning]:
    """What columns mean, in their order; terms in the first of the languages that they have."""
    fields = await resolutions(view, refs, columns_only=True)
    known = {n: one.node for n, one in enumerate(fields) if isinstance(one.node, Field)}
    columns = [(one.row.id, one.column) for one in known.values()]
    standings = dict(zip(known, await meaning.standings(view.connection, columns) if columns else [], strict=True))
    return [
        Meaning(view=view, standing=standings.get(n), languages=languages, field=one) for n, one in enumerate(fields)
    ]
