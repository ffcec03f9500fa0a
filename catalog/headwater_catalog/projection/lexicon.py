"""Names and their ids. Ids are given under the projection lock and never taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import psycopg

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.database.arrays import send
from headwater_catalog.names import key_of
from headwater_catalog.projection.meanings import NameKey

Connection = psycopg.Connection[Any]
KIND_WORDS = {DATASET: "dataset", JOB: "job"}
_REMEMBERED = 200_000

# Gives an id to each name that has none, and the ids of all; under the lock, so nobody else adds one meanwhile.
ADD = """
with asked as (select * from unnest(%s::uuid[], %s::smallint[], %s::text[], %s::text[]) as t(key, kind, ns, name)),
added as (
  insert into core.name (key, kind, ns, name, retracted)
  select a.*, exists (select from core.retraction t where t."on" and t.target = replace(a.key::text, '-', '')
                      and t.target_kind = case a.kind when 1 then 'dataset' else 'job' end)
  from asked a order by key on conflict (key) do nothing returning id, kind, ns, name)
select id, kind, ns, name from added
union all select n.id, n.kind, n.ns, n.name from asked join core.name n using (key)
"""

# The names of ids.
SPELL = "select id, kind, ns, name from core.name where id = any(%s::int[])"


class Lexicon:
    """Ids of names, and names of ids; remembers what it has seen. One a projector, not shared between threads."""

    def __init__(self) -> None:
        self.ids: dict[NameKey, int] = {}
        self._names: dict[int, NameKey] = {}
        self.alone: set[int] = set()
        """Names that no fact of identity was found to link."""

    def add(self, connection: Connection, names: Iterable[NameKey]) -> None:
        """Make sure that every name has an id, in the caller's transaction, under the projection lock."""
        new = [name for name in dict.fromkeys(names) if name not in self.ids]
        if new:
            keys = [key_of(KIND_WORDS[kind], ns, name) for kind, ns, name in new]
            rows = send(connection, ADD, keys, [n[0] for n in new], [n[1] for n in new], [n[2] for n in new])
            self._learn(rows.fetchall())

    def load(self, connection: Connection, ids: Collection[int]) -> None:
        """Make sure that every id can be spelled."""
        unknown = [i for i in set(ids) if i not in self._names]
        if unknown:
            self._learn(send(connection, SPELL, unknown).fetchall())

    def _learn(self, rows: Iterable[tuple[int, int, str, str]]) -> None:
        for number, kind, ns, name in rows:
            self.ids[kind, ns, name] = number
            self._names[number] = (kind, ns, name)

    def spell(self, number: int) -> tuple[str, str]:
        """(namespace, name) of an id that was added or loaded; KeyError else."""
        _, ns, name = self._names[number]
        return ns, name

    def spelled(self) -> Iterable[tuple[int, NameKey]]:
        """Every name that is known here, by id."""
        return self._names.items()

    def is_job(self, number: int) -> bool:
        """Whether the id is that of a job."""
        return self._names[number][0] == JOB

    def trim(self) -> None:
        """Forget all where too much is remembered; only between batches."""
        if max(len(self.ids), len(self.alone)) > _REMEMBERED:
            self.forget()

    def forget(self) -> None:
        """Forget all: ids of a transaction that was rolled back mean nothing."""
        self.ids.clear()
        self._names.clear()
        self.alone.clear()
