"""Expressions of PostgreSQL elsewhere: found by giving rows to each in PostgreSQL, DuckDB, SQLite, MariaDB."""

from __future__ import annotations

import datetime
import sqlite3
from typing import Any

import pytest
from rendered import rendered

from headwater_catalog.facets.relation import Attribute, Check, Relation
from headwater_catalog.schemas.types import read_type
from headwater_catalog.templates.expressions import expression, is_passing

NATIVE = {
    "i": "integer", "n": "numeric(10,2)", "f": "double precision", "t": "text", "v": "varchar(5)", "b": "boolean",
    "d": "date", "at": "timestamp", "tz": "timestamptz", "j": "jsonb", "tags": "text[]",
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
        ("'today'::date", None, None, None),
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
        ("date_part('dow'::text, d)", 'EXTRACT(DAYOFWEEK FROM "d")', None, None),
        ("date_part('second'::text, at)", None, None, None),
        ("(t ~~ 'A\\_%'::text)", "\"t\" LIKE 'A\\_%' ESCAPE '\\'", None, "`t` LIKE 'A\\\\_%'"),
        ("(t !~~* 'A\\_%'::text)", "\"t\" NOT ILIKE 'A\\_%' ESCAPE '\\'", None, None),
        ("(t ~~ v)", None, None, "`t` LIKE `v`"),
        ("(t ~ '^[a-z0-9.-]+@(x|y){1,3}\\.[^ ]*$'::text)", "REGEXP_MATCHES(", None, None),
        *((text, None, None, None) for text in (
            "(t ~ '(?=a)'::text)", "(t ~ '^.+$'::text)", "(t ~ '[[:alpha:]]'::text)", "(t ~ '\\w'::text)",
            "(t ~ '(a)\\1'::text)", "(t ~ '***=a'::text)", "(t ~* 'k'::text)", "(t ~ v)", "(t SIMILAR TO 'a%'::text)",
            "(j ? 'a'::text)", "(j @> '{}'::jsonb)", "((j #>> '{a}'::text[]) = 'x'::text)", "(tags[1] <> ''::text)",
            "(array_length(tags, 1) > 0)", "(tags <@ ARRAY['a'::text])", "(t IS NORMALIZED)", "(b = NORMALIZED)",
            "(to_char((i)::double precision, '999'::text) <> ''::text)", "('now'::text)::date",
            "'31.1.2026'::date", "'P1D'::interval", "(\"substring\"(t, 'a'::text) = 'x'::text)",
        )),
        ("((j ->> 'a'::text) = 'x'::text)", "(\"j\" ->> 'a') = 'x'", None, None),
        ("(j <> '{}'::jsonb)", None, None, None),
        ("(j IS NOT NULL)", '"j" IS NOT NULL', '"j" IS NOT NULL', "`j` IS NOT NULL"),
        ("((t)::uuid IS NOT NULL)", 'CAST(("t") AS UUID)', None, None),
        ("((t)::character varying(2) = 'ab'::text)", None, None, "CAST((`t`) AS CHAR(2)) = 'ab'"),
        ("'abc'::character varying(2)", None, None, "CAST('abc' AS CHAR(2))"),
        ("((v)::character varying(9) = 'ab'::text)", "AS TEXT(9)) = 'ab'", "AS TEXT(9)) = 'ab'", "AS CHAR(9)) = 'ab'"),
        ("'infinity'::date", "CAST('infinity' AS DATE)", None, None),
        ("(CURRENT_DATE + 30)", "CURRENT_DATE + 30", None, None),
        ("(CURRENT_DATE - 1)", "CURRENT_DATE - 1", None, None),
        ("(COALESCE(d, CURRENT_DATE) + 30)", '(COALESCE("d", CURRENT_DATE) + 30)'[1:-1], None, None),
        ("(now() + '1 day'::interval)", "CURRENT_TIMESTAMP + CAST('1 day' AS INTERVAL)", None, None),
        ("((n % (1)::numeric) = (0)::numeric)", '"n" % 1', None, "`n` % 1"),
        ("((i % 2) = 0)", '("i" % 2) = 0', '("i" % 2) = 0', "(`i` % 2) = 0"),
    ],
)  # fmt: skip
def test_an_expression_means_the_same_or_is_not_written(
    text: str, duckdb: str | None, sqlite: str | None, mysql: str | None
) -> None:
    for target, wanted in (("duckdb", duckdb), ("sqlite", sqlite), ("mysql", mysql), ("postgres", "")):
        made = expression(text, "postgres", target, COLUMNS)
        said = made.sql(dialect=target) if made is not None else None
        assert wanted in said if wanted is not None and said is not None else said is wanted, (target, said)


