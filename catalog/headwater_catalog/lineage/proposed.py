"""Proposed changes of schemas: which datasets and columns of the catalog they mean, and what impact begins with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import LiteralString

from headwater_catalog.codes import DATASET
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.ends import Key, Named, touched
from headwater_catalog.lineage.impact import Effect
from headwater_catalog.lineage.resolve import AmbiguousName, Resolved, UnknownName, resolve
from headwater_catalog.lineage.select import parse
from headwater_catalog.names import print_ref, split_ref
from headwater_catalog.reading import nodes
from headwater_catalog.schemas.compatibility import BREAKS
from headwater_catalog.schemas.diff import Change, ChangeKind
from headwater_catalog.statements import NOW, Bounds

MOST_CHANGES = 1_000
MOST_NAME = 4_096
"""Characters of a name."""
MOST_COLUMNS = 100_000

OF_DATASETS = frozenset({ChangeKind.DATASET_DROPPED, ChangeKind.DATASET_ADDED})

# All columns of datasets that schemas or lineage know, nested ones too.
COLUMNS: LiteralString = """
SELECT node, path FROM field WHERE node = ANY(%(nodes)s)
UNION SELECT source, source_field FROM claim_column col WHERE source = ANY(%(nodes)s) AND source_field IS NOT NULL
    AND EXISTS (SELECT FROM write said WHERE said.claim = col.claim)
UNION SELECT span.target, col.target_field FROM span JOIN claim_column col ON col.claim = span.claim
    WHERE span.target = ANY(%(nodes)s) AND span.to_s IS NULL AND col.target_field IS NOT NULL
ORDER BY 1, 2 LIMIT %(limit)s
"""


class Known(Enum):
    """Whether the catalog has what a change is of."""

    FOUND = "FOUND"
    NO_COLUMN = "NO_COLUMN"
    NO_DATASET = "NO_DATASET"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change, the dataset and column that it means here, and the effects that begin there."""

    change: Change
    known: Known
    node: int | None = None
    column: str | None = None
    seeds: dict[Key, Effect] = field(default_factory=dict)


async def meant(connection: Connection, changes: Sequence[Change]) -> list[Proposed]:
    """What changes mean, in their order. Raises InvalidRequest where one cannot be, or its dataset's name is several.

    A dataset is found by its name, else by that in lower or upper case, since SQL spells both as it likes; a column by
    its path, else by one that differs in case only.
    """
    for change in changes:
        _check(change)
    if len(changes) > MOST_CHANGES:
        raise InvalidRequest(
            "too_many", f"At most {MOST_CHANGES} changes are judged at once, not {len(changes)}.", "Ask in parts."
        )
    refs = list(dict.fromkeys(change.dataset for change in changes))
    node_of = await _nodes(connection, {ref: ref for ref in refs})
    for fold in (str.lower, str.upper):
        left = {ref: fold(ref) for ref in refs if node_of[ref] is None and fold(ref) != ref}
        node_of |= await _nodes(connection, left)
    columns = await _columns(connection, {node for node in node_of.values() if node is not None})
    return [_meant(change, node_of[change.dataset], columns) for change in changes]


async def dropped(
    connection: Connection, graphs: Graphs, select: str, lost_before: int = 0, then: Bounds = NOW
) -> list[Proposed]:
    """What a selector names, as though it were dropped: columns, datasets; of a job what it writes.

    A tag, an owner or a term of columns names these columns. A column of a dataset that goes itself is not told twice.
    """
    changes: list[Proposed] = []
    ends = await _selected(connection, select, lost_before, then)
    wholes = [node for end in ends for node in end.whole]
    jobs = await graphs.datasets.jobs_among(wholes)
    written = await graphs.datasets.written(jobs=list(jobs)) if jobs else []
    datasets = dict.fromkeys([*(n for n in wholes if n not in jobs), *(w.target for w in written if w.job in jobs)])
    picked = dict.fromkeys(column for end in ends for column in end.columns if column[0] not in datasets)
    columns = await _columns(connection, {*datasets, *(node for node, _ in picked)})
    names = await nodes.by_ids(connection, [*datasets, *(node for node, _ in picked)])
    for node, path in picked:
        change = Change(ChangeKind.COLUMN_DROPPED, names[node].ref, path)
        changes.append(_meant(change, node, columns))
    for node in datasets:
        changes.append(_meant(Change(ChangeKind.DATASET_DROPPED, names[node].ref), node, columns))
    return changes


