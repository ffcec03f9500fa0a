"""Questions for every field of the GraphQL schema: one document a field of each node, and one a root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

LISTS = {"Dataset": 'datasets(environment: "all", first: 40{})', "Run": "runs(first: 40{})", "Job": "jobs(first: 40{})"}
"""How each kind of node is listed; {}: further arguments."""


def documents(schema: GraphQLSchema, roots: Mapping[str, str], at: str = "") -> Iterator[str]:
    """Queries that together ask for all there is.

    roots: arguments of roots that need some; roots that need others are left out. at: an argument of lists of nodes.
    """
    further = f", {at}" if at else ""
    for kind, listed in LISTS.items():
        node = schema.type_map[kind]
        assert isinstance(node, GraphQLObjectType)
        for name, field in node.fields.items():
            if not _needs(field):
                below = _below(schema, field, (kind,))
                yield f"{{ {listed.format(further)} {{ nodes {{ {name}{below} }} }} }}"
    if not at:
        assert schema.query_type
        for name, field in schema.query_type.fields.items():
            if name in roots or not _needs(field):
                yield f"{{ {name}{roots.get(name, '')}{_below(schema, field, ())} }}"


def _needs(field: GraphQLField) -> bool:
    return any(is_required_argument(one) for one in field.args.values())


def _below(schema: GraphQLSchema, field: GraphQLField, within: tuple[str, ...]) -> str:
    """What is asked of a field: all below it, but of nodes that they are there, and nothing within itself."""
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ""
    if isinstance(kind, GraphQLUnionType) or kind.name in within:
        return " { __typename }"
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    node = schema.type_map["Node"]
    if within and (kind is node or node in kind.interfaces):
        return " { id }"
    parts = [
        f"{name}{_below(schema, one, (*within, kind.name))}"
        for name, one in kind.fields.items()
        if not _needs(one) and name not in ("edges", "pageInfo")
    ]
    return f" {{ {' '.join(parts) or '__typename'} }}"
