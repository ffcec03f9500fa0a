"""Names are canonical as in the reference; keys depend on names alone; references are read back as printed."""

import json
import uuid

import oracle
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headwater_catalog.names import (
    HOST_STORES,
    PATH_STORES,
    SCHEMES,
    SQL_STORES,
    dataset_name,
    is_path_store,
    key_of,
    parse_public_id,
    print_ref,
    public_id,
    run_key,
    scheme_of,
    short_name,
    split_ref,
    text,
)

OTHER_SPELLINGS = ["PostgreSQL", "S3A", "bigquery", "spanner", "https", "custom"]
schemes = st.sampled_from([*sorted(HOST_STORES | PATH_STORES | SQL_STORES | SCHEMES.keys()), *OTHER_SPELLINGS])
hosts = ["", "DB", "db:5432", "User@Db", "a,b", "[::1]", "bucket", "h\n", "a.b.c.d", "é.İ", "/", ":443"]
accounts = ["xy1", "XY1.eu-west-1", "xy1.eu-west-1.aws", "ORG-acc", "xy1:443", "xy1.snowflakecomputing.com"]
authorities = st.sampled_from([*hosts, *accounts, "org-acc.snowflakecomputing.com:443"])
tails = st.sampled_from(["", "/", "//", "/p", "/P/q/", "?a=b", "/ "])
urls = st.tuples(schemes, st.sampled_from(["://", "://", "://", ":", ":/", ":///", ""]), authorities, tails).map(
    "".join
)
namespaces = (
    urls
    | st.sampled_from(["file:", "file:/", "file", "file:////", "FILE:/", "/", "bigquery", "hive", "s3"])
    | st.text(min_size=1)
)
pieces = st.text('aB.."`[]/ é\n', min_size=1, max_size=12)
quoted = st.lists(st.sampled_from(['"P"', "`t`", "[T x]", '""', '"a"b"', "[a[b]", "x", "", '"']), min_size=1).map(
    ".".join
)
dataset_names = pieces | quoted | st.text(min_size=1)


@oracle.needs_oracle
@given(namespaces, dataset_names)
@example("snowflake://", "T")
@example("snowflake:///db", '"t".T')
@example("s3a://b//", "//k//")
@example("file:///", "/")
@example("postgres://", "a." * 800)
def test_same_as_the_reference(namespace: str, name: str) -> None:
    assert dataset_name(namespace, name) == oracle.events.dataset_name(namespace, name)
    assert scheme_of(namespace) == oracle.events.scheme_of(namespace)
    assert is_path_store(namespace) == (oracle.events.scheme_of(namespace) in oracle.events.PATHS)


@oracle.needs_oracle
@pytest.mark.deep
@settings(max_examples=30_000, deadline=None)  # a busy machine is no wrong answer
@given(namespaces, dataset_names)
def test_same_as_the_reference_often(namespace: str, name: str) -> None:
    assert dataset_name(namespace, name) == oracle.events.dataset_name(namespace, name)


def names_within(value: object) -> list[tuple[str, str]]:
    if isinstance(value, list):
        return [pair for member in value for pair in names_within(member)]
    if not isinstance(value, dict):
        return []
    own = (text(value.get("namespace")), text(value.get("name")))
    return [own] * all(own) + [pair for member in value.values() for pair in names_within(member)]


@oracle.needs_oracle
@oracle.needs_corpus
def test_same_as_the_reference_on_the_corpus() -> None:
    pairs = {pair for raw in oracle.corpus_entries() for pair in names_within(json.loads(raw))}
    assert len(pairs) > 200
    for pair in pairs:
        assert dataset_name(*pair) == oracle.events.dataset_name(*pair)


@oracle.needs_oracle
@given(
    st.text()
    | st.uuids().map(str)
    | st.uuids().map(lambda found: str(found).upper())
    | st.uuids().map(lambda found: found.hex)
)
def test_run_keys_are_those_of_the_reference(run_id: str) -> None:
    assert run_key(run_id, ("ns", "job")) == oracle.events.run_key(run_id, ("ns", "job"))


@oracle.needs_oracle
@given(st.none() | st.integers() | st.text(" \t\r\n\f\u00a0ab"))
def test_text_is_that_of_the_reference(value: object) -> None:
    assert text(value) == oracle.events.text(value)


def test_ids_are_fixed_forever() -> None:
    assert public_id("dataset", "s3://lake", "orders") == "dataset:d5db93f158e2bf52bc194a96e090848f"
    assert key_of("dataset", "s3://lake", "orders").hex == public_id("dataset", "s3://lake", "orders")[-32:]


@given(st.lists(st.text(st.characters(codec="utf-8"))), st.lists(st.text(st.characters(codec="utf-8"))))
def test_other_names_other_ids(left: list[str], right: list[str]) -> None:
    assert (key_of("field", *left) == key_of("field", *right)) == (left == right)
    assert key_of("field", *left) != key_of("dataset", *left)


def test_public_ids_are_parsed() -> None:
    assert parse_public_id(public_id("job", "etl", "load")) == ("job", key_of("job", "etl", "load"))
    assert parse_public_id("job:" + "0" * 32) == ("job", uuid.UUID(int=0))
    for odd in ("", "job", "job:", ":" + "0" * 32, "job:" + "0" * 31, "job:" + "A" * 32, "job:" + "0" * 32 + "\n"):
        assert parse_public_id(odd) is None


@pytest.mark.parametrize(
    ("ref", "parts"),
    [
        ("trusted.orders#amount", ("trusted.orders", "amount")),
        ("trusted.orders", ("trusted.orders", None)),
        (" s3://b/k.csv#a.b#c ", ("s3://b/k.csv", "a.b#c")),
        ('"a#b ""c"#d', ('a#b "c', "d")),
        ('"a#b"', ("a#b", None)),
        ("orders#", ("orders", None)),
        ('"db"."t"#c', ('"db"."t"', "c")),
    ],
)
def test_references(ref: str, parts: tuple[str, str | None]) -> None:
    assert split_ref(ref) == parts


@given(st.text('ab#" .', max_size=8) | st.text(), st.none() | st.text('ab#"', min_size=1))
def test_references_are_read_back_as_printed(name: str, field: str | None) -> None:
    assert split_ref(print_ref(name, field)) == (name, field)


@pytest.mark.parametrize(
    ("namespace", "name", "short"),
    [
        ("postgres://db:5432", "shop.trusted.orders", "trusted.orders"),
        ("s3://lake", "raw/2025/orders.parquet", "orders.parquet"),
        ("file", "/", "/"),
        ("file", "/data/in/", "in"),
        ("kafka://k:9092", "orders.v1.x", "orders.v1.x"),
    ],
)
def test_short_names(namespace: str, name: str, short: str) -> None:
    assert short_name(namespace, name) == short
