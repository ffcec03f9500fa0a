"""All facets that are known, by place and name: those of the specification, of producers, and of Headwater itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from headwater_catalog.facets.own import OWN
from headwater_catalog.facets.producers import PRODUCED
from headwater_catalog.facets.row import OWNERS, STORED, Row
from headwater_catalog.facets.specified import SPECIFIED

ROWS: Sequence[Row] = (*SPECIFIED, *PRODUCED, *OWN)
_KNOWN: Mapping[tuple[str, str], Row] = {
    **{(place, row.facet): row for row in ROWS for place in row.also},
    **{(row.place, row.facet): row for row in ROWS},
}


def find(place: str, facet: str) -> Row | None:
    """The row of a facet at a place; None: it is unknown there, so it is kept and shown whole."""
    return _KNOWN.get((place, facet))


def status_of(place: str, facet: str) -> str:
    """What becomes of a facet at a place: interpreted, typed or stored."""
    row = find(place, facet)
    return row.status if row else STORED


def fields_of(owner: str) -> Mapping[str, Sequence[Row]]:
    """The fields of a GraphQL type that are made of facets: name in Python's spelling → the facets that it shows."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in ROWS:
        if row.field and OWNERS[row.place] == owner:
            found[row.field].append(row)
    return found