CHECKS = (
    "(t ~~ 'A\\_%'::text)", "(j ? 'a'::text)", "(j @> '{}'::jsonb)", "(t ~ '(?=a)'::text)", "(tags[1] <> ''::text)",
    "(t SIMILAR TO 'A%'::text)", "(to_char((i)::double precision, '999'::text) <> ''::text)", "(b IS NORMALIZED)",
)  # fmt: skip
DEFAULTS = {"d": ("('now'::text)::date", "(CURRENT_DATE + 30)"), "at": ("(now() + '30 days'::interval)",)}


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_no_expression_breaks_the_table_or_refuses_a_row_that_it_took(dialect: str) -> None:
    base: Any = sqlite3.connect(":memory:") if dialect == "sqlite" else pytest.importorskip("duckdb").connect()
    kinds = [Attribute(name, native) for name, native in NATIVE.items()]
    wanted: list[tuple[list[Attribute], tuple[Check, ...]]] = [(kinds, (Check("c", text),)) for text in CHECKS]
    for name, texts in DEFAULTS.items():
        kept = [one for one in kinds if one.name != name]
        wanted += [([*kept, Attribute(name, NATIVE[name], default=text)], ()) for text in texts]
    for place, (columns, checks) in enumerate(wanted):
        base.execute(rendered(Relation("postgres", tuple(columns), checks=checks), dialect, f"main.t{place}").code)
        base.execute(f"insert into t{place} (i, t) values (1, 'A_1')")
        (found,) = base.execute(f"select d from t{place}").fetchall()
        assert found[0] is None or datetime.date.fromisoformat(str(found[0]))
    if dialect == "duckdb":
        with pytest.raises(Exception, match=r"(?i)constraint"):
            base.execute("insert into t0 (t) values ('AB')")
    base.close()


@pytest.mark.parametrize(
    ("text", "dialect", "target", "wanted"),
    [
        ("t REGEXP '^a'", "mysql", "duckdb", None),
        ("regexp_matches(t, '^a')", "duckdb", "postgres", "\"t\" ~ '^a'"),
        ("t LIKE 'a%'", "sqlite", "postgres", None),
        ("t LIKE 'a\\\\_%'", "mysql", "duckdb", None),
        ("d + 1", "mysql", "postgres", None),
        ("CURRENT_DATE + INTERVAL 1 DAY", "mysql", "postgres", "CURRENT_DATE + INTERVAL '1 DAY'"),
        ("i % 2 = 0", "sqlite", "postgres", '"i" % 2 = 0'),
        ("n % 2 = 0", "sqlite", "postgres", None),
    ],
)
def test_expressions_of_others_mean_the_same_too(text: str, dialect: str, target: str, wanted: str | None) -> None:
    made = expression(text, dialect, target, COLUMNS)
    assert (made.sql(dialect=target) if made is not None else None) == wanted


def test_what_asks_for_the_time_is_told_apart() -> None:
    told = [
        expression(text, "postgres", "postgres", {}) for text in ("(d <= CURRENT_DATE)", "(now() > at)", "(d > at)")
    ]
    assert [one is not None and is_passing(one) for one in told] == [True, True, False]
