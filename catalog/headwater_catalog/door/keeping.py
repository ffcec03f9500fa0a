"""What the door keeps of entries that are not taken up: the parked whole, of the rejected the beginning."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Sequence

import psycopg

from headwater_catalog.door.reading import Prepared
from headwater_catalog.door.refusing import Rejection
from headwater_catalog.log import problem_of

REJECTED_QUOTA = 10_000


# Parked again: the earliest receipt stays, with the latest reason. An entry that was accepted by another way meanwhile
# stays accepted.
PARK = """
insert into core.entry as known (hash, received, kind, h, state, problem, body)
values (%s, %s, %s, %s, 'parked', %s, %s)
on conflict (hash) do update set received = least(known.received, excluded.received),
  problem = case known.state when 'parked' then excluded.problem else known.problem end
"""

# One row for equal bytes, however often they come; what all of their senders may do.
REJECT = """
insert into core.rejected as known
  (hash, received, code, sentence, remedy, place, length, times, head, whole, rights)
select * from unnest(%s::bytea[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
  %s::bigint[], %s::int[], %s::bytea[], %s::bool[], %s::smallint[])
on conflict (hash) do update set
  received = greatest(known.received, excluded.received), times = known.times + excluded.times,
  code = excluded.code, sentence = excluded.sentence, remedy = excluded.remedy, place = excluded.place,
  whole = known.whole and excluded.whole, rights = known.rights & excluded.rights
"""

# Replayed, and rejected again: by what is said of it now. It did not come once more.
EXPLAIN = """
update core.rejected r set code = now.code, sentence = now.sentence, remedy = now.remedy, place = now.place
from unnest(%s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[]) now(hash, code, sentence, remedy, place)
where r.hash = now.hash
"""

# What was rejected and is in the log now.
LEAVE = "delete from core.rejected where hash = any(%s::bytea[])"

# What somebody wants to see no more: by their hashes, or all (of a code).
FORGET = """
delete from core.rejected
where (%(hashes)s::bytea[] is null or hash = any(%(hashes)s)) and (%(code)s::text is null or code = %(code)s)
returning hash
"""

# The newest stay. By id, since the index is there; a row that comes again keeps its place.
TRIM = """
delete from core.rejected where id <= (select id from core.rejected order by id desc offset %s limit 1)
"""


def park(connection: psycopg.Connection, work: Prepared, error: Exception) -> None:
    """Keep an entry that made us fail, with what failed and where; a later version may take it up."""
    entry = work.entry
    body = zlib.compress(entry.body, 1)
    h = uuid.UUID(bytes=work.id[:16])
    problem = problem_of(error, len(entry.body))
    connection.execute(PARK, (entry.hash, entry.received, work.translator.kind, h, problem, body))
    leave(connection, [work])


def reject(connection: psycopg.Connection, batch: Sequence[Rejection]) -> None:
    """Keep the beginnings of what was rejected, never more rows than the quota."""
    folded: dict[bytes, tuple[Rejection, int]] = {}
    for one in batch:
        folded[one.hash] = (one, folded.get(one.hash, (one, 0))[1] + 1)
    rows = [
        (one.hash, one.received, *_said(one), one.length, times, one.head, one.whole, one.rights.bits)
        for one, times in sorted(folded.values(), key=lambda pair: pair[0].hash)
    ]
    # Writers in other processes count too: the quota holds for all of them.
    connection.execute("lock table core.rejected in share row exclusive mode")
    connection.execute(REJECT, [list(column) for column in zip(*rows, strict=True)])
    connection.execute(TRIM, (REJECTED_QUOTA,))


def explain(connection: psycopg.Connection, batch: Sequence[Rejection]) -> None:
    """Say anew why replayed entries stay out."""
    rows = [(one.hash, *_said(one)) for one in sorted(batch, key=lambda one: one.hash)]
    connection.execute(EXPLAIN, [list(column) for column in zip(*rows, strict=True)])


def leave(connection: psycopg.Connection, batch: Sequence[Prepared]) -> None:
    """Forget the rejections of entries that are in the log now."""
    gone = sorted(one.rejected for one in batch if one.rejected is not None)
    if gone:
        connection.execute(LEAVE, (gone,))


def forget(connection: psycopg.Connection, hashes: Sequence[bytes] | None, code: str | None = None) -> set[bytes]:
    """Take away what is kept of rejected entries: these, or all (None), of a code; gives the hashes of those.

    The log and what was derived from it know nothing of them, so nothing else changes.
    """
    connection.execute("lock table core.rejected in share row exclusive mode")  # as `reject`: no two in turns
    return {row[0] for row in connection.execute(FORGET, {"hashes": hashes and list(hashes), "code": code})}


def _said(one: Rejection) -> tuple[str, str, str, str]:
    return one.ack.code, one.ack.sentence, one.ack.remedy, one.ack.place
