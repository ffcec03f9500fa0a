"""Loads what is known of linked names, and keeps core.dataset: which names exist, and which node each is."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from headwater_catalog.database.arrays import send
from headwater_catalog.projection.identity import Identity, LinkFact, Rename
from headwater_catalog.projection.lexicon import Lexicon
from headwater_catalog.projection.told import LAST, Stamp

Connection = psycopg.Connection[Any]
_REMEMBERED = 200_000

# The linked ones among some names, with every name that facts of identity ever put together with them.
CLOSURE = """
with recursive c(name) as (
  select id from core.name where id = any(%s::int[]) and linked
  union select k.other from c join core.kin k on k.name = c.name)
select name from c
"""

# Renames among some names.
RENAMES = """
select s, h, previous, name from process.lifecycle
where change = 'RENAME' and previous <> name and (name = any(%s::int[]) or previous = any(%s::int[]))
"""

# The last symlinks facet of each name that was never renamed; all of them of the others; all edits of identity.
LINKS = """
select l.name, l.s, l.h, l.idx, l.verb, l.others from core.link l
where l.name = any(%s::int[]) and (l.verb > 1 or l.name = any(%s::int[]))
union all
select l.name, l.s, l.h, l.idx, l.verb, l.others from unnest(%s::int[]) as n(name), lateral (
  select * from core.link l where l.name = n.name and l.verb = 1 order by l.s desc, l.h desc, l.idx desc limit 1) l
"""

# Which of some names any event lists.
LISTED = """
select n.name from unnest(%s::int[]) as n(name) where exists (select from core.mention m where m.name = n.name)
"""

# Every moment at which events list some names.
MOMENTS = "select name, s, h from core.mention where name = any(%s::int[])"

# Every moment at which tellers read some names: the end of the run, or the event itself.
READINGS = """
select m.name, coalesce(r.at_s, e.s), coalesce(r.at_h, e.h) from core.mention m join core.event e on e.seq = m.event
left join process.run r on r.id = e.run where m.name = any(%s::int[])
union
select f.name, coalesce(r.at_s, e.s), coalesce(r.at_h, e.h) from core.reference f
left join process.run r on r.id = f.teller left join core.event e on e.seq = -f.teller where f.name = any(%s::int[])
"""

STORED = "select name, node, own from core.dataset where name = any(%s::int[])"

# Which of some names anybody lists or names.
SPOKEN_OF = """
select n.name from unnest(%s::int[]) as n(name)
where exists (select from core.mention m where m.name = n.name)
   or exists (select from core.reference f where f.name = n.name)
"""

PUT = """
insert into core.dataset as d (name, node, own) select * from unnest(%s::int[], %s::int[], %s::boolean[])
on conflict (name) do update set node = excluded.node, own = excluded.own
where (d.node, d.own) is distinct from (excluded.node, excluded.own)
returning name, xmax = 0
"""

# Names without kin: they exist from now on; listed once, listed for ever.
MEET = """
insert into core.dataset as d (name, node, own)
select name, name, own from unnest(%s::int[], %s::boolean[]) as t(name, own)
on conflict (name) do update set own = true where excluded.own and not d.own
returning name, xmax = 0
"""

# A node is taken back where any name is that means it now, whatever names it had when it was.
TAKEN_BACK = """
select n.id from core.name n join core.retraction t
  on t.target_kind = 'dataset' and t.target = replace(n.key::text, '-', '') and t."on"
