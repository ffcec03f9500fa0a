"""Completion of selectors: methods, names, columns, zones, tags and the like by what is typed; indexes answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString, NamedTuple

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.resolve import STATES, resolve_plain
from headwater_catalog.lineage.select import quoted
from headwater_catalog.lineage.typed import Typed, typed
from headwater_catalog.reading import nodes
from headwater_catalog.search.words import asked_words
from headwater_catalog.search.words import quoted as lexeme

MOST: Final = 100
"""Ways to go on that one answer holds."""
OFFERED: Final = ("zone", "tag", "term", "owner", "job", "column", "namespace", "environment", "path", "state")
_LAST: Final = chr(0x10FFFF)
_AHEAD: Final = 4
"""Times as many names are looked at as are shown: some stand for others, or were taken back."""


class Way(NamedTuple):
    """A way to go on. text: what to write from `start` on; kind: METHOD, DATASET, JOB, COLUMN, ZONE, TAG, …

    label: as people know it; detail: the namespace of a name, the type of a column, the IRI of a term.
    """

    kind: str
    text: str
    label: str
    detail: str | None = None


class Completion(NamedTuple):
    """Ways to go on; start: where in the selector (characters from 0) their text begins, up to the position."""

    start: int
    ways: list[Way]


# The distinct values of a column that begin with a word, each found by one step in its index; names as indexes have
# them (layers.base.START), longer ones are not offered.
VALUES: LiteralString = """
WITH RECURSIVE found(value, n) AS (
    (SELECT {column}, 1 FROM {table} WHERE {only} AND {column} >= %(low)s AND {column} < %(high)s
     ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT next.value, found.n + 1 FROM found CROSS JOIN LATERAL (
        SELECT {column} AS value FROM {table} WHERE {only} AND {column} > found.value AND {column} < %(high)s
        ORDER BY {column} LIMIT 1
    ) next WHERE found.n < %(limit)s
)
SELECT value FROM found
"""


def _values(table: LiteralString, column: LiteralString, only: LiteralString = "true") -> LiteralString:
    return VALUES.replace("{table}", table).replace("{column}", column).replace("{only}", only)


DISTINCT: Final[dict[str, tuple[LiteralString, ...]]] = {
    "zone": (_values("dataset", "zone"),),
    "environment": (_values("dataset", "coalesce(environment, 'prod')"),),
    "tag": (_values("tag", "left(tag, 256)", "length(tag) <= 256"),),
    "owner": (_values("owner", "left(owner, 256)", "length(owner) <= 256"),),
    "namespace": tuple(
        _values("name", "left(ns, 256)", only)
        for only in ("kind = 1 AND length(ns) <= 256", "kind = 2 AND length(ns) <= 256")
    ),
}

# Datasets and jobs whose name begins with what is typed, or has a word that does; the beginning of the name first.
NAMES: LiteralString = """
WITH whole AS MATERIALIZED (
    SELECT name AS id, folded FROM search_text
    WHERE left(folded, 256) >= left(%(low)s, 256) AND left(folded, 256) <= left(%(high)s, 256)
        AND folded >= %(low)s AND folded < %(high)s AND kind = ANY(%(kinds)s::smallint[])
    ORDER BY left(folded, 256) LIMIT %(ahead)s
), part AS MATERIALIZED (
    SELECT name AS id, folded FROM search_text
    WHERE %(query)s <> '' AND words @@ %(query)s::tsquery AND kind = ANY(%(kinds)s::smallint[])
    LIMIT CASE WHEN (SELECT count(*) FROM whole) < %(ahead)s THEN %(ahead)s ELSE 0 END
), found AS (
    SELECT id, min(grade) AS grade FROM (SELECT id, 1 AS grade FROM whole UNION ALL SELECT id, 2 FROM part) both_ways
    GROUP BY id
)
SELECT name.id, name.kind, name.ns, name.name FROM found JOIN name USING (id)
LEFT JOIN dataset ON dataset.name = name.id AND dataset.node = name.id
LEFT JOIN job ON job.name = name.id
WHERE NOT name.retracted AND (dataset.name IS NOT NULL OR job.name IS NOT NULL)
ORDER BY found.grade, length(name.name), name.name, name.ns, name.kind LIMIT %(limit)s
"""

# Whole names: namespace, slash, the beginning of a name; or the beginning of a namespace.
WHOLE_NAMES: LiteralString = """
SELECT name.id, name.kind, name.ns, name.name FROM (
    SELECT here.* FROM unnest(%(spaces)s::text[], %(lows)s::text[], %(highs)s::text[]) AS asked(ns, low, high)
    CROSS JOIN LATERAL (
        SELECT * FROM name n WHERE n.kind = %(kind)s AND left(n.ns, 256) = left(asked.ns, 256) AND n.ns = asked.ns
            AND left(n.name, 256) >= left(asked.low, 256) AND left(n.name, 256) <= left(asked.high, 256)
            AND n.name >= asked.low AND n.name < asked.high
        ORDER BY left(n.name, 256) LIMIT %(limit)s
    ) here
    UNION
    (SELECT * FROM name n WHERE n.kind = %(kind)s AND n.ns >= %(low)s AND n.ns < %(high)s
        AND left(n.ns, 256) >= left(%(low)s, 256) AND left(n.ns, 256) <= left(%(high)s, 256)
     ORDER BY left(n.ns, 256), left(n.name, 256) LIMIT %(limit)s)
) name
LEFT JOIN dataset ON dataset.name = name.id AND dataset.node = name.id
LEFT JOIN job ON job.name = name.id
WHERE NOT name.retracted AND (dataset.name IS NOT NULL OR job.name IS NOT NULL)
ORDER BY name.ns, name.name LIMIT %(limit)s
"""

COLUMNS: LiteralString = """
SELECT path, type FROM field WHERE node = %(node)s AND path >= %(low)s AND path < %(high)s ORDER BY path LIMIT %(limit)s
"""

# Terms by the beginning of a label in any language and case, or of their IRI.
TERMS: LiteralString = """
SELECT term.label, term.iri FROM (
    (SELECT term AS key FROM term_label WHERE folded >= %(folded)s AND folded < %(folded_high)s
        AND left(folded, 256) >= left(%(folded)s, 256) AND left(folded, 256) <= left(%(folded_high)s, 256)
     ORDER BY left(folded, 256) LIMIT %(ahead)s)
    UNION
    (SELECT key FROM term WHERE iri >= %(low)s AND iri < %(high)s ORDER BY iri LIMIT %(limit)s)
) found JOIN term USING (key) JOIN name ON name.id = term.name AND NOT name.retracted
WHERE term.type = 'concept' ORDER BY term.label, term.iri LIMIT %(limit)s
"""


async def complete(connection: Connection, selector: str, position: int | None = None, first: int = 20) -> Completion:
    """How a selector may go on at a position (characters from 0; None: its end), at most `first` ways.

    Raises InvalidSelector, InvalidRequest `invalid_position`, `invalid_first`.
    """
    if not 1 <= first <= MOST:
        raise InvalidRequest("invalid_first", f"first is 1 to {MOST}, not {first}.", "Ask for fewer, and type more.")
    said = typed(selector, position)
    return Completion(said.start, (await _ways(connection, said, first))[:first])


async def _ways(connection: Connection, said: Typed, first: int) -> list[Way]:
    if said.dataset is not None:
        return await _columns(connection, said, first)
    if said.method in DISTINCT:
        return await _distinct(connection, said, first)
    if said.method == "term":
        return await _terms(connection, said.word, first)
    if said.method == "state":
        return [_way("state", state) for state in STATES if state.startswith(said.word.lower())]
    if said.method in ("path", "run"):
        return []
    methods = [] if said.method else [Way("METHOD", f"{m}:", f"{m}:") for m in OFFERED if m.startswith(said.word)]
    names = await _names(connection, said, first)
    # Whoever has typed nothing yet learns what there is; else names are what people type.
    return [*methods, *names] if said.word else [*names[: max(0, first - len(methods))], *methods]


def _way(method: str, value: str, detail: str | None = None) -> Way:
    return Way(method.upper(), f"{method}:{quoted(value)}", value, detail)


def _range(word: str) -> dict[str, str]:
    return {"low": word, "high": word + _LAST}


async def _distinct(connection: Connection, said: Typed, first: int) -> list[Way]:
    found: set[str] = set()
    for statement in DISTINCT[said.method]:
        rows = await connection.execute(statement, {**_range(said.word), "limit": first})
        found |= {row[0] for row in await rows.fetchall()}
    return [_way(said.method, value) for value in sorted(found)]


async def _terms(connection: Connection, word: str, first: int) -> list[Way]:
    folded = word.casefold()
    given = {**_range(word), "folded": folded, "folded_high": folded + _LAST, "limit": first, "ahead": first * _AHEAD}
    rows = await (await connection.execute(TERMS, given)).fetchall()
    labels = [label for label, _ in rows]
    return [
        Way("TERM", f"term:{quoted(label if labels.count(label) == 1 else iri)}", label, iri) for label, iri in rows
    ]


async def _columns(connection: Connection, said: Typed, first: int) -> list[Way]:
    head = said.dataset or ""
    [found] = await resolve_plain(connection, [(head, None)])
    if len(found.found) != 1:
        return []
    given = {**_range(said.word), "node": found.found[0], "limit": first}
    rows = await (await connection.execute(COLUMNS, given)).fetchall()
    method = f"{said.method}:" if said.method else ""
    return [Way("COLUMN", f"{method}{quoted(head)}#{quoted(path)}", path, kind) for path, kind in rows]


async def _names(connection: Connection, said: Typed, first: int) -> list[Way]:
    kinds = {"job": [JOB], "": [DATASET, JOB]}.get(said.method, [DATASET])
    folded = said.word.casefold()
    words = [lexeme(word) for word in asked_words(said.word)]
    query = " & ".join([*(f"{word}:A" for word in words[:-1]), *(f"{word}:*A" for word in words[-1:])])
    given = {**_range(folded), "kinds": kinds, "query": query, "limit": first, "ahead": first * _AHEAD}
    rows = [*await (await connection.execute(NAMES, given)).fetchall(), *await _whole(connection, said, kinds, first)]
    found = {row[0]: row[1:] for row in rows}
    return await _written(connection, said.method, found)


async def _whole(connection: Connection, said: Typed, kinds: Sequence[int], first: int) -> list[tuple[int, ...]]:
    """By namespace and name, where what is typed may be the beginning of one."""
    if not any(sign in said.word for sign in "/:"):
        return []
    found = []
    for kind in kinds:
        # A sign more, so that a name of which nothing is typed yet is split off too.
        splits = [(ns, name.removesuffix("\1")) for ns, name in nodes.splits(kind, said.word + "\1")]
        given = {
            "kind": kind,
            "spaces": [ns for ns, _ in splits],
            "lows": [name for _, name in splits],
            "highs": [name + _LAST for _, name in splits],
            **_range(said.word),
            "limit": first,
        }
        found += await (await connection.execute(WHOLE_NAMES, given)).fetchall()
    return found


async def _written(connection: Connection, method: str, found: dict[int, tuple[int, str, str]]) -> list[Way]:
    """Names as a selector finds them again: alone where that is enough, else whole."""
    alone: dict[int, bool] = {}
    for kind in (DATASET, JOB):
        mine = [(node, name) for node, (of, _, name) in found.items() if of == kind]
        matches = await nodes.match_names(connection, kind, [name for _, name in mine]) if mine else []
        alone |= {node: match == [node] for (node, _), match in zip(mine, matches, strict=True)}
    ways = []
    for node, (kind, ns, name) in found.items():
        text = quoted(name if alone[node] else nodes.full_name(ns, name))
        # A job is named plainly only where no dataset is called so; its method always says it.
        said = "job:" if kind == JOB else f"{method}:" if method else ""
        ways.append(Way("JOB" if kind == JOB else "DATASET", said + text, name, ns))
    return ways
