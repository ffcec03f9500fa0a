"""Datasets as people write them: what selectors print is read back, paths are files, no password is in a name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import dataset_name
from headwater_catalog.reading.nodes import full_name
from headwater_catalog.references import dataset

NAMES = [
    ("postgres://shop:5432", "public.orders"),
    ("s3://lake", "raw/orders/2026.parquet"),
    ("gs://lake", "orders"),
    ("abfss://container@account.dfs.core.windows.net", "a/b"),
    ("hdfs://nn:8020", "/warehouse/orders"),
    ("dbfs://workspace", "/tables/orders"),
    ("snowflake://org-account", "DB.SCHEMA.ORDERS"),
    ("kafka://broker:9092", "orders"),
    ("bigquery", "project.data.orders"),
    ("arn:aws:glue:eu-west-1:1234", "table/db/orders"),
    ("file", "/data/orders.csv"),
    ("file", "landing/events"),
    ("file://host", "/data/orders.csv"),
]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_selector_prints_is_read_back(name: tuple[str, str]) -> None:
    assert dataset_name(*name) == name, "the example is canonical"
    assert dataset(full_name(*name)) == name
    assert dataset(f"dataset:{full_name(*name)}") == name


@given(st.text("abz_09", min_size=1), st.text("abz_./", min_size=1).filter(lambda name: name.strip("/")))
def test_any_namespace_can_be_named(namespace: str, name: str) -> None:
    if namespace not in {"file", "dataset"}:
        assert dataset(f"dataset:{namespace}/{name}") == dataset((namespace, name))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("orders.csv", "orders.csv"),
        ("out/orders.csv", "out/orders.csv"),
        ("./postgres", "postgres"),
        ("out/../orders.csv", "orders.csv"),
        ("out/", "out"),
        ("file:orders", "file:orders"),
    ],
)
def test_all_else_is_a_path_of_this_machine(
    said: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert dataset(said) == ("file", str(tmp_path / name))
    assert dataset(Path(said)) == ("file", str(tmp_path / name))


@pytest.mark.parametrize("said", ["file:///data/x", "file:/data/x", "file//data/x", "/data/x", "/data/x/"])
def test_a_file_has_one_name(said: str) -> None:
    assert dataset(said) == ("file", "/data/x")


def test_a_path_below_a_folder_that_is_called_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert dataset("./file/x.csv") == ("file", str(tmp_path / "file" / "x.csv"))
    assert dataset("file/x.csv") == ("file", "x.csv")


def test_the_home_directory_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert dataset("~/x") == ("file", "/home/me/x")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("postgresql://u:Zq8hidden1@DB/shop.orders", ("postgres://db:5432", "shop.orders")),
        ("postgres://u@db:5432/orders?user=u&password=Zq8hidden1", ("postgres://db:5432", "orders")),
        ("mysql://u:Zq8@hidden1@db/orders", ("mysql://db:3306", "orders")),
        ("https://u:Zq8hidden1@example.org/a.csv", ("https://example.org", "a.csv")),
        ("s3://u:Zq8hidden1@Lake/x", ("s3://lake", "x")),
        ("gcs://u:Zq8hidden1@lake/x", ("gs://lake", "x")),
        ("hdfs://u:Zq8hidden1@nn:8020/x", ("hdfs://nn:8020", "/x")),
        ("mongodb://u:Zq8hidden1@db/shop", ("mongodb://db", "shop")),
        ("s3://lake?token=Zq8hidden1", ("s3://lake", "?token=***")),
        ("https://example.org/a.csv?year=2020&token=Zq8hidden1", ("https://example.org", "a.csv?year=2020&token=***")),
    ],
)
def test_a_password_is_no_part_of_a_name(said: str, name: tuple[str, str]) -> None:
    assert dataset(said) == name


@pytest.mark.parametrize(
    "said", ["", " ", "postgres://db?password=x", "postgres://db", "dataset:orders", "dataset:", "a\0b", ("", "x")]
)
def test_what_names_nothing_is_refused_with_a_remedy(said: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        dataset(said)
    assert refused.value.code == "invalid_dataset"
    assert refused.value.remedy
