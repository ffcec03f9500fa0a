"""Watermarks and landing files, held to what the reference model makes of the same history; live and at any moment."""

from __future__ import annotations

import json
import random
from typing import Any

import catalogs
import loaders
import oracle
import pytest
from lineages import ids_of

from headwater_catalog.database.engine import Database
from headwater_catalog.names import key_of
from headwater_catalog.projection.moments import Moments, When
from headwater_catalog.reading import landing, watermarks
from headwater_catalog.reading.ranges import ranges
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
HOUR = 3_600_000_000
BASE = 1_760_000_000_000_000
MOMENTS = [(None, None), (BASE + 40 * HOUR, None), (None, BASE + 60 * HOUR), (BASE + 90 * HOUR, BASE + 100 * HOUR)]


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.deep] if seed > 3 else []) for seed in range(60)]
)
async def test_answers_are_those_of_the_model_in_any_order(seed: int, fresh_database: str) -> None:
    entries = loaders.history(seed, 80)
    shuffled = [*entries, *random.Random(seed).choices(entries, k=20)]
    random.Random(seed).shuffle(shuffled)
    catalogs.project(fresh_database, shuffled, batch=random.Random(seed).choice([1, 7, 200]))
    database, compared = Database.from_url(fresh_database), 0
    async with (
        database.reading(max_size=1) as pool,
        Moments(database.connect, database.writer, INTERPRETERS) as moments,
    ):
        names = {number: node for node, number in ids_of(fresh_database).items()}
        for moment in MOMENTS:
            state = oracle.model.build(entries, *moment)
            async with pool.connection() if moment == (None, None) else moments.at(When(*moment)) as connection:
                compared += await compare_marks(connection, state, names)
                compared += await compare_files(connection, state)
    assert compared > 20


async def compare_marks(connection: Any, state: Any, names: dict[int, Any]) -> int:
    """All, those of each job, those of each dataset, and each history."""
    wanted = loaders.expected_marks(state)
    found = await watermarks.watermarks(connection)
    assert {pair(mark, names): values(mark) for mark in found} == {key: some[:2] for key, some in wanted.items()}
    for mark in found:
        history = await watermarks.commits(connection, mark, 1000, None)
        assert [(one.s, json.loads(one.value)) for one in history.items] == [
            (stamp_of(at), value) for at, value in wanted[pair(mark, names)]
        ]
    ids = {node: number for number, node in names.items()}
    for job in {job for job, _ in wanted}:
        of_job = await watermarks.watermarks(connection, job=ids["job", *job])
        assert {pair(mark, names) for mark in of_job} == {key for key in wanted if key[0] == job}
    for _, node in wanted:
        of_node = await watermarks.watermarks(connection, dataset=key_of(*node))
        assert {pair(mark, names) for mark in of_node} == {key for key in wanted if key[1] == node}
    return len(wanted)


def pair(mark: watermarks.Watermark, names: dict[int, Any]) -> tuple[Any, Any]:
    return names[mark.job][1:], names[mark.dataset]


def values(mark: watermarks.Watermark) -> list[tuple[int, Any]]:
    commits = [one for one in (mark.current, mark.previous) if one]
    return [((one.s - 2**62) >> 2, json.loads(one.value)) for one in commits]


def stamp_of(at: int) -> int:
    return 2**62 + at * 4 + 2


async def compare_files(connection: Any, state: Any) -> int:
    """Of every dataset with files: which there are, in which version and state; for one job alone, too."""
    compared = 0
    jobs = sorted({run.job for run in state.runs.values()})[:2]
    for job in [None, *jobs]:
        number = None if job is None else await id_of(connection, key_of("job", *job))
        for node, files in loaders.expected_files(state, job).items():
            names = (await ranges(connection, [key_of(*node)]))[key_of(*node)]
            found = await landing.files(connection, names, 1000, None, job=number)
            assert {one.path: (version_of(one), one.state) for one in found.items} == files, (node, job)
            assert [one.path for one in found.items] == sorted(files)
            assert await paged(connection, names, number) == found.items
            compared += len(files)
            new = await landing.files(connection, names, 1000, None, states=["NEW"], job=number)
            assert {one.path for one in new.items} == {path for path, (_, state) in files.items() if state == "NEW"}
    return compared


async def paged(connection: Any, names: Any, job: int | None) -> list[landing.LandingFile]:
    """The same, a file a page."""
    found, after = [], None
    while True:
        page = await landing.files(connection, names, 1, after, job=job)
        found += page.items
        if not page.more:
            return found
        after = page.cursors[-1]


async def id_of(connection: Any, key: Any) -> int:
    row = await (await connection.execute("select id from name where key = %s", [key])).fetchone()
    return int(row[0]) if row else -1


def version_of(file: landing.LandingFile) -> str:
    told = json.loads(file.body)
    return next((f"{key} {told[key]}" for key in ("hash", "modified") if key in told), "")
