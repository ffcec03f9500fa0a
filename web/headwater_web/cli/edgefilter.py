"""The flags of questions about lineage that say which edges count."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from headwater_web.cli.client import Document


class Kind(StrEnum):
    """Between what an edge leads."""

    dataset = "dataset"
    job = "job"
    column = "column"
    boundary = "boundary"
    run = "run"
    zone = "zone"
    namespace = "namespace"


class Status(StrEnum):
    """How sure it is that an edge holds."""

    observed = "observed"
    declared = "declared"
    unconfirmed = "unconfirmed"


class Method(StrEnum):
    """How an edge is known."""

    explicit = "explicit"
    boundary = "boundary"
    column = "column"
    cartesian = "cartesian"
    reads = "reads"


Kinds = Annotated[
    list[Kind] | None, typer.Option(help="Only edges of this kind; as often as needed.", show_default=False)
]
Statuses = Annotated[
    list[Status] | None, typer.Option(help="Only edges of this status; as often as needed.", show_default=False)
]
Methods = Annotated[
    list[Method] | None, typer.Option(help="Only edges known this way; as often as needed.", show_default=False)
]
Confidence = Annotated[
    float | None,
    typer.Option(help="Only edges at least as sure, 0 to 1: 1 leaves out what is cartesian.", show_default=False),
]
Environment = Annotated[
    str | None, typer.Option(help="Only between datasets of this environment (docs/naming.md).", show_default=False)
]


def edge_filter(
    kinds: list[Kind] | None,
    statuses: list[Status] | None,
    methods: list[Method] | None,
    confidence: float | None,
    environment: str | None,
) -> Document | None:
    """The filter of a question; None where no flag is set."""
    said = {
        "kinds": [one.name.upper() for one in kinds or []],
        "statuses": [one.name.upper() for one in statuses or []],
        "methods": [one.name.upper() for one in methods or []],
        "minConfidence": confidence,
        "environment": environment,
    }
    return {name: value for name, value in said.items() if value is not None and value != []} or None
