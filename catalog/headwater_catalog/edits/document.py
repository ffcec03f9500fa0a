"""An edit as an entry of the log: its document, written and read; pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from headwater_catalog import times
from headwater_catalog.canonical import hash_of
from headwater_catalog.codes import FILE, PERSON
from headwater_catalog.edits.changes import MAX_MEMBER, Change, read_change
from headwater_catalog.edits.writes import Problem, Write
from headwater_catalog.errors import Refused
from headwater_catalog.names import text
from headwater_catalog.subjects import key

SOURCES: Mapping[str, int] = {"PERSON": PERSON, "FILE": FILE}
MAX_CHANGES = 10_000
"""Changes that one edit may hold; more go into several edits."""


class Edit(NamedTuple):
    """An edit, read. h: first half of its id; (s, h) is its stamp; changes: each read, or why it cannot be."""

    id: bytes
    h: UUID
    s: int
    author: str
    nonce: str
    source: int
    received: int
    changes: tuple[Change | Problem, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        """What was odd about it, for the acknowledgement: nothing, since odd changes are refused."""
        return ()

    @property
    def writes(self) -> list[tuple[int, Write]]:
        """What it writes, with the place of the change: of two writes of one register the later counts."""
        latest = {
            (key(write.subject), write.property, write.member): (place, write)
            for place, change in enumerate(self.changes)
            if isinstance(change, Change)
            for write in change.writes
        }
        return list(latest.values())


SETTLED = ("retracted", "zoneRules", "namingRules", "connectionRules")
"""Properties with one register whoever speaks: the latest stamp holds."""


def register_source(edit: Edit, write: Write) -> int:
    """The source of the register that a write is for."""
    return PERSON if write.property in SETTLED else edit.source


def compose(
    author: str,
    changes: Sequence[object],
    time: int,
    *,
    source: str = "PERSON",
    nonce: str | None = None,
) -> dict[str, object]:
    """The document of a new edit; time in microseconds. Without a nonce each call makes another edit."""
    return {
        "headwater": "edit",
        "author": author,
        "time": times.show(time),
        "nonce": nonce or uuid.uuid4().hex,
        "source": source,
        "changes": list(changes),
    }


def reads(document: object) -> bool:
    """Whether a document is an edit: what speaks of a run, a job or a dataset is an event, whatever else it says."""
    if not isinstance(document, dict) or document.get("headwater") != "edit":
        return False
    return all(document.get(shape) is None for shape in ("run", "job", "dataset"))


def read_edit(document: object, received: int) -> Edit:
    """An edit from its document; raises Refused `not-an-edit`, `missing:…` or `invalid:…`.

    A change that cannot be read stands as a Problem at its place: whoever asks shows all of them at once.
    """
    if not (isinstance(document, dict) and reads(document)):
        raise Refused("not-an-edit", "This is no edit.", 'An edit is an object with "headwater": "edit".')
    author, nonce = _need(document, "author"), _need(document, "nonce")
    time = times.parse_time(document.get("time"))
    if time is None:
        raise Refused(
            "invalid:time", "An edit's time must be a date and time.", "Write RFC 3339, such as 2026-01-31T12:00:00Z."
        )
    source = SOURCES.get(str(document.get("source", "PERSON")))
    if source is None:
        raise Refused("invalid:source", "An edit's source is PERSON or FILE.", "Correct it, or leave it out.")
    changes = document.get("changes")
    if not isinstance(changes, list) or not changes or len(changes) > MAX_CHANGES:
        raise Refused(
            "invalid:changes", f"An edit holds 1 to {MAX_CHANGES:,} changes in a list.", "Split it into several edits."
        )
    identity = hash_of(document)
    return Edit(
        id=identity,
        h=UUID(bytes=identity[:16]),
        s=times.stamp_s(1, time, 1),
        author=author,
        nonce=nonce,
        source=source,
        received=received,
        changes=tuple(read_change(change) for change in changes),
    )


def _need(document: Mapping[str, object], name: str) -> str:
    value = text(document.get(name))
    if not value or len(value.encode()) > MAX_MEMBER:
        raise Refused(
            f"invalid:{name}",
            f"An edit names its {name} as a text of at most {MAX_MEMBER:,} bytes in UTF-8.",
            f'Give "{name}".',
        )
    return value
