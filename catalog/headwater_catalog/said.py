"""What is said of a node and by whom: PERSON before FILE before PRODUCER before CRAWLER, and all are kept; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from headwater_catalog.codes import CRAWLER, FILE, PERSON, PRODUCER
from headwater_catalog.names import key_of, text

SOURCES: Mapping[int, str] = {PERSON: "PERSON", FILE: "FILE", PRODUCER: "PRODUCER", CRAWLER: "CRAWLER"}
MAX_FIELD_DEPTH = 32


class Statement(NamedTuple):
    """One register's value; prop: the property. value None: removed, so that the next source speaks.

    author: a person or a producer. member: "" for what a node has one of; else the owner, tag, term IRI or language
    that the register is for.
    """

    node: UUID
    prop: str
    member: str
    source: int
    value: object | None
    author: str | None
    s: int
    h: UUID

    @property
    def stamp(self) -> tuple[int, UUID]:
        """What decides between values of one source."""
        return (self.s, self.h)

    @property
    def revision(self) -> str:
        """What an edit names as `ifRevision` when it was made with this before its eyes."""
        return revision(self.s, self.h)


class Said(NamedTuple):
    """A value beside those of other sources; exactly one of those of a (node, property, member) is effective."""

    statement: Statement
    effective: bool


class FacetValue(NamedTuple):
    """A facet as a register holds it, its value read from JSON."""

    s: int
    h: UUID
    value: object


NEVER = "none"
"""The revision of a register that nobody has written."""


def revision(s: int, h: UUID) -> str:
    """The name of a register's state: its stamp."""
    return f"{s:x}.{h.hex}"


def stamp_of(revision_text: str) -> tuple[int, UUID] | None:
    """The stamp a revision names; None where it is NEVER or no revision."""
    head, dot, tail = revision_text.partition(".")
    try:
        return (int(head, 16), UUID(hex=tail)) if dot else None
    except ValueError:
        return None


def merge(statements: Iterable[Statement]) -> dict[tuple[UUID, str, str], list[Said]]:
    """What is said per (node, property, member), by precedence: the latest of each source, removals left out."""
    latest: dict[tuple[UUID, str, str], dict[int, Statement]] = {}
    for one in statements:
        sources = latest.setdefault((one.node, one.prop, one.member), {})
        known = sources.get(one.source)
        if known is None or one.stamp > known.stamp:
            sources[one.source] = one
    merged: dict[tuple[UUID, str, str], list[Said]] = {}
    for key, sources in latest.items():
        spoken = [sources[source] for source in sorted(sources) if sources[source].value is not None]
        if spoken:
            merged[key] = [Said(one, index == 0) for index, one in enumerate(spoken)]
    return merged


def effective(statements: Iterable[Statement]) -> dict[tuple[UUID, str, str], Statement]:
    """The value that counts per (node, property, member); none where every source is silent or has removed its own."""
    return {key: said[0].statement for key, said in merge(statements).items()}


def told_by_facets(
    subject: tuple[str, ...], facets: Mapping[str, FacetValue], source: int = PRODUCER
) -> list[Statement]:
    """What the facets of a dataset, job or run say of it and its fields; subject: see headwater_catalog.subjects.

    Reads documentation, ownership, tags and the descriptions in schema and headwater_dbt. Odd shapes say nothing.
    source: whose facets these are.
    """
    told = _Told(subject, source)
    for facet, value in facets.items():
        reader = _READERS.get(facet)
        if reader is not None and isinstance(value.value, dict):
            reader(told, value, value.value)
    return told.statements


class _Told:
    """Collects what the facets of one subject say."""

    def __init__(self, subject: tuple[str, ...], source: int) -> None:
        self._subject = subject
        self._source = source
        self.statements: list[Statement] = []

    def add(self, facet: FacetValue, path: str, prop: str, member: str, value: object) -> None:
        kind, *name = self._subject
        node = key_of("field", *name, path) if path and kind == "dataset" else key_of(kind, *name)
        producer = facet.value.get("_producer") if isinstance(facet.value, dict) else None
        author = text(producer) or None
        self.statements.append(Statement(node, prop, member, self._source, value, author, facet.s, facet.h))


def _documentation(told: _Told, facet: FacetValue, body: Mapping[str, object]) -> None:
    if description := text(body.get("description")):
        told.add(facet, "", "description", "", description)


def _ownership(told: _Told, facet: FacetValue, body: Mapping[str, object]) -> None:
    for owner in _objects(body.get("owners")):
        if name := text(owner.get("name")):
            told.add(facet, "", "owner", name, {"role": text(owner.get("type")) or None})


def _tags(told: _Told, facet: FacetValue, body: Mapping[str, object]) -> None:
    for tag in _objects(body.get("tags")):
        if key := text(tag.get("key")):
            value = tag.get("value")
            shown = value if isinstance(value, str) else None if value is None else str(value).lower()
            detail = {"value": text(shown) or None, "origin": text(tag.get("source")) or None}
            told.add(facet, text(tag.get("field")), "tag", key, detail)


def _schema(told: _Told, facet: FacetValue, body: Mapping[str, object]) -> None:
    waiting = [("", field, 1) for field in _objects(body.get("fields"))]
    while waiting:
        prefix, field, depth = waiting.pop()
        name = text(field.get("name"))
        if not name:
            continue
        path = f"{prefix}{name}"
        if description := text(field.get("description")):
            told.add(facet, path, "description", "", description)
        if depth < MAX_FIELD_DEPTH:
            waiting.extend((f"{path}.", inner, depth + 1) for inner in _objects(field.get("fields")))


def _columns(told: _Told, facet: FacetValue, body: Mapping[str, object]) -> None:
    """Columns that dbt documents where it leaves the schema to others."""
    for column in _objects(body.get("columns")):
        name, description = text(column.get("name")), text(column.get("description"))
        if name and description:
            told.add(facet, name, "description", "", description)


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


_READERS = {
    "documentation": _documentation,
    "ownership": _ownership,
    "tags": _tags,
    "schema": _schema,
    "headwater_dbt": _columns,
}
SPEAKING = tuple(_READERS)
"""Facets that say what people also say in edits."""
