"""Manifests of dbt as dbt 1.0 to 1.2 wrote them (versions 4 to 6), made of one of today."""

from __future__ import annotations

import copy
from typing import Any

SINCE = {
    "metadata": {"project_name": 10},
    "node": {"language": 7, "attached_node": 9, "group": 9, "access": 9, "constraints": 9, "contract": 9},
    "config": {"group": 9, "access": 9, "contract": 9, "grants": 6},
    "manifest": {"groups": 9, "semantic_models": 10, "saved_queries": 11, "unit_tests": 12},
}
"""Members by the version that had them first."""
_METRIC = {"time_grains": ["day"], "dimensions": [], "filters": [], "timestamp": "day"}


def of_version(version: int, manifest: dict[str, Any]) -> dict[str, Any]:
    """What dbt wrote of the same project: members that came later are not there, some had other names.

    A node of version 4 that was only parsed has neither `relation_name` nor a compiled query.
    """
    old = copy.deepcopy(manifest)
    _without(old, SINCE["manifest"], version)
    old["metadata"]["dbt_schema_version"] = f"https://schemas.getdbt.com/dbt/manifest/v{version}.json"
    old["metadata"]["project_id"] = "06e5b98c2db46f8a72cc4f66410e9b3b"
    _without(old["metadata"], SINCE["metadata"], version)
    for node in (*old["nodes"].values(), *old["sources"].values()):
        _without(node, SINCE["node"], version)
        _without(node.get("config", {}), SINCE["config"], version)
        if "compiled_code" in node:
            node |= {"compiled_sql": node.pop("compiled_code"), "raw_sql": "…", "compiled": True}
        elif version == 4:
            node.pop("relation_name", None)
    old["metrics"] = {key: _metric(one, version) for key, one in old["metrics"].items()}
    return old


def _metric(metric: dict[str, Any], version: int) -> dict[str, Any]:
    """A sum of a column of one model, before there were measures."""
    kept = {key: value for key, value in metric.items() if key != "type_params"}
    said = {**kept, **_METRIC, "type": "sum", "sql": "total", "model": "ref('orders')", "refs": [["orders"]]}
    return said | ({"metrics": [], "config": {"enabled": True}} if version >= 6 else {})


def _without(members: dict[str, Any], since: dict[str, int], version: int) -> None:
    for name, first in since.items():
        if first > version:
            members.pop(name, None)
