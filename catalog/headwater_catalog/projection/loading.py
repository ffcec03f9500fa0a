"""How far loaders came and which files landed and were loaded: rows of what tellers said. docs/decisions/0005."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import psycopg

from headwater_catalog.codes import RUN_ABORT, RUN_COMPLETE, RUN_FAIL
from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.facts import INPUT, JOB_EVENT, File, Files, Name
from headwater_catalog.names import key_of, path_below, path_within
from headwater_catalog.projection.meanings import BoundMarks, Meanings
from headwater_catalog.projection.tellers import Tale
from headwater_catalog.projection.told import Listing, Stamp, Told
from headwater_catalog.reading.rows import FileRow, MarkRow

Connection = psycopg.Connection[Any]
MARKS, FILES = "headwater_watermark", "headwater_landing_files"
LANDED, LOADED = 1, 2
NO_VERSION = uuid.UUID(int=0)
FILE_COLUMNS = 12
_FAILED = (RUN_FAIL, RUN_ABORT)

# Names as entries spell them, where a naming rule makes them others.
SPELLED = "select id, ns, name from core.alias where id = any(%s::int[])"
UNMARK = "delete from process.watermark where run = any(%s::int[])"
MARK = """
insert into process.watermark (job, name, s, h, run, value, type, field)
select * from unnest(%s::int[], %s::int[], %s::bigint[], %s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[])
"""
# Rows of files in place of those that tellers had: a job that lands for months tells of all its files with each event,
# and those that stand are left alone.
FILE = """
with said as materialized (
  select * from unnest(%s::bigint[], %s::int[], %s::smallint[], %s::uuid[], %s::uuid[], %s::text[], %s::bigint[],
    %s::uuid[], %s::int[], %s::smallint[], %s::bigint[], %s::text[])
    as t(teller, name, side, file, version, path, s, h, job, state, at, body)),
gone as (
  delete from process.landing_file f where f.teller = any(%s::bigint[]) and not exists (
    select from said where (said.teller, said.name, said.side, said.file, said.version)
      = (f.teller, f.name, f.side, f.file, f.version)))
insert into process.landing_file as f (teller, name, side, file, version, path, s, h, job, state, at, body)
select * from said on conflict (teller, name, side, file, version) do update
set s = excluded.s, h = excluded.h, job = excluded.job, state = excluded.state, at = excluded.at, body = excluded.body
where (f.s, f.h, f.job, f.state, f.at, f.body)
  is distinct from (excluded.s, excluded.h, excluded.job, excluded.state, excluded.at, excluded.body)
"""


def speaks(tale: Tale) -> bool:
    """Whether an event of a teller carries one of the two facets; hardly any does."""
    return any(
        MARKS in e.run_facets
        or any(FILES in facets for one in e.listings for facets in (one.facets, one.input_facets, one.output_facets))
        for e in tale.events
    )


def marks_of(tale: Tale, meanings: Meanings) -> Iterator[MarkRow]:
    """How far a confirmed run says that its job came: the last facet of its events."""
    run = tale.run
    if run is None or not run.confirmed:
        return
    last = next((e.run_facets for e in reversed(tale.events) if MARKS in e.run_facets and not e.future), {})
    said = meanings.get("run/", last, MARKS)
    if isinstance(said, BoundMarks):
        for mark in said.marks:
            yield MarkRow(run.job, mark.name, run.at, tale.teller, mark.value, mark.type, mark.field)


def spelled(connection: Connection, tales: Sequence[Tale]) -> dict[int, Name]:
    """How events spell the folders of tales where a naming rule makes them others, by the ids of their aliases."""
    ids = {one.alias for tale in tales for e in tale.events for one in e.listings if one.alias is not None}
    rows = send(connection, SPELLED, sorted(ids)).fetchall() if ids else ()
    return {number: (namespace, name) for number, namespace, name in rows}


def files_of(
    tale: Tale, meanings: Meanings, spell: Callable[[int], Name], aliases: Mapping[int, Name]
) -> Iterator[FileRow]:
    """Files that a teller says landed, unless it is a run that failed; and those that a run which ended has loaded.

    aliases: as `spelled` gives them.
    """
    run = tale.run
    found: dict[tuple[int, int, uuid.UUID, uuid.UUID], FileRow] = {}
    for e in tale.events:
        if e.kind == JOB_EVENT or e.future:
            continue
        for listing, side, file in _told(e, meanings):
            if side == LOADED:
                if run is None or run.state not in (RUN_COMPLETE, *_FAILED):
                    continue
                stamp: Stamp = run.at
            elif run and run.state in _FAILED:
                continue
            else:
                stamp = e.stamp
            name, meant = listing.name, spell(listing.name)
            path = (
                path_below(file.path, *meant)
                if listing.alias is None
                else path_within(file.path, aliases[listing.alias], meant)
            )
            key = key_of("file", path), key_of("version", file.version) if file.version else NO_VERSION
            # Sorted by stamp: a file landed when it was told first.
            row = FileRow(tale.teller, name, side, *key, path, stamp, *_by(tale), file.at, file.body)
            found.setdefault((name, side, *key), row)
    yield from found.values()


def _told(event: Told, meanings: Meanings) -> Iterator[tuple[Listing, int, File]]:
    """(folder, side, file) of an event."""
    for one in event.listings:
        side = LOADED if one.side == INPUT else LANDED
        places = (("dataset/", one.facets), ("input/", one.input_facets), ("output/", one.output_facets))
        for place, facets in places:
            said = meanings.get(place, facets, FILES)
            if isinstance(said, Files):
                for file in said.files:
                    yield one, side, file


def _by(tale: Tale) -> tuple[int | None, int | None]:
    return (tale.run.job, tale.run.state) if tale.run else (None, None)


def store(
    connection: Connection,
    tales: Sequence[Tale],
    known: Collection[int],
    meanings: Meanings,
    spell: Callable[[int], Name],
) -> None:
    """Replace the rows of known tellers, and store those of tales."""
    if known:
        send(connection, UNMARK, sorted(teller for teller in known if teller > 0))
    marks = [row for tale in tales for row in marks_of(tale, meanings)]
    send_rows(connection, MARK, [(*row[:2], *row.stamp, *row[3:]) for row in marks])
    aliases = spelled(connection, tales)
    files = [(*row[:6], *row.stamp, *row[7:]) for tale in tales for row in files_of(tale, meanings, spell, aliases)]
    if known or files:
        columns = list(zip(*files, strict=True)) or [()] * FILE_COLUMNS
        send(connection, FILE, *columns, sorted(known))
