"""Expressions of PostgreSQL elsewhere: found by giving rows to each in PostgreSQL, DuckDB, SQLite, MariaDB."""

from __future__ import annotations

import pytest

from headwater_catalog.schemas.types import read_type
from headwater_catalog.templates.expressions import expression, is_passing

NATIVE = {
    "i": "integer", "n": "numeric(10,2)", "f": "double precision", "t": "text", "v": "varchar(5)", "b": "boolean",
    "d": "date", "at": "timestamp", "tz": "timestamptz",
}  # fmt: skip
COLUMNS = {name: read_type(native, "postgres") for name, native in NATIVE.items()}


@pytest.mark.parametrize(
    ("text", "duckdb", "sqlite", "mysql"),
    [
        ("'0.5'::numeric", "0.5", "0.5", "0.5"),
        ("'-0.25'::numeric", "-0.25", "-0.25", "-0.25"),
        ("'0.555'::numeric(10,2)", "CAST('0.555' AS DECIMAL(10, 2))", None, "CAST('0.555' AS DECIMAL(10, 2))"),
        ("'NaN'::numeric", None, None, None),
        ("'NaN'::double precision", "CAST('NaN' AS DOUBLE)", None, None),
        ("'1e10'::double precision", "1e10", "1e10", "1e10"),
        ("'ab'::character varying", "'ab'", "'ab'", "'ab'"),
        ("'2026-01-31'::date", "CAST('2026-01-31' AS DATE)", "'2026-01-31'", "'2026-01-31'"),
        ("'today'::date", "CAST('today' AS DATE)", None, None),
        ("'1 day'::interval", "CAST('1 day' AS INTERVAL)", None, None),
        ("'{}'::jsonb", "CAST('{}' AS JSON)", "'{}'", "'{}'"),
        ("'\\x01'::bytea", None, None, None),
        ("(i / 2)", '"i" // 2', '"i" / 2', "`i` DIV 2"),
        ("(n / (3)::numeric)", '"n" / 3.0', 'CAST("n" AS REAL) / 3.0', "`n` / 3.0"),
        (
            "((i)::numeric / (2)::numeric)",
            'CAST(("i") AS DECIMAL(19, 0)) / 2.0',
            "AS REAL) / 2.0",
            "AS DECIMAL(19, 0)) / 2.0",
        ),
        ("((f)::numeric > 0.5)", None, None, None),
        ("(d + 1)", '"d" + 1', None, None),
        ("((b)::text = 'true'::text)", None, None, None),
        ("((v)::text = 'a'::text)", "\"v\" = 'a'", "\"v\" = 'a'", "`v` = 'a'"),
        ("((n)::integer = 2)", 'CAST(("n") AS INT) = 2', None, "CAST((`n`) AS SIGNED) = 2"),
        ("(at > (tz)::timestamp)", '"at" > CAST(("tz") AS TIMESTAMP)', None, None),
        ("(i <> ALL (ARRAY[1, 2]))", 'NOT ("i" IN (1, 2))', 'NOT ("i" IN (1, 2))', "NOT (`i` IN (1, 2))"),
        ("(t ~~ 'a%'::text)", "\"t\" LIKE 'a%'", "\"t\" GLOB 'a*'", "`t` LIKE 'a%'"),
        ("(t !~~ '_[*'::text)", "\"t\" NOT LIKE '_[*'", "NOT (\"t\" GLOB '?[[][*]')", "`t` NOT LIKE '_[*'"),
        ("(t ~ '^a'::text)", "REGEXP_MATCHES(\"t\", '^a')", None, None),
        ("(t COLLATE \"C\" > 'a'::text)", None, None, None),
        ("((i, 1) = (2, 1))", None, None, None),
        ("(GREATEST(i, 3) > 4)", 'GREATEST("i", 3) > 4', None, None),
        ("((i # 3) > 0)", '(XOR("i", 3)) > 0', None, None),
        ("(now() AT TIME ZONE 'utc'::text)", "CURRENT_TIMESTAMP AT TIME ZONE 'utc'", None, None),
        ("CURRENT_USER", None, None, None),
        ("date_part('year'::text, d)", 'EXTRACT(YEAR FROM "d")', None, "EXTRACT(YEAR FROM `d`)"),
    ],
)  # fmt: skip
def test_an_expression_means_the_same_or_is_not_written(
    text: str, duckdb: str | None, sqlite: str | None, mysql: str | None
) -> None:
    for target, wanted in (("duckdb", duckdb), ("sqlite", sqlite), ("mysql", mysql), ("postgres", "")):
        made = expression(text, "postgres", target, COLUMNS)
        said = made.sql(dialect=target) if made is not None else None
        assert wanted in said if wanted is not None and said is not None else said is wanted, (target, said)


def test_what_asks_for_the_time_is_told_apart() -> None:
    told = [
        expression(text, "postgres", "postgres", {}) for text in ("(d <= CURRENT_DATE)", "(now() > at)", "(d > at)")
    ]
    assert [one is not None and is_passing(one) for one in told] == [True, True, False]
