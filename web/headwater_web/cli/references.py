"""Jobs and datasets as they are typed for commands that write: names that the catalog knows, else whole ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.names import dataset_name, public_id, text
from headwater_catalog.references import EXPLICIT, Name, dataset, is_path, parted
from headwater_web.cli.client import Client

MOST_SPLITS: Final = 64
KNOWN: Final = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
SHORT: Final = """
query($ref: String!) { resolve(refs: [$ref]) { node { ... on Dataset { namespace name } } candidates { ref } } }
"""

NEAR: Final = "query($ref: String!) { resolve(refs: [$ref]) { near } }"


def job_name(client: Client, said: str) -> Name:
    """`namespace/name` as the catalog shows it; a name alone is of OPENLINEAGE_NAMESPACE, else of `default`.

    Raises InvalidRequest.
    """
    if "/" not in said:
        return _whole(os.environ.get("OPENLINEAGE_NAMESPACE") or "default", said, said)
    return _known(client, "job", said) or _whole(*parted(said), said)


def dataset_of(client: Client, said: str) -> Name:
    """`namespace/name` as the catalog shows it, the end of one dataset's name, or a path of this machine.

    A whole name need not be known; `dataset:` before it says that it is one. Raises InvalidRequest.
    """
    if is_path(said):
        return dataset(said)
    whole = said.removeprefix(EXPLICIT)
    known = _known(client, "dataset", whole) or (_short(client, said) if whole == said else None)
    return known or dataset(f"{EXPLICIT}{whole}")


def existing(client: Client, said: str) -> Name:
    """The same of a dataset that must be known; raises UnknownName with the names that are nearly so, as typed."""
    whole = said.removeprefix(EXPLICIT)
    found = dataset(said) if is_path(said) else _known(client, "dataset", whole) or _short(client, said)
    if found is None or not known(client, "dataset", found):
        meant = "/".join(dataset(said)) if is_path(said) else whole
        raise UnknownName(said, client.graphql(NEAR, {"ref": meant})["resolve"][0]["near"])
    return found


def known(client: Client, kind: str, name: Name) -> bool:
    """Whether the catalog has a job or dataset of this name."""
    return bool(client.graphql(KNOWN, {"ids": [public_id(kind, *name)]})["nodes"][0])


def _known(client: Client, kind: str, said: str) -> Name | None:
    """Of all ways to part the two, the one that the catalog knows."""
    ways = list(_ways(kind, said))
    found = client.graphql(KNOWN, {"ids": [public_id(kind, *way) for way in ways]})["nodes"] if ways else []
    return next((way for way, node in zip(ways, found, strict=True) if node), None)


def _ways(kind: str, said: str) -> Iterator[Name]:
    places = [n for n, sign in enumerate(said) if sign == "/" and 0 < n < len(said) - 1][:MOST_SPLITS]
    for n in places:
        parts = text(said[:n]), text(said[n + 1 :])
        if all(parts):
            yield dataset_name(*parts) if kind == "dataset" else parts


def _whole(namespace: str, name: str, said: str) -> Name:
    if not (text(namespace) and text(name)) or "\0" in said:
        raise InvalidRequest("incomplete_name", f"{said[:200]!r} is no whole name.", "Write namespace/name.")
    return text(namespace), text(name)


def _short(client: Client, said: str) -> Name | None:
    """The one dataset whose name ends so; None where none does."""
    found = client.graphql(SHORT, {"ref": said})["resolve"][0]
    if found["candidates"]:
        several = [one["ref"] for one in found["candidates"][:5]]
        sentence = f"{said[:200]} names several: {', '.join(several)}."
        raise InvalidRequest("incomplete_name", sentence, "Write namespace/name.", candidates=several)
    node = found["node"] or {}
    return (node["namespace"], node["name"]) if "name" in node else None
