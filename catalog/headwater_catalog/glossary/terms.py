"""The hierarchy of terms: what is narrower than what, however it circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg

MAX_TERMS = 10_000

# The roots of a scheme: its top concepts, and members that name nothing broader which is a member too.
ROOTS: LiteralString = """
select t.key from term t join name n on n.id = t.name and not n.retracted
where t.type = 'concept' and (%(scheme)s::uuid is null or exists (select from term_relation r
    where r.term = t.key and r.kind in ('scheme', 'topConceptOf') and r.other = %(scheme)s))
  and (not exists (select from term_relation b join term up on up.key = b.other
      where b.term = t.key and b.kind = 'broader' and b.other <> t.key)
    or exists (select from term_relation r
      where r.term = t.key and r.kind = 'topConceptOf' and (%(scheme)s::uuid is null or r.other = %(scheme)s)))
order by t.label, t.key limit %(limit)s
"""

# Everything below some terms, each term once, so that circles end; and which of them is below which.
BELOW: LiteralString = """
with recursive walk (key) as (
  select unnest(%(roots)s::uuid[])
  union select r.term from walk w join term_relation r on r.other = w.key and r.kind = 'broader'
), met as materialized (select key from walk limit %(limit)s)
select distinct r.other, t.key, t.label from met join term_relation r on r.other = met.key and r.kind = 'broader'
join term t on t.key = r.term join name n on n.id = t.name and not n.retracted
order by t.label, t.key
"""


class Branch(NamedTuple):
    """A place in the tree. repeated: the term stands further up or was unfolded before, so it ends here."""

    term: UUID
    depth: int
    repeated: bool


async def roots(connection: psycopg.AsyncConnection[Any], scheme: UUID | None = None) -> list[UUID]:
    """Where the tree of a scheme, or of all terms, begins."""
    rows = await (await connection.execute(ROOTS, {"scheme": scheme, "limit": MAX_TERMS})).fetchall()
    return [row[0] for row in rows]


async def tree(connection: psycopg.AsyncConnection[Any], starts: Sequence[UUID], depth: int = 32) -> list[Branch]:
    """The trees below some terms, in the order they are read; each term is unfolded once."""
    rows = await (await connection.execute(BELOW, {"roots": list(starts), "limit": MAX_TERMS})).fetchall()
    below: dict[UUID, list[UUID]] = defaultdict(list)
    for parent, child, _ in rows:
        below[parent].append(child)
    return list(unfold(below, starts, depth))


def unfold(below: Mapping[UUID, Sequence[UUID]], starts: Sequence[UUID], depth: int) -> Iterator[Branch]:
    """Walk the trees; a term that comes again is shown there and not unfolded again. Pure."""
    unfolded: set[UUID] = set()
    waiting = [(term, 0) for term in reversed(starts)]
    while waiting:
        term, level = waiting.pop()
        repeated = term in unfolded
        yield Branch(term, level, repeated)
        if not repeated and level < depth:
            unfolded.add(term)
            waiting.extend((child, level + 1) for child in reversed(below.get(term, ())))
