"""The goldens of the corpus: precision and recall as measured, every miss by name and reason. `-s` prints the table."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from oracle import corpus_dir, needs_corpus
from sql_goldens import Golden, Score, goldens, misses, ours, plain, scores, table

pytestmark = needs_corpus
SQL_MD = Path(__file__).parents[4] / "docs" / "crawlers" / "sql.md"

MEASURED = {
    "bigquery": (4, 20, 17, 19),
    "clickhouse": (5, 14, 11, 11),
    "mssql": (1, 3, 3, 3),
    "mysql": (5, 10, 9, 11),
    "oracle": (1, 2, 2, 2),
    "postgres": (1, 5, 3, 3),
    "redshift": (1, 3, 3, 3),
    "snowflake": (15, 32, 32, 32),
    "sqlite": (1, 0, 0, 0),
    "teradata": (1, 2, 2, 2),
    "tsql": (2, 4, 4, 4),
    "all": (37, 95, 86, 90),
}
"""By dialect: goldens, pairs expected, found right, told."""
PLAIN = (65, 78)
"""The same two of sqlglot.lineage alone, over all."""

SCHEMA = "needs the columns of the table, which the file lacks"
COLUMN_IS_TABLE = "the golden takes the name of a dictionary for a column; we list the dictionary as read"
FILTER_IS_ROWS = (
    "a filter within LATERAL decides which rows there are; we say so of the whole output, not of one column"
)
UNNAMED = "the golden calls an unnamed column by the text that its own tool makes of it"

KNOWN = {
    ("clickhouse_dictget", "missing", "dict_domain", "default.my_dict"): COLUMN_IS_TABLE,
    ("clickhouse_dictget", "missing", "dict_type", "default.my_dict"): COLUMN_IS_TABLE,
    ("clickhouse_dictget_in_materialized_view", "missing", "category_name", "default.my_dict"): COLUMN_IS_TABLE,
    ("lateral_join", "missing", "value", "my_table1.id"): FILTER_IS_ROWS,
    ("lateral_join", "missing", "value", "my_table2.id"): FILTER_IS_ROWS,
    ("select_count", "missing", "count(`fact_complaint_snapshot`.`etl_data_dt_id`)", "etl_data_dt_id"): UNNAMED,
    ("select_count", "more", "_col_0", "etl_data_dt_id"): UNNAMED,
    ("select_from_struct_subfields", "missing", "id", "widget.asset.id"): SCHEMA,
    ("select_from_struct_subfields", "missing", "min_metric", "widget.metric.metric_b"): SCHEMA,
    ("select_from_struct_subfields", "missing", "min_metric", "widget.metric.metrica"): SCHEMA,
    ("select_from_struct_subfields", "more", "id", "widget"): SCHEMA,
    ("select_from_struct_subfields", "more", "min_metric", "widget"): SCHEMA,
    ("select_max_with_schema", "more", "max_col", "this_will_not_resolve"): SCHEMA,
}
"""Golden, what is wrong, target column, end of the source: why."""


@pytest.fixture(scope="module")
def read() -> list[Golden]:
    return goldens(corpus_dir())


def test_precision_and_recall_are_as_measured(read: list[Golden]) -> None:
    print("\n" + table(read))
    found = scores(read, ours)
    assert {dialect: _figures(score) for dialect, score in found.items()} == MEASURED
    alone = scores(read, plain)["all"]
    assert (alone.right, alone.told) == PLAIN


def test_the_documentation_shows_what_was_measured() -> None:
    rows = re.findall(r"^\| ([a-z, ]+) \| (\d+) \| (\d+) \|", SQL_MD.read_text(encoding="utf-8"), re.MULTILINE)
    shown = {names: (int(n), int(pairs)) for names, n, pairs in rows}
    assert shown.pop("all") == MEASURED["all"][:2]
    for names, figures in shown.items():
        together = [MEASURED[dialect] for dialect in names.split(", ")]
        assert figures == (sum(one[0] for one in together), sum(one[1] for one in together)), names
    assert {dialect for names in shown for dialect in names.split(", ")} == MEASURED.keys() - {"all"}


def _figures(score: Score) -> tuple[int, int, int, int]:
    return score.goldens, score.expected, score.right, score.told


def test_every_miss_is_known_with_its_reason(read: list[Golden]) -> None:
    left = dict(KNOWN)
    for name, kind, (column, source, field) in misses(read):
        fits = [
            known
            for known in left
            if known[:3] == (name, kind, column) and f"{source}.{field}".endswith(f".{known[3]}")
        ]
        assert fits, f"{kind} in {name}: {column} <- {source}.{field}"
        print(f"{kind:8} {name}: {column} <- {source}.{field}: {left.pop(fits[0])}")
    assert left == {}


def test_those_that_need_a_schema_are_right_once_it_is_known(read: list[Golden]) -> None:
    needing = {name for (name, *_), reason in KNOWN.items() if reason is SCHEMA}
    for golden in read:
        if golden.name in needing:
            assert ours(replace(golden, knows=True)) == golden.pairs


def test_stars_are_written_out_with_the_columns_that_the_golden_names() -> None:
    """The corpus holds no schemas, so the columns are those of the golden's own sources."""
    for golden in goldens(corpus_dir(), stars=True):
        if golden.pairs and golden.name not in OTHER_NAMES:
            assert ours(replace(golden, knows=True)) == golden.pairs, golden.name


OTHER_NAMES = {
    "bigquery_partitioned_table_insert": "its tool takes $__UNPARTITIONED__ off the name; here naming rules do",
    "bigquery_sharded_table_normalization": "its tool makes one name of dated tables; here naming rules do",
}