where n.id = any(%s::int[])
"""
MARK = """
update core.name n set retracted = n.id = any(%s::int[])
where n.id = any(%s::int[]) and n.retracted <> (n.id = any(%s::int[]))
"""

GONE = "delete from core.dataset where name = any(%s::int[]) returning name"


@dataclass(slots=True)
class Kin:
    """Linked names: the closure that was loaded, their identity, their rows as stored before."""

    names: set[int]
    identity: Identity
    own: set[int]
    stored: dict[int, tuple[int, bool]] = field(default_factory=dict)

    @property
    def moved(self) -> set[int]:
        """Names whose node is another one than the stored."""
        identity = self.identity
        return {name for name, (node, _) in self.stored.items() if identity.representative(name) != node}


class Kinship:
    """Reads and keeps the identity of names. One a projector."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._listed: set[int] = set()

    def forget(self) -> None:
        """Forget which names exist and which have no kin: others may have changed that."""
        self._listed.clear()
        self.lexicon.alone.clear()

    def closure(self, connection: Connection, names: Iterable[int]) -> set[int]:
        """The linked names among some, with all their kin; empty in the common case."""
        asked = sorted(set(names) - self.lexicon.alone)
        if not asked:
            return set()
        linked = {row[0] for row in send(connection, CLOSURE, asked).fetchall()}
        self.lexicon.alone |= set(asked) - linked
        return linked

    def load(self, connection: Connection, names: set[int]) -> Kin:
        """The identity of a closure of names."""
        if not names:
            return Kin(set(), Identity((), (), self.lexicon.spell), set())
        listed = sorted(names)
        self.lexicon.load(connection, listed)
        rows = send(connection, RENAMES, listed, listed).fetchall()
        renames = [Rename((s, h), old, new) for s, h, old, new in rows]
        renamed = sorted({r.old for r in renames})
        plain = sorted(names - set(renamed))
        facts = send(connection, LINKS, listed, renamed, plain).fetchall()
        links = [LinkFact(n, (s, h, i), verb, tuple((o, t) for o, t in others)) for n, s, h, i, verb, others in facts]
        identity = Identity(renames, links, self.lexicon.spell)
        own = self._own(connection, identity, renamed, plain)
        identity.settle(own.__contains__)
        stored = {name: (node, own) for name, node, own in send(connection, STORED, listed).fetchall()}
        return Kin(names, identity, own, stored)

    def _own(self, connection: Connection, identity: Identity, renamed: list[int], plain: list[int]) -> set[int]:
        own = {row[0] for row in send(connection, LISTED, plain).fetchall()}
        if renamed:
            moments: list[tuple[int, int, uuid.UUID]] = send(connection, MOMENTS, renamed).fetchall()
            own |= {identity.resolve(name, (s, h)) for name, s, h in moments}
        return own

    def keep(self, connection: Connection, kin: Kin) -> set[int]:
        """Store which names of a closure exist, with their nodes; gives the names that are new."""
        if not kin.names:
            return set()
        listed = sorted(kin.names)
        self._listed -= kin.names
        existing = kin.own | kin.identity.group.keys()
        if kin.identity.renamed:
            moments: list[tuple[int, int, uuid.UUID]] = send(connection, READINGS, listed, listed).fetchall()
            existing |= {kin.identity.resolve(name, (s, h)) for name, s, h in moments}
        else:
            existing |= {row[0] for row in send(connection, SPOKEN_OF, listed).fetchall()}
        gone = sorted(kin.stored.keys() - existing)
        if gone:
            send(connection, GONE, gone)
        ordered = sorted(existing)
        nodes = [kin.identity.representative(name) for name in ordered]
        rows = send(connection, PUT, ordered, nodes, [name in kin.own for name in ordered]).fetchall()
        self.mark(connection, kin)
        return {name for name, new in rows if new}

    @staticmethod
    def mark(connection: Connection, kin: Kin) -> None:
        """Mark the nodes of a closure that are taken back, and no other name of it."""
        listed = sorted(kin.names)
        taken = {kin.identity.node(row[0], LAST) for row in send(connection, TAKEN_BACK, listed).fetchall()}
        send(connection, MARK, sorted(taken), sorted({*listed, *taken}), sorted(taken))

    def meet(self, connection: Connection, listed: Collection[int], named: Collection[int]) -> set[int]:
        """Names without kin exist once they are listed or named; gives those that are new.

        Most were listed before, and nothing more can become of them: they are remembered.
        """
        ordered = sorted({*listed, *named} - self._listed)
        if not ordered:
            return set()
        if len(self._listed) > _REMEMBERED:
            self._listed.clear()
        self._listed |= set(listed)
        rows = send(connection, MEET, ordered, [name in listed for name in ordered]).fetchall()
        return {name for name, new in rows if new}

    def recheck(self, connection: Connection, names: Collection[int]) -> None:
        """Names without kin of which something was taken away: still listed, still named, or gone."""
        asked = sorted(names)
        if not asked:
            return
        self._listed.difference_update(asked)
        spoken = {row[0] for row in send(connection, SPOKEN_OF, asked).fetchall()}
        listed = {row[0] for row in send(connection, LISTED, asked).fetchall()}
        send(connection, GONE, sorted(set(asked) - spoken))
        ordered = sorted(spoken)
        send(connection, PUT, ordered, ordered, [name in listed for name in ordered])


def at(stamp: Stamp | None) -> tuple[int | None, uuid.UUID | None]:
    """The two columns of a stamp that may be missing."""
    return stamp or (None, None)
