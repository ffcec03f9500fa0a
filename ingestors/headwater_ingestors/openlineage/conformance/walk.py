"""The facets of an event with their places, and what Headwater passes over and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from headwater_catalog.facets.row import DATASET, INPUT, JOB, OUTPUT, RUN, STORED, TYPED
from headwater_catalog.facets.table import find
from headwater_ingestors.openlineage.conformance.finding import Path, kind_of
from headwater_ingestors.openlineage.facets import INTERPRETERS, dataset_ref, is_deleted

MAPS: Final = {"facets": DATASET, "inputFacets": INPUT, "outputFacets": OUTPUT}
"""The maps of facets that a dataset may have, and the places they are."""
NOT_ON_INPUTS: Final = {
    "columnLineage": "column lineage counts on outputs",
    "lifecycleStateChange": "a change of the lifecycle counts on outputs",
    "version": "the version of data counts on outputs",
}
NOT_ON_JOBS: Final = {
    "lifecycleStateChange": "a JobEvent changes no lifecycle",
    "version": "a JobEvent makes no data",
}
ONLY_ON_DATASETS: Final = {
    "lineage": "lineage of a dataset counts on a DatasetEvent",
    "headwater_identity": "a steward's word counts on a DatasetEvent",
}


class Met(NamedTuple):
    """A facet in an event; side: inputs, outputs or dataset, of whose dataset it is."""

    place: str
    name: str
    value: object
    path: Path
    side: str = ""


class PassedOver(NamedTuple):
    """A part of an event that changes nothing, and why; it is kept with the rest of the entry."""

    path: Path
    why: str


def walk(body: Mapping[str, object], kind: str) -> Iterator[Met | PassedOver]:
    """Every facet of an event that Headwater takes in, and every part that it does not look at."""
    if kind == "run":
        yield from _map(body.get("run"), "facets", RUN, ("run", "facets"))
    if kind != "dataset":
        yield from _map(body.get("job"), "facets", JOB, ("job", "facets"))
        for side in ("inputs", "outputs"):
            yield from _list(body.get(side), side)
        if body.get("dataset") is not None:
            yield PassedOver(("dataset",), f"a {kind} event speaks of no dataset but its inputs and outputs")
    else:
        yield from _dataset(body.get("dataset"), ("dataset",), "dataset")
        for side in ("inputs", "outputs"):
            if body.get(side) is not None:
                yield PassedOver((side,), "a dataset event has no inputs and outputs")
    if kind != "run" and body.get("eventType") is not None:
        yield PassedOver(("eventType",), "only a run has states")


def status_of(met: Met, kind: str) -> tuple[str, str]:
    """What becomes of a facet (interpreted, typed, stored), and why it is less than it could be, else empty."""
    row = find(met.place, met.name)
    if row is None or row.status == STORED:
        return STORED, ""
    if not row.lands:
        # Descriptions, owners and tags are read beside edits, and have no reader here.
        silent = row.shape is not None and not is_deleted(met.value) and row.read(met.value) is None
        return (STORED, "it says nothing that can be shown") if silent else (TYPED, "")
    why = _why_not(met, kind)
    return (STORED, why) if why else (row.status, "")


def _why_not(met: Met, kind: str) -> str:
    """Why a facet that could decide something decides nothing here; empty where it does."""
    if met.place == DATASET and kind != "dataset" and met.name in ONLY_ON_DATASETS:
        return ONLY_ON_DATASETS[met.name]
    if kind == "job" and met.name in NOT_ON_JOBS:
        return NOT_ON_JOBS[met.name]
    if met.side == "inputs" and met.name in NOT_ON_INPUTS:
        return NOT_ON_INPUTS[met.name]
    interpret = INTERPRETERS[f"{met.place}/{met.name}"]
    return "" if is_deleted(met.value) or interpret(met.value) is not None else "it says nothing that can be read"


def _list(value: object, side: str) -> Iterator[Met | PassedOver]:
    if value is not None and not isinstance(value, list):
        yield PassedOver((side,), f"it is {kind_of(value)}, not a list")
    for at, item in enumerate(value if isinstance(value, list) else ()):
        if dataset_ref(item) is None:
            yield PassedOver((side, at), "it has no namespace and name")
        else:
            yield from _dataset(item, (side, at), side)


def _dataset(value: object, path: Path, side: str) -> Iterator[Met | PassedOver]:
    for key, place in MAPS.items():
        yield from _map(value, key, place, (*path, key), side)


def _map(owner: object, key: str, place: str, path: Path, side: str = "") -> Iterator[Met | PassedOver]:
    found = owner.get(key) if isinstance(owner, Mapping) else None
    if found is not None and not isinstance(found, Mapping):
        yield PassedOver(path, f"it is {kind_of(found)}, not an object")
        return
    for name, value in (found or {}).items():
        if value is not None:
            yield Met(place, name, value, (*path, name), side)
