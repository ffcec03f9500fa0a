"""The table of facets has every facet, version and member of the published specification."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import oracle
import pytest
import spec

from headwater_catalog.facets.own import OWN, WrappedProcess
from headwater_catalog.facets.row import INTERPRETED, PLACES, TYPED, Row
from headwater_catalog.facets.shape import item_of, members
from headwater_catalog.facets.specified import SPECIFIED
from headwater_catalog.facets.table import ROWS, find, status_of
from headwater_ingestors.openlineage.conformance.generated import members_of, version_of
from headwater_ingestors.openlineage.conformance.published import Facet
from headwater_ingestors.openlineage.facets import INTERPRETERS

ROOT = Path(__file__).parents[3]
PUBLISHED = spec.facets()


@oracle.needs_corpus
def test_the_specification_is_there() -> None:
    assert len({facet.name for _, facet in PUBLISHED}) == 41
    assert {facet.place for _, facet in PUBLISHED} == set(PLACES)


@pytest.mark.parametrize(("schema", "facet"), PUBLISHED, ids=lambda one: one if isinstance(one, str) else one.version)
def test_every_published_facet_has_a_row_with_its_version(schema: str, facet: Facet) -> None:
    row = find(facet.place, facet.name)
    assert row, f"{facet.name} of {facet.place} has no row in headwater_catalog/facets/specified.py"
    assert (row.place, row.schema) == (facet.place, schema)
    assert facet.version in row.versions, f"{schema} has a version {facet.version} that its row does not name"
    assert (row.definition or schema) == facet.address.rpartition("/")[2]
    assert row.status in (INTERPRETED, TYPED)


@oracle.needs_corpus
def test_no_row_names_what_is_not_published() -> None:
    published = {(schema, facet.place, facet.name, facet.version) for schema, facet in PUBLISHED}
    named = {(row.schema, row.place, row.facet, version) for row in SPECIFIED for version in row.versions}
    # The installed client may know a version that the folder does not have yet.
    newer = {(row.schema, row.place, row.facet, version_of(row.definition or row.schema)) for row in SPECIFIED}
    assert published <= named <= published | newer


@pytest.mark.parametrize("row", SPECIFIED, ids=lambda row: f"{row.place}-{row.facet}")
def test_every_member_of_the_installed_classes_is_read(row: Row) -> None:
    asked = set(members_of(row.definition or row.schema))
    if row.shape and row.facet != "subset":
        known = {row.listed} if row.listed else {key for one in members(row.shape) for key in one.keys}
        assert asked - known == set()
    assert version_of(row.definition or row.schema) in (None, *row.versions)


@oracle.needs_corpus
def test_the_facets_of_the_first_cores_have_rows() -> None:
    found = set(spec.first_facets())
    assert len(found) >= 10
    assert [one for one in found if find(*one) is None] == []


@pytest.mark.parametrize(("schema", "facet"), PUBLISHED, ids=lambda one: one if isinstance(one, str) else one.version)
def test_every_member_of_a_typed_facet_is_read(schema: str, facet: Facet) -> None:
    row = find(facet.place, facet.name)
    assert row
    if row.shape is None or row.facet == "subset":  # a condition is shown whole, and as text
        return
    known = set(_paths_of_shape(row.shape, row.listed))
    asked = set(_paths_of_schema(spec.schemas(), facet.address, spec.definition(facet)))
    assert asked - known == set(), f"{row.shape.__name__} does not read them"


def test_what_is_interpreted_is_what_the_rows_say() -> None:
    assert {f"{place}/{row.facet}" for row in ROWS if row.lands for place in row.places} == set(INTERPRETERS)


def test_a_facet_has_one_row_at_a_place() -> None:
    own = [(row.place, row.facet) for row in ROWS]
    assert len(own) == len(set(own))
    assert all(place in PLACES for row in ROWS for place in row.places)
    assert all(row.facet.startswith("headwater_") for row in OWN)


def test_every_member_of_a_wrapped_process_is_read() -> None:
    page = json.loads((ROOT / "docs/facets/1-0-0/HeadwaterProcessRunFacet.json").read_text(encoding="utf-8"))
    told = page["$defs"]["HeadwaterProcessRunFacet"]["allOf"][1]["properties"]
    assert {member.keys[0] for member in members(WrappedProcess)} == set(told)


def test_rows_that_share_a_field_have_one_shape() -> None:
    shapes: dict[tuple[str, str], set[object]] = {}
    for row in ROWS:
        if row.field:
            shapes.setdefault((row.fields[-1], row.field), set()).add((row.shape, bool(row.listed)))
    assert [field for field, found in shapes.items() if len(found) > 1] == []


def test_what_is_unknown_is_stored() -> None:
    assert status_of("run", "my_own_facet") == "stored"
    assert status_of("job", "storage") == "stored"


def test_a_row_reads_nothing_where_it_has_no_shape() -> None:
    assert Row("run", "x", "process", "Something").read({"a": 1}) is None


def _paths_of_shape(shape: type, listed: str) -> Iterator[tuple[str, ...]]:
    """Every member of a shape as a path of keys; what is below a list or map of shapes goes on without its number."""
    if listed:
        yield (listed,)
        yield from ((listed, *path) for path in _paths_of_shape(shape, ""))
        return
    for member in members(shape):
        inner = item_of(member.hint) or (member.hint if hasattr(member.hint, "__dataclass_fields__") else None)
        for key in member.keys:
            yield (key,)
            if inner is not None:
                yield from ((key, *path) for path in _paths_of_shape(inner, ""))


def _paths_of_schema(schemas: Mapping[str, Any], base: str, said: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The same of a schema; the members of every facet are left out, and so are maps of anything."""
    if "$ref" in said:
        address, _, name = said["$ref"].partition("#/$defs/")
        if "OpenLineage.json" not in address:
            file = address or base.partition("#")[0]
            yield from _paths_of_schema(schemas, base, schemas[file]["$defs"][name])
    for part in said.get("allOf", ()):
        yield from _paths_of_schema(schemas, base, part)
    for key, value in said.get("properties", {}).items():
        yield (key,)
        yield from ((key, *path) for path in _paths_of_schema(schemas, base, value))
    for inner in (said.get("items"), said.get("additionalProperties")):
        if isinstance(inner, Mapping) and "OpenLineage.json" not in str(inner):
            yield from _paths_of_schema(schemas, base, inner)
