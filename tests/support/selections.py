"""GraphQL selections made of the schema: all that a field shows, so that a test can look for what must be there."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_object_type,
)

from headwater_graphql.schema import schema

NODES = {"Dataset", "Field", "Job", "Run", "Term", "Node"}
_TYPES = schema._schema.type_map


def has_field(path: str) -> bool:
    """Whether the schema has a field, as `Dataset.storage`."""
    owner, _, name = path.partition(".")
    found = _TYPES.get(owner)
    return isinstance(found, GraphQLObjectType) and name in found.fields


def select(owner: str, names: Iterable[str]) -> str:
    """A selection of these fields of a type with all that is below them; of other nodes their ref only."""
    found = _TYPES[owner]
    assert isinstance(found, GraphQLObjectType)
    return " ".join(f"{name} {_below(get_named_type(found.fields[name].type))}" for name in dict.fromkeys(names))


def _below(kind: GraphQLNamedType) -> str:
    if is_leaf_type(kind):
        return ""
    if kind.name in NODES:
        return "{ ref }"
    assert is_object_type(kind)
    if kind.name.endswith("Connection") and "nodes" in kind.fields:
        return f"{{ nodes {_below(get_named_type(kind.fields['nodes'].type))} }}"
    return "{ " + " ".join(f"{name} {_below(get_named_type(one.type))}" for name, one in kind.fields.items()) + " }"
