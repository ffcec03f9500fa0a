"""The artifacts of a small dbt project: a model, an ephemeral one, a source, a test, exposures, a metric, a run."""

from __future__ import annotations

from typing import Any

MODEL: dict[str, Any] = {
    "resource_type": "model",
    "database": "dwh",
    "schema": "mart",
    "alias": "Orders",
    "name": "orders",
    "relation_name": '"dwh"."mart"."Orders"',
    "original_file_path": "models/orders.sql",
    "config": {"materialized": "table", "tags": ["daily"], "group": "finance", "meta": {"owner": ["ana"]}},
    "columns": {"id": {"name": "id", "description": "The key.", "data_type": "int", "tags": ["pii"]}},
    "description": "One row an order.",
    "depends_on": {"nodes": ["model.shop.staged"]},
    "compiled_code": "select s.id, sum(s.amount) as total from dwh.raw.orders_v2 as s group by s.id",
    "group": "finance",
}
EPHEMERAL: dict[str, Any] = {
    **{"resource_type": "model", "database": "dwh", "schema": "mart", "alias": "staged", "name": "staged"},
    **{"config": {"materialized": "ephemeral"}, "depends_on": {"nodes": ["source.shop.raw.orders"]}},
}
SOURCE: dict[str, Any] = {
    **{"resource_type": "source", "database": "dwh", "schema": "raw", "name": "orders", "identifier": "orders_v2"},
    **{"source_name": "raw", "columns": {}},
}
TEST: dict[str, Any] = {
    **{"resource_type": "test", "name": "not_null_orders_id", "test_metadata": {"name": "not_null"}},
    **{"column_name": "id", "attached_node": "model.shop.orders", "config": {"severity": "ERROR"}},
    "depends_on": {"nodes": ["model.shop.orders"]},
}
MANIFEST: dict[str, Any] = {
    "metadata": {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "generated_at": "2026-01-02T03:04:05Z",
        "project_name": "shop",
        "adapter_type": "postgres",
    },
    "nodes": {"model.shop.orders": MODEL, "model.shop.staged": EPHEMERAL, "test.shop.t.1": TEST},
    "sources": {"source.shop.raw.orders": SOURCE},
    "groups": {"group.shop.finance": {"name": "finance", "owner": {"name": "Finance", "email": "fin@example.com"}}},
    "exposures": {
        "exposure.shop.weekly": {
            **{"name": "weekly", "type": "dashboard", "url": "https://bi.example.com/7?token=s3cr3t-value-123"},
            **{"owner": {"email": "ceo@example.com"}, "depends_on": {"nodes": ["metric.shop.revenue"]}},
        },
        "exposure.shop.churn": {"name": "churn", "type": "ml", "depends_on": {"nodes": ["model.shop.orders"]}},
    },
    "metrics": {
        "metric.shop.revenue": {
            **{"name": "revenue", "label": "Revenue", "type": "simple", "type_params": {"measure": {"name": "total"}}},
            "depends_on": {"nodes": ["model.shop.orders"]},
        }
    },
}
RESULTS: dict[str, Any] = {
    "metadata": {"invocation_id": "i1", "generated_at": "2026-01-03T00:00:00Z", "dbt_version": "1.11.0"},
    "args": {"which": "build"},
    "results": [
        {
            **{"unique_id": "test.shop.t.1", "status": "fail", "failures": 3},
            "timing": [
                {"name": "execute", "started_at": "2026-01-03T01:00:00Z", "completed_at": "2026-01-03T01:00:02Z"}
            ],
        },
        {
            **{"unique_id": "model.shop.orders", "status": "success", "adapter_response": {"rows_affected": 7}},
            "timing": [
                {"name": "execute", "started_at": "2026-01-03T00:59:00Z", "completed_at": "2026-01-03T00:59:02Z"}
            ],
        },
    ],
}
