"""What an event costs does not grow with the number of those of the same run, job or dataset: ratios, no times."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from statistics import median

import pytest
from projected import Catalog, Raw
from telling import Event, columns, declared, run, schema, source, table, told

from headwater_catalog.times import show

BEGAN, SECOND = 1_714_500_000_000_000, 1_000_000
FEW, ROUNDS, SIZE = 1_000, 5, 100
MOST = 2.0
"""How many times as dear an event may be: what grows with all of them is five times as dear at five times as many."""

READ = ["a", "b", table("c", **schema("x", "y"))]
MADE = columns(**{f"f{n}": "a.x" for n in range(20)})


def streaming(at: str, number: int) -> Event:
    """A run that tells each second how far it came, and sometimes what nobody says again."""
    more = {"once": {"v": 1}} if number == 7 else {}
    rows = {"outputStatistics": {"rowCount": number}}
    out = table("out", outputFacets=rows, **MADE, **schema("x", "y"))
    return run(1, at, "RUNNING" if number else "START", reads=READ, writes=[out], progress={"n": number}, **more)


def declaring(at: str, number: int) -> Event:
    """A job whose definition is told again and again."""
    return declared(at, "view", READ, ["out", f"out{number % 3}"])


def crawled(at: str, number: int) -> Event:
    """A dataset whose structure is told again and again."""
    return told(at, "view", columnLineage={"fields": {}, "dataset": [source(f"a{number % 3}.x")]}, **schema("x"))


KINDS: dict[str, Callable[[str, int], Event]] = {"run": streaming, "job": declaring, "dataset": crawled}


def entries(kind: str, start: int, count: int) -> list[Raw]:
    """So many events of a kind, a second apart."""
    moments = [BEGAN + number * SECOND for number in range(start, start + count)]
    return [
        (json.dumps(KINDS[kind](show(at), number)).encode(), at + SECOND) for number, at in enumerate(moments, start)
    ]


def cost(catalog: Catalog, kind: str, start: int) -> float:
    """Processor time that a batch costs here, the least disturbed: what is read is also decoded."""
    found = []
    for number in range(ROUNDS):
        batch = entries(kind, start + number * SIZE, SIZE)
        gc.collect()
        began = time.process_time()
        catalog.ingest(batch)
        found.append(time.process_time() - began)
    return median(found)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "many", [pytest.param(5_000, marks=pytest.mark.slow), pytest.param(50_000, marks=pytest.mark.deep)]
)
def test_an_event_costs_the_same_among_few_and_among_many(catalog: Catalog, kind: str, many: int) -> None:
    catalog.ingest(entries(kind, 0, FEW), 100)
    few = cost(catalog, kind, FEW)
    done = FEW + ROUNDS * SIZE
    catalog.ingest(entries(kind, done, many - done), 500)
    ratio = cost(catalog, kind, many) / few
    assert ratio < MOST, f"{many:,} events of one {kind}: {ratio:.1f} times as dear as {FEW:,}"


def test_a_long_run_keeps_the_few_events_that_count(catalog: Catalog) -> None:
    catalog.ingest(entries("run", 0, 500), 10)
    [(events, needed)] = catalog.connection.execute("select events, needed from process.run").fetchall()
    assert events == 500
    assert len(needed) <= 32
    numbers = catalog.connection.execute(
        "select e.s, e.type from core.event e where e.seq = any(%s) order by e.s", (needed,)
    ).fetchall()
    assert numbers[0][1] == 1  # its START is among them, however long ago
    assert "once" in {facet[0] for facet in catalog.document()["runs"][0]["facets"]}
