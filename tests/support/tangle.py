"""A small catalog with one of each: a cycle, a merge, an orphan, two writers, what is unused."""

from __future__ import annotations

from typing import Any

from shop import PG, mapping, run, table

(RAW, CLEAN, MART, LOOP, STATE, OLD, SHARED, ALONE) = (
    (PG, f"t.{name}") for name in ("raw", "clean", "mart", "loop", "state", "old", "shared", "alone")
)


def lasting(number: int, minutes: int, job: str, inputs: list[Any], outputs: list[Any]) -> list[dict[str, Any]]:
    """A run that takes so many minutes."""
    begin, end = run(number, job, [], [], "START"), run(number, job, inputs, outputs)
    end["eventTime"] = end["eventTime"].replace(f":{number % 60:02d}:00Z", f":{number % 60 + minutes:02d}:00Z")
    return [begin, end]


def events() -> list[dict[str, Any]]:
    """raw → clean → mart; clean ⇄ loop; state merges itself; old was read once; shared has two writers."""
    clean = table(CLEAN, "id", "amount", columnLineage=mapping(RAW, ("id", "id"), ("total", "amount")))
    mart = table(MART, "revenue", columnLineage=mapping(CLEAN, ("amount", "revenue")))
    return [
        *lasting(1, 5, "clean", [table(RAW, "id", "total", "note")], [clean]),
        *lasting(2, 20, "sales", [table(CLEAN)], [mart]),
        *lasting(3, 7, "there", [table(CLEAN)], [table(LOOP)]),
        *lasting(4, 8, "back", [table(LOOP)], [table(CLEAN)]),
        *lasting(5, 1, "merge", [table(STATE), table(MART)], [table(STATE)]),
        run(6, "report", [table(OLD), table(MART)], [table(SHARED)]),
        run(7, "report", [table(MART)], [table(SHARED)]),
        run(8, "other", [], [table(SHARED)]),
        run(9, "idle", [], []),
        {"eventTime": "2024-05-01T09:00:00Z", "producer": "urn:shop", "dataset": table(ALONE, "x")},
    ]
