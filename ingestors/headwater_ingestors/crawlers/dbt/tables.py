"""What is told of a dbt project's tables: a DatasetEvent each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from openlineage.client.facet_v2 import symlinks_dataset

from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, Relation, Size, UniqueKey
from headwater_catalog.names import text
from headwater_ingestors.crawlers.crawler import Document, Name
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.crawlers.dbt import facets
from headwater_ingestors.crawlers.dbt.artifacts import Object, items, mapping, word
from headwater_ingestors.crawlers.dbt.columns import Listed
from headwater_ingestors.crawlers.dbt.project import Node, Project, parents
from headwater_ingestors.crawlers.dbt.warehouse import Warehouse
from headwater_ingestors.crawlers.events import masked
from headwater_ingestors.crawlers.sql.dialects import name_of
from headwater_ingestors.schemas.dbt import columns_of, constraints_of, last_of

_ROWS: Final = ("num_rows", "row_count", "rows")
"""What adapters call the number of rows in a catalog's statistics: BigQuery, Snowflake, Redshift."""
_BYTES: Final = ("num_bytes", "bytes")


class Tables:
    """Tells of tables; what stands on which of them is looked up once."""

    def __init__(self, project: Project, warehouse: Warehouse, catalog: Object) -> None:
        self._project = project
        self._warehouse = warehouse
        self._cataloged = {**mapping(catalog.get("nodes")), **mapping(catalog.get("sources"))}
        self._names = {node.dataset for node in project.tables.values()}
        self._called = Counter(self._other(node) for node in project.tables.values())
        self._semantics = _standing_on(mapping(project.manifest.get("semantic_models")), project)
        self._metrics = _standing_on(mapping(project.manifest.get("metrics")), project)

    def events(self, node: Node, listed: Listed) -> Iterator[Document]:
        """The table, and the other name under which openlineage-dbt knows it.

        That is the name of a source whose identifier is another, and the plain one of parts that hold dots themselves.
        """
        yield self._table(node, listed)
        other = self._other(node)
        if other not in self._names and self._called[other] == 1:
            here = symlinks_dataset.Identifier(*node.dataset, type="TABLE")
            link = symlinks_dataset.SymlinksDatasetFacet([here])
            yield dataset_event(facets.KIND, Told(other, more=(("symlinks", link),)))

    def _other(self, node: Node) -> Name:
        name = word(node.raw.get("name")) if node.kind == "source" else ""
        return self._warehouse.plain_name(node.raw, name or text(last_of(node.raw)))

    def _table(self, node: Node, listed: Listed) -> Document:
        cataloged = mapping(self._cataloged.get(node.id))
        kind, sub_kind = _kind(node, word(mapping(cataloged.get("metadata")).get("type")))
        shapes = [*self._relation(node, listed), *_size(mapping(cataloged.get("stats")))]
        more = facets.of_dataset(node, self._project)
        description = word(node.raw.get("description")) or None
        fields = listed.fields if listed.ours else ()
        told = Told(node.dataset, kind, sub_kind, description, fields, tuple(shapes), more)
        event = dataset_event(facets.KIND, told)
        described = () if listed.ours else listed.fields
        own = facets.headwater_dbt(node, self._metrics.get(node.id, ()), self._semantics.get(node.id, ()), described)
        event["dataset"]["facets"].update(facets.dbt_model(node) | own)
        return masked(event)

    def _relation(self, node: Node, listed: Listed) -> Iterator[Relation]:
        """How a contract declares it; without one dbt checks nothing of the sort."""
        if mapping(node.config.get("contract")).get("enforced") is not True:
            return
        documented = dict(columns_of(node.raw))
        rules = [*_column_rules(documented), *_rules(constraints_of(node.raw))]
        needed = {rule["columns"][0] for rule in rules if rule["type"] == "not_null" and rule["columns"]}
        attributes = tuple(
            Attribute(one.name, one.type, nullable=False if one.name in needed else None) for one in listed.fields
        )
        keys = [rule for rule in rules if rule["type"] == "primary_key"]
        dialect = name_of(self._warehouse.dialect)
        yield Relation(
            None if dialect == "dialect" else dialect,
            attributes,
            primary_key=UniqueKey(columns=keys[0]["columns"]) if keys else None,
            unique_keys=tuple(UniqueKey(columns=rule["columns"]) for rule in rules if rule["type"] == "unique"),
            foreign_keys=tuple(self._foreign(rule) for rule in rules if rule["type"] == "foreign_key" and rule["to"]),
            checks=tuple(
                Check(expression=rule["expression"]) for rule in rules if rule["type"] == "check" and rule["expression"]
            ),
        )

    def _foreign(self, rule: Object) -> ForeignKey:
        """Of a reference that dbt has resolved to a relation; other texts are kept as they are."""
        to = word(rule["to"])
        raw = {"relation_name": to}
        name = self._warehouse.dataset(self._warehouse.table(raw, to))
        return ForeignKey(
            columns=rule["columns"], namespace=name[0], dataset=name[1], referenced_columns=rule["referenced"]
        )


def _column_rules(documented: Mapping[str, Object]) -> Iterator[Object]:
    for name, column in documented.items():
        yield from _rules(constraints_of(column), name)


def _rules(constraints: Iterable[Object], column: str = "") -> Iterator[Object]:
    for one in constraints:
        own = tuple(word(name) for name in items(one.get("columns")) if word(name))
        yield {
            "type": word(one.get("type")),
            "columns": (column,) if column else own,
            "expression": word(one.get("expression")),
            "to": one.get("to"),
            "referenced": tuple(word(name) for name in items(one.get("to_columns")) if word(name)),
        }


def _kind(node: Node, told: str) -> tuple[str, str | None]:
    """TABLE or VIEW, and which of them: what the catalog found, else what dbt makes."""
    said = (told or node.materialized).lower().replace("_", " ")
    if "view" in said:
        return "VIEW", "MATERIALIZED" if "material" in said else None
    if "external" in said or node.raw.get("external"):
        return "TABLE", "EXTERNAL"
    return "TABLE", None


def _size(stats: Object) -> Iterator[Size]:
    rows, size = _number(stats, _ROWS), _number(stats, _BYTES)
    if rows is not None or size is not None:
        yield Size(rows, True if rows is not None else None, size)


def _number(stats: Object, names: Iterable[str]) -> int | None:
    for name in names:
        value = mapping(stats.get(name)).get("value")
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**63:
            return int(value)
    return None


def _standing_on(ones: Object, project: Project) -> dict[str, list[Object]]:
    """By table: the metrics or semantic models that depend on it, through others of them too."""
    found: dict[str, list[Object]] = {}
    for key in sorted(ones):
        one = mapping(ones[key])
        for table in project.behind(parents(one)):
            found.setdefault(table, []).append(one)
    return found
