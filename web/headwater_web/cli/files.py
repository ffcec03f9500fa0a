"""headwater files: what landed below a dataset, and what a loader has yet to load."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.table import Table

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.names import public_id
from headwater_web.cli.client import Client, Document
from headwater_web.cli.references import Name, dataset_of, job_name
from headwater_web.cli.verb import Use, verb

PAGE: Final = 1_000
QUERY: Final = """
query($dataset: String!, $state: FileState, $newFor: String, $first: Int!, $after: String) {
  landingFiles(dataset: $dataset, state: $state, newFor: $newFor, first: $first, after: $after) {
    nodes { path source timestamp size modified hash landed state entry }
    pageInfo { hasNextPage endCursor } } }
"""


class State(StrEnum):
    """What became of a file."""

    new = "new"
    processed = "processed"
    failed = "failed"


Dataset = Annotated[str, typer.Argument(help="The folder: namespace/name, a short name, a path.", metavar="DATASET")]
NewFor = Annotated[
    str | None,
    typer.Option(help="What this job has not loaded; prints paths, one a line.", metavar="JOB", show_default=False),
]
States = Annotated[State | None, typer.Option("--state", help="Only files in this state.", show_default=False)]


@verb
def files(use: Use, *, dataset: Dataset, new_for: NewFor = None, state: States = None) -> None:
    """List the files that landed below a dataset, by their time and path."""
    with use.client(reading=True) as client:
        job = job_name(client, new_for) if new_for else None
        found = _files(client, dataset_of(client, dataset), job, state)
        if use.as_json or not new_for:
            listed = list(found)
            use.show({"files": listed}, lambda: _table(listed))
            return
        for file in found:
            sys.stdout.write(file["path"] + "\n")


def _files(client: Client, dataset: Name, job: Name | None, state: State | None) -> Iterator[Document]:
    given = {
        "dataset": public_id("dataset", *dataset),
        "newFor": public_id("job", *job) if job else None,
        "state": state.name.upper() if state else None,
        "first": PAGE,
    }
    after: str | None = None
    while True:
        try:
            page = client.graphql(QUERY, {**given, "after": after})["landingFiles"]
        except HeadwaterError as error:  # the server was asked by an id, which says nothing to whoever typed a name
            raise UnknownName("/".join(dataset)) if error.code == "not_found" else error from None
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _table(found: list[Document]) -> Table:
    rows = Table("path", "source", "of", "bytes", "state", "landed", header_style="bold")
    for file in found:
        size = "" if file["size"] is None else f"{file['size']:,}"
        cells = (
            file["path"],
            file["source"] or "",
            file["timestamp"] or "",
            size,
            file["state"].lower(),
            file["landed"],
        )
        rows.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return rows
