"""What the parts of a selector mean: names, columns, tags, zones, terms, owners → nodes of the catalog."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from headwater_catalog.codes import (
    DATASET,
    JOB,
    RUN_ABORT,
    RUN_COMPLETE,
    RUN_FAIL,
    RUN_LOST,
    RUN_RUNNING,
    RUN_UNKNOWN,
)
from headwater_catalog.errors import InvalidRequest, NotFound
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Act, Column
from headwater_catalog.lineage.said_then import SAID, said_then
from headwater_catalog.lineage.select import Atom
from headwater_catalog.names import key_of, parse_public_id, run_key
from headwater_catalog.reading import nodes
from headwater_catalog.reading.runs import STATE_AT
from headwater_catalog.statements import NOW, Bounds

MOST_NODES = 100_000
"""Nodes a part of a selector may name."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a reference means: nodes (one, or several if ambiguous), or columns of them, or a run."""

    found: tuple[int, ...] = ()
    columns: tuple[Column, ...] = ()
    runs: tuple[Act, ...] = ()


# Columns by path of some datasets; also those of which only lineage speaks, in a claim that somebody makes.
KNOWN_COLUMNS: LiteralString = """
SELECT DISTINCT wanted.place, wanted.node, wanted.path
FROM unnest(%(places)s::int[], %(nodes)s::int[], %(paths)s::text[]) AS wanted(place, node, path)
WHERE EXISTS (SELECT FROM field
        WHERE field.node = wanted.node AND md5(field.path) = md5(wanted.path) AND field.path = wanted.path)
    OR EXISTS (SELECT FROM claim_column col WHERE col.source = wanted.node
        AND left(col.source_field, 256) = left(wanted.path, 256) AND col.source_field = wanted.path
        AND EXISTS (SELECT FROM write said WHERE said.claim = col.claim))
    OR EXISTS (SELECT FROM span JOIN claim_column col ON col.claim = span.claim
        WHERE span.target = wanted.node AND col.target_field = wanted.path)
"""

# Methods that name many nodes; each gives ids, whole nodes for what is said of their columns.
BY_ZONE: LiteralString = "SELECT DISTINCT node FROM dataset WHERE zone = %(value)s LIMIT %(limit)s"
# Of what no rule tells an environment, prod is it, as in lists: by the dataset itself, not by another name of it.
BY_ENVIRONMENT: LiteralString = """
SELECT node FROM dataset WHERE coalesce(environment, 'prod') = %(value)s AND name = node LIMIT %(limit)s
"""
BY_NAMESPACE: LiteralString = """
SELECT DISTINCT dataset.node FROM name JOIN dataset ON dataset.name = name.id
WHERE name.kind = 1 AND left(name.ns, 256) = left(%(value)s::text, 256) AND name.ns = %(value)s
UNION SELECT name.id FROM name JOIN job ON job.name = name.id
WHERE name.kind = 2 AND left(name.ns, 256) = left(%(value)s::text, 256) AND name.ns = %(value)s
LIMIT %(limit)s
"""
BY_PATH: LiteralString = """
SELECT DISTINCT dataset.node FROM name JOIN dataset ON dataset.name = name.id
WHERE name.kind = 1 AND left(name.name, 256) LIKE %(start)s AND name.name LIKE %(pattern)s
LIMIT %(limit)s
"""
# Of what a tag, an owner or a term is said, by keys: columns, datasets and jobs; and the dataset or job of each.
SAYING: dict[str, LiteralString] = {
    "tag": """
SELECT node, whole FROM tag WHERE left(tag.tag, 256) = left(%(value)s::text, 256) AND tag.tag = %(value)s
""",
    "owner": """
SELECT node, whole FROM owner WHERE left(owner.owner, 256) = left(%(value)s::text, 256) AND owner.owner = %(value)s
""",
    "term": """
SELECT assignment.node, assignment.whole FROM assignment JOIN term ON term.key = assignment.term
WHERE assignment.status = 'ACCEPTED' AND (term.iri = %(value)s OR lower(term.label) = lower(%(value)s))
""",
}
BY_SAYING: LiteralString = """
SELECT DISTINCT coalesce(dataset.node, name.id) FROM ({saying}) AS said(node, whole)
JOIN name ON name.key = said.whole LEFT JOIN dataset ON dataset.name = name.id LIMIT %(limit)s
"""
BY_TAG: LiteralString = BY_SAYING.replace("{saying}", SAYING["tag"])
BY_OWNER: LiteralString = BY_SAYING.replace("{saying}", SAYING["owner"])
BY_TERM: LiteralString = BY_SAYING.replace("{saying}", SAYING["term"])
BY_STATE: LiteralString = """
SELECT job.name FROM job CROSS JOIN LATERAL (
    SELECT {state} AS state FROM run WHERE run.job = job.name ORDER BY run.last_s DESC LIMIT 1
) run WHERE run.state = %(value)s LIMIT %(limit)s
""".replace("{state}", STATE_AT)
STATES = {
    "unknown": RUN_UNKNOWN,
    "running": RUN_RUNNING,
    "complete": RUN_COMPLETE,
    "abort": RUN_ABORT,
    "fail": RUN_FAIL,
    "lost": RUN_LOST,
}
# What was taken back is named by its own name only, as in lists.
PRESENT: LiteralString = """
SELECT found.node FROM ({set}) AS found(node) JOIN name ON name.id = found.node AND NOT name.retracted
"""
SETS: dict[str, LiteralString] = {
    "zone": PRESENT.replace("{set}", BY_ZONE),
    "environment": PRESENT.replace("{set}", BY_ENVIRONMENT),
    "namespace": PRESENT.replace("{set}", BY_NAMESPACE),
    "path": PRESENT.replace("{set}", BY_PATH),
    "tag": PRESENT.replace("{set}", BY_TAG),
    "owner": PRESENT.replace("{set}", BY_OWNER),
    "term": PRESENT.replace("{set}", BY_TERM),
    "state": PRESENT.replace("{set}", BY_STATE),
}


