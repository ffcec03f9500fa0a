"""Whose word a facet of a DatasetEvent is: a producer's or a crawler's. SEMANTICS §14, docs/decisions/0019."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, LiteralString

from headwater_catalog.codes import CRAWLER, PRODUCER
from headwater_catalog.facts import CRAWLED, NO_TYPE, READ

CRAWLERS: Final = "urn:headwater:crawler:"
"""How the producers of crawlers begin; the kind of crawler follows."""
PROJECTS: Final = ("dbt", "dvc")
"""Kinds of crawlers that read what people wrote of their data in a project, where others look at the data."""
WORDS: Final = frozenset({"documentation", "headwater_dbt", "ownership", "schema", "tags"})
"""Facets in which a project says what its people mean; of these it is the producer, whoever carries them here."""

PLACE: Final = "crawler"
"""The place of a crawler's registers; those of producers have none."""
PLACES: Final = {"": PRODUCER, PLACE: CRAWLER}
"""The places of registers of datasets, in order of precedence, and whose they are."""

# Whether what an event e tells in the facet u is a crawler's: `placed` as SQL.
OF_CRAWLER: LiteralString = """(e.type = 7 or (e.type = 8
  and u.facet not in ('documentation', 'headwater_dbt', 'ownership', 'schema', 'tags')))"""


def type_of(producer: str) -> int:
    """The type of a DatasetEvent of that producer: CRAWLED, READ (out of a project), else NO_TYPE."""
    if not producer.startswith(CRAWLERS):
        return NO_TYPE
    return READ if producer.removeprefix(CRAWLERS) in PROJECTS else CRAWLED


def placed(event_type: int, facets: dict[str, bytes]) -> Iterable[tuple[str, dict[str, bytes]]]:
    """The facets that an event of that type tells of a dataset, by the place of their registers."""
    if event_type == CRAWLED:
        return ((PLACE, facets),)
    if event_type != READ:
        return (("", facets),)
    words = {facet: value for facet, value in facets.items() if facet in WORDS}
    return (("", words), (PLACE, {facet: value for facet, value in facets.items() if facet not in WORDS}))
