"""What is known of tables: of many, a script is given those that it names, and folds no others."""

from __future__ import annotations

import pytest

from headwater_ingestors.crawlers.sql import tables
from headwater_ingestors.crawlers.sql.dialects import dialect_of
from headwater_ingestors.crawlers.sql.tables import ManyTables


def test_of_many_tables_those_that_are_named_are_given_and_no_others_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    many = ManyTables(dialect_of("duckdb"))
    for number in range(100):
        many.add(("db", "s", f"t{number}"), ("a",))
    many.add(("db", "s", "orders"), ("id", "Amount"))
    assert ("DB", "S", "ORDERS") in many
    assert many.of([("db", "s", "T7"), ("db", "s", "unknown")]) == {("db", "s", "t7"): ("a",)}
    folded: list[object] = []
    fold = tables.folded
    monkeypatch.setattr(tables, "folded", lambda dialect, name: folded.append(name) or fold(dialect, name))
    assert many.of([("db", "s", "orders")]) == {("db", "s", "orders"): ("id", "Amount")}
    assert len(folded) == 1
