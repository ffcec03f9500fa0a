"""Checks by JSON Schemas as OpenLineage publishes them, in a directory: the newest core, each facet by its version.

Needs the library jsonschema (extra `conformance`). Formats that are checked: date-time and uuid, not uri.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path as File
from typing import Any, Final, NamedTuple

from headwater_catalog.canonical import read_json
from headwater_catalog.errors import ExtraMissing, InvalidRequest, Refused
from headwater_catalog.facets.row import DATASET, INPUT, JOB, OUTPUT, RUN
from headwater_ingestors.openlineage.conformance.finding import (
    Finding,
    Path,
    cut,
    lacks,
    malformed,
    needs,
    none_of,
    of_forms,
    show_path,
    wrong_kind,
)

Schema = Mapping[str, Any]
CORE: Final = re.compile(r"/spec/(\d+-\d+-\d+)/OpenLineage\.json$")
VERSION: Final = re.compile(r"/facets/(\d+-\d+-\d+)/")
EVENTS: Final = {"run": "RunEvent", "job": "JobEvent", "dataset": "DatasetEvent"}
PLACES: Final = {
    "DatasetFacet": DATASET,
    "InputDatasetFacet": INPUT,
    "OutputDatasetFacet": OUTPUT,
    "JobFacet": JOB,
    "RunFacet": RUN,
}
"""The definitions of the core that say at which place a facet stands."""
_KINDS: Final = {
    "string": "a string",
    "object": "an object",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_FORMS: Final = {"date-time": "date-time", "uuid": "UUID"}


class Facet(NamedTuple):
    """A facet as a schema has it: where, under which name, in which version, and the address of its definition."""

    place: str
    name: str
    version: str
    address: str


def facets_of(schema: Schema) -> Iterator[Facet]:
    """The facets that a schema's file holds; of the files of the core none."""
    found = VERSION.search(schema.get("$id", ""))
    if found is None:
        return
    for name, said in schema.get("properties", {}).items():
        for definition in _definitions(schema, said):
            place = _place(schema["$defs"][definition])
            if place:
                yield Facet(place, name, found[1], f"{schema['$id']}#/$defs/{definition}")


def read_schemas(folder: File) -> Mapping[str, Schema]:
    """Every schema below a folder by its address; raises InvalidRequest where there is no core among them."""
    found: dict[str, Schema] = {}
    for file in sorted(folder.rglob("*.json")):
        try:
            value = read_json(file.read_bytes())
        except Refused:
            continue
        if isinstance(value, dict) and isinstance(value.get("$id"), str) and "$schema" in value:
            found[value["$id"]] = value
    if not any(CORE.search(address) for address in found):
        raise InvalidRequest(
            "no_schemas",
            f"No OpenLineage.json with a $id is below {folder}.",
            "Name the folder `spec` of a clone of OpenLineage, or one with the same files.",
        )
    return found


class Published:
    """Checks by the schemas of a folder."""

    def __init__(self, folder: File) -> None:
        """Raises InvalidRequest where the folder has no core schema, ExtraMissing without jsonschema."""
        schemas = read_schemas(folder)
        self._core = max((address for address in schemas if CORE.search(address)), key=_version_of)
        self._facets: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for schema in schemas.values():
            for facet in facets_of(schema):
                self._facets[facet.place, facet.name][facet.version] = facet.address
        self._validator = cache(_validators(schemas))

    def event(self, body: Mapping[str, object], kind: str) -> Iterator[Finding]:
        """See Checks."""
        return self._findings(f"{self._core}#/$defs/{EVENTS[kind]}", body, ())

    def facet(self, place: str, name: str, value: object, path: Path) -> Iterator[Finding]:
        """See Checks. The version is that of the facet's `_schemaURL`, else the newest."""
        versions = self._facets.get((place, name))
        if not versions:
            return iter(())
        said = value.get("_schemaURL") if isinstance(value, Mapping) else None
        named = VERSION.search(said) if isinstance(said, str) else None
        version = named[1] if named and named[1] in versions else max(versions, key=_numbers)
        return self._findings(versions[version], value, path)

    def _findings(self, address: str, value: object, path: Path) -> Iterator[Finding]:
        for error in self._validator(address).iter_errors(value):
            yield from _say(error, path)


def _definitions(schema: Schema, said: Schema) -> Iterator[str]:
    """The definitions that a property of the file may be."""
    if "$ref" in said:
        name = said["$ref"].removeprefix("#/$defs/")
        inner = schema["$defs"].get(name, {})
        yield from _definitions(schema, inner) if "oneOf" in inner or "anyOf" in inner else (name,)
    for one in (*said.get("oneOf", ()), *said.get("anyOf", ())):
        yield from _definitions(schema, one)


def _place(definition: Schema) -> str | None:
    bases = (str(part.get("$ref", "")).rpartition("/")[2] for part in definition.get("allOf", ()))
    return next((PLACES[base] for base in bases if base in PLACES), None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split("-")))


def _version_of(address: str) -> tuple[int, ...]:
    found = CORE.search(address)
    return _numbers(found[1]) if found else ()


def _validators(schemas: Mapping[str, Schema]) -> Any:
    try:
        from jsonschema import Draft202012Validator, FormatChecker
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012
    except ImportError:
        raise ExtraMissing("Checks by published schemas need jsonschema", "conformance") from None
    resources = [(at, Resource.from_contents(one, default_specification=DRAFT202012)) for at, one in schemas.items()]
    registry: Any = Registry().with_resources(resources)
    formats = FormatChecker(_FORMS)
    return lambda address: Draft202012Validator({"$ref": address}, registry=registry, format_checker=formats)


# Errors of the library as findings -----------------------------------------------------------------------------------


def _say(error: Any, base: Path) -> Iterator[Finding]:
    path, owner, wanted = (*base, *error.absolute_path), error.instance, error.validator_value
    if error.validator in ("anyOf", "oneOf"):
        forms: list[list[Finding]] = [[] for _ in wanted]
        for inner in error.context or ():
            forms[int(inner.schema_path[0])] += _say(inner, base)
        yield from of_forms(path, forms)
        return
    match error.validator:
        case "required":
            missing = [lacks(name) for name in wanted if name not in owner]
        case "type":
            missing = [wrong_kind(owner, " or ".join(_KINDS.get(one, str(one)) for one in _listed(wanted)))]
        case "enum" | "const":
            missing = [none_of(_listed(wanted))]
        case "format":
            missing = [malformed(_FORMS.get(str(wanted), str(wanted)))]
        case "dependentRequired":
            missing = [
                needs(name) for key, names in wanted.items() if key in owner for name in names if name not in owner
            ]
        case "minimum":
            missing = [f"is less than {wanted}"]
        case "additionalProperties":
            missing = [cut(f"has members that are not allowed: {', '.join(_others(error))}")]
        case _:
            missing = [f"breaks the rule {error.validator}"]
    for message in missing:
        yield Finding(show_path(path), message)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _others(error: Any) -> list[str]:
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    return sorted(name for name in error.instance if name not in known)
