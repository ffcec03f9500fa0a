"""The expressions behind uses: of the SQL of the job or view, else as its producer described the transformation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.ends import Key
from headwater_catalog.lineage.expressions import MOST_SHOWN, Sql, Wanted, find, read
from headwater_catalog.lineage.impact import Use
from headwater_catalog.names import dataset_name, text
from headwater_catalog.reading.facets import Slot, held
from headwater_catalog.reading.nodes import Named

MOST_EXPRESSIONS = 2_000
"""Uses of one answer that are told with an expression; those that break come first."""
MOST_PARSED = 512 * 1024
"""Characters of SQL that one answer looks into: four seconds."""


class Described(NamedTuple):
    """Of what a producer described how it flows: (namespace, name, field) → target field or None."""

    source: tuple[str, str]
    source_field: str | None
    target_field: str | None


class Said(NamedTuple):
    """Bodies of facets by node: `sql` and `lineage` of jobs, `columnLineage` and `headwater_relation` of targets."""

    queries: Mapping[int, list[Any]]
    stated: Mapping[int, list[Any]]
    facets: Mapping[int, list[Any]]
    relations: Mapping[int, list[Any]]


async def expressions(connection: Connection, uses: Sequence[Use], names: Mapping[int, Named]) -> list[str | None]:
    """How each use makes its target, in their order; None where nobody says. names: of all that the uses name."""
    told = uses[:MOST_EXPRESSIONS]
    jobs = sorted({use.edge.job for use in told if use.edge.job})
    targets = sorted({_dataset(use.target) for use in told})
    queries = await _held(connection, jobs, "sql", JOB)
    stated = await _held(connection, jobs, "lineage", JOB)
    facets = await _held(connection, targets, "columnLineage", DATASET)
    # What no job makes is what it is by its own definition: a view, say.
    defined = sorted({_dataset(use.target) for use in told if not use.edge.job})
    relations = await _held(connection, defined, "headwater_relation", DATASET)
    said = Said(queries, stated, facets, relations)
    found = await asyncio.to_thread(_all, told, names, said)
    return found + [None] * (len(uses) - len(told))


async def _held(connection: Connection, nodes: Sequence[int], facet: str, kind: int) -> dict[int, list[Any]]:
    if not nodes:
        return {}
    found = await held(connection, [Slot(node, "", facet) for node in nodes], kind)
    return {slot.node: [read_json(one.body.encode()) for one in several] for slot, several in found.items()}


def _all(uses: Sequence[Use], names: Mapping[int, Named], said: Said) -> list[str | None]:
    described = {node: _described(bodies, names[node]) for node, bodies in said.facets.items() if node in names}
    by_job = {job: list(_entries(bodies)) for job, bodies in said.stated.items()}
    sql: dict[int, Sql] = {}
    room = MOST_PARSED
    for member, told in (("query", said.queries), ("definition", said.relations)):
        for node, bodies in told.items():
            query = bodies[0].get(member) if bodies and isinstance(bodies[0], dict) else None
            if isinstance(query, str) and len(query) <= room:
                room -= len(query)
                sql[node] = read(query, text(bodies[0].get("dialect")))
    return [_one(use, names, sql, described, by_job) for use in uses]


def _one(
    use: Use,
    names: Mapping[int, Named],
    sql: Mapping[int, Sql],
    described: Mapping[int, Mapping[Described, str]],
    stated: Mapping[int, list[tuple[tuple[str, str], dict[Described, str]]]],
) -> str | None:
    target, path = (use.target, None) if isinstance(use.target, int) else use.target
    source, source_path = use.source
    if target not in names or source not in names:
        return None
    maker = use.edge.job or target
    if maker in sql:
        found = find(sql[maker], Wanted(names[target].name, path, source_path, use.direct))
        if found:
            return found
    origin = (names[source].namespace, names[source].name)
    own = [
        texts for name, texts in stated.get(use.edge.job, ()) if name == (names[target].namespace, names[target].name)
    ]
    for texts in [*own, described.get(target, {})]:
        for column in (path, None):
            told = texts.get(Described(origin, source_path, column))
            if told:
                return told
    return None


def _described(bodies: Sequence[Any], target: Named) -> dict[Described, str]:
    """Descriptions in columnLineage facets, the last one said first."""
    found: dict[Described, str] = {}
    for body in bodies:
        for column, one in _objects(_mapping(body).get("fields")):
            own = text(one.get("transformationDescription"))
            for field in _list(one.get("inputFields")):
                _add(found, field, column, own)
        for field in _list(_mapping(body).get("dataset")):
            _add(found, field, None, "")
    return found


def _entries(bodies: Sequence[Any]) -> Iterator[tuple[tuple[str, str], dict[Described, str]]]:
    """Descriptions in explicit lineage facets, by target."""
    for body in bodies:
        for entry in _list(_mapping(body).get("entries")):
            found: dict[Described, str] = {}
            for column, one in _objects(entry.get("fields")):
                for field in _list(one.get("inputs")):
                    _add(found, field, column, "")
            for field in _list(entry.get("inputs")):
                _add(found, field, None, "")
            name = _name(entry)
            if name and found:
                yield name, found


def _add(found: dict[Described, str], field: Mapping[str, Any], column: str | None, own: str) -> None:
    name = _name(field)
    texts = [text(one.get("description")) for one in _list(field.get("transformations"))]
    told = "; ".join(dict.fromkeys(one for one in texts if one)) or own
    if name and told:
        shown = told if len(told) <= MOST_SHOWN else f"{told[: MOST_SHOWN - 1]}…"
        found.setdefault(Described(name, text(field.get("field")) or None, column), shown)


def _name(told: Mapping[str, Any]) -> tuple[str, str] | None:
    namespace, name = text(told.get("namespace")), text(told.get("name"))
    return dataset_name(namespace, name) if namespace and name else None


def _objects(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        yield from ((key, one) for key, one in value.items() if isinstance(one, dict))


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dataset(key: Key) -> int:
    return key if isinstance(key, int) else key[0]
