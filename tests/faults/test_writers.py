"""Several writer processes on one database: whatever each gets, in whatever portions, the state is that of the set."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import oracle
import psycopg
import pytest
import writing
from histories import histories, reference_digest, wrapped
from processes import PYTHONPATH
from projected import Raw
from samples import event

from headwater_catalog.canonical import canonical
from headwater_catalog.facts import Entry, Event
from headwater_ingestors.openlineage.translate import translate
from headwater_ingestors.openlineage.translator import OpenLineageTranslator
from headwater_web import composition

WRITERS = 4
BATCHES = (1, 3, 17, 120)


class Writer:
    """A process that writes its share when told to go."""

    def __init__(self, url: str, share: Path, batch: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, writing.__file__, url, str(share), str(batch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": PYTHONPATH},
        )

    def await_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), self.process.communicate()[1]

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def states(self) -> dict[str, int]:
        said, errors = self.process.communicate(timeout=300)
        assert self.process.returncode == 0, errors
        found: dict[str, int] = json.loads(said)
        return found


def shares(entries: list[Raw], rng: random.Random, folder: Path) -> list[Path]:
    """A file a writer: every entry is in one of them at least, many in several, some twice in one."""
    dealt: list[list[Raw]] = [[] for _ in range(WRITERS)]
    for entry in entries:
        for share in rng.sample(dealt, rng.choice([1, 1, 2, 4])):
            share.extend([entry] * rng.choice([1, 1, 1, 2]))
    paths = []
    for number, share in enumerate(dealt):
        rng.shuffle(share)
        paths.append(folder / f"share{number}.ndjson")
        paths[-1].write_bytes(b"".join(wrapped(entry) + b"\n" for entry in share))
    return paths


@contextmanager
def writers(url: str, paths: list[Path], rng: random.Random) -> Iterator[list[Writer]]:
    """Writers that have all begun; killed where the test fails."""
    sizes = rng.sample(BATCHES, WRITERS)
    started = [Writer(url, path, size) for path, size in zip(paths, sizes, strict=True)]
    try:
        for writer in started:
            writer.await_ready()
        for writer in started:
            writer.go()
        yield started
    finally:
        for writer in started:
            writer.process.kill()
            writer.process.wait()


def digest(connection: psycopg.Connection[object]) -> str:
    found = composition.digest(connection)["openlineage"]
    connection.rollback()
    return found


def check(url: str, entries: list[Raw], counts: list[dict[str, int]]) -> None:
    wanted = reference_digest(entries)
    with psycopg.connect(url) as connection:
        assert digest(connection) == wanted
        ((accepted,),) = connection.execute("select count(*) from core.event").fetchall()
        assert sum(count.get("accepted", 0) for count in counts) == accepted, "each event was accepted by one writer"
        ((deadlocks,),) = connection.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchall()
        assert deadlocks == 0
        composition.rebuild(connection, lambda *_: None)
        assert digest(connection) == wanted, "rebuilt"


def four_writers(url: str, folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    entries = histories(range(seed * 10, seed * 10 + 4), 50)
    with writers(url, shares(entries, rng, folder), rng) as started:
        counts = [writer.states() for writer in started]
    check(url, entries, counts)


@oracle.needs_oracle
def test_four_writers_come_to_the_state_of_the_reference(fresh_database: str, tmp_path: Path) -> None:
    four_writers(fresh_database, tmp_path, 0)


@oracle.needs_oracle
@pytest.mark.deep
@pytest.mark.parametrize("seed", range(10, 40))
def test_four_writers_many_times(fresh_database: str, tmp_path: Path, seed: int) -> None:
    four_writers(fresh_database, tmp_path, seed)


@oracle.needs_oracle
def test_rebuilds_beside_writers_change_nothing(fresh_database: str, tmp_path: Path) -> None:
    """What writers remember between batches must still hold when another process made everything anew meanwhile."""
    rng = random.Random(7)
    entries = histories(range(300, 304), 30)
    with writers(fresh_database, shares(entries, rng, tmp_path), rng) as started:
        with psycopg.connect(fresh_database) as connection:
            rebuilt = 0
            while rebuilt < 3 or (rebuilt < 6 and any(writer.process.poll() is None for writer in started)):
                composition.rebuild(connection, lambda *_: None)
                connection.commit()
                rebuilt += 1
        counts = [writer.states() for writer in started]
    check(fresh_database, entries, counts)


def test_two_that_take_turns_hear_of_each_other(fresh_database: str) -> None:
    """What one remembers of a job's parent and of a dataset's words is no longer so once the other had a turn."""

    def entry(number: int, parent: str, words: str) -> tuple[Entry, Event]:
        above = {"run": {"runId": str(UUID(int=number))}, "job": {"namespace": "n", "name": parent}}
        document = event(number)
        document["run"]["facets"] = {"parent": above}
        document["outputs"][0]["facets"] = {"documentation": {"description": words}}
        raw = canonical(document)
        return Entry(raw, hashlib.sha256(raw).digest(), number), translate(document, 2_000_000_000_000_000)

    with psycopg.connect(fresh_database) as one, psycopg.connect(fresh_database) as other:
        for connection, translator, number, parent, words in zip(
            (one, other, one), (first := OpenLineageTranslator(), OpenLineageTranslator(), first),
            (1, 2, 3), ("a", "b", "a"), ("apples", "pears", "apples"), strict=True,
        ):  # fmt: skip
            translator.apply(connection, [entry(number, parent, words)])
            connection.commit()
        ((parent,),) = one.execute(
            "select p.name from core.job j join core.name n on n.id = j.name join core.name p on p.id = j.parent "
            "where n.name = 'load'"
        ).fetchall()
        texts = one.execute("select to_jsonb(t)::text from core.search_text t").fetchall()
    assert parent == "a"
    assert any("apples" in row[0] for row in texts)
    assert not any("pears" in row[0] for row in texts)
