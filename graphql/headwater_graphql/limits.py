"""Limits: what a document may cost, decided before it is validated and in time linear in its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from headwater_catalog.errors import InvalidRequest

MAX_DOCUMENT = 64 * 1024
"""Bytes of a document; variables apart."""
MAX_BODY = MAX_DOCUMENT * 2 + 1024 * 1024
"""Bytes of a request: the document, escaped, and a megabyte of variables."""
MAX_TOKENS = 1_000
MAX_DEPTH = 15
MAX_FIELDS = 5_000
"""Fields of a document with all its fragments spread."""
MAX_COST = 1_000_000
"""Fields of the answer, at the sizes of lists that the document asks for."""
MAX_REPEATS = 20
"""Times that one name may stand in a merged selection with a selection below: validation is quadratic in them."""
DEFAULT_PAGE = 50
PAGES = ("first", "limit")
LISTS = ("ids", "refs", "fields", "changes", "entries", "datasets", "parts")
WHOLE_LISTS: Mapping[str, int] = {
    "lineage": 1_000,
    "lineageDiff": 1_000,
    "compareRuns": 100,
    "paths": 100,
    "impact": 1_000,
    "watermarks": 1_000,
    "loads": 10,
    "schemaDiff": 1_000,
    "governance": 100,
    "flows": 100,
    "zones": 20,
    "breaches": 100,
    "unchecked": 100,
}
"""Fields that give many without being told how many."""
_MANY = 10**12


class Estimate(NamedTuple):
    """What a selection costs: fields of the answer, levels, fields when spread."""

    cost: int
    depth: int
    fields: int


BUSY = Estimate(0, 0, 0)


class TooCostly(InvalidRequest):
    """A document asks for more than one request may."""

    def __init__(self, what: str, remedy: str, **data: object) -> None:
        super().__init__("query_too_costly", f"The document {what}.", remedy, **data)


def check(document: DocumentNode, variables: Mapping[str, Any], operation: str | None = None) -> Estimate:
    """The estimate of the operation that will run; raises TooCostly."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    worst = BUSY
    for node in operations:
        given = _defaults(node) | dict(variables)
        estimator = _Estimator(fragments, given if operation in (None, _name(node)) else {})
        found = estimator.selection(node.selection_set)
        _judge(found)
        worst = max(worst, found)
        _count_repeats([node.selection_set], fragments)
    return worst


def _judge(found: Estimate) -> None:
    if found.depth > MAX_DEPTH:
        raise TooCostly(
            f"is {found.depth} levels deep; {MAX_DEPTH} are allowed", "Ask for the inner part by id.", depth=found.depth
        )
    if found.fields > MAX_FIELDS:
        raise TooCostly(f"spreads to more than {MAX_FIELDS} fields", "Spread fewer fragments.", fields=found.fields)
    if found.cost > MAX_COST:
        remedy = "Ask for smaller pages, and go on with endCursor."
        raise TooCostly(f"may give {found.cost} fields; {MAX_COST} are allowed", remedy, cost=found.cost)


def _name(node: OperationDefinitionNode) -> str | None:
    return node.name.value if node.name else None


def _defaults(node: OperationDefinitionNode) -> dict[str, Any]:
    """Values that variables have where none is given."""
    given = ((d.variable.name.value, d.default_value) for d in node.variable_definitions or ())
    return {name: _literal(value) for name, value in given if value is not None}


def _literal(value: ValueNode) -> Any:
    if isinstance(value, IntValueNode):
        return int(value.value) if len(value.value) < 19 else _MANY
    return [None] * len(value.values) if isinstance(value, ListValueNode) else None


class _Estimator:
    """Walks each selection and each fragment once; numbers are cut off at _MANY."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]) -> None:
        self.fragments, self.variables = fragments, variables
        self.known: dict[str, Estimate] = {}

    def selection(self, node: SelectionSetNode, level: int = 0) -> Estimate:
        if level > MAX_TOKENS:
            raise TooCostly("is nested too deeply", "Ask for the inner part by id.")
        parts = [self._part(one, level) for one in node.selections]
        return Estimate(
            min(_MANY, sum(part.cost for part in parts)),
            max((part.depth for part in parts), default=0),
            min(_MANY, sum(part.fields for part in parts)),
        )

    def _part(self, node: Any, level: int) -> Estimate:
        if isinstance(node, FieldNode):
            return self._field(node, level)
        if isinstance(node, InlineFragmentNode):
            return self.selection(node.selection_set, level + 1)
        assert isinstance(node, FragmentSpreadNode)  # noqa: S101 - there are three kinds of selections
        return self._fragment(node.name.value, level)

    def _field(self, node: FieldNode, level: int) -> Estimate:
        if node.selection_set is None:
            return Estimate(1, 1, 1)
        inner = self.selection(node.selection_set, level + 1)
        cost = min(_MANY, 1 + self._size(node) * inner.cost)
        return Estimate(cost, inner.depth + 1, min(_MANY, inner.fields + 1))

    def _fragment(self, name: str, level: int) -> Estimate:
        if name not in self.known:
            self.known[name] = BUSY  # a circle costs nothing here: validation refuses it
            if name in self.fragments:
                self.known[name] = self.selection(self.fragments[name].selection_set, level + 1)
        return self.known[name]

    def _size(self, node: FieldNode) -> int:
        """How many of it there may be: by its page, else by the list that is asked for."""
        size = WHOLE_LISTS.get(node.name.value, 1)
        for argument in node.arguments or ():
            value = argument.value
            said = self.variables.get(value.name.value) if isinstance(value, VariableNode) else _literal(value)
            if argument.name.value in PAGES:
                size = min(_MANY, max(said, 0)) if isinstance(said, int) else DEFAULT_PAGE
            elif argument.name.value in LISTS and isinstance(said, list):
                size = max(size, len(said))
        return size


def _count_repeats(sets: Sequence[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    """Refuse names that stand too often in one merged selection. At most MAX_FIELDS fields, by the estimate."""
    groups: dict[str, list[SelectionSetNode]] = {}
    waiting, seen = list(sets), set[str]()
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                if node.selection_set is not None:
                    alias = node.alias or node.name
                    groups.setdefault(alias.value, []).append(node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if node.name.value in fragments:
                    waiting.append(fragments[node.name.value].selection_set)
    for name, same in groups.items():
        if len(same) > MAX_REPEATS:
            raise TooCostly(f"repeats {name} {len(same)} times in one place", "Write it once, or use aliases.")
        _count_repeats(same, fragments)


def refuse_large(document: str) -> None:
    """Raise TooCostly where a document has too many bytes."""
    size = len(document.encode())
    if size > MAX_DOCUMENT:
        raise TooCostly(f"has {size} bytes; {MAX_DOCUMENT} are allowed", "Hand values over as variables.", bytes=size)


__all__ = ["Estimate", "TooCostly", "check", "refuse_large"]
