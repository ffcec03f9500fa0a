"""Facets of dbt's tables and jobs: OpenLineage's own as openlineage-dbt sends them, and `headwater_dbt`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from openlineage.client.facet_v2 import (
    DatasetFacet,
    JobFacet,
    documentation_job,
    ownership_dataset,
    ownership_job,
    tags_dataset,
    tags_job,
)

from headwater_ingestors.crawlers.crawler import Document
from headwater_ingestors.crawlers.datasets import Field
from headwater_ingestors.crawlers.dbt.artifacts import Object, items, mapping, word
from headwater_ingestors.crawlers.dbt.project import Node, Project
from headwater_ingestors.crawlers.facets import SCHEMAS, producer
from headwater_ingestors.schemas.dbt import columns_of

KIND: Final = "dbt"
SOURCE: Final = "DBT"
MAX_LISTED: Final = 1_000
_DBT: Final = "https://github.com/OpenLineage/OpenLineage/tree/main/integration/common/openlineage/schema/"
"""Where openlineage-dbt says that the schemas of its own facets are."""


def tags_of(node: Object) -> list[str]:
    """Tags of a node, of the manifest's older and newer places."""
    told = [*items(node.get("tags")), *_listed(mapping(node.get("config")).get("tags"))]
    return list(dict.fromkeys(tag for one in told if (tag := word(one))))[:MAX_LISTED]


def owners_of(node: Object, project: Project) -> list[str]:
    """Names of who answers for a node: its meta.owner, the owner of an exposure, that of its group."""
    config = mapping(node.get("config"))
    group = word(node.get("group")) or word(config.get("group"))
    said = mapping(node.get("meta")).get("owner") or mapping(config.get("meta")).get("owner")
    told = [*_listed(said), node.get("owner"), mapping(project.groups.get(group)).get("owner")]
    return list(dict.fromkeys(name for one in told if (name := _person(one))))[:MAX_LISTED]


def of_dataset(node: Node, project: Project) -> tuple[tuple[str, DatasetFacet], ...]:
    """`ownership` and `tags`."""
    found: list[tuple[str, DatasetFacet]] = []
    owners = owners_of(node.raw, project)
    if owners:
        told = [ownership_dataset.Owner(one) for one in owners]
        found.append(("ownership", ownership_dataset.OwnershipDatasetFacet(told)))
    tags = [tags_dataset.TagsDatasetFacetFields(tag, "true", SOURCE) for tag in tags_of(node.raw)]
    for column, told_column in columns_of(node.raw):
        tags += [tags_dataset.TagsDatasetFacetFields(tag, "true", SOURCE, field=column) for tag in tags_of(told_column)]
    if tags:
        found.append(("tags", tags_dataset.TagsDatasetFacet(tags[:MAX_LISTED])))
    return tuple(found)


def of_job(node: Object, project: Project) -> dict[str, JobFacet]:
    """`documentation`, `ownership` and `tags`."""
    found: dict[str, JobFacet] = {}
    description = word(node.get("description"))
    if description:
        found["documentation"] = documentation_job.DocumentationJobFacet(description)
    owners = owners_of(node, project)
    if owners:
        found["ownership"] = ownership_job.OwnershipJobFacet([ownership_job.Owner(one) for one in owners])
    tags = tags_of(node)
    if tags:
        found["tags"] = tags_job.TagsJobFacet([tags_job.TagsJobFacetFields(tag, "true", SOURCE) for tag in tags])
    return found


def dbt_node(raw: Object) -> Document:
    """`dbt_node` of a job, as openlineage-dbt has it."""
    told = {key: word(raw.get(key)) for key in ("original_file_path", "database", "schema", "alias", "unique_id")}
    return {"dbt_node": _signed(f"{_DBT}dbt-node-job-facet.json", {key: said for key, said in told.items() if said})}


def dbt_model(node: Node) -> Document:
    """`dbt_model` of a dataset, as openlineage-dbt has it."""
    told = {key: word(node.config.get(key)) for key in ("materialized", "access", "group")}
    config = {key: said for key, said in told.items() if said}
    return {"dbt_model": _signed(f"{_DBT}dbt-model-dataset-facet.json", {"config": config})} if config else {}


def headwater_dbt(
    node: Node, metrics: Iterable[Object], semantics: Iterable[Object], columns: Iterable[Field] = ()
) -> Document:
    """`headwater_dbt` of a dataset: where dbt defines it, and the metrics and semantic models that stand on it.

    columns: those that are documented, where the schema is left to others.
    """
    told: Document = {"uniqueId": node.id, "resourceType": node.kind}
    paths = {"package": "package_name", "path": "original_file_path", "loader": "loader", "source": "source_name"}
    told |= {key: said for key, place in paths.items() if (said := word(node.raw.get(place)))}
    measured = [_metric(one) for one in list(metrics)[:MAX_LISTED]]
    meant = [_semantic_model(one) for one in list(semantics)[:MAX_LISTED]]
    told |= {"metrics": measured} if measured else {}
    told |= {"semanticModels": meant} if meant else {}
    described = [{"name": one.name, "description": one.description} for one in columns if one.description]
    told |= {"columns": described[:MAX_LISTED]} if described else {}
    schema = f"{SCHEMAS}HeadwaterDbtFacet.json#/$defs/HeadwaterDbtDatasetFacet"
    return {"headwater_dbt": _signed(schema, told)}


def exposure(unique: str, raw: Object) -> Document:
    """`headwater_dbt` of an exposure: what it is, how far it is, and where it is looked at."""
    told: Document = {"uniqueId": unique, "resourceType": "exposure"}
    places = {"package": "package_name", "path": "original_file_path", "type": "type", "label": "label"}
    places |= {"maturity": "maturity", "url": "url"}
    told |= {key: said for key, place in places.items() if (said := word(raw.get(place)))}
    kind = "HeadwaterDbtDatasetFacet" if word(raw.get("type")).lower() == "dashboard" else "HeadwaterDbtJobFacet"
    return {"headwater_dbt": _signed(f"{SCHEMAS}HeadwaterDbtFacet.json#/$defs/{kind}", told)}


def _metric(metric: Object) -> Document:
    """Of metrics of all versions what they have in common."""
    told = {"name": metric.get("name"), "label": metric.get("label"), "description": metric.get("description")}
    told["type"] = metric.get("type") or metric.get("calculation_method")
    parameters = mapping(metric.get("type_params"))
    told["expression"] = metric.get("expression") or metric.get("sql") or parameters.get("expr")
    told["measure"] = mapping(parameters.get("measure")).get("name")
    return {key: said for key, value in told.items() if (said := word(value))}


def _semantic_model(model: Object) -> Document:
    told: Document = {key: said for key in ("name", "label", "description") if (said := word(model.get(key)))}
    for part in ("entities", "dimensions", "measures"):
        found = [_part(mapping(one)) for one in items(model.get(part))[:MAX_LISTED]]
        told |= {part: found} if found else {}
    return told


def _part(one: Object) -> Document:
    told = {"name": one.get("name"), "type": one.get("type") or one.get("agg"), "expression": one.get("expr")}
    told["description"] = one.get("description")
    return {key: said for key, value in told.items() if (said := word(value))}


def _signed(schema: str, told: Document) -> Document:
    return {"_producer": producer(KIND), "_schemaURL": schema, **told}


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _person(one: object) -> str:
    """The name of an owner, its address where it has no name; groups may list several addresses."""
    if not isinstance(one, dict):
        return word(one)
    address = one.get("email")
    return word(one.get("name")) or ", ".join(word(part) for part in _listed(address) if word(part))
