"""headwater ingest: events from files, directories or standard input."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Annotated

import typer

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.tally import SHOWN, Tally
from headwater_web.cli.verb import Use, progress, verb
from headwater_web.splitting import Place, entries_of, size_of, sources_of

Paths = Annotated[list[str], typer.Argument(help="Files, directories, or - for standard input.", metavar="FILE|DIR|-")]


@verb
def ingest(use: Use, *, paths: Paths) -> None:
    """Take in OpenLineage events: .json (one or an array), .jsonl and .ndjson (one a line), directories of them.

    Exit code 1 if anything was rejected, 2 if there was no file to read.
    """
    sources = sources_of(paths)
    tally = Tally(None if use.as_json else SHOWN)
    with use.client() as client, progress("taking in", size_of(sources) or None) as move:
        places: deque[Place] = deque()
        for ack in client.ingest(_placed(entries_of(sources, move), places)):
            tally.add(ack, places.popleft())
    tally.show(use)
    if tally.rejected:
        raise typer.Exit(EXIT_FOUND)


def _placed(entries: Iterator[tuple[Place, bytes]], places: deque[Place]) -> Iterator[bytes]:
    """The entries; of each its place is put at the end of `places`."""
    for place, entry in entries:
        places.append(place)
        yield entry
