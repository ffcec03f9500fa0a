"""Small graphs by the thousand, each in a namespace of its own, told as runs; and what they are, told by hand."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

RECEIVED = 1_760_000_000_000_000
FIELDS = ("a", "b", "c")
DIRECT, INDIRECT = ("DIRECT", "TRANSFORMATION"), ("INDIRECT", "FILTER")
Node = tuple[str, str]
"""("dataset" or "job", name)."""
Field = tuple[str, str | None]
"""(dataset, field); None: which is unknown."""


@dataclass(frozen=True)
class Row:
    """One row of column lineage; target None: every field."""

    target: str | None
    source: str
    field: str | None
    kind: tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """A job made a target; rows None: nothing is said of columns, so all inputs are sources."""

    job: str
    target: str
    inputs: tuple[str, ...]
    rows: tuple[Row, ...] | None

    @property
    def sources(self) -> set[str]:
        return set(self.inputs) if self.rows is None else {row.source for row in self.rows}


@dataclass
class Graph:
    """Datasets with their fields, and what was said of them."""

    namespace: str
    schemas: dict[str, tuple[str, ...]]
    claims: list[Claim] = field(default_factory=list)

    def dataset_edges(self) -> set[tuple[Node, Node, str]]:
        """(source, target, job), those into jobs that read what no claim of theirs has included."""
        edges = {(("dataset", s), ("dataset", c.target), c.job) for c in self.claims for s in c.sources}
        edges |= {
            (("dataset", read), ("job", claim.job), claim.job)
            for claim in self.claims
            for read in set(claim.inputs) - claim.sources
        }
        return edges

    def column_edges(self) -> set[tuple[Field, Field, str, str]]:
        """(source, target, job, DIRECT or INDIRECT)."""
        return {
            ((row.source, row.field), (claim.target, target), claim.job, row.kind[0])
            for claim in self.claims
            for row in claim.rows or ()
            for target in ([row.target] if row.target else self.known(claim))
        }

    def known(self, claim: Claim) -> list[str | None]:
        """The fields that a row for every field holds for."""
        named = {row.target for row in claim.rows or () if row.target}
        return sorted(named.union(self.schemas[claim.target])) or [None]

    def events(self) -> Iterator[dict[str, Any]]:
        """What tells the catalog all that."""
        for number, claim in enumerate(self.claims):
            output: dict[str, Any] = {"namespace": self.namespace, "name": claim.target, "facets": {}}
            if self.schemas[claim.target]:
                output["facets"]["schema"] = {"fields": [{"name": one} for one in self.schemas[claim.target]]}
            if claim.rows is not None:
                output["facets"]["columnLineage"] = self._facet(claim.rows)
            yield {
                "eventType": "COMPLETE",
                "eventTime": f"2024-05-01T10:{number:02d}:00Z",
                "run": {"runId": f"{self.namespace}-{number}"},
                "job": {"namespace": self.namespace, "name": claim.job},
                "inputs": [{"namespace": self.namespace, "name": one} for one in claim.inputs],
                "outputs": [output],
            }

    def _facet(self, rows: Sequence[Row]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        every: list[Any] = []
        for row in rows:
            kind, subtype = row.kind
            told = {"namespace": self.namespace, "name": row.source}
            told |= {"transformations": [{"type": kind, "subtype": subtype}]}  # type: ignore[dict-item]
            told |= {"field": row.field} if row.field else {}
            if row.target:
                fields.setdefault(row.target, {"inputFields": []})["inputFields"].append(told)
            else:
                every.append(told)
        return {"fields": fields, "dataset": every}


def generate(seed: int) -> Graph:
    """A graph of at most six datasets and seven jobs, with cycles, loops, several writers and unknown columns."""
    dice = random.Random(seed)
    names = [f"t{n}" for n in range(dice.randint(2, 6))]
    schemas = {name: FIELDS[: dice.choice((0, 1, 2, 3))] for name in names}
    graph = Graph(f"g{seed}", schemas)
    for number in range(dice.randint(1, 7)):
        target = dice.choice(names)
        inputs = tuple(dice.sample(names, dice.randint(1, min(3, len(names)))))
        rows = None if dice.random() < 0.25 else _rows(dice, graph, target, dice.sample(inputs, 1) + list(inputs[:1]))
        graph.claims.append(Claim(f"j{number}", target, inputs, rows))
    return graph


def _rows(dice: random.Random, graph: Graph, target: str, sources: Sequence[str]) -> tuple[Row, ...]:
    rows = [
        Row(
            None if dice.random() < 0.2 else dice.choice(FIELDS),
            dice.choice(sources),
            None if dice.random() < 0.15 else dice.choice(FIELDS),
            dice.choice((DIRECT, DIRECT, INDIRECT)),
        )
        for _ in range(dice.randint(1, 5))
    ]
    # What OpenLineage says of every field is INDIRECT unless told otherwise; without a field it needs a dataset.
    return tuple(dict.fromkeys(rows))


def entries(graphs: Sequence[Graph]) -> list[tuple[bytes, int]]:
    """Entries as catalogs.project takes them."""
    return [(json.dumps(event).encode(), RECEIVED) for graph in graphs for event in graph.events()]