class UnknownName(NotFound):
    """A reference names nothing. near: names that are nearly so (lineage/near.py), which `meant` has too."""

    def __init__(self, ref: str, near: Sequence[str] = (), **data: object) -> None:
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(
            "not_found",
            f"Nothing in the catalog is called {ref[:200]}.{meant}",
            "Search for a part of the name, or write more or less of it: the last parts are enough.",
            ref=ref[:200],
            meant=list(near),
            **data,
        )


class UnknownColumn(NotFound):
    """A dataset has no column of this name; near: those that are called nearly so, else the first."""

    def __init__(self, dataset: str, column: str, near: Sequence[str], **data: object) -> None:
        known = f"; it has {', '.join(near)}" if near else ", and none is known"
        super().__init__(
            "no_such_column",
            f"{dataset[:200]} has no column {column[:200]}{known}.",
            "Name one that it has, or leave out the part from # on.",
            **data,
        )


class AmbiguousName(InvalidRequest):
    """A reference names several nodes; `candidates` holds their whole names, as they can be typed in its place."""

    def __init__(self, ref: str, candidates: Sequence[str], **data: object) -> None:
        more = " and more" if len(candidates) > nodes.MOST_CANDIDATES else ""
        shown = list(candidates[: nodes.MOST_CANDIDATES])
        super().__init__(
            "ambiguous_name",
            f"{ref[:200]} names several: {', '.join(shown)}{more}.",
            "Write one of these names whole, or as much of its end as no other of them has.",
            ref=ref[:200],
            candidates=shown,
            **data,
        )


async def named_set(connection: Connection, atom: Atom, lost_before: int, then: Bounds = NOW) -> list[int]:
    """The nodes that `zone:`, `environment:`, `tag:`, `owner:` and the other methods of SETS name; may be none.

    At most MOST_NODES + 1. lost_before: a run that gave its last sign before that (microseconds) and has not ended is
    lost. then: the moment of the connection, for what is said of nodes.
    """
    value: object = atom.value
    if atom.method == "state":
        value = STATES.get(atom.value.lower())
        if value is None:
            remedy = f"Use one of {', '.join(STATES)}."
            raise InvalidRequest("invalid_state", f"{atom.value[:50]} is no state.", remedy, position=atom.position)
    if then != NOW and atom.method in SAID:
        said = await said_then(connection, atom, then)
        return sorted({node for node, _ in said})[: MOST_NODES + 1]
    # What a name may begin with: signs before the first that stands for others, and no more than the index has.
    start = f"{_like(re.split('[*?]', atom.value, maxsplit=1)[0][:256])}%"
    given = {"value": value, "pattern": _like(atom.value), "start": start, "lost_before": lost_before}
    given["limit"] = MOST_NODES + 1
    cursor = await connection.execute(SETS[atom.method], given)
    return [row[0] for row in await cursor.fetchall()]


# Runs by their keys, with their jobs.
RUNS: LiteralString = """
SELECT run.key, run.job, run.id FROM run JOIN name job ON job.id = run.job AND NOT job.retracted
WHERE run.key = ANY(%s) AND run.state IS NOT NULL
"""


