"""Which dataset a schema object is, by its contract's servers."""

from __future__ import annotations

from typing import Any

import pytest

from headwater_catalog.contracts.places import place_of, server_of
from headwater_catalog.errors import InvalidRequest

PG = {"type": "postgres", "host": "DB", "database": "shop", "schema": "public"}


@pytest.mark.parametrize(
    ("server", "own", "place"),
    [
        (PG, "orders", ("postgres://db:5432", "shop.public.orders")),
        (PG, "sales.orders", ("postgres://db:5432", "shop.sales.orders")),
        (PG, "other.sales.orders", ("postgres://db:5432", "other.sales.orders")),
        ({**PG, "port": 6000}, "orders", ("postgres://db:6000", "shop.public.orders")),
        ({**PG, "host": "user:secret@db"}, "orders", ("postgres://db:5432", "shop.public.orders")),
        ({"type": "mysql", "host": "m", "database": "d"}, "t", ("mysql://m:3306", "d.t")),
        ({"type": "kafka", "host": "k:9093"}, "orders", ("kafka://k:9093", "orders")),
        ({"type": "bigquery", "project": "p", "dataset": "d"}, "t", ("bigquery", "p.d.t")),
        ({"type": "s3", "location": "s3://lake/raw/{model}/*.csv"}, "t", ("s3://lake", "raw/t/*.csv")),
        ({"type": "s3", "location": "s3://lake"}, "t", ("s3://lake", "t")),
        ({"type": "local", "path": "/data/t.csv"}, "t", ("file", "/data/t.csv")),
        ({"type": "custom"}, "t", None),
        ({"type": "postgres"}, "t", None),
    ],
)
def test_a_place(server: dict[str, Any], own: str, place: tuple[str, str] | None) -> None:
    assert place_of(server, own) == place


def test_the_server_of_production_counts_unless_one_is_named() -> None:
    servers = [{"server": "a", "type": "kafka"}, {"server": "b", "environment": "prod"}]
    contract = {"servers": servers}
    assert server_of(contract) == servers[1]
    assert server_of(contract, "a") == servers[0]
    assert server_of({}) is None
    with pytest.raises(InvalidRequest, match="no server c"):
        server_of(contract, "c")
