"""Contracts of files as parts of datasets of the catalog, for the verbs of `headwater contract`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from headwater_catalog.contracts.document import BadContract, Document, label, objects
from headwater_catalog.contracts.parts import cut
from headwater_catalog.contracts.places import HOMELESS, place_of, server_of
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.shape import read
from headwater_catalog.names import dataset_name, public_id, text
from headwater_web.cli.client import Client
from headwater_web.cli.client import Document as Answer

PAGE: Final = 50
PART: Final = """id version status name apiVersion digest place shared schemaObject plain datasets { namespace name }"""
PARTS: Final = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Dataset {{ contractPart {{ {PART} }} }} }} }}"
RESOLVE: Final = """
query($refs: [String!]!) { resolve(refs: $refs) {
  status sentence node { id __typename ... on Dataset { namespace name ref } } } }
"""
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placing:
    """How the command says which datasets a contract covers."""

    dataset: str | None = None
    namespace: str | None = None
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A contract of a file. parts: by dataset; masked: places of secrets that were left out; homeless: of no server."""

    file: str
    parts: list[tuple[Name, Contract]]
    masked: list[str]
    homeless: bool


def placed(client: Client, path: Path, placing: Placing) -> Iterator[Placed]:
    """The contracts of a file, or of all below a folder that look like one. Raises InvalidRequest, BadContract."""
    # Not above: other verbs need not wait for the reader of YAML.
    from headwater_ingestors.contracts.reading import files, is_contract, read_contract, read_file
    from headwater_ingestors.contracts.secrets import without_secrets

    found = False
    for file in files(path):
        content = read_file(file)
        if path.is_dir() and not is_contract(content):
            continue
        found = True
        document, masked = without_secrets(read_contract(content, str(file)))
        names, homeless = _names(client, document, placing, str(file))
        yield Placed(str(file), list(zip(names, cut(document, names), strict=True)), masked, homeless)
    if not found:
        raise InvalidRequest(
            "no_contract", f"No contract lies in {path}.", "Name a YAML file with `kind: DataContract`, or its folder."
        )


def parts_of(client: Client, names: Sequence[Name]) -> list[Contract | None]:
    """The parts that the catalog holds, in this order."""
    found: list[Contract | None] = []
    rest = iter(names)
    while batch := list(islice(rest, PAGE)):
        nodes = client.graphql(PARTS, {"ids": [public_id("dataset", *name) for name in batch]})["nodes"]
        found += [read(Contract, node["contractPart"]) if node else None for node in nodes]
    return found


def dataset_of(client: Client, ref: str) -> Answer:
    """The dataset that a name means. Raises InvalidRequest."""
    (found,) = client.graphql(RESOLVE, {"refs": [ref]})["resolve"]
    node = found["node"]
    if node is None or node["__typename"] != "Dataset":
        sentence = found["sentence"] or "That is no dataset."
        raise InvalidRequest("not_found", f"{ref[:200]}: {sentence}", "Name a dataset.", ref=ref[:200])
    known: Answer = node
    return known


def _names(client: Client, document: Document, placing: Placing, file: str) -> tuple[list[Name], bool]:
    """The dataset of each schema object; whether one of them is of no server that tells."""
    own = [label(one) for one in objects(document.value)]
    if placing.dataset is not None:
        if len(own) > 1:
            raise InvalidRequest(
                "several_tables", f"{file} covers {len(own)} datasets, and --dataset names one.", "Leave it out."
            )
        node = dataset_of(client, placing.dataset)
        return [(node["namespace"], node["name"])], False
    identity = text(document.value.get("id"))
    if not own:
        return [dataset_name(HOMELESS, identity)], True
    server = server_of(document.value, placing.server)
    names = [_name(placing, server, one) for one in own]
    known = _known(client, [one for one, name in zip(own, names, strict=True) if name is None])
    told = [name or known.get(one) for one, name in zip(own, names, strict=True)]
    if len(set(told) - {None}) < len([one for one in told if one]):
        raise BadContract(file, "two of its schema objects are one dataset", "Give each a physicalName of its own.")
    homes = [dataset_name(HOMELESS, f"{identity}/{n}/{one}") for n, one in enumerate(own)]
    return [name or home for name, home in zip(told, homes, strict=True)], None in told


def _name(placing: Placing, server: Any, own: str) -> Name | None:
    if placing.namespace is not None:
        return dataset_name(placing.namespace, own)
    return place_of(server, own) if server else None


def _known(client: Client, names: Sequence[str]) -> dict[str, Name]:
    """Datasets of the catalog that are called so, where just one is."""
    if not names:
        return {}
    found = client.graphql(RESOLVE, {"refs": list(names)})["resolve"]
    nodes = {own: one["node"] for own, one in zip(names, found, strict=True)}
    return {
        own: (node["namespace"], node["name"])
        for own, node in nodes.items()
        if node and node["__typename"] == "Dataset" and node["namespace"] != HOMELESS
    }
