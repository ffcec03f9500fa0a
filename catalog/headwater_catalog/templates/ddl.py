"""SQL: CREATE TABLE in any dialect, out of schema and relation; or the query of what a job has not loaded.

What was crawled in PostgreSQL is written for PostgreSQL by `schemas.ddl`; sqlglot translates between systems.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.relation import Relation
from headwater_catalog.schemas.ddl.script import DIALECT
from headwater_catalog.templates import database, postgres, rendering
from headwater_catalog.templates.create import Maker, table_of
from headwater_catalog.templates.drivers import SPELLINGS, driver
from headwater_catalog.templates.fresh import Fresh, beyond
from headwater_catalog.templates.masked import comments, without_masked
from headwater_catalog.templates.missing import Missing, lacking
from headwater_catalog.templates.opening import Opening, sql_dialect

DEFAULT: Final = DIALECT


class Made(NamedTuple):
    """SQL, and what of the catalog's knowledge is not in it."""

    code: str
    lost: list[Missing]


def ddl(opening: Opening, dialect: str | None, table: str | None, fresh: Fresh | None) -> Made:
    """CREATE TABLE; with `fresh` SELECT. Raises Unknown where no column is known, InvalidRequest for a dialect."""
    target = _dialect(dialect, opening)
    if fresh is not None:
        return Made(_query(opening, target, fresh), [])
    if not opening.columns:
        raise lacking(
            "no_schema", "Its columns are not known.", "Crawl it (`headwater snapshot`), or send its schema facet."
        )
    relation, masked = without_masked(opening.relation or Relation())
    if masked:
        opening = replace(opening, relation=relation)
    made = postgres.exact(opening, table) if target == DIALECT else None
    if made is not None:
        return Made(made[0] + comments(masked), [*masked, *made[1]])
    maker = Maker(opening, relation, target)
    return Made(maker.made(table) + comments(masked), [*masked, *maker.lost])


def _dialect(said: str | None, opening: Opening) -> str:
    if said is None:
        own = sql_dialect(opening.relation.dialect if opening.relation else None)
        return own or DEFAULT
    name = said.strip().lower()
    known = driver(SPELLINGS.get(name, name))
    name = known.dialect if known else name
    if not name or Dialect.get(name) is None:
        raise InvalidRequest(
            "unknown_dialect",
            f"There is no dialect {said[:80]!r}.",
            "Name one of sqlglot's: postgres, mysql, sqlite, duckdb, snowflake, bigquery, tsql, spark, oracle …",
        )
    return name


def _query(opening: Opening, target: str, fresh: Fresh) -> str:
    """Rows beyond the watermark."""
    limit = beyond(opening, fresh)
    names = database.path_in(opening)
    chosen: list[exp.Expr] = [exp.to_identifier(column.name, quoted=True) for column in opening.columns]
    query = exp.select(*(chosen or [exp.Star()]))
    query = query.from_(table_of(names))
    if limit is not None:
        text = database.as_text(limit.value)
        said = rendering.spelled(limit.column)
        # A cast to a DECIMAL without digits rounds in most systems: a number needs none.
        plain = said == "DECIMAL" and isinstance(limit.value, int | Decimal)
        value = exp.Literal.number(text) if plain else exp.Literal.string(text)
        kind = exp.DataType.build(said) if said and not plain else None
        query = query.where(exp.GT(this=exp.column(exp.to_identifier(limit.column.name, quoted=True)),
                                   expression=exp.Cast(this=value, to=kind) if kind else value))  # fmt: skip
    return query.sql(dialect=target, pretty=True) + ";\n"
