"""Why several names mean one dataset: symlinks, stewards' words, renames, naming rules; who said so and when.

SEMANTICS §5, §14.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.facts import Name
from headwater_catalog.names import dataset_name, text
from headwater_catalog.naming.held import held_ahead
from headwater_catalog.naming.rules import Naming
from headwater_catalog.projection.identity import SAME, SYMLINKS, Identity, LinkFact, Rename
from headwater_catalog.projection.told import COLUMNS, Stamp, Told, decode
from headwater_catalog.reading import aliases
from headwater_catalog.reading.rules import RuleSet, naming_rules

Connection = AsyncConnection[TupleRow]
RENAME, RULE = 3, 4
"""Kinds of reasons beside SYMLINKS and SAME."""
MOST: Final = 200
"""Reasons that a dataset shows."""
FACETS: Final = {SYMLINKS: "symlinks", SAME: "headwater_identity", RENAME: "lifecycleStateChange"}


@dataclass(frozen=True, slots=True)
class Reason:
    """`name` means what `of` means, since s (stamp). kind: SYMLINKS, SAME, RENAME (name: the old one) or RULE.

    type: of the symlink, as told; entry: id of the event or of the rules' edit; by: its producer or author, where it is
    said; job, run: of the event; rule: place of the naming rule, from 1.
    """

    kind: int
    name: Name
    of: Name
    s: int
    entry: str | None = None
    type: str | None = None
    by: str | None = None
    job: int | None = None
    run: int | None = None
    rule: int | None = None


# The names of datasets, with every name that a fact of identity ever put together with them.
CLOSURE: LiteralString = """
WITH RECURSIVE kindred(node, name) AS (
    SELECT node, name FROM dataset WHERE node = ANY(%(nodes)s::int[])
    UNION SELECT kindred.node, kin.other FROM kindred JOIN kin ON kin.name = kindred.name)
SELECT kindred.node, kindred.name, name.ns, name.name FROM kindred JOIN name ON name.id = kindred.name
"""

RENAMES: LiteralString = """
SELECT s, h, previous, name FROM lifecycle
WHERE change = 'RENAME' AND previous <> name AND name = ANY(%(names)s::int[])
"""

# The facts of identity among some names, up to a stamp and a time of receipt: of a name that was never renamed the
# last symlinks facet, which is all that counts of them (projection/kinship.py).
LINKS: LiteralString = """
SELECT l.name, l.s, l.h, l.idx, l.verb, l.others FROM link l JOIN event ON event.h = l.h
WHERE l.name = ANY(%(names)s::int[]) AND (l.verb > 1 OR l.name = ANY(%(renamed)s::int[]))
    AND l.s <= coalesce(%(as_of)s::bigint, l.s) AND received <= coalesce(%(known_at)s::bigint, received)
UNION ALL
SELECT l.name, l.s, l.h, l.idx, l.verb, l.others
FROM unnest(%(names)s::int[]) AS asked(name) CROSS JOIN LATERAL (
    SELECT link.* FROM link JOIN event ON event.h = link.h
    WHERE link.name = asked.name AND link.verb = 1 AND asked.name <> ALL(%(renamed)s::int[])
        AND link.s <= coalesce(%(as_of)s::bigint, link.s) AND received <= coalesce(%(known_at)s::bigint, received)
    ORDER BY link.s DESC, link.h DESC, link.idx DESC LIMIT 1
) l
"""

EVENTS: LiteralString = """
SELECT h2, {columns} FROM event WHERE h = ANY(%s)
""".replace("{columns}", COLUMNS)
VALUES: LiteralString = "SELECT hash, body FROM value WHERE hash = ANY(%s)"


async def reasons(
    connection: Connection, nodes: Sequence[int], as_of: int | None, known_at: int | None
) -> dict[int, list[Reason]]:
    """Why other names mean each dataset, the oldest reason first; up to MOST. as_of: a stamp's integer."""
    names: dict[int, Name] = {}
    closures: dict[int, set[int]] = defaultdict(set)
    for node, number, namespace, name in await (await connection.execute(CLOSURE, {"nodes": list(nodes)})).fetchall():
        names[number] = (namespace, name)
        closures[node].add(number)
    told = await _told(connection, closures, names, as_of, known_at)
    ruled = await _ruled(connection, nodes)
    found = {node: [*told.get(node, ()), *ruled.get(node, ())] for node in nodes}
    return {node: sorted(some, key=_order)[:MOST] for node, some in found.items()}


def _order(reason: Reason) -> tuple[Any, ...]:
    return reason.s, reason.kind, reason.name, reason.of, reason.entry or ""


# What events said.


async def _told(
    connection: Connection,
    closures: Mapping[int, Collection[int]],
    names: Mapping[int, Name],
    as_of: int | None,
    known_at: int | None,
) -> dict[int, list[Reason]]:
    """Reasons that stand in events, by node. closures: node → its names and their kin; names: how these are spelled."""
    linked = {node: some for node, some in closures.items() if len(some) > 1}
    asked: dict[str, Any] = {"names": sorted({one for some in linked.values() for one in some})}
    if not asked["names"]:
        return {}
    renames = [Rename((s, h), old, new) for s, h, old, new in await _rows(connection, RENAMES, asked)]
    asked |= {"renamed": sorted({one.old for one in renames}), "as_of": as_of, "known_at": known_at}
    links = [
        LinkFact(name, (s, h, index), verb, tuple((other, table) for other, table in others))
        for name, s, h, index, verb, others in await _rows(connection, LINKS, asked)
    ]
    identity = Identity(renames, links, names.__getitem__)
    claims = {node: sorted(_claims(identity, renames, node), key=_age)[:MOST] for node in linked}
    events = await _Events.of(connection, [claim for some in claims.values() for claim in some])
    naming = await held_ahead(connection)
    return {node: [events.reason(one, names, naming) for one in some] for node, some in claims.items()}


