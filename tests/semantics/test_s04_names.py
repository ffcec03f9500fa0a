"""SEMANTICS §4: one dataset however it is spelled. (Rules of an organisation are another matter: §14.)"""

from __future__ import annotations

import pytest
from projected import Catalog
from telling import run, source, state, table, told

CASES = {
    "1_schemes": [
        ("s3a://b", "k", "s3://b", "k"),
        ("s3n://b", "k", "s3://b", "k"),
        ("POSTGRESQL://db:1", "t", "postgres://db:1", "t"),
        ("abfs://c@a", "k", "abfss://c@a", "k"),
        ("wasb://c@a", "k", "wasbs://c@a", "k"),
        ("gcs://b", "k", "gs://b", "k"),
    ],
    "2_authorities": [
        ("postgres://DB:5432", "t", "postgres://db:5432", "t"),
        ("hive://META:9083", "d.t", "hive://meta:9083", "d.t"),
        ("bigquery://Keeps", "t", "bigquery://Keeps", "t"),
    ],
    "3_snowflake": [
        ("snowflake://org-acc.snowflakecomputing.com:443", "D.S.T", "snowflake://org-acc", "D.S.T"),
        ("snowflake://xy1", "D.S.T", "snowflake://xy1.us-west-1.aws", "D.S.T"),
        ("snowflake://xy1.eu-west-1", "D.S.T", "snowflake://xy1.eu-west-1.aws", "D.S.T"),
        ("snowflake://xy1.eu-west-1.azure", "D.S.T", "snowflake://xy1.eu-west-1.azure", "D.S.T"),
    ],
    "4_ports": [
        ("postgres://db", "t", "postgres://db:5432", "t"),
        ("mysql://db", "t", "mysql://db:3306", "t"),
        ("kafka://broker", "topic", "kafka://broker:9092", "topic"),
        ("kafka://a,b", "topic", "kafka://a,b", "topic"),
        ("hive://meta", "d.t", "hive://meta", "d.t"),
    ],
    "5_files": [
        ("file:///", "/data/a", "file", "/data/a"),
        ("file:", "/data/a", "file", "/data/a"),
        ("s3://b/", "k", "s3://b", "k"),
    ],
    "6_paths": [
        ("s3://b", "/k/", "s3://b", "k"),
        ("gs://b", "/", "gs://b", "/"),
        ("file", "/data/a/", "file", "/data/a"),
        ("hdfs://nn:8020", "/a/b/", "hdfs://nn:8020", "/a/b"),
    ],
    "7_quotes": [
        ("postgres://db:5432", '"p"."t"', "postgres://db:5432", "p.t"),
        ("mysql://db:3306", "`p`.`t`", "mysql://db:3306", "p.t"),
        ("mssql://db:1433", "[d].[s].[t]", "mssql://db:1433", "d.s.t"),
        ("kafka://b:9092", '"p"', "kafka://b:9092", '"p"'),
    ],
    "8_cases": [
        ("snowflake://org-acc", "db.s.t", "snowflake://org-acc", "DB.S.T"),
        ("snowflake://org-acc", 'db."s".t', "snowflake://org-acc", "DB.s.T"),
        ("hive://meta:9083", "DB.T", "hive://meta:9083", "db.t"),
        ("postgres://db:5432", "P.T", "postgres://db:5432", "P.T"),
    ],
}


@pytest.mark.parametrize("rule", CASES)
def test_s04_each_rule_gives_the_canonical_name(catalog: Catalog, rule: str) -> None:
    wanted = sorted({f"{namespace}/{name}" for _, _, namespace, name in CASES[rule]})
    found = state(catalog, *(told("10:00", name, namespace) for namespace, name, _, _ in CASES[rule]))
    assert found.datasets == wanted


def test_s04_9_names_are_canonical_wherever_they_stand(catalog: Catalog) -> None:
    """In inputs, in column lineage, in symlinks, in renames."""
    said = {"fields": {"a": {"inputFields": [{**source("t.b"), "namespace": "postgresql://DB", "name": '"t"'}]}}}
    link = {"identifiers": [{"namespace": "s3a://lake/", "name": "/c/", "type": "LOCATION"}]}
    out = table("o", "postgres://db:5432", columnLineage=said, symlinks=link)
    found = state(catalog, run(1, "10:00", reads=[table("t", "postgresql://db")], writes=[out]))
    assert found.datasets == ["postgres://db:5432/o", "postgres://db:5432/t"]
    assert set(found.members("postgres://db:5432/o")) == {"postgres://db:5432/o", "s3://lake/c"}


def test_s04_10_fields_keep_their_spelling_and_job_names_are_only_text(catalog: Catalog) -> None:
    said = {"fields": {'"Mixed"': {"inputFields": [source("t.Field")]}}}
    found = state(catalog, run(1, "10:00", job=" My.Job/ ", writes=[table("o", columnLineage=said)]))
    assert found.job("My.Job/")["seen"] == "event"
    assert {(row[0], row[2]) for row in found.columns("o", "My.Job/")} == {('"Mixed"', "Field")}
