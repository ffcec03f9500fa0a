"""Measured values without those of columns that are to be withheld: counts and lengths stay, whoever measured them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from headwater_catalog.facets.process import ColumnMeasures, Measures
from headwater_catalog.facets.profile import Profile, without_values

KEPT: Final = frozenset(
    {"name", "type", "nulls", "distinct", "approximate", "shortest", "longest", "meanLength"}  # of headwater_profile
    | {"nullCount", "distinctCount", "count"}  # of dataQualityMetrics
)
"""Members of a column's measures, as facets spell them, that hold no value."""


def columns_of(said: object) -> set[str]:
    """The columns that a shape, or a facet as JSON, has measures of."""
    if isinstance(said, Profile):
        return {one.name for one in said.columns if one.name}
    if isinstance(said, Measures):
        return {one.column for one in said.columns if one.column}
    value: Mapping[str, Any] = said if isinstance(said, dict) else {}
    told, listed = value.get("columnMetrics"), value.get("columns")
    named = [one.get("name") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {*(told if isinstance(told, dict) else ()), *(name for name in named if isinstance(name, str))}


def withheld(said: object, columns: Collection[str]) -> object:
    """The same without values of these columns; what is no measure stays as it is."""
    if isinstance(said, Profile):
        return without_values(said, columns)
    if isinstance(said, Measures):
        return replace(said, columns=tuple(_bare(one) if one.column in columns else one for one in said.columns))
    if not isinstance(said, dict) or not columns:
        return said
    value = dict(said)
    if isinstance(told := value.get("columnMetrics"), dict):
        value["columnMetrics"] = {name: _counts(one) if name in columns else one for name, one in told.items()}
    if isinstance(listed := value.get("columns"), list):
        value["columns"] = [_counts(one) if _name(one) in columns else one for one in listed]
    return value


def _bare(one: ColumnMeasures) -> ColumnMeasures:
    return replace(one, sum=None, min=None, max=None, quantiles=None)


def _counts(one: object) -> dict[str, object]:
    """A column's measures as JSON; of an odd one nothing."""
    counts = {name: told for name, told in one.items() if name in KEPT} if isinstance(one, dict) else {}
    return {**counts, "withheld": True}


def _name(one: object) -> str:
    name = one.get("name") if isinstance(one, dict) else None
    return name if isinstance(name, str) else ""
