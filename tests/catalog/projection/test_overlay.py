"""The tables of now shown as of a moment hold, row for row, what the events of then give; whatever came later."""

from __future__ import annotations

from collections import Counter
from typing import Any

import catalogs
import oracle
import pytest

from headwater_catalog.database.engine import Database
from headwater_catalog.projection import moments as kept
from headwater_catalog.projection.contents import TABLES
from headwater_catalog.projection.moments import Moments, Reading, When
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
HOUR = 3_600_000_000
BASE = 1_760_000_000_000_000
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed > 6 else []) for seed in range(300)]
MOMENTS = [BASE - HOUR, *(BASE + n * HOUR for n in (1, 7, 20, 40, 60, 90, 130)), BASE + 10_000 * HOUR]
CLAIM = "(select c.method, c.sources, c.columns from claim c where c.id = t.claim)"
SAME = {
    "name": "select id, key, kind, ns, name, linked, retracted from name t where id = any(%(names)s)",
    "claim": "select method, sources, columns from claim t where id in (select claim from write)",
    "claim_source": "select c.method, c.sources, c.columns, t.node from claim_source t join claim c on c.id = t.claim"
    " where c.id in (select claim from write)",
    "claim_column": "select c.method, c.sources, c.columns, t from claim_column t join claim c on c.id = t.claim"
    " where c.id in (select claim from write)",
}


def statement(table: str) -> str:
    """All of a table, claims by their content."""
    columns = [column.strip().rsplit(" ", 1)[0] for column in TABLES[table][1].split(",")]
    picked = [f"(select (c.method, c.sources, c.columns)::text from claim c where c.id = t.claim)" if c == "claim" else f"t.{c}" for c in columns]
    return SAME.get(table) or f"select {', '.join(picked)} from {table} t"


async def rows(connection: Reading, table: str, names: list[int]) -> Counter[str]:
    asked = statement(table).replace(", t from claim_column", ", t.target_field, t.source, t.source_field, t.type, t.subtype, t.masking from claim_column")
    return Counter(map(str, await (await connection.execute(asked.encode(), {"names": names})).fetchall()))


@pytest.mark.parametrize("seed", SEEDS)
async def test_views_hold_what_a_moment_made_anew_holds(
    seed: int, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogs.project(fresh_database, oracle.generate.history(seed, 80))
    database = Database.from_url(fresh_database)
    whole: dict[int, dict[str, Counter[str]]] = {}
    names: list[int] = []

    async def look(moments: Moments) -> dict[int, dict[str, Counter[str]]]:
        nonlocal names
        found = {}
        for as_of in MOMENTS:
            async with moments.at(When(as_of)) as connection:
                if moments._kept[-1].shows_now is False:
                    names = [row[0] for row in await (await connection.execute("select id from name")).fetchall()]
                    known[as_of] = names
                found[as_of] = {
                    table: await rows(connection, table, known[as_of]) for table in TABLES if table != "retraction"
                }
        return found

    known: dict[int, list[int]] = {}
    async with Moments(database.connect, database.writer, INTERPRETERS) as moments:
        whole = await look(moments)
    monkeypatch.setattr(kept, "FEW_EVENTS", -1)
    async with Moments(database.connect, database.writer, INTERPRETERS) as moments:
        shown = await look(moments)
        assert all(holder.shows_now for holder in moments._kept)
    for as_of in MOMENTS:
        for table in shown[as_of]:
            missing, more = whole[as_of][table] - shown[as_of][table], shown[as_of][table] - whole[as_of][table]
            assert not (missing or more), (as_of, table, list(missing)[:3], list(more)[:3])
