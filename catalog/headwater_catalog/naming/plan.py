"""What another rule set would do: which names would mean one, which would part, found out over all names there are."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.naming.held import held_ahead
from headwater_catalog.naming.rules import Meant, Name, Naming

MOST_NAMES: Final = 300_000
"""Names that a plan is made of: it is made in memory."""
MOST_LOOKS: Final = 10_000_000
"""Times that a rule may be held against a name: half a minute."""
EXAMPLES: Final = 5
_PAGE = 5_000

# Names of datasets as entries spell them, page by page: those that no rule fits, and those that one does.
SPELLED: tuple[LiteralString, ...] = (
    "select id, ns, name from core.name where kind = 1 and said and id > %s order by id limit %s",
    "select id, ns, name from core.alias where id > %s order by id limit %s",
)

# Those of which only people spoke, perhaps: of datasets, fields, both ends of edges.
SPOKEN_OF: LiteralString = """
select key, parts from domain.subject where kind in ('dataset', 'field', 'edge') and key > %s order by key limit %s
"""
# Every name that could mean another thing, page by page; each with what lies before its first page.
PAGES: tuple[tuple[LiteralString, object], ...] = (*((statement, 0) for statement in SPELLED), (SPOKEN_OF, UUID(int=0)))
ENTRIES: LiteralString = "select count(*) from core.entry where body is not null"


@dataclass(frozen=True, slots=True)
class Group:
    """A dataset and the names that become it, or that it becomes; examples: the first of them. count: of all."""

    name: Name
    count: int
    examples: list[Name]


@dataclass(frozen=True, slots=True)
class Partitions:
    """The partitions that rules find of a dataset."""

    name: Name
    count: int
    examples: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be otherwise under other rules. Lists are cut off at what was asked for, numbers are of all.

    names: as events and edits spell them, each once; changed: whose meaning would be another.
    merged: datasets that several become; split: datasets that become several; renamed: one to one,
    (before, after). unused: rules that fit nothing, from 1.
    again: names that a rule makes and that another rule fits: what it makes is not given to the rules again.
    entries: of the log, which all are derived anew if anything changes.
    """

    names: int
    changed: int
    entries: int
    merged: list[Group]
    merged_count: int
    split: list[Group]
    split_count: int
    renamed: list[tuple[Name, Name]]
    renamed_count: int
    partitions: list[Partitions]
    partitioned_count: int
    environments: dict[str, int]
    unused: list[int]
    again: list[tuple[Name, Name]]


