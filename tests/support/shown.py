"""Tables of a catalog as GraphQL shows them, read back into the shapes that crawlers wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_origin

from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import camel, item_of, members, read
from headwater_catalog.schemas.ddl.declared import Declared
from headwater_catalog.schemas.table_names import parts_of


def selection(shape: type) -> str:
    """Every member of a shape, as a query asks for them."""
    parts = []
    for member in members(shape):
        inner = item_of(member.hint) or (member.hint if hasattr(member.hint, "__dataclass_fields__") else None)
        parts.append(camel(member.name) + (f" {selection(inner)}" if inner and get_origin(inner) is None else ""))
    return "{ " + " ".join(parts) + " }"


QUERY = f"""query($after: String) {{ datasets(first: 20, after: $after) {{
  pageInfo {{ hasNextPage endCursor }}
  nodes {{ name dropped datasetType {{ datasetType subType }} description
    fields(first: 1000) {{ nodes {{ path description }} }} relation {selection(Relation)} }} }} }}"""


def declared(ask: Any) -> Iterator[Declared]:
    """What stands. ask: query, variables → data."""
    after = None
    while True:
        page = ask(QUERY, {"after": after})["datasets"]
        for node in page["nodes"]:
            if node["relation"] and not node["dropped"]:
                yield _made(node)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _made(node: Any) -> Declared:
    relation = read(Relation, node["relation"])
    assert relation is not None
    comments = {one["path"]: one["description"] for one in node["fields"]["nodes"] if one["description"]}
    kind = node["datasetType"]
    return Declared(
        parts_of(node["name"]), relation, kind["datasetType"], kind["subType"], node["description"], comments
    )
