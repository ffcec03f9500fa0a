"""Questions about entries that were not taken up; they are known of now only."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from headwater_catalog.reading import entries
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info, View
from headwater_graphql.queries.asking import view_of
from headwater_graphql.types.entries import EntryReason, KeptEntry, reason_of
from headwater_graphql.types.paging import Connection, connected


@strawberry.type
class EntryQueries:
    """The part of the root that asks what was rejected and parked."""

    @strawberry.field(
        description="Entries that were refused at the door, the newest first; code: only for this reason."
    )
    async def rejected(
        self, info: Info, *, code: str | None = None, first: int | None = 50, after: str | None = None
    ) -> Connection[KeptEntry]:
        """Entries that were refused."""
        return await _kept(await view_of(info), entries.REJECTED, code, first, after)

    @strawberry.field(description="Entries that are in the log and not taken up, since the catalog failed with them.")
    async def parked(
        self, info: Info, *, code: str | None = None, first: int | None = 50, after: str | None = None
    ) -> Connection[KeptEntry]:
        """Entries that are parked."""
        return await _kept(await view_of(info), entries.PARKED, code, first, after)

    @strawberry.field(description="How many entries were not taken up, and why; the most frequent reasons first.")
    async def entry_reasons(self, info: Info) -> list[EntryReason]:
        """How many entries were not taken up."""
        return [reason_of(row) for row in await entries.reasons((await view_of(info)).connection)]

    @strawberry.field(description="An entry that was not taken up, by its id or 8 digits or more of it; null: none.")
    async def kept_entry(self, info: Info, id: strawberry.ID) -> KeptEntry | None:
        """An entry that was not taken up."""
        view = await view_of(info)
        digest = await entries.meant(view.connection, id)
        row = None if digest is None else (await entries.by_hash(view.connection, [digest])).get(digest)
        return None if row is None else KeptEntry(view=view, row=row)


async def _kept(
    view: View, state: str, code: str | None, first: int | None, after: str | None
) -> Connection[KeptEntry]:
    page = await entries.listed(view.connection, state, bounded(first, 50), after, code)

    async def made(rows: Sequence[entries.Entry]) -> list[KeptEntry]:
        return [KeptEntry(view=view, row=row) for row in rows]

    return await connected(page, made, after)
