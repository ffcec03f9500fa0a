"""Whether old and new readers get on with a changed schema (docs/schema-diff.md).

- *backward*: who reads with the new schema can read old data: all that was valid before is valid now, once columns
  that are new are filled with nulls;
- *forward*: who reads as before can read new data: every column is there under its name, and its values are such as
  they could be before.

Nothing is held against a change where a side does not say what it would take to judge it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from headwater_catalog.schemas.diff import Change, ChangeKind


class Compatibility(Enum):
    """Who gets on with a change: both, one of them, nobody."""

    FULL = "FULL"
    BACKWARD = "BACKWARD"
    FORWARD = "FORWARD"
    BREAKING = "BREAKING"


NEITHER = frozenset({ChangeKind.DATASET_DROPPED, ChangeKind.COLUMN_RENAMED})
BACKWARD_ONLY = frozenset(
    {ChangeKind.COLUMN_DROPPED, ChangeKind.TYPE_WIDENED, ChangeKind.NULLABILITY_LOOSENED, ChangeKind.KEY_DROPPED}
)
FORWARD_ONLY = frozenset({ChangeKind.NULLABILITY_TIGHTENED, ChangeKind.KEY_ADDED})
BREAKS = frozenset(
    {ChangeKind.DATASET_DROPPED, ChangeKind.COLUMN_DROPPED, ChangeKind.COLUMN_RENAMED, ChangeKind.TYPE_NARROWED}
)
"""Changes after which a name or values are gone, so that who reads as before fails: those of lineage.proposed."""


def compatibility(changes: Sequence[Change]) -> Compatibility:
    """Of all changes together; FULL where there are none."""
    backward = all(_of(change)[0] for change in changes)
    forward = all(_of(change)[1] for change in changes)
    if backward and forward:
        return Compatibility.FULL
    if backward:
        return Compatibility.BACKWARD
    return Compatibility.FORWARD if forward else Compatibility.BREAKING


def breaks(change: Change) -> bool:
    """Whether who reads as before fails, as `headwater impact` has it."""
    return change.kind in BREAKS


def _of(change: Change) -> tuple[bool, bool]:
    """(backward, forward) of one change."""
    if change.kind in NEITHER:
        return False, False
    if change.kind in BACKWARD_ONLY:
        return True, False
    if change.kind in FORWARD_ONLY:
        return False, True
    if change.kind is ChangeKind.TYPE_NARROWED:
        return False, change.tight
    return not change.tight, True