class Comparison:
    """Two rule sets side by side, over the names that are added; in memory, a few hundred bytes a name."""

    def __init__(self, before: Naming, after: Naming) -> None:
        self._before, self._after = before, after
        self.names = self.changed = 0
        self._from: dict[Name, dict[Name, None]] = defaultdict(dict)
        self._into: dict[Name, dict[Name, None]] = defaultdict(dict)
        self._partitions: dict[Name, dict[str, None]] = defaultdict(dict)
        self._environments: Counter[str] = Counter()
        self._fits: set[int] = set()
        self._seen: set[Name] = set()
        self._made: set[Name] = set()

    @property
    def looks(self) -> int:
        """How often a rule may have been held against a name."""
        return self.names * (len(self._before.rules) + len(self._after.rules))

    def add(self, names: Iterable[Name]) -> None:
        """Look at names, each once: people speak of those that events spell."""
        for name in names:
            if name in self._seen:
                continue
            self._seen.add(name)
            old, new = self._before.of(name), self._after.of(name)
            was, becomes = (old.name if old else name), (new.name if new else name)
            self.names += 1
            self.changed += differs(name, old, new)
            self._from[becomes][was] = None
            self._into[was][becomes] = None
            if new:
                self._fits.add(new.place)
                self._made |= {becomes} - {name}
                self._environments.update([new.environment] if new.environment else [])
                if new.partition:
                    self._partitions[becomes][new.partition] = None

    def plan(self, entries: int, first: int) -> Plan:
        """What was found, lists cut off at `first`."""
        merged = {name: list(sources) for name, sources in self._from.items() if len(sources) > 1}
        split = {name: list(targets) for name, targets in self._into.items() if len(targets) > 1}
        renamed = list(self._renamed(merged, split))
        again = [(name, meant) for name in self._made if (meant := self._after.name(name)) != name]
        return Plan(
            names=self.names,
            changed=self.changed,
            entries=entries,
            merged=_largest(merged, first),
            merged_count=len(merged),
            split=_largest(split, first),
            split_count=len(split),
            renamed=sorted(renamed)[:first],
            renamed_count=len(renamed),
            partitions=[
                Partitions(group.name, group.count, sorted(self._partitions[group.name])[-EXAMPLES:])
                for group in _largest({name: list(found) for name, found in self._partitions.items()}, first)
            ],
            partitioned_count=len(self._partitions),
            environments=dict(sorted(self._environments.items())),
            unused=[place + 1 for place in range(len(self._after.rules)) if place not in self._fits],
            again=sorted(again)[:first],
        )

    def _renamed(self, merged: Mapping[Name, object], split: Mapping[Name, object]) -> Iterator[tuple[Name, Name]]:
        for becomes, sources in self._from.items():
            was = next(iter(sources))
            if becomes != was and becomes not in merged and was not in split:
                yield was, becomes


def _largest(groups: Mapping[Name, list[Any]], first: int) -> list[Group]:
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[:first]
    return [Group(name, len(found), sorted(found)[:EXAMPLES]) for name, found in ordered]


def differs(name: Name, old: Meant | None, new: Meant | None) -> bool:
    """Whether a name means another thing; which rule says it does not matter."""
    nothing = Meant(name, None, None, None, 0)
    return (old or nothing)[:4] != (new or nothing)[:4]


def differ(connection: psycopg.Connection[Any], before: Naming, after: Naming) -> bool:
    """Whether any name that entries or edits spell means another thing by other rules."""
    return any(differs(name, before.of(name), after.of(name)) for name in _all_names(connection))


def _all_names(connection: psycopg.Connection[Any]) -> Iterator[Name]:
    for statement, begin in PAGES:
        last = begin
        while rows := connection.execute(statement, (last, _PAGE)).fetchall():
            yield from _names(rows)
            last = rows[-1][0]


def _names(rows: Iterable[tuple[Any, ...]]) -> Iterator[Name]:
    """The names of a page: (id, namespace, name) a row, or (key, parts) of what people spoke of."""
    for _, *said in rows:
        if len(said) == 2:
            yield said[0], said[1]
        else:
            (parts,) = said
            ends = [parts] if parts[0] != "edge" else [parts[1:4], parts[4:]]
            yield from ((end[1], end[2]) for end in ends if end[0] != "job")


async def plan(connection: psycopg.AsyncConnection[Any], after: Naming, first: int) -> Plan:
    """What these rules would change. Raises InvalidRequest `naming_plan_too_large`."""
    comparison = Comparison(await held_ahead(connection), after)
    for statement, begin in PAGES:
        last = begin
        while rows := await (await connection.execute(statement, (last, _PAGE))).fetchall():
            # Beside the event loop: a page under many rules takes its time.
            await asyncio.to_thread(comparison.add, list(_names(rows)))
            last = rows[-1][0]
            if comparison.names > MOST_NAMES or comparison.looks > MOST_LOOKS:
                raise InvalidRequest(
                    "naming_plan_too_large",
                    f"The catalog has too many names to hold {len(after.rules)} rules against each of them at once.",
                    "Try the rules on a catalog with a part of the log; `headwater naming apply` works at any size.",
                )
    counted = await (await connection.execute(ENTRIES)).fetchone()
    return await asyncio.to_thread(comparison.plan, counted[0] if counted else 0, first)
