"""A template: the program for a target, and what the catalog does not know for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from headwater_catalog.templates import ddl, duckdb, fresh, opening, pandas, polars, r, spark
from headwater_catalog.templates.fresh import Fresh
from headwater_catalog.templates.missing import Missing, Unknown
from headwater_catalog.templates.opening import Opening

TARGETS: Final = ("pandas", "polars", "duckdb", "spark", "sql", "r")
Maker = Callable[[Opening, Fresh | None], str]
_MAKERS: Final[dict[str, Maker]] = {
    "pandas": pandas.pandas,
    "polars": polars.polars,
    "duckdb": duckdb.duckdb,
    "spark": spark.spark,
    "r": r.r_program,
}


class Template(NamedTuple):
    """code: None where something fatal is missing; language: python, r or sql; rule: the connection rule that fits."""

    target: str
    language: str
    code: str | None
    missing: tuple[Missing, ...]
    rule: str | None


class Wanted(NamedTuple):
    """What is asked for. target: one of TARGETS; dialect, table: of sql only; fresh: only what a job has not loaded."""

    target: str
    dialect: str | None = None
    table: str | None = None
    fresh: Fresh | None = None


def template(one: Opening, wanted: Wanted) -> Template:
    """The program that opens a dataset; where the catalog does not know enough, what is missing."""
    language = {"sql": "sql", "r": "r"}.get(wanted.target, "python")
    said = opening.notes(one)
    try:
        if wanted.target == "sql":
            code, lost = ddl.ddl(one, wanted.dialect, wanted.table, wanted.fresh)
            said += lost
        else:
            code = _MAKERS[wanted.target](one, wanted.fresh)
        said += fresh.notes(one, wanted.fresh) if wanted.fresh else []
    except Unknown as unknown:
        return Template(wanted.target, language, None, (unknown.missing, *said), one.rule)
    return Template(wanted.target, language, code, tuple(said), one.rule)
