"""Keys of DDL follow their table when it is renamed."""

from __future__ import annotations

import pytest

from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_ingestors.schemas.ddl import read_ddl


def test_foreign_keys_follow_the_table_that_they_refer_to() -> None:
    made = "create table s.a (id int primary key); create table s.b (a int references s.a, c int references s.b (a));"
    *_, kept = read_ddl(f'{made} alter table s.a set schema "New"; alter table s.b rename to d;', "f").tables
    assert (kept.name, [one.dataset for one in kept.keys or ()]) == ("s.d", ["New.a", "s.d"])


@pytest.mark.parametrize("to", ["Orders", "shop.Orders"])
def test_keys_follow_a_table_that_is_renamed(to: str) -> None:
    [table] = read_ddl(f"create table shop.o (id int primary key); alter table shop.o rename to {to};", "f").tables
    assert (table.name, table.keys) == ("shop.Orders", (Key(KeyKind.PRIMARY, ("id",)),))
