"""The door's way to edits: a translator for entries of kind `edit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from headwater_catalog import log
from headwater_catalog.edits.apply import put
from headwater_catalog.edits.check import check, is_known, is_repeated
from headwater_catalog.edits.document import Edit, read_edit, reads
from headwater_catalog.edits.effects import follow
from headwater_catalog.edits.outcomes import CONFLICT, INVALID, Outcome, held_back
from headwater_catalog.errors import Conflict, Refused
from headwater_catalog.facts import Entry
from headwater_catalog.projection.apply import Projector
from headwater_catalog.projection.retract import Retractor


class EditTranslator:
    """Checks an edit in the transaction that appends it, and applies it.

    ask False: what was appended elsewhere is applied without asking again, as when an export is taken in.
    """

    kind = "edit"

    def __init__(self, projector: Projector, *, ask: bool = True) -> None:
        self._projector = projector
        self._retracted = Retractor(projector).retracted
        self._ask = ask

    def reads(self, value: object) -> bool:
        """Whether a document is an edit."""
        return reads(value)

    def translate(self, document: object, received: int) -> Edit:
        """The edit that a document holds; raises Refused."""
        return read_edit(document, received)

    def apply(self, connection: psycopg.Connection[Any], batch: Sequence[tuple[Entry, Edit]]) -> list[str]:
        """Append and apply; "accepted" or "duplicate" for each. Raises Conflict or Refused, all outcomes in data."""
        try:
            self._projector.turn(connection)
            if self._ask:
                return [self._apply_asked(connection, entry, edit) for entry, edit in batch]
            known = is_known(connection, [edit.h for _, edit in batch])
            self._put(connection, batch)
        except BaseException:
            self._projector.forget()  # its transaction is rolled back, whoever of the batch failed
            raise
        return ["duplicate" if edit.h in known else "accepted" for _, edit in batch]

    def forget(self) -> None:
        """The transaction was rolled back, and with it what the projector derived."""
        self._projector.forget()

    def _apply_asked(self, connection: psycopg.Connection[Any], entry: Entry, edit: Edit) -> str:
        if is_repeated(connection, edit):
            return "duplicate"
        known = bool(is_known(connection, [edit.h]))
        if not known:
            _raise_for(edit, check(connection, edit))
        self._put(connection, [(entry, edit)])
        return "duplicate" if known else "accepted"

    def _put(self, connection: psycopg.Connection[Any], batch: Sequence[tuple[Entry, Edit]]) -> None:
        log.append(connection, self.kind, [entry for entry, _ in batch], [edit.h for _, edit in batch])
        earliest: dict[bytes, Edit] = {}
        for _, edit in sorted(batch, key=lambda pair: pair[1].received):
            earliest.setdefault(edit.id, edit)
        follow(connection, put(connection, list(earliest.values())), self._retracted)


def _raise_for(edit: Edit, outcomes: Sequence[Outcome]) -> None:
    """Keep an edit out, whole, where one of its changes cannot be."""
    told = [held_back(outcome).document() for outcome in outcomes]
    for status, error in ((INVALID, Refused), (CONFLICT, Conflict)):
        first = next((outcome for outcome in outcomes if outcome.status == status), None)
        if first is not None:
            raise error(first.code, first.sentence, first.remedy, edit=edit.id.hex(), outcomes=told)
