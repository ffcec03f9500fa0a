"""Pictures of lineage by brute force: what the reference model knows at a moment, and what two of them differ in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import oracle

from headwater_catalog.lineage.diff import Change, Key, Part, Picture, Values
from headwater_catalog.names import public_id

Facts = dict[Key, Values]
Node = tuple[str, ...]


@lru_cache(maxsize=8)
def _document(state: Any) -> Any:
    return oracle.model.document(state)


def known(state: Any) -> set[Node]:
    """All nodes: representatives of datasets, and jobs."""
    document = _document(state)
    datasets = {("dataset", *one["name"]) for one in document["datasets"]}
    return datasets | {("job", *one["name"]) for one in document["jobs"]}


def gone_names(state: Any) -> set[tuple[str, str]]:
    """Names that mean another node: members of classes, and those that were renamed away."""
    document = _document(state)
    members = {tuple(m["name"]) for one in document["datasets"] for m in one["members"]}
    return members | {old for _, old, _ in state.renames} - {name[1:] for name in known(state)}


def draw(state: Any, start: Node, depth: int) -> Facts:
    """The facts of a picture of one node, both ways, as headwater_catalog.lineage.diff says them."""
    nodes: dict[Node, None] = {start: None}
    edges: dict[Key, set[str]] = defaultdict(set)
    for direction in ("up", "down"):
        answer = oracle.model.lineage(state, start, direction, depth)
        nodes.update({tuple(one[:3]): None for one in answer["nodes"]})
        for source, target, job, status, method in answer["edges"]:
            key = Key(Part.EDGE, _id(source), _id(target), public_id("job", *job) if job else "")
            edges[key].add(f"{status}, {method}")
    facts: Facts = {key: tuple(sorted(said)) for key, said in edges.items()}
    documents = {("dataset", *one["name"]): one for one in _document(state)["datasets"]}
    owners = _owners(state)
    for node in nodes:
        document = documents.get(node)
        facts[Key(Part.NODE, _id(node))] = (node[0], *(("dropped",) if document and document["dropped"] else ()))
        if document:
            facts |= _columns(document, _id(node))
            for member in document["members"]:
                for name, role in owners.get(tuple(member["name"]), {}).items():
                    facts[Key(Part.OWNER, _id(node), member=name)] = (role,)
    return facts


def differences(before: Facts, after: Facts) -> dict[Key, tuple[Change, Values, Values]]:
    """What two pictures differ in, by looking at each fact."""
    both = {key.subject for key in before if key.part is Part.NODE and key in after}
    found = {}
    for key in {*before, *after}:
        old, new = before.get(key, ()), after.get(key, ())
        if key.part is Part.ORDER:
            old, new = tuple(p for p in old if p in new), tuple(p for p in new if p in old)
        if old != new and (key.part in (Part.NODE, Part.EDGE) or key.subject in both):
            change = Change.ADDED if not old else Change.CHANGED if new else Change.REMOVED
            found[key] = change, old, new
    return found


def applied(picture: Picture, found: Mapping[Key, Values]) -> Facts:
    """The facts of a picture with others in their place; () takes one away."""
    facts = {**picture.facts, **found}
    return {key: values for key, values in facts.items() if values}


def _id(node: Any) -> str:
    return public_id(node[0], node[1], node[2])


def _columns(document: Any, dataset: str) -> Facts:
    fields = document["schemas"][-1]["fields"] if document["schemas"] else []
    paths: dict[str, str | None] = {}
    for one in fields:
        paths.setdefault(one["name"], one["type"])
    facts: Facts = {Key(Part.FIELD, dataset, member=path): (kind or "no type",) for path, kind in paths.items()}
    return facts | ({Key(Part.ORDER, dataset): tuple(paths)} if paths else {})


def _owners(state: Any) -> dict[tuple[str, str], dict[str, str]]:
    """Owners that the ownership facets of each name say: of each name the last facet."""
    last: dict[tuple[str, str], tuple[Any, Any]] = {}
    for event in state.events:
        for _, stamp, name, item in oracle.model.items(event):
            facet = oracle.model.facets_of(item).get("ownership")
            own = state.resolve(name, stamp)
            if facet is not None and (own not in last or stamp >= last[own][0]):
                last[own] = stamp, facet
    return {
        name: {one["name"]: one.get("type") or "no role" for one in facet.get("owners", [])}
        for name, (_, facet) in last.items()
        if not facet.get("_deleted")
    }
