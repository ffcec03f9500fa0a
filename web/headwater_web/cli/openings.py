"""How datasets are opened, as the catalog tells programs that open them on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from headwater_catalog.facets.opening import Connection, Format, Location
from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.hidden import Hidden
from headwater_catalog.templates.opening import Column, Told, field_of, opening
from headwater_ingestors.profiling.subject import Subject
from headwater_web.cli.client import Client, Document

PAGE: Final = 20
OPENINGS: Final = """
query Openings($datasets: [String!]!) { openings(datasets: $datasets) { dataset namespace name told personal } }
"""
LISTED: Final = """
query Datasets($select: String, $after: String) {
  datasets(select: $select, environment: "all", first: 500, after: $after) {
    nodes { id dropped } pageInfo { hasNextPage endCursor } } }
"""


def told(client: Client, ids: Sequence[str]) -> Iterator[Document]:
    """What the catalog tells of datasets, by their public ids."""
    rest = iter(ids)
    while batch := list(islice(rest, PAGE)):
        yield from client.graphql(OPENINGS, {"datasets": batch})["openings"]


def subject(one: Document) -> Subject:
    """A dataset of which the catalog told; raises InvalidRequest for columns that are none."""
    opened = opening(_told(one))
    return Subject(opened, Hidden(one["personal"], known=_paths(opened.columns)))


def _paths(columns: Iterable[Column], above: str = "") -> Iterator[str]:
    for column in columns:
        yield f"{above}{column.name}"
        yield from _paths(column.parts, f"{above}{column.name}.")


def listed(client: Client, select: str | None) -> Iterator[str]:
    """Public ids of the datasets that a selector names, or of all, but for those that were dropped."""
    after: str | None = None
    while True:
        page = client.graphql(LISTED, {"select": select, "after": after})["datasets"]
        yield from (node["id"] for node in page["nodes"] if not node["dropped"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _told(one: Document) -> Told:
    said: dict[str, Any] = one["told"]
    return Told(
        one["namespace"],
        one["name"],
        said["kind"],
        [field_of(one) for one in said["fields"]],
        said["storage"],
        read(Format, said.get("format")),
        read(Location, said.get("location")),
        read(Connection, said.get("connection")),
        read(Connection, said.get("ruled")),
        said["rule"],
        read(Relation, said.get("relation")),
        said.get("subKind"),
    )
