"""The published specification of OpenLineage in the corpus, and its examples of facets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import oracle

from headwater_ingestors.openlineage.conformance.published import Facet, facets_of, read_schemas

SPEC = oracle.corpus_dir() / "openlineage-spec"
EXAMPLES = oracle.corpus_dir() / "openlineage" / "facets"
Schema = Mapping[str, Any]


class Example(NamedTuple):
    """A facet as the specification's own tests send it; folder: the name of its schema."""

    folder: str
    file: str
    facet: str
    value: dict[str, Any]


@cache
def schemas() -> Mapping[str, Schema]:
    """Every schema by its address; none where the corpus is absent."""
    return read_schemas(SPEC) if SPEC.is_dir() else {}


def facets() -> list[tuple[str, Facet]]:
    """Every facet of every version, with the name of its file."""
    found = [(Path(address).stem, facet) for address, one in schemas().items() for facet in facets_of(one)]
    return sorted(found)


def definition(facet: Facet) -> Schema:
    """The definition of a facet, its parts put together."""
    address, _, name = facet.address.partition("#/$defs/")
    return schemas()[address]["$defs"][name]


def first_facets() -> Iterator[tuple[str, str]]:
    """Place and name of the facets that the oldest cores define themselves."""
    for version in ("1-0-0", "1-0-1"):
        core = json.loads((SPEC / "published" / version / "OpenLineage.json").read_text())["definitions"]
        yield from (("run", name) for name in core["Run"]["properties"]["facets"]["properties"])
        yield from (("job", name) for name in core["Job"]["properties"]["facets"]["properties"])
        yield from (("dataset", name) for name in core["Dataset"]["properties"]["facets"]["properties"])
        for side in ("input", "output"):
            used = core[f"{side.title()}Dataset"]["allOf"][1]["properties"][f"{side}Facets"]["properties"]
            yield from ((side, name) for name in used)


def examples() -> list[Example]:
    """Every example of a facet."""
    files = sorted(EXAMPLES.rglob("*.json")) if EXAMPLES.is_dir() else []
    return [
        Example(file.parent.name, file.stem, name, value)
        for file in files
        if file.parent != EXAMPLES
        for name, value in json.loads(file.read_text()).items()
    ]
