"""A table of PostgreSQL as DDL of other systems, and what each of them does with rows."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from typing import Any

import pytest

from headwater_catalog.facets.relation import Attribute, Check, NamedType, Relation, UniqueKey
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_catalog.templates.render import Template, Wanted, template

TABLE = Relation(
    "postgres",
    (
        Attribute("id", "integer", nullable=False, identity="BY DEFAULT"),
        Attribute("code", "text", nullable=False, default="'a''b'::text"),
        Attribute("rate", "numeric", default="'0.5'::numeric"),
        Attribute("price", "numeric(10,2)", default="'-0.25'::numeric"),
        Attribute("n", "integer", default="'-7'::integer"),
        Attribute("seen", "timestamp without time zone",
                  default="'2026-01-31 12:30:00.123456'::timestamp without time zone"),
        Attribute("day", "date", default="'2026-01-31'::date"),
        Attribute("made", "timestamp without time zone", default="now()"),
        Attribute("half", "integer", nullable=False, generated="(n / 2)"),
        Attribute("part", "numeric(10,2)", generated="(price / (3)::numeric)"),
        Attribute("whole", "numeric", generated="((n)::numeric / (2)::numeric)"),
        Attribute("mood", "main.mood"),
    ),
    UniqueKey("pk", ("id",)),
    (UniqueKey("codes", ("code",)),),
    checks=(
        Check("starts", "(code ~~ 'a%'::text)"),
        Check("never", "(n <> ALL (ARRAY[3, 4]))"),
        Check("ends", "(code !~~ '%z'::text)"),
        Check("above", "((n)::numeric > '-99.5'::numeric)"),
        Check("few", "(half < 100)"),
    ),
    types=(NamedType("main.mood", "ENUM", labels=("a", "A")),),
)  # fmt: skip
FILLED = ["a'b", 0.5, -0.25, -7, "2026-01-31 12:30:00.123456", "2026-01-31", -3, -0.08, -3.5]
WRONG = {
    "starts": {"code": "Ab"},
    "never": {"code": "ac", "n": 3},
    "ends": {"code": "az"},
    "above": {"code": "ad", "n": -100},
    "mood": {"code": "ae", "mood": "x"},
    "codes": {},
    "few": {"code": "af", "n": 300},
    "half": {"code": "ag", "n": None},
}
"""Rows that one condition alone refuses, by its name."""
UNHELD = {"duckdb": {"few", "half"}}
LOST = {
    "postgres": [], "sqlite": ["other_type", "other_type"], "mysql": ["other_type"] * 3,
    "duckdb": ["not_numbered", "other_type", "checks_not_held", "other_type", "checks_not_held"],
}  # fmt: skip
BROKEN = r"(?i)constraint|duplicate|null|check|enum|convert|truncated"

NATIVES = (
    "BIT(1)", "BIT(8)", "TINYINT", "TINYINT(1)", "TINYINT(3) UNSIGNED", "BOOL", "SMALLINT(6)", "SMALLINT(5) UNSIGNED",
    "MEDIUMINT(9)", "MEDIUMINT(8) UNSIGNED", "INT", "INTEGER(11)", "INT(10) UNSIGNED", "BIGINT(20)",
    "BIGINT(20) UNSIGNED", "DECIMAL", "DECIMAL(10,2)", "DECIMAL(65,30)", "FLOAT", "FLOAT(7,3)", "FLOAT(30)", "DOUBLE",
    "DOUBLE(10,2)", "DOUBLE PRECISION", "REAL", "DATE", "DATETIME", "DATETIME(6)", "TIMESTAMP", "TIMESTAMP(3)", "TIME",
    "TIME(6)", "YEAR", "YEAR(4)", "CHAR", "CHAR(3)", "VARCHAR(20)", "NCHAR(3)", "NVARCHAR(20)", "BINARY", "BINARY(16)",
    "VARBINARY(20)", "TINYBLOB", "BLOB", "BLOB(100)", "MEDIUMBLOB", "LONGBLOB", "TINYTEXT", "TEXT", "TEXT(100)",
    "MEDIUMTEXT", "LONGTEXT", "ENUM('a','b')", "SET('a','b')", "JSON", "UUID", "INET6", "GEOMETRY",
)  # fmt: skip
MYSQLS = Relation("mysql", tuple(Attribute(f"c{place}", native) for place, native in enumerate(NATIVES)))
"""A table with a column of every type of MySQL."""


def rendered(relation: Relation, dialect: str, name: str = "shop.main.t", **said: Any) -> Template:
    """The DDL of a relation that was crawled."""
    fields = [Field(str(one.name), one.native_type) for one in relation.attributes]
    told = Told("postgres://h:5432", name, said.pop("kind", None), fields, relation=relation)
    return template(opening(told), Wanted("sql", dialect, **said))


def check(dialect: str, execute: Callable[[str], Any]) -> None:
    """Make the table in a system, and see that it fills and refuses rows as PostgreSQL does."""
    one = rendered(TABLE, dialect)
    assert [lost.code for lost in one.missing] == LOST[dialect]
    for statement in (one.code or "").split(";\n"):
        execute(statement or "select 1")
    execute(
        f"insert into t ({'id' if dialect == 'duckdb' else 'mood'}) values ({1 if dialect == 'duckdb' else 'null'})"
    )
    found = execute("select code, rate, price, n, seen, day, half, part, whole from t").fetchone()
    assert [plain(cell) for cell in found] == FILLED
    assert execute("select count(*) from t where id = 1 and made is not null").fetchone() == (1,)
    execute("insert into t (id, code, mood) values (50, 'aa', 'a'), (51, 'aA', 'A')")
    for place, (condition, row) in enumerate(WRONG.items()):
        if condition not in UNHELD.get(dialect, ()):
            values = {"id": 100 + place, **row}
            cells = ", ".join("null" if cell is None else repr(cell) for cell in values.values())
            with pytest.raises(Exception, match=BROKEN):
                execute(f"insert into t ({', '.join(values)}) values ({cells})")


def plain(cell: object) -> object:
    """A value as each driver gives it."""
    if isinstance(cell, decimal.Decimal):
        return float(cell)
    return str(cell) if isinstance(cell, datetime.date) else cell
