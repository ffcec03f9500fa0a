"""Columns of a dbt project's tables: those of its catalog, of its contracts, those that it documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from headwater_ingestors.crawlers.crawler import Known, Name
from headwater_ingestors.crawlers.datasets import Field
from headwater_ingestors.crawlers.dbt.artifacts import Object, mapping, word
from headwater_ingestors.crawlers.dbt.project import Project
from headwater_ingestors.schemas.dbt import columns_of

MAX_COLUMNS: Final = 10_000
_LAST: Final = 2**31


@dataclass(frozen=True, slots=True)
class Listed:
    """Columns of a table.

    whole: the table has these and no others; only then `*` can stand for them. ours: dbt says so, and not the catalog.
    """

    fields: tuple[Field, ...] = ()
    whole: bool = False
    ours: bool = True


def columns(project: Project, catalog: Object, known: Known) -> dict[str, Listed]:
    """By id of the node. What somebody else told the catalog in whole goes before what is only documented here."""
    cataloged = {**mapping(catalog.get("nodes")), **mapping(catalog.get("sources"))}
    found: dict[str, Listed] = {}
    open_ones: dict[Name, str] = {}
    for unique, node in project.tables.items():
        documented = dict(columns_of(node.raw))
        listed = mapping(mapping(cataloged.get(unique)).get("columns"))
        if listed:
            found[unique] = Listed(_cataloged(listed, documented), whole=True)
        elif mapping(node.config.get("contract")).get("enforced") is True and documented:
            found[unique] = Listed(_documented(documented), whole=True)
        else:
            found[unique] = Listed(_documented(documented))
            open_ones[node.dataset] = unique
    told = known.columns(list(open_ones)) if open_ones else {}
    for name, unique in open_ones.items():
        found[unique] = _with(found[unique], told.get(name, ()))
    return found


def _with(documented: Listed, told: Sequence[str]) -> Listed:
    """What the catalog knows beyond what an earlier crawl of ours told it: a schema of two columns would hide ten.

    Where it is just what is documented here, nobody knows whether that is all.
    """
    if not told or {name.lower() for name in told} == {one.name.lower() for one in documented.fields}:
        return documented
    described = {one.name.lower(): one.description for one in documented.fields}
    described |= {one.name: one.description for one in documented.fields}
    fields = (Field(name, description=described.get(name) or described.get(name.lower())) for name in told)
    return Listed(tuple(fields), whole=True, ours=False)


def _cataloged(listed: Mapping[str, object], documented: Mapping[str, Object]) -> tuple[Field, ...]:
    spelled = {name.lower(): told for name, told in documented.items()}
    rows = [(mapping(value), key) for key, value in list(listed.items())[:MAX_COLUMNS]]
    rows.sort(key=lambda row: _index(row[0]))
    found = []
    for told, key in rows:
        name = word(told.get("name")) or key
        ours = documented.get(name) or spelled.get(name.lower(), {})
        description = word(ours.get("description")) or word(told.get("comment")) or None
        found.append(Field(name, word(told.get("type")) or None, description))
    return tuple(found)


def _index(told: Object) -> int:
    index = told.get("index")
    return index if isinstance(index, int) else _LAST


def _documented(documented: Mapping[str, Object]) -> tuple[Field, ...]:
    return tuple(
        Field(name, word(told.get("data_type")) or None, word(told.get("description")) or None)
        for name, told in list(documented.items())[:MAX_COLUMNS]
    )
