"""Keys of DDL follow their table when it is renamed."""

from __future__ import annotations

import pytest

from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_ingestors.schemas.ddl import read_ddl


@pytest.mark.parametrize("to", ["Orders", "shop.Orders"])
def test_keys_follow_a_table_that_is_renamed(to: str) -> None:
    [table] = read_ddl(f"create table shop.o (id int primary key); alter table shop.o rename to {to};", "f").tables
    assert (table.name, table.keys) == ("shop.Orders", (Key(KeyKind.PRIMARY, ("id",)),))
