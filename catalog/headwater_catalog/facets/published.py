"""JSON Schemas of the facets that are made of shapes: what crawlers tell of the physical layer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_origin

from headwater_catalog.facets.own import OWN
from headwater_catalog.facets.row import PHYSICAL, Row
from headwater_catalog.facets.shape import item_of, members

VERSION = "1-0-0"
BASE = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetFacet"
SCALARS: Mapping[object, str] = {int: "integer", float: "number", bool: "boolean"}


def files() -> dict[str, str]:
    """Each schema's text by its file's place below docs/facets."""
    rows = [row for row in OWN if row.shape and row.layer == PHYSICAL]
    return {
        f"{VERSION}/{_title(row)}.json": json.dumps(schema(row), indent=2, ensure_ascii=False) + "\n" for row in rows
    }


def schema(row: Row) -> dict[str, Any]:
    """The schema of a facet."""
    assert row.shape  # noqa: S101 - files() asks for no others
    told = {"allOf": [{"$ref": BASE}, _object(row.shape)], "type": "object"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:headwater:facets:{VERSION}:{_title(row)}.json",
        "$defs": {_title(row): told},
        "type": "object",
        "properties": {row.facet: {"$ref": f"#/$defs/{_title(row)}"}},
    }


def _title(row: Row) -> str:
    return f"Headwater{row.shape.__name__ if row.shape else ''}DatasetFacet"


def _object(shape: type) -> dict[str, Any]:
    properties = {
        member.keys[0]: {**_hint(member.hint), **({"description": member.says} if member.says else {})}
        for member in members(shape)
    }
    return {"description": (shape.__doc__ or "").strip(), "type": "object", "properties": properties}


def _hint(hint: Any) -> dict[str, Any]:
    if hint in SCALARS:
        return {"type": SCALARS[hint]}
    item = item_of(hint)
    if item is not None:
        return {"type": "array", "items": _object(item)}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": {"type": "string"}}
    if get_origin(hint) is Mapping:
        return {"type": "object"}
    return _object(hint) if hasattr(hint, "__dataclass_fields__") else {"type": "string"}
