"""A contract as a document: a JSON value, and the places of texts that its YAML has without quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from headwater_catalog.errors import InvalidRequest, TooLarge
from headwater_catalog.names import text

KIND: Final = "DataContract"
MOST_OBJECTS: Final = 1_000


class BadContract(InvalidRequest):
    """A contract that is none. line: where in its file, from 1 on, if that is known."""

    def __init__(self, name: str, why: str, remedy: str, line: int | None = None) -> None:
        where = f"{name}, line {line}," if line else name
        super().__init__("invalid_contract", f"{where} is no contract: {why}.", remedy, file=name, line=line)


class ContractTooLarge(TooLarge):
    """A contract of more than is read."""

    def __init__(self, name: str, what: str, most: int) -> None:
        super().__init__(
            "contract_too_large",
            f"{name} has more than {most:,} {what}.",
            "Make several contracts of it, each of some datasets.",
            file=name,
            most=most,
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A contract. value: JSON; plain: JSON pointers of texts that stand in YAML without quotes."""

    value: Mapping[str, Any]
    plain: frozenset[str] = field(default=frozenset())


def check(value: object, name: str) -> Mapping[str, Any]:
    """The contract that a value is. Raises BadContract where the standard's 3.x would not know it, ContractTooLarge."""
    if not isinstance(value, dict):
        raise BadContract(name, "it is no mapping", "Write members: apiVersion, kind, id, version, status, schema.")
    if value.get("kind") != KIND:
        raise BadContract(name, f"its kind is not {KIND}", f"Write `kind: {KIND}`.")
    version = value.get("apiVersion")
    if not (isinstance(version, str) and version.removeprefix("v").startswith("3.")):
        shown = repr(version)[:50]
        raise BadContract(name, f"its apiVersion is {shown}", "Write it by version 3 of the standard: `v3.1.0`.")
    if not text(value.get("id")):
        raise BadContract(name, "it has no id", "Give it an `id`, the same for all its versions.")
    _check_objects(value.get("schema"), name)
    return value


def _check_objects(schema: object, name: str) -> None:
    if schema is None:
        return
    if not isinstance(schema, list):
        raise BadContract(name, "its schema is no list", "Write a list of objects, each with a name.")
    if len(schema) > MOST_OBJECTS:
        raise ContractTooLarge(name, "schema objects", MOST_OBJECTS)
    for place, one in enumerate(schema):
        if not (isinstance(one, dict) and text(one.get("name") or one.get("physicalName"))):
            raise BadContract(name, f"/schema/{place} has no name", "Give each schema object a `name`.")


def objects(contract: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Its schema objects."""
    return listed(contract.get("schema"))


def listed(value: object) -> list[Mapping[str, Any]]:
    """The mappings of a list; none of anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def properties(of: Mapping[str, Any], prefix: str = "", depth: int = 32) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, property) of an object and of the records in it; the path is of physical names, else of names.

    The fields of a record in a list stand below the list, as producers of schemas tell them.
    """
    for one in listed(of.get("properties")):
        name = text(one.get("physicalName")) or text(one.get("name"))
        if name:
            yield f"{prefix}{name}", one
            if depth > 1:
                items = one.get("items")
                yield from properties(items if isinstance(items, dict) else one, f"{prefix}{name}.", depth - 1)


def label(of: Mapping[str, Any]) -> str:
    """What an object is called where it is stored."""
    return text(of.get("physicalName")) or text(of.get("name"))


def names(of: Mapping[str, Any]) -> Sequence[str]:
    """All that an object is called."""
    return [said for said in (text(of.get("name")), text(of.get("physicalName"))) if said]
