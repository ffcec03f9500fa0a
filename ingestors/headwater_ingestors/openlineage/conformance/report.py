"""The conformance report: of each event whether it is valid and what becomes of it, and a summary by facet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, NamedTuple

from headwater_catalog.canonical import read_json
from headwater_catalog.door.reading import check_size
from headwater_catalog.edits.document import reads as is_edit
from headwater_catalog.errors import HeadwaterError, Refused
from headwater_catalog.facets.row import INTERPRETED, STORED, TYPED
from headwater_catalog.facets.table import find
from headwater_catalog.names import text
from headwater_catalog.redaction import redact
from headwater_catalog.times import parse_time, show
from headwater_ingestors.openlineage.conformance.finding import MOST_FINDINGS, Checks, Finding, cut, show_path
from headwater_ingestors.openlineage.conformance.walk import Met, PassedOver, status_of, walk
from headwater_ingestors.openlineage.event import read_event
from headwater_ingestors.openlineage.lengths import check_lengths

MOST_EVENTS: Final = 10_000
"""Events that a report lists one by one; all are counted."""
MOST_FACETS: Final = 1_000
"""Kinds of facets that a summary tells apart, and facets that are listed of one event."""
_NUMBER = re.compile(r"\[\d+\]")
MOST_PARTS: Final = 10_000
"""Facets, and parts that are passed over, that are looked at in one event: a million empty inputs are one slip."""
EVENT_KINDS: Final = {"run": "RunEvent", "job": "JobEvent", "dataset": "DatasetEvent"}

EDIT: Final = "Edit"


class Fate(NamedTuple):
    """What becomes of a facet: its place, its name, where it stands, status, and GraphQL fields that show it."""

    place: str
    facet: str
    path: str
    status: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """An event as it was found. refused: code, sentence, remedy; it is then not in the catalog.

    kind: RunEvent, JobEvent, DatasetEvent, or empty; Edit: none of OpenLineage's, and not looked at. of: job
    or dataset, as a person knows the event by.
    """

    kind: str = ""
    of: str = ""
    time: str = ""
    refused: tuple[str, str, str] | None = None
    flags: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    facets: tuple[Fate, ...] = ()
    ignored: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the schema allows it, and the catalog takes it in."""
        return self.refused is None and not self.findings

    def document(self) -> dict[str, Any]:
        """As JSON."""
        refused = dict(zip(("code", "sentence", "remedy"), self.refused, strict=True)) if self.refused else None
        return {
            "kind": self.kind,
            "of": self.of,
            "eventTime": self.time,
            "valid": self.valid,
            "refused": refused,
            "flags": list(self.flags),
            "problems": [one._asdict() for one in self.findings],
            "facets": [one._asdict() for one in self.facets],
            "ignored": [one._asdict() for one in self.ignored],
        }


def examine(raw: bytes, checks: Checks, received: int) -> Examined:
    """What becomes of an entry that is received at a time (microseconds), or when its wrapper says."""
    try:
        check_size(raw)
        read_json(raw)
        # As the door does: names and paths are told, and may hold a password.
        value = read_json(redact(raw)[0])
    except HeadwaterError as refusal:
        return Examined(refused=_told(refusal))
    if isinstance(value, dict) and "receivedAt" in value and "event" in value:
        received, value = parse_time(value["receivedAt"]) or received, value["event"]
    if is_edit(value):
        return Examined(EDIT)
    return _examine(value, checks, received)


def _examine(value: object, checks: Checks, received: int) -> Examined:
    refused: tuple[str, str, str] | None = None
    flags: tuple[str, ...] = ()
    time = ""
    try:
        envelope = read_event(value)
        flags = (*envelope.flags, "far-future") if envelope.far_future(received) else envelope.flags
        time = show(envelope.time)
        check_lengths(envelope.body)
    except Refused as refusal:
        refused = _told(refusal)
    kind = next((kind for kind in EVENT_KINDS if isinstance(value, dict) and value.get(kind) is not None), "")
    if not isinstance(value, dict) or not kind:
        return Examined(refused=refused)
    parts = list(islice(walk(value, kind), MOST_PARTS))
    findings = dict.fromkeys(islice(_findings(value, kind, parts, checks), MOST_PARTS))
    # Of an event that is refused nothing becomes anything; what is wrong with its facets is told all the same.
    fates, ignored = ((), ()) if refused else _fates(parts, kind)
    told = tuple(findings)[:MOST_FINDINGS]
    return Examined(EVENT_KINDS[kind], _name(value, kind), time, refused, flags, told, fates, ignored)


