"""Sending an edit: asked ahead, composed from what would apply, and checked once more by the door."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import psycopg

from headwater_catalog.canonical import canonical, hash_of, read_json
from headwater_catalog.edits.check import check_ahead
from headwater_catalog.edits.document import Edit, compose, read_edit
from headwater_catalog.edits.outcomes import APPLIED, CONFLICT, INVALID, UNCHANGED, Outcome, held_back
from headwater_catalog.errors import Conflict
from headwater_catalog.redaction import redact_value

ALL_OR_NOTHING, BEST_EFFORT = "ALL_OR_NOTHING", "BEST_EFFORT"
ATTEMPTS = 3

Send = Callable[[bytes], Awaitable[tuple[str, Mapping[str, object]]]]
"""Hands an entry to the door; gives its state (accepted, duplicate, parked, rejected) and the data of a refusal."""

# The edit that an author has sent under a nonce, as the log holds it.
STORED: LiteralString = """
select e.body from domain.edit d join core.entry e on e.h = d.h and e.kind = 'edit'
where d.author = %s and d.nonce = %s order by d.s, d.h limit 1
"""


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

    All or nothing: one CONFLICT or INVALID keeps all out, and the others are told as SKIPPED. Where somebody is faster
    than the door's own check, it is asked again. A list that came before under its nonce is told as it was. Raises
    Conflict `edit_contended` after three times, `key_reused` where another list had the nonce, Refused where the list
    is none.
    """
    # As the door will keep it: else a text with a secret in it would differ from what is stored each time it comes.
    clean = redact_value(list(changes), "changes")
    changes = clean if isinstance(clean, list) else changes
    for _ in range(ATTEMPTS):
        whole = read_edit(compose(author, changes, now, source=source, nonce=nonce or "ahead"), now)
        outcomes = await check_ahead(connection, whole)
        if nonce and (stored := await _stored(connection, whole)):
            return _repeated(stored, changes, source, outcomes)
        failed = any(outcome.status in (CONFLICT, INVALID) for outcome in outcomes)
        chosen = [change for change, one in zip(changes, outcomes, strict=True) if one.status == APPLIED]
        if failed and mode == ALL_OR_NOTHING:
            return Submitted([held_back(one) for one in outcomes], None)
        if dry_run or not chosen:
            return Submitted(outcomes, None)
        document = compose(author, chosen, now, source=source, nonce=nonce)
        if nonce and len(chosen) < len(changes):
            document["of"] = _hash(changes)
        state, _ = await send(canonical(document))
        edit = read_edit(document, now).id.hex()
        if state == "parked":
            return Submitted([_parked(one, edit) if one.status == APPLIED else one for one in outcomes], None)
        # A duplicate with a nonce is of somebody who sent it at the same time: the next turn finds what is stored.
        if state == "accepted" or (state == "duplicate" and not nonce):
            return Submitted(outcomes, edit)
    raise Conflict(
        "edit_contended", "Others keep changing the same values.", "Read them again, and send the changes once more."
    )


async def _stored(connection: psycopg.AsyncConnection[Any], edit: Edit) -> dict[str, Any] | None:
    row = await (await connection.execute(STORED, (edit.author, edit.nonce))).fetchone()
    found = read_json(zlib.decompress(row[0])) if row and row[0] else None
    return found if isinstance(found, dict) else None


def _repeated(
    stored: Mapping[str, Any], changes: Sequence[object], source: str, outcomes: Sequence[Outcome]
) -> Submitted:
    """What a list was told when it came first: what the stored edit holds was applied, the rest was not."""
    if stored.get("source", "PERSON") != source or stored.get("of", _hash(stored["changes"])) != _hash(changes):
        raise Conflict(
            "key_reused", "Another list of changes was sent under this key.", "Send each list under a key of its own."
        )
    left = [_hash(change) for change in stored["changes"]]
    told: list[Outcome] = []
    for change, outcome in zip(changes, outcomes, strict=True):
        if left and _hash(change) == left[0]:
            left.pop(0)
            told.append(Outcome(APPLIED, outcome.subject))
        else:
            told.append(outcome if outcome.status == INVALID else Outcome(UNCHANGED, outcome.subject))
    return Submitted(told, read_edit(stored, 0).id.hex())


def _parked(outcome: Outcome, edit: str) -> Outcome:
    return replace(
        outcome,
        status=INVALID,
        code="parked",
        sentence=f"The edit {edit} is kept, but the catalog failed to apply it.",
        remedy="Look into the server's log, and tell us what stands there; a later version takes it up.",
    )


def _hash(value: object) -> str:
    return hash_of(value).hex()
