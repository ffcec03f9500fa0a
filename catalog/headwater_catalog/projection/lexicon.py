"""Names and their ids. Ids are given under the projection lock and never taken back.

Here, and nowhere else, naming rules apply: what an entry spells becomes the id of the name that it means.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.database.arrays import send
from headwater_catalog.facts import Name
from headwater_catalog.names import key_of
from headwater_catalog.naming.held import held
from headwater_catalog.naming.rules import Meant, Naming
from headwater_catalog.projection.meanings import NameKey

Connection = psycopg.Connection[Any]
KIND_WORDS = {DATASET: "dataset", JOB: "job"}
_REMEMBERED = 200_000

# Gives an id to each name that has none, and the ids of all; under the lock, so nobody else adds one meanwhile.
# said: an entry spells it so; once so, always so.
ADD = """
with asked as (
  select * from unnest(%s::uuid[], %s::smallint[], %s::text[], %s::text[], %s::boolean[])
    as t(key, kind, ns, name, said)),
added as (
  insert into core.name as known (key, kind, ns, name, said, retracted)
  select a.*, exists (select from core.retraction t where t."on" and t.target = replace(a.key::text, '-', '')
                      and t.target_kind = case a.kind when 1 then 'dataset' else 'job' end)
  from asked a order by key
  on conflict (key) do update set said = true where excluded.said and not known.said
  returning id, kind, ns, name)
select id, kind, ns, name from added
union select n.id, n.kind, n.ns, n.name from asked join core.name n using (key)
"""

# The names of ids.
SPELL = "select id, kind, ns, name from core.name where id = any(%s::int[])"

# Keeps names as they are spelled where a rule fits them; gives the ids of all.
ALIASES = """
with asked as (
  select * from unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[])
    as t(key, ns, name, target, partition, version, environment)),
added as (
  insert into core.alias (key, ns, name, target, partition, version, environment)
  select * from asked order by key on conflict (key) do nothing returning id, key)
select id, key from added union all select a.id, a.key from asked join core.alias a using (key)
"""


class Placed(NamedTuple):
    """A dataset that some entry spells in a way that speaks of an environment, or of none (None)."""

    target: int
    environment: str | None


class Lexicon:
    """Ids of names, and names of ids; remembers what it has seen. One a projector, not shared between threads."""

    def __init__(self) -> None:
        self.ids: dict[NameKey, int] = {}
        """Name as an entry spells it → id of the name that it means."""
        self.aliases: dict[Name, int] = {}
        """Dataset names that a rule fits → id of their row in core.alias."""
        self.alone: set[int] = set()
        """Names that no fact of identity was found to link."""
        self._placed: set[Placed] = set()
        self._names: dict[int, NameKey] = {}
        self._naming: Naming | None = None

    def outdated(self, connection: Connection) -> bool:
        """Whether other rules hold than those by which ids were given here."""
        return self._naming is not None and held(connection) is not self._naming

    def add(self, connection: Connection, names: Iterable[NameKey]) -> None:
        """Make sure that every name has an id, in the caller's transaction, under the projection lock."""
        new = [name for name in dict.fromkeys(names) if name not in self.ids]
        if new:
            naming = self._rules(connection)
            if naming:
                self._add_meant(connection, new, naming)
            else:
                self.ids.update(self._number(connection, dict.fromkeys(new, True)))

    def _rules(self, connection: Connection) -> Naming:
        if self._naming is None:
            self._naming = held(connection)
        return self._naming

    def _add_meant(self, connection: Connection, new: Sequence[NameKey], naming: Naming) -> None:
        fits = {name: meant for name in new if name[0] == DATASET and (meant := naming.of(name[1:])) is not None}
        said = {name: True for name in new if name not in fits}
        for meant in fits.values():
            said.setdefault((DATASET, *meant.name), False)
        numbers = self._number(connection, said)
        targets = {name[1:]: (numbers[DATASET, *meant.name], meant) for name, meant in fits.items()}
        if targets:
            self.aliases.update(self._alias(connection, targets))
        self.ids.update({name: targets[name[1:]][0] if name in fits else numbers[name] for name in new})
        if naming.environments:
            self._placed |= {Placed(target, meant.environment) for target, meant in targets.values()}
            self._placed |= {Placed(numbers[name], None) for name in new if name not in fits and name[0] == DATASET}

    def _number(self, connection: Connection, said: Mapping[NameKey, bool]) -> dict[NameKey, int]:
        """Ids of names as they are, given where there are none."""
        keys = [key_of(KIND_WORDS[kind], ns, name) for kind, ns, name in said]
        kinds, spaces, names = (list(column) for column in zip(*said, strict=True))
        return self._learn(send(connection, ADD, keys, kinds, spaces, names, list(said.values())).fetchall())

    def _alias(self, connection: Connection, targets: Mapping[Name, tuple[int, Meant]]) -> dict[Name, int]:
        """Keep what names mean; gives the ids of their rows."""
        keys: dict[uuid.UUID, Name] = {key_of("dataset", *name): name for name in targets}
        rows = [(key, *name, targets[name][0], *targets[name][1][1:4]) for key, name in keys.items()]
        found = send(connection, ALIASES, *(list(column) for column in zip(*rows, strict=True))).fetchall()
        return {keys[key]: number for number, key in found}

    def load(self, connection: Connection, ids: Collection[int]) -> None:
        """Make sure that every id can be spelled."""
        unknown = [i for i in set(ids) if i not in self._names]
        if unknown:
            self._learn(send(connection, SPELL, unknown).fetchall())

    def _learn(self, rows: Iterable[tuple[int, int, str, str]]) -> dict[NameKey, int]:
        """Remember how ids are spelled. That is not what the spelling means: rules may make it another name."""
        found = {(kind, ns, name): number for number, kind, ns, name in rows}
        self._names.update({number: name for name, number in found.items()})
        return found

    def take_placed(self, connection: Connection, new: Collection[int]) -> tuple[set[Placed], Collection[int]]:
        """What was learned of environments since the last time, and which of some new datasets may have one."""
        placed, self._placed = self._placed, set()
        return placed, new if new and self._rules(connection).environments else ()

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
        if max(len(self.ids), len(self._names), len(self.alone)) > _REMEMBERED:
            self.forget()

    def forget(self) -> None:
        """Forget all: ids of a transaction that was rolled back mean nothing."""
        self.ids.clear()
        self.aliases.clear()
        self._names.clear()
        self.alone.clear()
