"""Finding nodes by text: words, beginnings and parts of names, ranked, highlighted, page by page."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from headwater_catalog.codes import DATASET, JOB, TERM
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import key_of, text
from headwater_catalog.naming.environments import ALL
from headwater_catalog.search.words import asked_words, highlights, pieces, query

KINDS = {"dataset": DATASET, "job": JOB, "term": TERM, "field": 0}
CAP = 2_000
"""Candidates that are ranked, of each way to match: beyond, the order is approximate and `complete` is false."""
MAX_PAGE = 100
MAX_QUERY = 512

# Ways to match, each capped before it is ranked: words (by weight), the beginning of a name, a part of it, and paths of
# fields over the dictionary of paths. A name counts for the node it stands for, be it by a naming rule; a retracted
# node is not found, nor one of another environment than asked for ("prod": what belongs to none too; "all").
# The score is an integer, so that a page can go on exactly where the last one ended.
FIND: LiteralString = """
with by_words as materialized (
  select name, kind, words from search_text
  where words @@ %(query)s::tsquery and kind = any(%(kinds)s::smallint[]) limit %(cap)s
), by_name as materialized (
  select name, folded from search_text
  where left(folded, 256) >= left(%(text)s, 256) and left(folded, 256) <= left(%(text)s || chr(1114111), 256)
    and folded >= %(text)s and folded < %(text)s || chr(1114111) and kind = any(%(kinds)s::smallint[]) limit %(cap)s
), by_part as materialized (
  select name, folded from search_text
  where %(pieces)s::text[] <> '{}' and pieces @> %(pieces)s::text[] and position(%(text)s in folded) > 0
    and kind = any(%(kinds)s::smallint[]) limit %(cap)s
), by_path as materialized (
  select path from search_path
  where %(fields)s and (words @@ %(query)s::tsquery or %(pieces)s::text[] <> '{}' and pieces @> %(pieces)s::text[])
  limit %(cap)s
), field_hit as materialized (
  select f.node as name, f.path from by_path
  join field f on md5(f.path) = md5(by_path.path) and f.path = by_path.path limit %(cap)s
), scored (name, field, score) as (
  select name, '', ts_rank('{0.05, 0.2, 0.5, 1}', words, %(query)s::tsquery) from by_words
  union all
  select name, '', case when folded = %(text)s then 4 else 1 end + 1.0 / (8 + length(folded))
  from by_name
  union all
  select name, '', case when right(folded, length(%(text)s) + 1) in ('.' || %(text)s, '/' || %(text)s) then 3
      else 0.5 end
    + 1.0 / (8 + length(folded)) from by_part
  union all
  select name, path, case when lower(path) = %(text)s then 2 else 0.3 end + 1.0 / (8 + length(path)) from field_hit
), meant as (
  select coalesce(d.node, ruled.node, s.name) as node, s.field, max(s.name) as name,
    (sum(s.score) * 10000)::bigint as score
  from scored s left join dataset d on d.name = s.name
  left join name spelled on spelled.id = s.name and d.node is null
  left join alias a on a.key = spelled.key left join dataset ruled on ruled.name = a.target group by 1, 2
), counted as (
  select (select count(*) = %(cap)s from by_words) or (select count(*) = %(cap)s from by_name)
    or (select count(*) = %(cap)s from by_part) or (select count(*) = %(cap)s from field_hit) as cut
)
select n.key, n.kind, n.ns, n.name, m.field, m.score, t.texts, counted.cut
from counted cross join meant m join name n on n.id = m.node left join search_text t on t.name = m.name
left join dataset home on home.name = n.id
where not n.retracted and (n.said or home.name is not null)
  and (n.kind <> 1 or %(environment)s::text = 'all' or coalesce(home.environment, 'prod') = %(environment)s)
  and (%(after)s::uuid is null or (-m.score, n.key, m.field) > (-%(score)s::bigint, %(after)s::uuid, %(field)s::text))
order by -m.score, n.key, m.field limit %(limit)s
"""


class Highlight(NamedTuple):
    """Where a text matches: what it is (name, label, tag, owner, term, description, field), ranges in code points."""

    what: str
    text: str
    ranges: list[tuple[int, int]]


class Hit(NamedTuple):
    """A node found. field: path of the field that matched, else None. cursor: where the next page begins."""

    kind: str
    key: UUID
    namespace: str
    name: str
    field: str | None
    score: float
    highlights: list[Highlight]
    cursor: str


class Found(NamedTuple):
    """A page of hits, best first. complete: nothing was left out of the ranking; more: another page follows."""

    hits: list[Hit]
    complete: bool
    more: bool


async def find(
    connection: psycopg.AsyncConnection[Any],
    asked: str,
    kinds: Collection[str] = (),
    limit: int = 20,
    after: str | None = None,
    *,
    environment: str = ALL,
) -> Found:
    """Nodes whose name, labels, fields, tags, owners, terms or descriptions match a text.

    All words must match, the last as a prefix; besides, the whole text may be a part of a name. kinds: of dataset,
    job, term, field; none means all. environment: of datasets only this, see FIND. Raises InvalidRequest
    `invalid_search`, `unknown_kind`, `invalid_cursor`.
    """
    asked = text(asked)
    words = asked_words(asked)
    if not words or len(asked) > MAX_QUERY:
        raise InvalidRequest(
            "invalid_search", f"A search needs a word, and at most {MAX_QUERY} characters.", "Type part of a name."
        )
    arguments = _arguments(asked, kinds) | _cursor(after) | {"limit": min(max(limit, 1), MAX_PAGE) + 1}
    arguments["environment"] = environment
    rows = await (await connection.execute(FIND, arguments)).fetchall()
    page = rows[: arguments["limit"] - 1]
    return Found([_hit(row, words) for row in page], not any(row[7] for row in rows[:1]), len(rows) > len(page))


def _arguments(asked: str, kinds: Collection[str]) -> dict[str, Any]:
    unknown = set(kinds) - KINDS.keys()
    if unknown:
        raise InvalidRequest(
            "unknown_kind", f"Search knows no kind {', '.join(sorted(unknown))}.", f"Use {', '.join(KINDS)}."
        )
    chosen = set(kinds or KINDS)
    return {
        "query": query(asked),
        "text": asked.casefold(),
        "pieces": pieces(asked),
        "kinds": sorted(KINDS[kind] for kind in chosen - {"field"}),
        "fields": "field" in chosen,
        "cap": CAP,
    }


def _cursor(after: str | None) -> dict[str, Any]:
    if after is None:
        return {"score": 0, "after": None, "field": ""}
    try:
        score, key, field = after.split(".", 2)
        return {"score": int(score), "after": UUID(hex=key), "field": field}
    except ValueError:
        raise InvalidRequest(
            "invalid_cursor", "This is no cursor of a search.", "Take the cursor of the last hit, or none."
        ) from None


def _hit(row: Sequence[Any], words: Sequence[str]) -> Hit:
    key, kind, namespace, name, field, score, texts, _ = row
    shown = [["field", field]] if field else [["name", name], *json.loads(texts or "[]")]
    marked = {(what, said): highlights(said, words) for what, said in shown}
    kind_name = next(word for word, number in KINDS.items() if number == kind)
    return Hit(
        "field" if field else kind_name,
        key_of("field", namespace, name, field) if field else key,
        namespace,
        name,
        field or None,
        score / 10_000,
        [Highlight(what, said, ranges) for (what, said), ranges in marked.items() if ranges][:8],
        f"{score}.{key.hex}.{field}",
    )
