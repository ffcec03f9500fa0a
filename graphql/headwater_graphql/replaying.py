"""Trying entries again that were not taken up, or forgetting them: which, in what portions, what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import strawberry

from headwater_catalog.door import PARKED, Ack
from headwater_catalog.errors import InvalidRequest, Unavailable
from headwater_catalog.reading import entries
from headwater_graphql.context import Context
from headwater_graphql.types.entries import ForgetResult, ReplayOutcome, ReplayResult
from headwater_graphql.types.enums import KeptState, ReplayState

MOST_NAMED = 1_000
PAGE = 200
"""Entries of one request that asks for all."""
PORTION = 50
PORTION_BYTES = 16 * 2**20
"""Of entries that are held in memory at once, as they came; one that is larger goes alone."""


async def replay_named(context: Context, ids: Sequence[str]) -> ReplayResult:
    """Try these again; an outcome for each, in their order. Raises InvalidRequest, Overloaded."""
    if len(ids) > MOST_NAMED:
        raise InvalidRequest(
            "too_many", f"{MOST_NAMED} entries are replayed at once.", "Send them in several requests."
        )
    said = {one: await entries.meant(context.connection, one) for one in dict.fromkeys(ids)}
    known = await entries.by_hash(context.connection, [one for one in said.values() if one is not None])
    rows = [
        entries.Waiting(one.state, one.hash, one.received, one.seq, one.length, one.whole, one.code)
        for one in known.values()
    ]
    done = dict(zip(known, await _outcomes(context, rows), strict=True))
    return ReplayResult(
        outcomes=[done.get(digest or b"") or _not_found(one) for one, digest in said.items()], next=None
    )


async def forget(context: Context, ids: Sequence[str] | None, code: str | None) -> ForgetResult:
    """Keep rejected entries no longer: these, or all (None), of a code. Raises InvalidRequest, Unavailable."""
    if ids is not None and len(ids) > MOST_NAMED:
        raise InvalidRequest(
            "too_many", f"{MOST_NAMED} entries are forgotten at once.", "Send them in several requests."
        )
    if context.means.forget is None:
        raise Unavailable("no_door", "This server takes no entries.", "Ask one that does.")
    said = {one: await entries.meant(context.connection, one) for one in dict.fromkeys(ids or ())}
    wanted = None if ids is None else [digest for digest in said.values() if digest is not None]
    gone = await context.means.forget(wanted, code)
    unknown = [strawberry.ID(one) for one, digest in said.items() if digest not in gone]
    return ForgetResult(forgotten=len(gone), unknown=unknown)


async def replay_all(
    context: Context, states: Sequence[KeptState], code: str | None, after: str | None
) -> ReplayResult:
    """Try a page of all again, the oldest first. Raises InvalidRequest, Overloaded."""
    page = await entries.waiting(context.connection, [state.value for state in states], PAGE, after, code)
    outcomes = await _outcomes(context, page.items)
    return ReplayResult(outcomes=outcomes, next=page.cursors[-1] if page.more else None)


async def _outcomes(context: Context, rows: Sequence[entries.Waiting]) -> list[ReplayOutcome]:
    """One for each row, in order."""
    acks: dict[bytes, Ack] = {}
    for portion in _portions([row for row in rows if row.whole]):
        kept = await entries.kept_of(context.connection, [row.hash for row in portion])
        if context.means.replay is None:
            raise Unavailable("no_door", "This server takes no entries.", "Ask one that does.")
        done = await context.means.replay(kept)
        acks.update({one.hash: ack for one, ack in zip(kept, done, strict=True)})
    parked = await entries.by_hash(context.connection, [one for one, ack in acks.items() if ack.state == PARKED])
    return [_outcome(row, acks.get(row.hash), parked) for row in rows]


def _portions(rows: Sequence[entries.Waiting]) -> Iterator[list[entries.Waiting]]:
    portion: list[entries.Waiting] = []
    size = 0
    for row in rows:
        if portion and (len(portion) == PORTION or size + row.length > PORTION_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(row)
        size += row.length
    if portion:
        yield portion


def _outcome(row: entries.Waiting, ack: Ack | None, parked: Mapping[bytes, entries.Entry]) -> ReplayOutcome:
    made = ReplayOutcome(id=strawberry.ID(row.hash.hex()), was=KeptState(row.state), state=ReplayState.NOT_WHOLE)
    if not row.whole:
        made.code = "not_whole"
        made.sentence = "What is kept of it is not one whole entry."
        made.remedy = "Send it again from where it came from."
    elif ack is None:  # somebody else replayed it in between
        return _not_found(row.hash.hex())
    else:
        made.state = ReplayState(ack.state)
        why: Ack | entries.Entry = parked.get(row.hash, ack)
        made.code, made.sentence = why.code or None, why.sentence or None
        made.remedy, made.place = why.remedy or None, why.place or None
    return made


def _not_found(said: str) -> ReplayOutcome:
    return ReplayOutcome(
        id=strawberry.ID(said),
        was=None,
        state=ReplayState.NOT_FOUND,
        code="entry_not_found",
        sentence="No entry of this id is rejected or parked.",
        remedy="It may have been taken up meanwhile; `headwater entries list` shows what is left.",
    )
