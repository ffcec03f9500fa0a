"""What crawlers of projects write into their own facets keeps to the schemas that docs/facets publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from crawled import Memory
from referencing import Registry, Resource

from headwater_ingestors.crawlers.registry import crawler

FACETS = Path(__file__).parents[3] / "docs" / "facets" / "1-0-0"
BASE = {"type": "object", "required": ["_producer", "_schemaURL"]}
CORE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
    "$defs": {f"{one}Facet": BASE for one in ("Base", "Job", "Run", "Dataset")},
}
SEMANTIC = {
    **{"name": "orders", "depends_on": {"nodes": ["model.p.o"]}},
    **{"entities": [{"name": "order", "type": "primary", "expr": "id"}], "measures": [{"name": "n", "agg": "count"}]},
}
DBT = {
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "postgres"},
    "nodes": {
        "model.p.o": {
            "resource_type": "model",
            "database": "d",
            "schema": "s",
            "alias": "o",
            "compiled_code": "select 1",
        }
    },
    "metrics": {"metric.p.m": {"name": "m", "type": "simple", "depends_on": {"nodes": ["semantic_model.p.s"]}}},
    "semantic_models": {"semantic_model.p.s": SEMANTIC},
    "exposures": {
        "exposure.p.d": {"type": "dashboard", "url": "https://bi", "depends_on": {"nodes": ["model.p.o"]}},
        "exposure.p.n": {"type": "notebook", "maturity": "low"},
    },
}
DVC = "stages:\n  fit: {cmd: fit, deps: [fit.py], params: [lr], outs: [m.pkl], metrics: [m.json]}\n"
LOCK = "schema: '2.0'\nstages:\n  fit: {cmd: other, outs: [{path: m.pkl, md5: x}], params: {params.yaml: {lr: 1}}}\n"
NOTEBOOK = {"cells": [{"cell_type": "code", "source": "import pandas as pd\npd.read_csv('a').to_csv(x())"}]}
FILES = {"manifest.json": json.dumps(DBT), "dvc.yaml": DVC, "dvc.lock": LOCK, "a.ipynb": json.dumps(NOTEBOOK)}
FILES |= {"m.json": '{"auc": 0.9}'}


@pytest.mark.parametrize(
    ("kind", "facet", "schema"),
    [
        ("dbt", "headwater_dbt", "HeadwaterDbtFacet"),
        ("dvc", "headwater_dvc", "HeadwaterDvcFacet"),
        ("notebooks", "headwater_proposal", "HeadwaterProposalFacet"),
    ],
)
def test_our_facets_keep_to_their_schemas(tmp_path: Path, kind: str, facet: str, schema: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    events, _ = Memory().crawl(crawler(kind, str(tmp_path), {}))
    told = [found for event in events for found in facets_of(event, facet)]
    assert told
    document = json.loads((FACETS / f"{schema}.json").read_text())
    registry: Registry[Any] = Registry().with_resource(CORE["$id"], Resource.from_contents(CORE))
    jsonschema.Draft202012Validator.check_schema(document)
    for owner, value in told:
        title = value["_schemaURL"].rpartition("/")[2]
        assert owner.capitalize() in title
        one = {**document, "properties": {facet: {"$ref": f"#/$defs/{title}"}}}
        jsonschema.Draft202012Validator(one, registry=registry).validate({facet: value})
        known = set(document["$defs"][title]["allOf"][1]["properties"])
        assert set(value) - {"_producer", "_schemaURL"} <= known


def facets_of(event: dict[str, Any], facet: str) -> list[tuple[str, Any]]:
    owners = [(kind, event[kind]) for kind in ("job", "dataset", "run") if kind in event]
    return [(kind, one["facets"][facet]) for kind, one in owners if facet in one.get("facets", {})]