async def resolve_runs(connection: Connection, atoms: Sequence[Atom]) -> dict[Atom, Resolved]:
    """What `run:` names, by a UUID or the id of the run; raises UnknownName."""
    keys = {atom: _run_key(atom.value) for atom in atoms}
    rows = await (await connection.execute(RUNS, [list(keys.values())])).fetchall() if keys else []
    known = {key: (job, run) for key, job, run in rows}
    for atom, key in keys.items():
        if key not in known:
            raise UnknownName(f"run:{atom.value}")
    return {atom: Resolved(runs=(known[key],)) for atom, key in keys.items()}


def _run_key(text: str) -> uuid.UUID:
    """The key of a run behind its id or its UUID; of another text one that no run has."""
    parsed = parse_public_id(f"run:{text.removeprefix('run:')}")
    return parsed[1] if parsed else key_of("run", *run_key(text, ("", "")))


async def resolve(connection: Connection, refs: Sequence[tuple[int, str, str | None]]) -> list[Resolved]:
    """What references (kind, name or public id, column or None) mean: at most four statements for any number.

    A text without a column that names no dataset may still be `dataset.column`.
    """
    splits = [_splits(*ref) for ref in refs]
    tried = [(place, kind, head, tail) for place, ways in enumerate(splits) for kind, head, tail in ways]
    found = await _names(connection, [(kind, head) for _, kind, head, _ in tried])
    plain: dict[int, list[int]] = {}
    wanted: list[tuple[int, int, str]] = []
    for (place, _, _, tail), matches in zip(tried, found, strict=True):
        if tail is None:
            plain[place] = matches
        elif not plain.get(place):
            wanted += [(place, node, tail) for node in matches]
    columns = await known_columns(connection, len(refs), wanted)
    return [
        Resolved(tuple(plain.get(place) or sorted({node for node, _ in columns[place]})), tuple(columns[place]))
        for place in range(len(refs))
    ]


async def resolve_plain(connection: Connection, refs: Sequence[tuple[str, str | None]]) -> list[Resolved]:
    """What names (name, column or None) without a kind mean: datasets and their columns, else jobs."""
    if not refs:
        return []
    found = await resolve(connection, [(DATASET, name, column) for name, column in refs])
    left = [n for n, one in enumerate(found) if not (one.found or one.columns)]
    if left:
        # A job has no columns: a sign that divides them is one of its name.
        names = [f"{name}#{column}" if column else name for name, column in (refs[n] for n in left)]
        for n, one in zip(left, await resolve(connection, [(JOB, name, None) for name in names]), strict=True):
            found[n] = one
    return found


def _splits(kind: int, name: str, column: str | None) -> list[tuple[int, str, str | None]]:
    """The ways to read a reference: as it stands, else with the last one to three parts of the name as the column."""
    if column or kind != DATASET or _key(kind, name):
        return [(kind, name, column)]
    parts = name.split(".")
    cuts = range(len(parts) - 1, max(0, len(parts) - 4), -1)
    return [(kind, name, None), *((kind, ".".join(parts[:n]), ".".join(parts[n:])) for n in cuts)]


async def _names(connection: Connection, refs: Sequence[tuple[int, str]]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in refs]
    keys = {n: uuid.UUID(hex=digits) for n, (kind, text) in enumerate(refs) if (digits := _key(kind, text))}
    if keys:
        by_key = await nodes.by_keys(connection, keys.values())
        for n, key in keys.items():
            found[n] = [by_key[key]] if key in by_key else []
    for kind in (DATASET, JOB):
        # What looks like an id and is none may be a name: tables and files are called by hashes, too.
        mine = [n for n, (k, _) in enumerate(refs) if k == kind and not found[n]]
        if mine:
            for n, matches in zip(
                mine, await nodes.match_names(connection, kind, [refs[n][1] for n in mine]), strict=True
            ):
                found[n] = matches
    return found


def _key(kind: int, text: str) -> str | None:
    """The 32 hex digits of a public id of that kind, with or without the kind in front."""
    digits = text.removeprefix(f"{nodes.KIND_NAMES[kind]}:")
    return digits if len(digits) == 32 and all(sign in "0123456789abcdef" for sign in digits) else None


async def known_columns(
    connection: Connection, count: int, wanted: Sequence[tuple[int, int, str]]
) -> list[list[Column]]:
    """Of (place, dataset, path) those that are known to be columns, by their place, of which there are `count`."""
    found: list[list[Column]] = [[] for _ in range(count)]
    if wanted:
        places, ids, paths = (list(side) for side in zip(*wanted, strict=True))
        cursor = await connection.execute(KNOWN_COLUMNS, {"places": places, "nodes": ids, "paths": paths})
        for place, node, path in sorted(await cursor.fetchall()):
            found[place].append((node, path))
    return found


def _like(glob: str) -> str:
    """A glob as a LIKE pattern."""
    escaped = glob.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")
