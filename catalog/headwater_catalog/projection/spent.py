"""Which events of a run still count: a run that tells for months is not read whole. docs/decisions/0008."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import psycopg

from headwater_catalog.database.arrays import send
from headwater_catalog.projection.told import COLUMNS, Facets, Told, decode

Connection = psycopg.Connection[Any]
ENOUGH = 32
"""So many events of a run are read without looking which of them count."""
UNITED = frozenset({"lineage", "headwater_landing_files"})
"""Facets of which every value counts, not the last alone: of each value the first event is kept."""
ORDERED = "lifecycleStateChange"
"""Of names that mean one dataset, the change counts of the one that came to speak last: its first is kept too."""

_PREFIXED = ", ".join("e." + column for column in COLUMNS.split(", "))
# The events of runs that count, all of them where a run has no list; and how many others each run has.
COUNTING = f"""
select coalesce(r.events - cardinality(r.needed), 0), {_PREFIXED}
from unnest(%s::int[]) as a(id) join process.run r on r.id = a.id cross join lateral (
  select * from core.event e where r.needed is null and e.run = r.id
  union all select * from core.event e where e.seq = any(r.needed)) e
where not e.retracted
"""  # noqa: S608 - constants


def counting(connection: Connection, runs: Collection[int]) -> tuple[list[Told], dict[int, int]]:
    """The stored events of runs that count, and run → how many others it has."""
    rows = send(connection, COUNTING, sorted(runs)).fetchall() if runs else []
    told = [decode(tuple(row)) for _, *row in rows]
    return told, {e.run or 0: spent for e, (spent, *_) in zip(told, rows, strict=True) if spent}


def needed(events: Sequence[Told]) -> list[Told]:
    """Those of a run's events, sorted by stamp, from which all follows that follows from all of them.

    Also together with any events that come later, of whatever time: what is derived is made of greatest and least
    stamps and of unions, and of each of them the event is kept that decides it (SEMANTICS §3, §6, §7, §10, §11).
    Only where an event leaves or gets another stamp do the others count again.
    """
    first: dict[object, int] = {}
    last: dict[object, int] = {}
    for e in events:
        first.setdefault((e.future, e.type), e.seq)
        last[e.future, e.type] = e.seq
        first.setdefault(e.job, e.seq)
        for fact, digest in _facts(e):
            last[fact] = e.seq
            if fact[-1] == ORDERED:
                first.setdefault(fact, e.seq)
            if fact[-1] in UNITED:
                first.setdefault((e.future, fact, digest), e.seq)
    kept = {*first.values(), *last.values()}
    return [e for e in events if e.seq in kept]


Fact = tuple[str, int, int, str]
"""(place, side, name, facet): a register of the run, or of a name on one side of it; facet "": it is listed there."""


def _facts(event: Told) -> Iterator[tuple[Fact, bytes]]:
    """The registers that an event writes, each with its value."""
    yield from _registers("run/", 0, 0, event.run_facets)
    yield from _registers("job/", 0, 0, event.job_facets)
    for one in event.listings:
        spelled = "" if one.alias is None else f"{one.alias}/"  # files are told within the folder as it is spelled
        yield (spelled, one.side, one.name, ""), b""
        yield from _registers(spelled + "dataset/", one.side, one.name, one.facets)
        yield from _registers(spelled + "input/", one.side, one.name, one.input_facets)
        yield from _registers(spelled + "output/", one.side, one.name, one.output_facets)


def _registers(place: str, side: int, name: int, facets: Facets) -> Iterable[tuple[Fact, bytes]]:
    return (((place, side, name, facet), digest) for facet, digest in facets.items())
