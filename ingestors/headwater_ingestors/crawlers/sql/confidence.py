"""How sure we are of what was read from a statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from headwater_ingestors.crawlers.sql.tables import Tables
from headwater_ingestors.crawlers.sql.values import Relation

SURE: Final = 0.95
"""All columns were followed, and of every table that is read the columns are known."""
BY_NAME: Final = 0.8
"""All columns were followed; that some tables have them is only said by the statement."""
PARTLY: Final = 0.5
"""Something could not be followed; the gaps say what."""
TABLES: Final = 0.2
"""Only tables are told."""


def confidence(relations: Sequence[Relation], tables: Tables) -> float:
    """From 0 to 1, of a statement that gives these relations."""
    if any(gap.code == "unsupported" for relation in relations for gap in relation.gaps):
        return TABLES
    if any(relation.gaps for relation in relations):
        return PARTLY
    return SURE if all(tables.known(table) for table in _read(relations)) else BY_NAME


def _read(relations: Iterable[Relation]) -> Iterable[tuple[str, ...]]:
    return (table for relation in relations for table in relation.reads)
