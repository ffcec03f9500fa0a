"""The tables of now shown as of a moment hold, row for row, what the events of then give, whatever came later."""

from __future__ import annotations

import json
from collections import Counter

import catalogs
import oracle
import pytest
from histories import crawled
from projected import Catalog

from headwater_catalog.database.engine import Database
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.projection import moments as kept
from headwater_catalog.projection.contents import TABLES
from headwater_catalog.projection.moments import Moments, Reading, When
from headwater_catalog.times import show
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
HOUR = 3_600_000_000
BASE = 1_760_000_000_000_000
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed > 1 else []) for seed in range(100)]
EARLY, LATE = BASE - HOUR, BASE + 10_000 * HOUR
MOMENTS = [EARLY, *(BASE + n * HOUR for n in (20, 50, 90)), LATE]

# Claims have numbers of their own in every moment: they are the same where they say the same.
CLAIM = "(select (c.method, c.sources, c.columns)::text from claim c where c.id = t.claim)"
# Names and claims of later are still in the tables; nothing of then leads there.
KNOWN = {"name": "where t.id = any(%(names)s)", "claim": "where t.id in (select claim from write)"}
OF_CLAIMS = "where t.claim in (select claim from write)"
NOT_SHOWN = {"claim": ("id", "key")}
Found = dict[str, Counter[str]]


def statement(table: str) -> str:
    """All of a table of a moment."""
    columns = [column.strip().rsplit(" ", 1)[0] for column in TABLES[table][1].split(",")]
    left_out = NOT_SHOWN.get(table, ())
    picked = [CLAIM if column == "claim" else f"t.{column}" for column in columns if column not in left_out]
    where = KNOWN.get(table, OF_CLAIMS if table.startswith("claim_") else "")
    return f"select {', '.join(picked)} from {table} t {where}"


async def rows(connection: Reading, names: list[int]) -> Found:
    """Table → its rows; those of the retraction of edges are of now."""
    found: Found = {}
    for table in TABLES.keys() - {"retraction"}:
        cursor = await connection.execute(statement(table).encode(), {"names": names})
        found[table] = Counter(map(str, await cursor.fetchall()))
    return found


async def compare(url: str, moments: list[int], monkeypatch: pytest.MonkeyPatch) -> int:
    """Hold what is shown to what is made anew; gives how many rows were compared."""
    database, whole, names = Database.from_url(url), {}, {}
    async with Moments(database.connect, database.writer, INTERPRETERS) as anew:
        for as_of in moments:
            async with anew.at(When(as_of)) as connection:
                cursor = await connection.execute("select id from name")
                names[as_of] = [number for (number,) in await cursor.fetchall()]
                whole[as_of] = await rows(connection, names[as_of])
    monkeypatch.setattr(kept, "FEW_EVENTS", -1)
    async with Moments(database.connect, database.writer, INTERPRETERS) as shown:
        for as_of in moments:
            async with shown.at(When(as_of)) as connection:
                found = await rows(connection, names[as_of])
            for table, ones in found.items():
                missing, more = whole[as_of][table] - ones, ones - whole[as_of][table]
                assert (list(missing)[:3], list(more)[:3]) == ([], []), (as_of, table)
        assert all(holder.shows_now for holder in shown._kept)
    return sum(ones.total() for found in whole.values() for ones in found.values())


@pytest.mark.parametrize("seed", SEEDS)
async def test_views_hold_what_a_moment_made_anew_holds(
    seed: int, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogs.project(fresh_database, oracle.generate.history(seed, 80))
    assert await compare(fresh_database, MOMENTS, monkeypatch) > 500


async def test_views_hold_what_crawlers_told_beside_producers(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogs.project(fresh_database, crawled(oracle.generate.history(3, 80), 3))
    assert await compare(fresh_database, MOMENTS, monkeypatch) > 500


async def test_what_comes_while_a_moment_is_held_is_seen_by_the_next_question(
    catalog: Catalog, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = oracle.generate.history(4, 80)
    catalog.ingest(entries[::2])
    monkeypatch.setattr(kept, "FEW_EVENTS", -1)
    database = Database.from_url(database_url)
    moment = When(BASE + 90 * HOUR)
    count = "select (select count(*) from write), (select count(*) from span), (select count(*) from dataset)"

    async def counted(moments: Moments) -> tuple[int, ...] | None:
        async with moments.at(moment) as connection:
            return await (await connection.execute(count)).fetchone()

    async with Moments(database.connect, database.writer, INTERPRETERS) as moments:
        before = await counted(moments)
        holder = moments._kept[0]
        catalog.ingest(entries[1::2])
        after = await counted(moments)
        assert moments._kept == [holder], "its views stay"
        with pytest.raises(ZeroDivisionError):
            async with moments.at(moment):
                raise ZeroDivisionError
        assert await counted(moments) == after, "what an ended transaction had put there is put again"
        monkeypatch.setattr(kept, "FEW_EVENTS", 1_000_000)
    async with Moments(database.connect, database.writer, INTERPRETERS) as moments:
        assert await counted(moments) == after != before


def chain(runs: int) -> list[tuple[bytes, int]]:
    """An hour after the other a run begins, to end two hours later; each reads what the one before it writes."""
    found = []
    for n in range(runs):
        at = BASE + n * HOUR
        for kind, when in (("START", at), ("COMPLETE", at + 2 * HOUR)):
            run = {"runId": f"00000000-0000-4000-8000-{n:012d}"}
            job = {"namespace": "etl", "name": f"job{n % 7}"}
            ends = [{"namespace": "pg", "name": f"t{(n + side) % 7}"} for side in (0, 1)]
            event = {"eventType": kind, "eventTime": show(when), "run": run, "job": job}
            found.append((json.dumps({**event, "inputs": ends[:1], "outputs": ends[1:]}).encode(), when))
    return found


async def test_a_catalog_larger_than_can_be_derived_at_once_is_asked_as_of_any_moment(
    catalog: Catalog, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """knownAt is answered where few enough events were known by then."""
    catalog.ingest(chain(60))
    database = Database.from_url(database_url)
    moments = [BASE + n * HOUR for n in (1, 30, 59)]
    whole = {}
    names = list(range(100))
    async with Moments(database.connect, database.writer, INTERPRETERS) as anew:
        for as_of in moments:
            async with anew.at(When(as_of)) as connection:
                whole[as_of] = await rows(connection, names)
    monkeypatch.setattr(kept, "FEW_EVENTS", 10)
    monkeypatch.setattr(kept, "MOST_EVENTS", 10)
    async with Moments(database.connect, database.writer, INTERPRETERS) as shown:
        for as_of in moments:
            async with shown.at(When(as_of)) as connection:
                found = await rows(connection, names)
                assert {table: found[table] for table in found if table != "name"} == {
                    table: whole[as_of][table] for table in found if table != "name"
                }
        async with shown.at(When(None, BASE + 3 * HOUR)) as connection:
            assert await (await connection.execute("select count(*) from run")).fetchone() == (4,)
        for moment in (When(None, BASE + 50 * HOUR), When(BASE + 50 * HOUR, BASE + 90 * HOUR)):
            with pytest.raises(InvalidRequest, match="More than 10 events count at that moment"):
                async with shown.at(moment):
                    pass
