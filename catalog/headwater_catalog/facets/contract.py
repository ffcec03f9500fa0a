"""The facet of a data contract: what the contract says of one dataset, and what it says of all that it covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Covered:
    """A dataset that a contract covers."""

    namespace: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A data contract by the Open Data Contract Standard, as far as it is of this dataset, without secrets."""

    id: str | None = None
    version: str | None = None
    status: str | None = None
    name: str | None = None
    api_version: Annotated[str | None, "Of the standard."] = None
    digest: Annotated[str | None, "Of the whole contract: parts with one digest are of one import."] = None
    place: Annotated[int | None, "Which of the contract's schema objects this dataset is, from 0 on; null: none."] = (
        None
    )
    datasets: Annotated[tuple[Covered, ...], "All that the contract covers, in the order of its schema objects."] = ()
    shared: Annotated[Mapping[str, object] | None, "The contract without its schema objects."] = None
    schema_object: Annotated[Mapping[str, object] | None, "The schema object that this dataset is."] = None
    plain: Annotated[
        Mapping[str, object] | None,
        "Places (JSON pointers from /shared and /schemaObject) of texts that YAML has without quotes: dates, hours.",
    ] = None
