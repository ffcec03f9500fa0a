"""headwater schema show, as it is printed: what is typed into names and conditions begins no line of its own."""

from __future__ import annotations

import io
from typing import Any

from graphql import parse, validate
from rich.console import Console

from headwater_graphql.schema import schema
from headwater_web.cli.schema_show import QUERY, shown


def column(path: str, **said: Any) -> dict[str, Any]:
    plain = {"canonicalType": "int64", "type": "bigint", "nullable": None, "known": True, "description": None}
    return {"path": path, **plain, "keys": [], "tags": [], **said}


FOUND: dict[str, Any] = {
    **{"ref": "pg/s.t", "kind": "TABLE", "zone": "trusted", "dropped": False, "description": None, "format": None},
    "size": {"rows": 5, "estimated": True, "bytes": None, "files": None},
    "columns": [
        column("id", nullable=False, keys=[{"kind": "PRIMARY", "columns": ["id"], "position": 1}]),
        column("sum\nsince 2024", tags=[{"name": "pii", "value": None}]),
        column("at.city", known=False),
        column("a"),
        column("a.b.c"),
        column("a.b.c.d"),
        column("a.d"),
        column("c"),
        column("a.e"),
    ],
    "relation": {
        "attributes": [
            {"name": "id", "domain": None, "default": None, "generated": None, "identity": "always"},
            {"name": "sum\nsince 2024", "domain": "money", "default": "0", "generated": None, "identity": None},
        ],
        "checks": [{"name": None, "expression": "a > 0\nsince 2024"}],
        "indexes": [{"name": "i", "columns": ["id"], "unique": True, "definition": None}],
        "partitioning": {"strategy": "RANGE", "columns": ["id"], "parent": None},
        "definition": "SELECT 1",
    },
    "schemas": {
        "nodes": [
            {"from": "2026", "compatibility": "FULL", "changes": [{"sentence": "A column came.", "breaks": True}]}
        ],
        "pageInfo": {"hasNextPage": True},
    },
}


def test_the_question_is_the_schemas() -> None:
    assert validate(schema._schema, parse(QUERY)) == []


def test_what_is_declared_stands_beside_the_columns() -> None:
    console = Console(file=io.StringIO(), width=200)
    console.print(shown(FOUND))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    said = "\n".join(lines)
    columns = [line[2:14].rstrip() for line in lines if line.startswith("│")]
    assert [name for name in columns if name.strip()[:1] in "abcd"] == [
        "at.city",
        "a",
        "  b.c",
        "    d",
        "  d",
        "c",
        "a.e",
    ]
    assert lines[0].rstrip() == "pg/s.t: TABLE, zone trusted, about 5 rows"
    for told in ("NOT NULL, numbered", "domain money, default 0", "#pii", "(not in the schema)", "primary key"):
        assert told in said
    for told in ("unique index i (id)", "partitioned by range (id)", "older versions: --versions", "SELECT 1"):
        assert told in said
    assert "check a > 0\\nsince 2024" in said
    assert [line.rstrip() for line in lines if line.startswith("since")] == ["since 2026, full"]
    assert "  A column came. Breaks who reads as before." in said
