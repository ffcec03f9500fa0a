"""Plans of the statements that every question and every batch runs: indexes, no scan of what grows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import catalogs
import psycopg
import pytest
import servers
from statements_asked import IN_ORDER, READING, RECEIVED, WRITING

from headwater_catalog.database.arrays import send
from headwater_catalog.database.engine import Database
from headwater_catalog.projection import (
    registers,
)

GROWING = {
    *("entry", "event", "value", "mention", "link", "reference", "name", "kin", "dataset", "job", "facet", "change"),
    *("run", "claim", "claim_source", "claim_column", "write", "timeline", "span", "lifecycle", "quality"),
    *("field", "schema_head", "schema_version", "register", "subject", "search_text", "search_path", "declaration"),
    *("watermark", "landing_file", "alias"),
}
INDEX_SCANS = ("Index Scan", "Index Only Scan", "Bitmap Index Scan")
JOBS, TURNS = 300, 4

# Of what the chain has none or little of, enough rows that reading all of them would never pay.
MORE = {
    "entry (hash, received, kind, h, body)": "sha256(n::text::bytea), n, 'openlineage', gen_random_uuid(), ''",
    "entry (hash, received, kind, state, h, body)": "sha256(n::text::bytea || 'p'), n, 'openlineage', 'parked',"
    " gen_random_uuid(), ''",
    "link": "n, n, gen_random_uuid(), 0, 1, '[]'",
    "kin": "n, n + 1",
    "reference": "n, n",
    "job": "n, true",
    "declaration": "-n, n, n, gen_random_uuid(), array[n], '{}', array[n], false",
    "lifecycle": "n, n, gen_random_uuid(), n, 'RENAME', n + 1, n",
    "subject": "md5(n::text)::uuid, 'dataset', '[]', md5(n::text)::uuid",
    "register": "md5(n::text)::uuid, 'tag', 'pii', 1, n, md5(n::text)::uuid, 'true', 'ann', n",
    "search_text": "n, 1, 'n' || n, 'n', '{}', '[]', md5(n::text)::uuid",
    "field": "n, 'c' || n, 0, 1, 'int'",
    "tag": "md5(n::text)::uuid, 't' || n, md5(n::text)::uuid, null, 1",
    "owner": "md5(n::text)::uuid, 'o' || n, md5(n::text)::uuid, null, 1",
    "claim_column": "n, 'c' || n, n, 'c' || n, 'DIRECT', null, false",
    "dataset": "n, n, true, 'zone' || n % 50",
    "watermark": "n % 50, n % 7, n, md5(n::text)::uuid, n, '1', null, null",
    "landing_file": "n, n % 50, 1, md5(n::text)::uuid, md5(n::text)::uuid, 'f', n, md5(n::text)::uuid, n, 2, n, '{}'",
    "alias (key, ns, name, target)": "md5(n::text)::uuid, 's3://lake', 'orders/dt=' || n, n",
}


def _entry(turn: int, n: int) -> bytes:
    """Job n reads table n and writes table n + 1; its last run has only begun."""
    fields = [{"name": name, "type": "int"} for name in ("id", f"c{n}")]
    source = {"namespace": "pg", "name": f"s.t{n}", "field": "id", "transformations": [{"type": "DIRECT"}]}
    facets = {"schema": {"fields": fields}, "columnLineage": {"fields": {"id": {"inputFields": [source]}}}}
    entry = {
        "eventType": "START" if turn == TURNS - 1 else "COMPLETE",
        "eventTime": f"2024-05-01T1{turn}:00:00Z",
        "run": {"runId": f"00000000-0000-4000-8000-{turn:04d}{n:08d}"},
        "job": {"namespace": "j", "name": f"job{n}"},
        "inputs": [{"namespace": "pg", "name": f"s.t{n}"}],
        "outputs": [{"namespace": "pg", "name": f"s.t{n + 1}", "facets": facets}],
    }
    return json.dumps(entry).encode()


@pytest.fixture(scope="module")
def big(database_server: str, database_template: str) -> Iterator[psycopg.Connection[Any]]:
    """A chain of jobs with some runs each, analysed."""
    url = servers.create_database(database_server, database_template)
    entries = [(_entry(turn, n), RECEIVED) for turn in range(TURNS) for n in range(JOBS)]
    catalogs.project(url, entries, 200)
    with Database.from_url(url).connect(autocommit=True) as connection:
        for table, row in MORE.items():
            connection.execute(f"INSERT INTO {table} SELECT {row} FROM generate_series(10000, 15000) n")
        connection.execute("ANALYZE")
        # Small tables are rightly read whole, in a scan or to be hashed: asked here is whether an index could serve.
        for way in ("seqscan", "hashjoin", "mergejoin"):
            connection.execute(f"SET enable_{way} = off")
        yield connection
    servers.drop_database(url)


@pytest.mark.parametrize("what", READING)
def test_an_index_serves_what_is_read(big: psycopg.Connection[Any], what: str) -> None:
    statement, given = READING[what]
    row = big.execute("EXPLAIN (FORMAT JSON) " + statement, given).fetchone()
    assert row
    plans = list(_plans(row[0][0]["Plan"]))
    assert _walked(big, plans, IN_ORDER.get(what, ())) == set()
    if what in IN_ORDER:
        assert any(one["Node Type"] == "Limit" for one in plans)


@pytest.mark.parametrize("what", WRITING)
def test_an_index_serves_what_is_written(big: psycopg.Connection[Any], what: str) -> None:
    statement, given = WRITING[what]
    assert _walked(big, _explained(big, statement, given)) == set()


def test_clearing_registers_takes_the_owners_rows_alone(big: psycopg.Connection[Any]) -> None:
    row = big.execute("EXPLAIN (FORMAT JSON) " + registers.CLEAR, (1, [5])).fetchone()
    assert row
    assert _walked(big, list(_plans(row[0][0]["Plan"]))) == set()


@pytest.mark.parametrize(
    ("what", "index"),
    [
        ("runs of jobs", "ix_run_job_started"),
        ("last runs", "ix_run_job_confirmed_at"),
        ("reach up", "ix_run_loose"),
        ("the log", "ix_entry_received_seq"),
        ("commits", "watermark_pkey"),
        ("a zone", "ix_dataset_zone"),
        ("datasets by name", "ix_name_kind_ns_name"),
        ("jobs by name", "ix_name_kind_ns_name"),
        ("a namespace", "ix_name_kind_ns_name"),
        ("a tag", "ix_tag_tag"),
        ("an owner", "ix_owner_owner"),
        ("names that begin so", "ix_name_name"),
        ("a column", "uq_field_node_path"),
        ("known columns", "uq_field_node_path"),
        ("when first told", "mention_pkey"),
    ],
)
def test_the_index_that_has_the_order_serves(big: psycopg.Connection[Any], what: str, index: str) -> None:
    """Any index on the job finds its runs; only this one gives the last of a million without reading them all."""
    statement, given = READING[what]
    row = big.execute("EXPLAIN (FORMAT JSON) " + statement, given).fetchone()
    assert row
    assert index in {one.get("Index Name") for one in _plans(row[0][0]["Plan"])}


@pytest.mark.parametrize(("what", "index"), [("unmention", "mention_pkey"), ("unlink", "link_pkey")])
def test_what_an_event_listed_is_found_by_its_whole_key(big: psycopg.Connection[Any], what: str, index: str) -> None:
    """By the name alone, one event of a dataset that a million events list would read them all."""
    statement, given = WRITING[what]
    conditions = [one["Index Cond"] for one in _explained(big, statement, given) if one.get("Index Name") == index]
    assert conditions
    assert all(f"({column} = " in condition for condition in conditions for column in ("name", "s", "h"))


def _explained(big: psycopg.Connection[Any], statement: str, given: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    row = send(big, "EXPLAIN (FORMAT JSON) " + statement, *given).fetchone()
    assert row
    return list(_plans(row[0][0]["Plan"]))


def _walked(
    big: psycopg.Connection[Any], plans: Sequence[dict[str, Any]], allowed: Collection[str] = ()
) -> set[tuple[str, str]]:
    """The growing tables that a plan reads whole: in their own order, or by an index without a condition on it."""
    tables = dict(big.execute("SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index").fetchall())
    whole = {(one["Relation Name"], "") for one in plans if one["Node Type"] == "Seq Scan"}
    for one in plans:
        if one["Node Type"] in INDEX_SCANS and "Index Cond" not in one and one["Index Name"] not in allowed:
            whole.add((tables[one["Index Name"]].strip('"'), one["Index Name"]))
    return {pair for pair in whole if pair[0] in GROWING}


def _plans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _plans(inner)
