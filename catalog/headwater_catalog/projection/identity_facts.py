"""What an event says of identity: symlinks, and what stewards put together or took apart. SEMANTICS §5."""

from __future__ import annotations

from headwater_catalog.facts import DATASET_EVENT
from headwater_catalog.projection.identity import DIFFERENT, SAME, SYMLINKS
from headwater_catalog.projection.meanings import BoundLinks, BoundSame, Meanings
from headwater_catalog.projection.told import Listing, Told


def identity_facts(event: Told, listing: Listing, meanings: Meanings) -> list[tuple[int, list[tuple[int, bool]]]]:
    """(verb, [(name, whether of type TABLE)]) of a listed dataset; edits of identity count on DatasetEvents only."""
    found: list[tuple[int, list[tuple[int, bool]]]] = []
    symlinks = meanings.get("dataset/", listing.facets, "symlinks")
    if isinstance(symlinks, BoundLinks):
        found.append((SYMLINKS, list(symlinks.others)))
    same = meanings.get("dataset/", listing.facets, "headwater_identity")
    if isinstance(same, BoundSame) and event.kind == DATASET_EVENT:
        for verb, names in ((SAME, same.same), (DIFFERENT, same.different)):
            if names:
                found.append((verb, [(name, False) for name in names]))
    return found
