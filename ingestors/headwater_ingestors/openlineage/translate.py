"""An OpenLineage event as a fact: envelope, the datasets it lists, the hashes of its facets' values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from headwater_catalog.canonical import canonical_with_parts
from headwater_catalog.facets.crawled import type_of
from headwater_catalog.facts import (
    ABORT,
    COMPLETE,
    DATASET_EVENT,
    FAIL,
    INPUT,
    JOB_EVENT,
    NO_TYPE,
    OTHER,
    OUTPUT,
    RUN_EVENT,
    RUNNING,
    START,
    SUBJECT,
    Event,
    Item,
    Value,
)
from headwater_catalog.names import text
from headwater_ingestors.openlineage.event import Envelope, read_event
from headwater_ingestors.openlineage.facets import dataset_ref, is_deleted, listed, members
from headwater_ingestors.openlineage.lengths import MAX_NAME, check_lengths

KINDS = {"run": RUN_EVENT, "job": JOB_EVENT, "dataset": DATASET_EVENT}
TYPES = {
    "": NO_TYPE,
    "START": START,
    "RUNNING": RUNNING,
    "OTHER": OTHER,
    "COMPLETE": COMPLETE,
    "ABORT": ABORT,
    "FAIL": FAIL,
}


def translate(value: object, received: int) -> Event:
    """The fact that an event is, received at `received` (microseconds). Raises Refused (SEMANTICS §2; lengths.py)."""
    envelope = read_event(value)
    body = envelope.body
    whole, write = canonical_with_parts(body)
    if len(whole) > MAX_NAME:
        check_lengths(body)
    values = _Values(write)
    flags = (*envelope.flags, "far-future") if envelope.far_future(received) else envelope.flags
    return Event(
        id=hashlib.sha256(whole).digest(),
        s=envelope.stamp(received),
        received=received,
        kind=KINDS[envelope.kind],
        type=type_of(text(body.get("producer"))) if envelope.kind == "dataset" else TYPES[envelope.type],
        run=envelope.run,
        job=envelope.job,
        items=tuple(_items(envelope, values)),
        run_facets=_facets(body.get("run"), "facets", values) if envelope.kind == "run" else {},
        job_facets=_facets(body.get("job"), "facets", values) if envelope.kind != "dataset" else {},
        flags=flags,
        listed=bool(listed(body.get("inputs")) or listed(body.get("outputs"))),
        values=values,
    )


def _items(envelope: Envelope, values: _Values) -> Iterator[Item]:
    body = envelope.body
    if envelope.kind == "dataset":
        yield from _item(SUBJECT, body["dataset"], values)
        return
    for one in listed(body.get("inputs")):
        yield from _item(INPUT, one, values)
    for one in listed(body.get("outputs")):
        yield from _item(OUTPUT, one, values)


def _item(side: int, one: object, values: _Values) -> Iterator[Item]:
    name = dataset_ref(one)
    if name and isinstance(one, dict):
        facets = _facets(one, "facets", values)
        uses = [_facets(one, k, values) if k in one else {} for k in ("inputFacets", "outputFacets")]
        yield Item(side, name, facets, *uses)


class _Values(dict[bytes, Value]):
    """The values of an event's facets by hash; `write` gives the canonical JSON of each."""

    def __init__(self, write: Callable[[object], bytes]) -> None:
        super().__init__()
        self._write = write

    def add(self, facet: object) -> bytes:
        """Take a facet in, and give the hash of its value."""
        body = self._write(facet)
        digest = hashlib.sha256(body).digest()
        if digest not in self:
            self[digest] = Value(digest, body, is_deleted(facet))
        return digest


def _facets(owner: object, key: str, values: _Values) -> dict[str, bytes]:
    return {name: values.add(facet) for name, facet in members(owner, key).items()}
