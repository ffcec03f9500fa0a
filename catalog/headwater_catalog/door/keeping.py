"""What the door keeps of entries that are not taken up: the parked whole, of the rejected the beginning."""

from __future__ import annotations

import traceback
import uuid
import zlib
from collections.abc import Sequence
from pathlib import PurePath

import psycopg
from psycopg.types.json import Jsonb

from headwater_catalog.door.reading import Prepared, Rejection

REJECTED_QUOTA = 10_000


# Parked again: the earliest receipt stays. An entry that was accepted by another way meanwhile stays accepted.
PARK = """
insert into core.entry as known (hash, received, kind, h, state, problem, body)
values (%s, %s, %s, %s, 'parked', %s, %s)
on conflict (hash) do update set received = least(known.received, excluded.received)
"""

# One row for equal bytes, however often they come.
REJECT = """
insert into core.rejected as known (hash, received, code, sentence, remedy, length, times, head)
select * from unnest(
  %s::bytea[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::int[], %s::bytea[])
on conflict (hash) do update set
  received = greatest(known.received, excluded.received), times = known.times + excluded.times
"""

# The newest stay. By id, since the index is there; a row that comes again keeps its place.
TRIM = """
delete from core.rejected where id <= (select id from core.rejected order by id desc offset %s limit 1)
"""


def park(connection: psycopg.Connection, work: Prepared, error: Exception) -> None:
    """Keep an entry that made us fail, with what failed and where; a later version may take it up."""
    problem = {
        "type": type(error).__name__,
        "message": str(error)[:2000].replace("\0", "\ufffd"),
        "place": _place(error),
    }
    entry = work.entry
    body = zlib.compress(entry.body, 1)
    h = uuid.UUID(bytes=work.id[:16])
    connection.execute(PARK, (entry.hash, entry.received, work.translator.kind, h, Jsonb(problem), body))


def reject(connection: psycopg.Connection, batch: Sequence[Rejection]) -> None:
    """Keep the beginnings of what was rejected, never more rows than the quota."""
    folded: dict[bytes, tuple[Rejection, int]] = {}
    for one in batch:
        folded[one.hash] = (one, folded.get(one.hash, (one, 0))[1] + 1)
    rows = [
        (one.hash, one.received, one.ack.code, one.ack.sentence, one.ack.remedy, one.length, times, one.head)
        for one, times in sorted(folded.values(), key=lambda pair: pair[0].hash)
    ]
    # Writers in other processes count too: the quota holds for all of them.
    connection.execute("lock table core.rejected in share row exclusive mode")
    connection.execute(REJECT, [list(column) for column in zip(*rows, strict=True)])
    connection.execute(TRIM, (REJECTED_QUOTA,))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