def _fates(parts: Sequence[Met | PassedOver], kind: str) -> tuple[tuple[Fate, ...], tuple[Finding, ...]]:
    """What becomes of the facets of an event, and what is ignored of it."""
    met = [(part, *status_of(part, kind)) for part in parts if isinstance(part, Met)]
    why = [(part.path, part.why) for part in parts if isinstance(part, PassedOver)]
    why += [(part.path, reason) for part, _, reason in met if reason]
    fates = tuple(_fate(part, status) for part, status, _ in met[:MOST_FACETS])
    return fates, tuple(Finding(show_path(path), reason) for path, reason in why[:MOST_FINDINGS])


def _findings(
    value: Mapping[str, object], kind: str, parts: Sequence[Met | PassedOver], checks: Checks
) -> Iterator[Finding]:
    yield from checks.event(value, kind)
    for part in parts:
        if isinstance(part, Met):
            yield from checks.facet(part.place, part.name, part.value, part.path)


def _fate(met: Met, status: str) -> Fate:
    row = find(met.place, met.name)
    return Fate(met.place, cut(met.name), show_path(met.path), status, row.fields if row else ())


def _told(refusal: HeadwaterError) -> tuple[str, str, str]:
    return refusal.code, refusal.sentence, refusal.remedy


def _name(value: Mapping[str, object], kind: str) -> str:
    owner = value.get("dataset" if kind == "dataset" else "job")
    said = [text(owner.get(key)) for key in ("namespace", "name")] if isinstance(owner, Mapping) else []
    return cut("/".join(part for part in said if part))


@dataclass(slots=True)
class Summary:
    """What is said of many events."""

    events: int = 0
    edits: int = 0
    valid: int = 0
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    facets: Counter[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=Counter)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    ignored: Counter[tuple[str, str]] = field(default_factory=Counter)
    results: list[dict[str, Any]] = field(default_factory=list)

    def add(self, one: Examined, source: str = "") -> None:
        """Count an event; source: where it was read."""
        if one.kind == EDIT:
            self.edits += 1
            return
        self.events += 1
        self.valid += one.valid
        self.refused.update([one.refused] if one.refused else ())
        self.flags.update(one.flags)
        _count(self.facets, ((fate.facet, fate.place, fate.status, fate.shown) for fate in one.facets))
        _count(self.problems, ((_anywhere(found.path), found.message) for found in one.findings))
        _count(self.ignored, ((_anywhere(found.path), found.message) for found in one.ignored))
        if len(self.results) < MOST_EVENTS:
            self.results.append({"event": self.events + self.edits - 1, "source": source, **one.document()})

    def document(self) -> dict[str, Any]:
        """As JSON: counts, by facet, by problem, and an event at a time."""
        order = {INTERPRETED: 0, TYPED: 1, STORED: 2}
        facets = sorted(self.facets.items(), key=lambda item: (order[item[0][2]], -item[1], item[0]))
        return {
            "events": self.events,
            "valid": self.valid,
            "invalid": self.events - self.valid,
            "refused": [
                {"code": code, "sentence": sentence, "remedy": remedy, "count": count}
                for (code, sentence, remedy), count in self.refused.most_common()
            ],
            "flags": dict(self.flags),
            "facets": [
                {"facet": name, "place": place, "status": status, "count": count, "shown": list(shown)}
                for (name, place, status, shown), count in facets
            ],
            "problems": _listed(self.problems),
            "ignored": _listed(self.ignored),
            "results": self.results,
            "notOpenLineage": {"edits": self.edits},
            "omitted": self.events - len(self.results),
        }


def _count(counter: Counter[Any], keys: Iterator[tuple[Any, ...]]) -> None:
    """Count keys; once there are many of them, only those that are known already."""
    counter.update(key for key in keys if len(counter) < MOST_FACETS or key in counter)


def _listed(counter: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"path": path, "message": message, "count": count} for (path, message), count in counter.most_common()]


def _anywhere(path: str) -> str:
    """A path without the numbers in lists: the same slip in many places is one."""
    return _NUMBER.sub("[]", path)
