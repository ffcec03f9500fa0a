"""A path told as a story: field, transformation, job, field …; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from headwater_catalog.codes import BOUNDARY, CARTESIAN, OBSERVED
from headwater_catalog.lineage.graph import READS, Edge, Step
from headwater_catalog.lineage.paths import Path

WORDS = {CARTESIAN: "as one of all inputs", READS: "is read", BOUNDARY: "is written"}
STATUSES = {2: "declared", 3: "not confirmed"}


def told(path: Path[Any], name: Callable[[Any], str]) -> list[str]:
    """The nodes and, between each two, how and by which job; name: gives that of a node or job."""
    story = [name(path.nodes[0])]
    for (_, target), edges in zip(pairwise(path.nodes), path.steps, strict=True):
        story += [_how(edges, name), name(target)]
    return story


def _how(edges: Iterable[Edge[Any]], name: Callable[[Any], str]) -> str:
    return "; or ".join(dict.fromkeys(_edge(edge, name) for edge in edges))


def _edge(edge: Edge[Any], name: Callable[[Any], str]) -> str:
    how = ", ".join(map(_step, edge.steps)) or WORDS.get(edge.method, "made")
    status = "" if edge.status == OBSERVED else f" ({STATUSES[edge.status]})"
    return f"{how}{f' by {name(edge.job)}' if edge.job else ''}{status}"


def _step(step: Step) -> str:
    """A transformation as people say it: direct identity, indirect filter, masked."""
    words = f"{step.type} {step.subtype or ''}".lower().replace("_", " ").strip()
    return f"{words} (masked)" if step.masking else words
