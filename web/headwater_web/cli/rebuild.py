"""headwater rebuild: everything derived from the log anew."""

from __future__ import annotations

from headwater_web.cli.digest import table
from headwater_web.cli.verb import Use, progress, verb


@verb
def rebuild(use: Use) -> None:
    """Derive the catalog from the log anew, and print its digest."""
    with use.client(reading=True) as client, progress("deriving") as move:
        found = client.rebuild(move)
    use.show(found, lambda: table(found))
