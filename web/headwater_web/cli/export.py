"""headwater export: the log or the state, to take elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer

from headwater_catalog.errors import InvalidRequest
from headwater_web.cli.verb import Use, verb

OpenLineage = Annotated[bool, typer.Option("--openlineage", help='The log: {"receivedAt", "event"} a line.')]
State = Annotated[bool, typer.Option("--state", help="The state document.")]
AsOf = Annotated[str | None, typer.Option(help="With --state: as it was at this time.", show_default=False)]
KnownAt = Annotated[str | None, typer.Option(help="With --state: as it was known at this time.", show_default=False)]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else standard output.")]


@verb
def export(
    use: Use,
    *,
    openlineage: OpenLineage = False,
    state: State = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    output: Output = None,
) -> None:
    """Write the log (`headwater ingest` takes it in elsewhere, with the same digest) or the state document."""
    if openlineage == state:
        raise InvalidRequest(
            "nothing_to_export",
            "Both --openlineage and --state were said." if state else "Neither --openlineage nor --state was said.",
            "Say one of them.",
        )
    if openlineage and (as_of or known_at):
        raise InvalidRequest(
            "moment_not_answered", "The log is exported whole.", "Leave out --as-of and --known-at, or say --state."
        )
    with use.client(reading=True) as client, _opened(output) as file:
        if state:
            file.write(orjson.dumps(client.state(as_of, known_at), option=orjson.OPT_INDENT_2) + b"\n")
            return
        for line in client.export():
            file.write(line if line.endswith(b"\n") else line + b"\n")


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        try:
            file = output.open("wb")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise InvalidRequest(
                "cannot_write", f"{output} cannot be written: {why}.", "Name a file that can be made."
            ) from None
        with file:
            yield file
