"""JSON Schema: the properties of an object as columns, those of objects inside of it with dotted paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater_catalog.schemas.model import Column, Schema, Table
from headwater_catalog.schemas.types import (
    RECORD,
    Type,
    characters,
    clock,
    floating,
    integer,
    listed,
    octets,
    timestamp,
)
from headwater_ingestors.schemas.refusing import UnreadableSchema

MOST_COLUMNS = 10_000
MOST_DEPTH = 32
FORMATS = {"date-time": timestamp(zone=True), "date": Type("date"), "time": clock(), "uuid": Type("uuid")}


def is_json_schema(document: object) -> bool:
    """Whether a JSON document is one that describes objects."""
    return isinstance(document, dict) and ("$schema" in document or isinstance(document.get("properties"), dict))


def read_json_schema(document: Mapping[str, Any], name: str) -> Schema:
    """Its one table, called by its title. Raises UnreadableSchema where it has no properties."""
    columns = tuple(_Reader(document, name).columns(document, "", MOST_DEPTH))
    if not columns:
        raise UnreadableSchema(name, "this JSON Schema describes no properties", "Describe an object: `properties`.")
    title = document.get("title")
    return Schema("JSON Schema", (Table(title if isinstance(title, str) else "", columns),))


class _Reader:
    """Walks a schema and what it refers to in itself."""

    def __init__(self, document: Mapping[str, Any], name: str) -> None:
        self.document, self.name, self.count = document, name, 0

    def columns(
        self, schema: Mapping[str, Any], prefix: str, depth: int, above: frozenset[int] = frozenset()
    ) -> Iterator[Column]:
        """The properties, and those inside of them; above: schemas that are being read, since one may hold itself."""
        required = schema.get("required")
        needed = {one for one in required if isinstance(one, str)} if isinstance(required, list) else set()
        for key, value in _mapping(schema.get("properties")).items():
            self.count += 1
            if self.count > MOST_COLUMNS:
                raise UnreadableSchema(
                    self.name, f"it describes more than {MOST_COLUMNS:,} properties", "Hand over the part that changes."
                )
            inner = self.meant(_mapping(value))
            kinds, null = _kinds(inner)
            kind = self.kind(inner, kinds, depth)
            path = f"{prefix}{key}"
            yield Column(path, kind, null or key not in needed, _shown(inner, kinds))
            element = self.element(inner, depth)
            if _kinds(element)[0] == ["object"] and depth > 1 and id(element) not in above:
                yield from self.columns(element, f"{path}.", depth - 1, above | {id(element)})

    def meant(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference within the document leads to; itself where it leads nowhere."""
        for _ in range(MOST_DEPTH):
            ref = schema.get("$ref")
            if not isinstance(ref, str) or not ref.startswith("#"):
                break
            found: object = self.document
            for part in ref[2:].split("/") if ref[1:] else ():
                found = _mapping(found).get(part.replace("~1", "/").replace("~0", "~"))
            if not isinstance(found, dict):
                break
            schema = found
        return schema

    def element(self, schema: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """Of a list what it holds, of a list of lists what these hold; else the schema itself."""
        for _ in range(depth):
            if _kinds(schema)[0] != ["array"]:
                break
            schema = self.meant(_mapping(schema.get("items")))
        return schema

    def kind(self, schema: Mapping[str, Any], kinds: list[str], depth: int) -> Type | None:
        if len(kinds) != 1:
            return None if not kinds else Type("|".join(sorted(kinds)))
        if kinds == ["array"] and depth > 1:
            inner = self.meant(_mapping(schema.get("items")))
            return listed(self.kind(inner, _kinds(inner)[0], depth - 1) or Type("any"))
        return _plain(schema, kinds[0])


def _plain(schema: Mapping[str, Any], kind: str) -> Type:
    if kind == "string":
        most, coded = schema.get("maxLength"), schema.get("contentEncoding")
        plain = octets() if coded else characters(most if isinstance(most, int) else None)
        return FORMATS.get(str(schema.get("format")), plain)
    known = {"integer": integer(64), "number": floating(53), "boolean": Type("boolean"), "object": RECORD}
    return known.get(kind, Type(kind))


def _kinds(schema: Mapping[str, Any]) -> tuple[list[str], bool]:
    """The types but null, and whether null is one."""
    told = schema.get("type")
    every = [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
    if isinstance(told, str):
        every = [told]
    if not every and "properties" in schema:
        every = ["object"]
    return [one for one in every if one != "null"], "null" in every


def _shown(schema: Mapping[str, Any], kinds: list[str]) -> str:
    form = schema.get("format")
    return "|".join(kinds) + (f" ({form})" if isinstance(form, str) else "")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
