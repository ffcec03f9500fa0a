"""Entries that were not taken up: why, where, their bytes; and what became of them when they were tried again."""

from __future__ import annotations

import base64

import strawberry

from headwater_catalog.reading import entries
from headwater_graphql.context import View
from headwater_graphql.types.enums import KeptState, ReplayState
from headwater_graphql.types.scalars import DateTime, Long


@strawberry.type(description="An entry that was not taken up.")
class KeptEntry:
    """An entry that was not taken up."""

    view: strawberry.Private[View]
    row: strawberry.Private[entries.Entry]

    @strawberry.field(description="64 hex digits: the `entry` of its acknowledgement.")
    def id(self) -> strawberry.ID:
        """The hash of its bytes."""
        return strawberry.ID(self.row.hash.hex())

    @strawberry.field(description="Refused at the door, or parked in the log.")
    def state(self) -> KeptState:
        """Where it is kept."""
        return KeptState(self.row.state)

    @strawberry.field(description="When it came; what came several times, the last time.")
    def received(self) -> DateTime:
        """When it came."""
        return DateTime(self.row.received)

    @strawberry.field(description="openlineage or edit, of what is parked.")
    def kind(self) -> str | None:
        """What it is."""
        return self.row.kind

    @strawberry.field(description="Why, in one word: the code of the refusal, or the kind of the failure.")
    def code(self) -> str:
        """Why."""
        return self.row.code

    @strawberry.field(description="Why, in a sentence.")
    def sentence(self) -> str:
        """Why, in a sentence."""
        return self.row.sentence

    @strawberry.field(description="What to do.")
    def remedy(self) -> str:
        """What to do."""
        return self.row.remedy

    @strawberry.field(
        description="Where the error is: a member's path or line and column of a rejected one; in the program of a "
        "parked one."
    )
    def place(self) -> str | None:
        """Where the error is."""
        return self.row.place or None

    @strawberry.field(description="Bytes that came.")
    def length(self) -> Long:
        """Bytes that came."""
        return Long(self.row.length)

    @strawberry.field(description="How often it came.")
    def times(self) -> int:
        """How often it came."""
        return self.row.times

    @strawberry.field(description="Whether it is kept whole, so that it can be tried again.")
    def replayable(self) -> bool:
        """Whether it can be tried again."""
        return self.row.whole

    @strawberry.field(description="Its first 240 bytes, secrets taken out; what is no text is escaped.")
    def excerpt(self) -> str:
        """Its beginning."""
        return entries.as_text(self.row.excerpt[: entries.EXCERPT])

    @strawberry.field(description="The same of its first 64 KiB, of at most 50 entries a request.")
    async def text(self) -> str:
        """More of it."""
        return entries.as_text(await self._head())

    @strawberry.field(description="These bytes themselves.")
    async def base64(self) -> str:
        """As bytes."""
        return base64.b64encode(await self._head()).decode()

    async def _head(self) -> bytes:
        return await self.view.get(entries.heads, self.row.hash) or b""


@strawberry.type(description="How many entries were not taken up for one reason.")
class EntryReason:
    """How many entries were not taken up for one reason."""

    state: KeptState
    code: str
    count: Long
    times: Long
    replayable: Long
    last_received: DateTime


@strawberry.type(description="What became of an entry that was tried again; was: null where it was not among them.")
class ReplayOutcome:
    """What became of an entry that was tried again."""

    id: strawberry.ID
    was: KeptState | None
    state: ReplayState
    code: str | None = None
    sentence: str | None = None
    remedy: str | None = None
    place: str | None = None


@strawberry.type(description="Outcomes in order; next: where to go on with `after`, null where nothing is left.")
class ReplayResult:
    """What became of entries that were tried again."""

    outcomes: list[ReplayOutcome]
    next: str | None


@strawberry.type(
    description="What is kept no longer. unknown: ids that no rejected entry has; a parked one is in the log and stays."
)
class ForgetResult:
    """How many rejected entries are kept no longer."""

    forgotten: int
    unknown: list[strawberry.ID]


def reason_of(row: entries.Reason) -> EntryReason:
    """A row of the counts."""
    return EntryReason(
        state=KeptState(row.state),
        code=row.code,
        count=Long(row.count),
        times=Long(row.times),
        replayable=Long(row.whole),
        last_received=DateTime(row.received),
    )
