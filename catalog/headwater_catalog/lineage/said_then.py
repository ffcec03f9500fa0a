"""What was tagged, owned or meant at a moment of the past: `tag:`, `owner:` and `term:` of a dated question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, LiteralString, NamedTuple

import orjson

from headwater_catalog import statements
from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.errors import InvalidRequest, TooLarge
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Column
from headwater_catalog.lineage.select import Atom
from headwater_catalog.names import text
from headwater_catalog.reading import nodes
from headwater_catalog.said import Said
from headwater_catalog.statements import Bounds
from headwater_catalog.subjects import Subject, is_iri

SAID: Final = frozenset({"tag", "owner", "term"})
MOST_ASKED: Final = 20_000
"""Nodes of which it is asked what was said of them then."""

# Whoever was ever given the tag, owner or term by an edit that counts; that he had it then is asked afterwards.
EVER: LiteralString = """
SELECT DISTINCT subject.whole, subject.parts ->> 3 FROM register JOIN subject ON subject.key = register.node
WHERE register.property = %(property)s AND register.member = %(value)s AND subject.kind IN ('dataset', 'job', 'field')
LIMIT %(limit)s
"""

# Facets of that moment in which the word stands, in whatever place, with blanks around it or without: what they say of
# it is read afterwards.
TOLD: LiteralString = """
SELECT DISTINCT name.key, value.body FROM facet JOIN value ON value.hash = facet.hash JOIN name ON name.id = facet.owner
WHERE facet.owner_kind IN (1, 2) AND facet.place IN ('', 'crawler') AND facet.facet = %(facet)s AND NOT facet.deleted
    AND position(%(word)s IN value.body) > 0 AND value.body ~ %(blanked)s
LIMIT %(limit)s
"""
_BLANKS: Final = r"(?: |\\t|\\n|\\r)*"  # as JSON writes what names lose at their ends
_FACETS: Final = {"tag": ("tags", "key"), "owner": ("owners", "name")}
_KINDS: Final = {DATASET: "dataset", JOB: "job"}


class _Asked(NamedTuple):
    """A node, or a column of it, of which something may have been said."""

    node: int
    path: str | None


async def said_then(connection: Connection, atom: Atom, then: Bounds) -> list[Column]:
    """What had a tag, an owner or an accepted term at the moment of the connection: columns; (node, None) as a whole.

    A term is named by its IRI: labels are of now. Raises InvalidRequest `moment_not_answered`, TooLarge.
    """
    if atom.method == "term" and not is_iri(atom.value):
        raise InvalidRequest(
            "moment_not_answered",
            "Terms by their label are of now only.",
            "Name the term by its IRI, or ask without asOf and knownAt.",
            position=atom.position,
        )
    asked = await _candidates(connection, atom)
    named = await nodes.by_ids(connection, [one.node for one in asked])
    subjects = [_subject(named[one.node], one.path) for one in asked]
    found = await statements.about(connection, subjects, [atom.method], then) if subjects else []
    return [
        (one.node, one.path)
        for one, told in zip(asked, found, strict=True)
        if _holds(atom, told) and not named[one.node].retracted
    ]


async def _candidates(connection: Connection, atom: Atom) -> list[_Asked]:
    given = {"property": atom.method, "value": atom.value, "limit": MOST_ASKED + 1}
    wanted = set(await (await connection.execute(EVER, given)).fetchall())
    if atom.method in _FACETS:
        body, key = _FACETS[atom.method]
        word = orjson.dumps(atom.value).decode()[1:-1]
        given = {"facet": "ownership" if atom.method == "owner" else "tags", "limit": MOST_ASKED + 1}
        given |= {"word": word, "blanked": f'"{_BLANKS}{re.escape(word)}{_BLANKS}"'}
        for whole, facet in await (await connection.execute(TOLD, given)).fetchall():
            wanted |= {(whole, path) for path in paths_told(read_json(facet.encode()), body, key, atom.value)}
    if len(wanted) > MOST_ASKED:
        raise TooLarge(
            "too_many_selected",
            f"More than {MOST_ASKED} nodes may have had this {atom.method} then.",
            "Ask without asOf and knownAt, or name the datasets.",
            position=atom.position,
        )
    found = await nodes.by_keys(connection, {whole for whole, _ in wanted})
    return sorted({_Asked(found[whole], path) for whole, path in wanted if whole in found}, key=str)


def paths_told(facet: object, body: str, key: str, value: str) -> Iterator[str | None]:
    """The columns of which a facet says it, None for the whole node."""
    said = facet.get(body) if isinstance(facet, dict) else None
    for one in said if isinstance(said, list) else ():
        if isinstance(one, dict) and text(one.get(key)) == value:
            yield text(one.get("field")) or None


def _subject(named: nodes.Named, path: str | None) -> Subject:
    whole = (_KINDS[named.kind], named.namespace, named.name)
    return ("field", *whole[1:], path) if path is not None and named.kind == DATASET else whole


def _holds(atom: Atom, told: Mapping[tuple[str, str], Sequence[Said]]) -> bool:
    said = told.get((atom.method, atom.value))
    if not said or atom.method != "term":
        return bool(said)
    value = said[0].statement.value
    return isinstance(value, dict) and value.get("status", "ACCEPTED") == "ACCEPTED"