async def _selected(connection: Connection, select: str, lost_before: int, then: Bounds) -> list[Named]:
    """What each part of a union names: columns beside datasets stay columns."""
    places = [atoms[0].position for atoms in parse(select)]
    whole = len(places) == 1
    parts = [select] if whole else [select[a:b] for a, b in zip(places, [*places[1:], None], strict=True)]
    ends = [await touched(connection, part.strip(), lost_before, then) for part in parts]
    if not any(end.whole or end.columns for end in ends):
        raise UnknownName(select)
    return ends


def _check(change: Change) -> None:
    texts = (change.dataset, change.column, change.to, change.old, change.new)
    if any(text is not None and (len(text) > MOST_NAME or "\0" in text) for text in texts):
        raise InvalidRequest(
            "invalid_change", f"A name has at most {MOST_NAME} characters, and none is null.", "Shorten it."
        )
    if not change.dataset.strip():
        raise InvalidRequest("invalid_change", "A change names no dataset.", "Name the dataset that changes.")
    if (change.kind in OF_DATASETS) != (not change.column):
        needs = "takes no column" if change.kind in OF_DATASETS else "needs a column"
        raise InvalidRequest(
            "invalid_change", f"{change.kind.value} {needs}.", "Name the column of a change of columns, and only there."
        )


async def _nodes(connection: Connection, spelled: Mapping[str, str]) -> dict[str, int | None]:
    """The dataset of each reference, as it is spelled for that."""
    if not spelled:
        return {}
    found = await resolve(connection, [(DATASET, split_ref(name)[0], None) for name in spelled.values()])
    return {ref: await _single(connection, ref, one) for ref, one in zip(spelled, found, strict=True)}


async def _single(connection: Connection, ref: str, found: Resolved) -> int | None:
    if len(found.found) > 1 and not found.columns:
        named_so = await nodes.by_ids(connection, found.found)
        raise AmbiguousName(ref, sorted(print_ref(named_so[node].ref) for node in found.found))
    return found.found[0] if found.found and not found.columns else None


async def _columns(connection: Connection, datasets: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    wanted = list(datasets)
    if wanted:
        cursor = await connection.execute(COLUMNS, {"nodes": wanted, "limit": MOST_COLUMNS})
        for node, path in await cursor.fetchall():
            found[node].add(path)
    return found


def _meant(change: Change, node: int | None, columns: dict[int, set[str]]) -> Proposed:
    if node is None:
        return Proposed(change, Known.NO_DATASET)
    if change.kind is ChangeKind.DATASET_ADDED:
        return Proposed(change, Known.FOUND, node)
    known = columns.get(node, set())
    if change.kind is ChangeKind.DATASET_DROPPED:
        seeds: dict[Key, Effect] = {node: Effect.MAY_CHANGE, (node, None): Effect.BREAKS}
        seeds |= {(node, path): Effect.BREAKS for path in known}
        return Proposed(change, Known.FOUND, node, seeds=seeds)
    path = _spelled(change.column or "", known)
    there = path in known or change.kind is ChangeKind.COLUMN_ADDED
    seeds = _seeds(change.kind, node, path, known)
    return Proposed(change, Known.FOUND if there else Known.NO_COLUMN, node, path, seeds)


def _spelled(path: str, known: set[str]) -> str:
    """As the catalog spells it."""
    alike = [one for one in known if one.casefold() == path.casefold()]
    return alike[0] if path not in known and len(alike) == 1 else path


def _seeds(kind: ChangeKind, node: int, path: str, known: set[str]) -> dict[Key, Effect]:
    """A column, those inside of it that go with it, and those that it lies in, whose values change."""
    effect = Effect.BREAKS if kind in BREAKS else Effect.MAY_CHANGE
    seeds: dict[Key, Effect] = {(node, path): effect}
    if kind in (ChangeKind.COLUMN_DROPPED, ChangeKind.COLUMN_RENAMED):
        seeds |= {(node, one): effect for one in known if one.startswith(f"{path}.")}
    parts = path.split(".")
    around = [".".join(parts[:n]) for n in range(1, len(parts))]
    return {**{(node, one): Effect.MAY_CHANGE for one in around if one in known}, **seeds}


def united(proposed: Iterable[Proposed]) -> dict[Key, Effect]:
    """The seeds of all of them: what one breaks is broken."""
    found: dict[Key, Effect] = {}
    for one in proposed:
        for key, effect in one.seeds.items():
            if found.get(key) is not Effect.BREAKS:
                found[key] = effect
    return found
