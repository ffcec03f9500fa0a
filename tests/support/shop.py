"""A small shop: raw orders are cleaned, joined with customers and read by a report; what tests ask questions about."""

from __future__ import annotations

from typing import Any

PG = "postgres://db:5432"
RAW, CLEAN, CUSTOMERS, MART = (
    (PG, f"shop.{name}") for name in ("raw.orders", "trusted.orders", "raw.customers", "mart.sales")
)
Name = tuple[str, str]


def table(name: Name, *fields: str, **facets: Any) -> dict[str, Any]:
    """A dataset as an event lists it, with a schema of these fields."""
    if fields:
        described = [{"name": one, "type": "TEXT", "description": f"the {one}"} for one in fields]
        facets["schema"] = {"_producer": "urn:shop", "fields": described}
    return {"namespace": name[0], "name": name[1], "facets": facets}


def mapping(source: Name, *pairs: tuple[str, str]) -> dict[str, Any]:
    """A columnLineage facet: (source field, target field)."""
    return {
        "fields": {
            target: {"inputFields": [{"namespace": source[0], "name": source[1], "field": field}]}
            for field, target in pairs
        }
    }


def run(
    number: int,
    job: str,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    kind: str = "COMPLETE",
    **facets: Any,
) -> dict[str, Any]:
    """An event of run `number` of a job, at minute `number`."""
    return {
        "eventType": kind,
        "eventTime": f"2024-05-01T{10 + number // 60:02d}:{number % 60:02d}:00Z",
        "producer": "urn:shop",
        "run": {"runId": f"00000000-0000-4000-8000-{number:012d}", "facets": facets},
        "job": {"namespace": "shop", "name": job},
        "inputs": inputs,
        "outputs": outputs,
    }


def events() -> list[dict[str, Any]]:
    """The shop's day."""
    clean = table(CLEAN, "id", "amount", columnLineage=mapping(RAW, ("id", "id"), ("total", "amount")))
    mart = table(MART, "customer", "revenue", columnLineage=mapping(CLEAN, ("amount", "revenue")))
    tested = {"assertions": [{"assertion": "not_null", "column": "amount", "success": True}]}
    clean["facets"]["dataQualityAssertions"] = tested
    parent = {"run": {"runId": "00000000-0000-4000-8000-000000000001"}, "job": {"namespace": "shop", "name": "clean"}}
    return [
        run(1, "clean", [table(RAW, "id", "total")], [clean], nominalTime={"nominalStartTime": "2024-05-01T00:00:00Z"}),
        run(2, "clean", [table(RAW, "id", "total")], [clean]),
        run(3, "sales", [table(CLEAN), table(CUSTOMERS, "id", "name")], [mart], parent=parent),
        run(4, "report", [table(MART)], []),
        run(5, "sales", [], [], "FAIL", errorMessage={"message": "disk full", "programmingLanguage": "JAVA"}),
        {
            "eventTime": "2024-05-01T09:00:00Z",
            "producer": "urn:shop",
            "dataset": table(
                MART,
                documentation={"description": "Sales by customer."},
                ownership={"owners": [{"name": "team:finance", "type": "OWNER"}]},
                tags={"tags": [{"key": "pii"}]},
                datasetType={"datasetType": "table"},
                odd_unknown_facet={"x": [1, 2]},
            ),
        },
    ]