def _age(claim: _Claim) -> tuple[Any, ...]:
    return claim.stamp, claim.kind, claim.name, claim.of


async def _rows(connection: Connection, statement: LiteralString, given: Mapping[str, Any]) -> list[TupleRow]:
    return await (await connection.execute(statement, given)).fetchall()


class _Claim(NamedTuple):
    """`name` means what `of` means (ids), by the event of the stamp; place: of its dataset that says so, if known."""

    kind: int
    name: int
    of: int
    stamp: Stamp
    place: int | None


def _claims(identity: Identity, renames: Iterable[Rename], node: int) -> Iterator[_Claim]:
    """What put the names of a node together: each pair that still holds, and each rename."""
    names = identity.group.get(node, frozenset({node}))
    for pair, facts in identity.united.items():
        for fact in facts if len(pair) > 1 and pair <= names else ():
            of = identity.resolve(fact.name, fact.stamp[:2])
            [name] = pair - {of}
            yield _Claim(fact.verb, name, of, fact.stamp[:2], fact.stamp[2])
    for rename in renames:
        if identity.resolve(rename.old, rename.stamp) in names:
            yield _Claim(RENAME, rename.old, rename.new, rename.stamp, None)


class _Events:
    """Events, and the values of those of their facets that put names together."""

    def __init__(self, events: Mapping[uuid.UUID, tuple[str, Told]], values: Mapping[bytes, object]) -> None:
        self._events, self._values = events, values

    @classmethod
    async def of(cls, connection: Connection, claims: Sequence[_Claim]) -> _Events:
        """The events of claims."""
        rows = await (await connection.execute(EVENTS, [[one.stamp[1] for one in claims]])).fetchall()
        events = {row[1]: (row[1].hex + h2.hex, decode(tuple(row))) for h2, *row in rows}
        hashes = {digest for one in claims if (digest := _digest(events, one)) is not None}
        values = await (await connection.execute(VALUES, [list(hashes)])).fetchall()
        return cls(events, {digest: read_json(body.encode()) for digest, body in values})

    def reason(self, claim: _Claim, names: Mapping[int, Name], naming: Naming) -> Reason:
        """A claim with all that its event tells of it."""
        name, of = names[claim.name], names[claim.of]
        entry, event = self._events.get(claim.stamp[1], (None, None))
        digest = _digest(self._events, claim)
        said = None if digest is None else self._values.get(digest)
        facet = said if isinstance(said, dict) else {}
        return Reason(
            kind=claim.kind,
            name=name,
            of=of,
            s=claim.stamp[0],
            entry=entry,
            type=_type(facet, name, naming) if claim.kind == SYMLINKS else None,
            by=text(facet.get("_producer")) or None,
            job=event and event.job,
            run=event and event.run,
        )


def _digest(events: Mapping[uuid.UUID, tuple[str, Told]], claim: _Claim) -> bytes | None:
    """The hash of the facet that makes a claim."""
    listings = events[claim.stamp[1]][1].listings if claim.stamp[1] in events else ()
    if claim.place is not None:
        found = listings[claim.place : claim.place + 1]
    else:
        found = tuple(one for one in listings if one.name == claim.of)
    return next((one.facets[FACETS[claim.kind]] for one in found if FACETS[claim.kind] in one.facets), None)


def _type(facet: Mapping[str, Any], name: Name, naming: Naming) -> str | None:
    """The type of a symlinks facet's identifier: TABLE, LOCATION …"""
    identifiers = facet.get("identifiers")
    for one in identifiers if isinstance(identifiers, list) else ():
        namespace, own = (text(one.get(part)) for part in ("namespace", "name")) if isinstance(one, dict) else ("", "")
        if namespace and own and naming.name(dataset_name(namespace, own)) == name:
            return text(one.get("type")) or None
    return None


# What rules make of names.


async def _ruled(connection: Connection, nodes: Sequence[int]) -> dict[int, list[Reason]]:
    """Reasons by naming rules, by node."""
    rules = await naming_rules(connection)
    if rules is None:
        return {}
    naming = await held_ahead(connection)
    found = await aliases.of_nodes(connection, nodes, MOST, None)
    return {node: list(_by_rules(naming, rules, page.items)) for node, page in found.items()}


def _by_rules(naming: Naming, rules: RuleSet, some: Iterable[aliases.Alias]) -> Iterator[Reason]:
    for alias in some:
        name = (alias.namespace, alias.name)
        meant = naming.of(name)
        if meant is not None and meant.name != name:
            place = meant.place + 1
            yield Reason(RULE, name, meant.name, rules.s, entry=rules.edit, by=rules.author, rule=place)
