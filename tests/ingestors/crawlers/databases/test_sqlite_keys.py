"""Keys of SQLite, which its own catalog tells and the text of its DDL only for who can read that."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crawled import Memory

from headwater_ingestors.crawlers.databases.crawler import opened


def test_keys_of_sqlite_are_known_however_they_are_written(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript("""create table customer (id integer primary key, email varchar(200) unique, a int,
          b int, constraint ab unique (a, b)); create unique index own on customer (a);
          create table "it's" (c integer references customer(id) on delete cascade, d int, e int,
          foreign key (d, e) references customer (a, b) on update set null);
          create table n (v text default 'autoincrement', "autoincrement" integer primary key autoincrement);
          create table one (c int, foreign key (c) references customer (a) on delete cascade,
          foreign key (c) references customer);
          create table other (c int, foreign key (c) references customer (a),
          foreign key (c) references customer on delete cascade);""")
    events, _ = Memory().crawl(opened(f"sqlite:///{tmp_path}/shop.db", {}))
    told = {one["dataset"]["name"].rpartition(".")[2]: one["dataset"]["facets"] for one in events}
    customer, other = (told[name]["headwater_relation"] for name in ("customer", "it's"))
    keys = {tuple(one["columns"]): one.get("name") for one in customer["uniqueKeys"]}
    assert keys == {("email",): None, ("a", "b"): "ab"}
    assert {one["name"]: one.get("identity") for one in told["n"]["headwater_relation"]["attributes"]} == {
        "v": None, "autoincrement": "BY DEFAULT",
    }  # fmt: skip
    foreign = {tuple(one["columns"]): one for one in other["foreignKeys"]}
    assert [one.get("identity") for one in customer["attributes"]] == [None] * 4
    assert {place: (one.get("onDelete"), one.get("onUpdate")) for place, one in foreign.items()} == {
        ("c",): ("CASCADE", None),
        ("d", "e"): (None, "SET NULL"),
    }
    for table, column in (("one", "a"), ("other", "id")):  # two keys of the same column
        keyed = {
            one["referencedColumns"][0]: one.get("onDelete") for one in told[table]["headwater_relation"]["foreignKeys"]
        }
        assert keyed == {"a": None, "id": None, column: "CASCADE"}
