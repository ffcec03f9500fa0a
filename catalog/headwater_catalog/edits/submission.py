"""Sending an edit: asked ahead, composed from what would apply, and checked once more by the door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from headwater_catalog.canonical import canonical
from headwater_catalog.edits.check import check_ahead
from headwater_catalog.edits.document import compose, read_edit
from headwater_catalog.edits.outcomes import APPLIED, CONFLICT, INVALID, Outcome
from headwater_catalog.errors import Conflict
from headwater_catalog.redaction import redact_value

ALL_OR_NOTHING, BEST_EFFORT = "ALL_OR_NOTHING", "BEST_EFFORT"
ATTEMPTS = 3

Send = Callable[[bytes], Awaitable[tuple[str, Mapping[str, object]]]]
"""Hands an entry to the door; gives its state (accepted, duplicate, parked, rejected) and the data of a refusal."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a list of changes. edit: id of the edit that holds those that applied, None if none did."""

    outcomes: list[Outcome]
    edit: str | None


async def submit(
    connection: psycopg.AsyncConnection[Any],
    send: Send,
    author: str,
    changes: Sequence[object],
    now: int,
    *,
    source: str = "PERSON",
    mode: str = ALL_OR_NOTHING,
    dry_run: bool = False,
    nonce: str | None = None,
) -> Submitted:
    """Apply changes as one edit; outcomes in the order of the changes. now: microseconds.

    All or nothing: one CONFLICT or INVALID keeps all out, and the others are told as they would have been. Where
    somebody is faster than the door's own check, it is asked again. Raises Conflict `edit_contended` after three times,
    Refused where the list is none.
    """
    # As the door will keep it: else a text with a secret in it would differ from what is stored each time it comes.
    clean = redact_value(list(changes), "changes")
    changes = clean if isinstance(clean, list) else changes
    for _ in range(ATTEMPTS):
        whole = read_edit(compose(author, changes, now, source=source, nonce=nonce or "ahead"), now)
        outcomes = await check_ahead(connection, whole)
        failed = any(outcome.status in (CONFLICT, INVALID) for outcome in outcomes)
        chosen = [change for change, one in zip(changes, outcomes, strict=True) if one.status == APPLIED]
        if dry_run or not chosen or (failed and mode == ALL_OR_NOTHING):
            return Submitted(outcomes, None)
        document = compose(author, chosen, now, source=source, nonce=nonce)
        state, _ = await send(canonical(document))
        if state != "rejected":
            parked = [replace(one, code="parked") if one.status == APPLIED else one for one in outcomes]
            return Submitted(parked if state == "parked" else outcomes, read_edit(document, now).id.hex())
    raise Conflict(
        "edit_contended", "Others keep changing the same values.", "Read them again, and send the changes once more."
    )
