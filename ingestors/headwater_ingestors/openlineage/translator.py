"""The door's translator of OpenLineage events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from headwater_catalog.facts import Entry, Event
from headwater_catalog.projection.apply import Projector
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_ingestors.openlineage.translate import translate


class OpenLineageTranslator:
    """Reads every document as an OpenLineage event: the fallback, which refuses what has no shape."""

    kind = "openlineage"

    def __init__(self, projector: Projector | None = None) -> None:
        self.projector = projector or Projector(INTERPRETERS)

    def reads(self, value: object) -> bool:
        """Every document: it is the last to be asked."""
        return True

    def translate(self, document: object, received: int) -> Event:
        """The fact that the event is; raises Refused."""
        return translate(document, received)

    def apply(self, connection: psycopg.Connection[Any], batch: Sequence[tuple[Entry, Event]]) -> list[str]:
        """Append and project; see Projector.apply."""
        return self.projector.apply(connection, batch)

    def forget(self) -> None:
        """The transaction was rolled back."""
        self.projector.forget()
