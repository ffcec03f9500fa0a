"""A dbt project as its manifest has it: tables with what they are made of, and what uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Final

from headwater_catalog.names import text
from headwater_ingestors.crawlers.crawler import Name, Unread
from headwater_ingestors.crawlers.dbt.artifacts import Object, items, mapping, word
from headwater_ingestors.crawlers.dbt.warehouse import Warehouse
from headwater_ingestors.crawlers.sql.values import TableName
from headwater_ingestors.schemas.dbt import TABLES, last_of

MAX_NODES: Final = 200_000
BETWEEN: Final = ("metrics", "semantic_models", "saved_queries")
"""Parts of a manifest that stand between tables and what uses them."""
_WORDS: Final = ("description", "columns", "tags", "meta", "group")


@dataclass(frozen=True, slots=True)
class Node:
    """A table of the project: a model, seed, snapshot or source.

    raw: as the manifest has it; table: as SQL names it; parents: ids of the tables that it is made of.
    """

    id: str
    kind: str
    raw: Object
    dataset: Name
    table: TableName
    parents: tuple[str, ...] = ()

    @property
    def config(self) -> Object:
        """Its settings."""
        return mapping(self.raw.get("config"))

    @property
    def materialized(self) -> str:
        """table, view, incremental …"""
        return word(self.config.get("materialized"))

    @property
    def made(self) -> bool:
        """Whether dbt makes it by a query: a job."""
        return self.kind in ("model", "snapshot")


@dataclass(frozen=True, slots=True)
class Project:
    """Tables by id in the order of their making; all of the manifest's nodes by id; what could not be read."""

    manifest: Object
    tables: Mapping[str, Node]
    nodes: Mapping[str, Object]
    unread: tuple[Unread, ...] = ()
    groups: Mapping[str, Object] = field(default_factory=dict)

    def behind(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The tables among these nodes, and below those that have none of their own."""
        return _behind(ids, self.nodes, self.tables)


def read(manifest: Object, warehouse: Warehouse) -> Project:
    """The project; tables of the warehouse are known by their names in SQL afterwards."""
    every = {**mapping(manifest.get("nodes")), **mapping(manifest.get("sources"))}
    unread: list[Unread] = []
    nodes: dict[str, Object] = {
        unique: mapping(raw) for part in BETWEEN for unique, raw in mapping(manifest.get(part)).items()
    }
    found: dict[str, Node] = {}
    if len(every) > MAX_NODES:
        unread.append(Unread("manifest", "too-many-nodes", f"Only the first {MAX_NODES:,} nodes were read."))
    for unique in sorted(every)[:MAX_NODES]:
        raw = every[unique]
        if not isinstance(raw, dict):
            unread.append(Unread(unique[:200], "malformed-node", "The node is no object."))
            continue
        nodes[unique] = raw = {**raw, "unique_id": unique}
        kind = word(raw.get("resource_type")) or unique.partition(".")[0]
        if kind not in TABLES or word(mapping(raw.get("config")).get("materialized")) == "ephemeral":
            continue
        last = text(last_of(raw))
        if not last:
            unread.append(Unread(unique[:200], "malformed-node", "The node has no name."))
            continue
        raw["resource_type"] = kind
        found[unique] = Node(unique, kind, raw, warehouse.name(raw, last), warehouse.table(raw, last))
    _unite(found, nodes)
    warehouse.named.update({node.table: node.dataset for node in found.values()})
    whole = {
        unique: Node(unique, node.kind, node.raw, node.dataset, node.table, _behind(parents(node.raw), nodes, found))
        for unique, node in found.items()
    }
    groups = {word(one.get("name")): one for one in map(mapping, mapping(manifest.get("groups")).values())}
    return Project(manifest, {one: whole[one] for one in _ordered(whole)}, nodes, tuple(unread), groups)


def _unite(found: dict[str, Node], nodes: dict[str, Object]) -> None:
    """Of a table that is a source and is made here too (as a seed) one is left; the other only leads to it."""
    first: dict[Name, str] = {}
    for unique in sorted(found, key=lambda one: (found[one].kind == "source", one)):
        stays = first.setdefault(found[unique].dataset, unique)
        if stays == unique:
            continue
        other, kept = found.pop(unique), found[stays]
        said = {key: other.raw[key] for key in _WORDS if other.raw.get(key) and not kept.raw.get(key)}
        found[stays] = replace(kept, raw={**kept.raw, **said})
        nodes[unique] = {**other.raw, "depends_on": {"nodes": [stays]}}


def parents(raw: Object) -> list[str]:
    """Ids of the nodes that one depends on."""
    return [one for one in items(mapping(raw.get("depends_on")).get("nodes")) if isinstance(one, str)]


def _behind(ids: Iterable[str], nodes: Mapping[str, Object], tables: Mapping[str, Node]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(ids)[::-1]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in tables:
            found[one] = None
        elif one in nodes:  # an ephemeral model, a metric: only what they read is a table
            waiting += parents(nodes[one])[::-1]
    return tuple(found)


def _ordered(tables: Mapping[str, Node]) -> list[str]:
    try:
        return list(TopologicalSorter({one: node.parents for one, node in tables.items()}).static_order())
    except CycleError:
        return list(tables)  # dbt makes none; then columns of some are not known in time
