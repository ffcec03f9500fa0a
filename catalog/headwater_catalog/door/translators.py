"""What the door asks of those who know a kind of entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

import psycopg

from headwater_catalog.facts import Entry


class Fact(Protocol):
    """What an entry says; `id`: 32 bytes, the canonical hash; `flags`: what was odd (no-zone, far-future)."""

    @property
    def id(self) -> bytes: ...

    @property
    def flags(self) -> tuple[str, ...]: ...


F = TypeVar("F", bound=Fact)


class Translator(Protocol[F]):
    """Knows one kind of entry: by what shape to tell it, what it says, and how that becomes rows."""

    @property
    def kind(self) -> str:
        """The entry's kind in the log: openlineage, edit, settings."""
        ...

    def reads(self, value: object) -> bool:
        """Whether a document has this kind's shape; the fallback says yes to all."""
        ...

    def translate(self, document: object, received: int) -> F:
        """What the document says; pure. Raises Refused with code, sentence, remedy."""
        ...

    def apply(self, connection: psycopg.Connection, batch: Sequence[tuple[Entry, F]]) -> Sequence[str]:
        """Append and project in the caller's transaction; "accepted" or "duplicate" for each.

        An entry that may not be applied now (a conflict) raises a HeadwaterError below 500; any other error means that
        something is wrong with an entry of the batch or with us.
        """
        ...

    def forget(self) -> None:
        """Forget what was remembered between batches: the transaction of the last one was rolled back."""
        ...
