"""How long names may be: far longer than real ones are, so short that no entry makes the catalog write gigabytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from headwater_catalog.errors import Refused
from headwater_ingestors.openlineage.facets import listed, members

MAX_NAME = 65_536
"""Bytes in UTF-8 of a namespace, a name, a run id and the dotted path of a field. A shorter entry needs no look."""
MAX_ROWS = 32 * 2**20
"""Bytes that the names of an entry may take where they stand in tables: a field's name in every row about it."""

_NAMES = ("namespace", "name", "runId", "field")
_HOLDERS = ("facets", "inputFacets", "outputFacets")
_NAMING = frozenset(
    {
        *("schema", "columnLineage", "lineage", "symlinks", "headwater_identity", "lifecycleStateChange"),
        *("parent", "parentRun", "headwater_watermark"),
    }
)
"""Facets that names are read from; what others call a name is only kept."""


class Length(NamedTuple):
    """How long a name is, in bytes; in how many rows it will stand."""

    place: str
    length: int
    rows: int = 1


def check_lengths(body: dict[str, object]) -> None:
    """Raise Refused `name-too-long` for an event with a name beyond MAX_NAME, or names that take more than MAX_ROWS."""
    total = 0
    for one in _of_event(body):
        total += one.length * one.rows
        if one.length > MAX_NAME or total > MAX_ROWS:
            raise _too_long(one.place[:200])


def _too_long(place: str) -> Refused:
    return Refused(
        "name-too-long",
        f"A name in the entry is longer than {MAX_NAME // 2**10} KiB, or its fields have names too long for their"
        f" number: {place}.",
        "Send names that people can read; what a name was made to carry belongs into a facet of your own.",
        place=place,
    )


def _of_event(body: dict[str, object]) -> Iterator[Length]:
    for place in ("run", "job", "dataset"):
        yield from _of_owner(body.get(place), place)
    for side in ("inputs", "outputs"):
        for number, one in enumerate(listed(body.get(side))):
            yield from _of_owner(one, f"{side}[{number}]")


def _of_owner(owner: object, place: str) -> Iterator[Length]:
    yield from _named(owner, place, 1)
    for holder in _HOLDERS:
        for facet, value in members(owner, holder).items():
            if facet == "schema" and isinstance(value, dict):
                yield from _paths(value.get("fields"), f"{place}.{holder}.schema.fields", 0)
            elif facet in _NAMING:
                yield from _names(value, f"{place}.{holder}.{facet}")


def _named(owner: object, place: str, rows: int) -> Iterator[Length]:
    """Its own names. Of these a field's is kept as it is; the others are kept once and meant by a number."""
    for key in _NAMES if isinstance(owner, dict) else ():
        said = owner.get(key) if isinstance(owner, dict) else None
        if isinstance(said, str):
            yield Length(f"{place}.{key}", len(said.encode()), rows if key == "field" else 1)


def _names(value: object, place: str) -> Iterator[Length]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _names(one, f"{place}[{number}]")
    elif isinstance(value, dict):
        yield from _named(value, place, _rows(value))
        for key, inner in value.items():
            if key == "fields" and isinstance(inner, dict):
                for field, one in inner.items():
                    yield Length(f"{place}.fields", len(field.encode()), _rows(one))
                    yield from _names(one, f"{place}.fields")
            elif key not in _NAMES:
                yield from _names(inner, f"{place}.{key}")


def _rows(value: object) -> int:
    """How many rows of column lineage it makes: one a transformation of each input, at least one."""
    if not isinstance(value, dict):
        return 1
    inputs = [one for key in ("inputs", "inputFields") for one in listed(value.get(key))]
    return sum(map(_rows, inputs)) or len(listed(value.get("transformations"))) or 1


def _paths(fields: object, place: str, before: int) -> Iterator[Length]:
    """Of fields and the fields inside them; before: bytes of what stands in front of their names."""
    for number, one in enumerate(listed(fields)):
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(one, dict) and isinstance(name, str):
            length = before + len(name.encode())
            yield Length(f"{place}[{number}].name", length)
            yield from _paths(one.get("fields"), f"{place}[{number}].fields", length + 1)
