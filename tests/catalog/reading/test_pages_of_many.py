"""Pages of what a whole catalog is looked through for: the first among many datasets reads what it does among few.

Names are walked in their order, so that is so where what is looked for is spread over them, as it is here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, LiteralString

import catalogs
import psycopg
import pytest
import servers
import shop

from headwater_catalog.canonical import hash_of
from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.mappings import MAPPINGS, NEAR
from headwater_catalog.reading import governance, openable, zones
from headwater_catalog.zone_rules import Expectation

FEW, MANY = 150, 1_200
ZONES = ("raw", "trusted")
PLACE = {f"k{number}": None for number in range(8)}
MAPPED = {**PLACE, "from": None, "to": None, "ids": None, "limit": 21}
REACHED = {"driver": "sqlite", "database": "/srv/shop.db"}
OPENED = {**openable.NOTHING, "spaces": [shop.PG], "reached": [hash_of(REACHED)], "opened": [True]}
CELL = {**PLACE, **OPENED, "limit": 21}
BROKEN = {
    **CELL, "zone": None, "places": [0, 1], "expects": [Expectation.OWNER.value] * 2, "integrated": [False] * 2,
}  # fmt: skip
ASKED: dict[str, tuple[LiteralString, dict[str, Any]]] = {
    "mappings": (MAPPINGS.replace("{target}", "name"), MAPPED),
    "mappings into a zone": (MAPPINGS.replace("{target}", "name"), {**MAPPED, "to": "trusted"}),
    "mappings from a zone": (MAPPINGS.replace("{target}", "name"), {**MAPPED, "from": "raw"}),
    "mappings of a dataset": (MAPPINGS.replace("{target}", NEAR), {**MAPPED, "ids": [1]}),
    "breaches": (zones.BREACHES, BROKEN),
    **{f"{task} done": (governance.CELL.replace("{which}", has), {**CELL, "zone": "raw"})
       for task, has in governance.HAS.items() if task in {"SCHEMAS", "TEMPLATES", "PROFILES"}},
    **{f"{task} missing": (governance.CELL.replace("{which}", lacks), {**CELL, "zone": "raw"})
       for task, lacks in governance.LACKS.items() if task in {"FLOWS", "TEMPLATES", "PROFILES"}},
}  # fmt: skip


def events(count: int) -> Iterator[bytes]:
    """So many tables of the raw zone, each with a table of the trusted zone that is made of it."""
    for number in range(count):
        raw, trusted = ((shop.PG, f"shop.t{number:05d}.{zone}") for zone in ZONES)
        told = {"headwater_connection": REACHED, "headwater_profile": {"rows": 3}} if number % 2 else {}
        made = shop.table(trusted, "id", columnLineage=shop.mapping(raw, ("id", "id")))
        yield json.dumps(shop.run(number % 800, f"make{number}", [shop.table(raw, "id", **told)], [made])).encode()
        if number % 10 == 0:
            gone = shop.table(raw, lifecycleStateChange={"lifecycleStateChange": "DROP"})
            event = {"eventTime": "2024-06-01T00:00:00Z", "producer": "urn:shop", "dataset": gone}
            yield json.dumps(event).encode()


def put_rules(connection: psycopg.Connection[Any]) -> None:
    for place, zone in enumerate(ZONES):
        rule = (place, zone, f"shop.*.{zone}")
        connection.execute("insert into zone_rule (place, zone, pattern) values (%s, %s, %s)", rule)
        connection.execute(
            "update dataset set zone = %s from name where name.id = dataset.name and name.name like %s",
            (zone, f"shop.%.{zone}"),
        )


def read(connection: psycopg.Connection[Any], statement: LiteralString, given: dict[str, Any]) -> int:
    """Pages of tables and indexes that a statement looks at."""
    explained = connection.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement, given).fetchone()
    assert explained is not None
    plan = explained[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.fixture(scope="module")
def spent(database_server: str, database_template: str) -> dict[str, list[int]]:
    """What each question reads, among few and among many."""
    found: dict[str, list[int]] = {name: [] for name in ASKED}
    for count in (FEW, MANY):
        url = servers.create_database(database_server, database_template)
        catalogs.project(url, ((event, 1_800_000_000_000_000) for event in events(count)), 400)
        with Database.from_url(url).connect(autocommit=True) as connection:
            put_rules(connection)
            connection.execute("vacuum analyze")
            for name, (statement, given) in ASKED.items():
                found[name].append(read(connection, statement, given))
        servers.drop_database(url)
    return found


@pytest.mark.parametrize("asked", ASKED)
def test_a_page_reads_the_same_among_few_and_among_many(asked: str, spent: dict[str, list[int]]) -> None:
    few, many = spent[asked]
    assert few > 0
    assert many < 2 * few + 100, f"{few} pages among {FEW}, {many} among {MANY}"
