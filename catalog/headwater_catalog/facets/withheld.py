"""Measured values without those of columns that are to be withheld: counts and lengths stay, whoever measured them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from headwater_catalog.facets.process import Assertion, ColumnMeasures, Measures
from headwater_catalog.facets.profile import Profile, without_values

KEPT: Final = frozenset(
    {"nulls", "distinct", "approximate", "shortest", "longest", "meanLength"}  # of headwater_profile
    | {"nullCount", "distinctCount", "count"}  # of dataQualityMetrics
)
"""Members of a column's measures, as facets spell them, that hold no value where they are numbers or booleans."""
_TYPE_WORD: Final = (
    r"big|small|tiny|huge|u?(?:big|small|tiny|huge)?int(?:eger|\d{1,3})?|long|short|byte|bytes|float\d{0,2}|double|precision"
    r"|real|decimal|numeric|number|bool|boolean|bit|varying|n?var(?:char|binary)2?|n?char|character|text|string|clob|blob"
    r"|bytea|binary|date|datetime\d?|time|timetz|timestamp(?:tz|_ns|_ms|_s|_ntz|_ltz)?|with|without|local|zone|interval"
    r"|uuid|jsonb?|variant|xml|array|list|unsigned|signed"
)
_TYPE: Final = re.compile(rf"(?:(?:(?:{_TYPE_WORD})\b|\d{{1,5}})[ ,()\[\]<>]{{0,4}}){{1,8}}", re.IGNORECASE | re.ASCII)
_CHECK: Final = re.compile(r"[\w.:-]{1,200}")
"""What a check is called, as against an expression that may hold values: one word."""


def columns_of(said: object) -> set[str]:
    """The columns that a shape, or a facet as JSON, has measures of."""
    if isinstance(said, Profile):
        return {one.name for one in said.columns if one.name}
    if isinstance(said, Measures):
        return {one.column for one in said.columns if one.column}
    if isinstance(said, tuple):
        return {one.column for one in said if isinstance(one, Assertion) and one.column}
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
    if isinstance(said, tuple):
        return tuple(_unsaid(one) if isinstance(one, Assertion) and one.column in columns else one for one in said)
    if not isinstance(said, dict) or not columns:
        return said
    value = dict(said)
    if isinstance(told := value.get("columnMetrics"), dict):
        value["columnMetrics"] = {
            name: _counts(_nameless(one)) if name in columns else one for name, one in told.items()
        }
    if isinstance(listed := value.get("columns"), list):
        value["columns"] = [_counts(one) if _name(one) in columns else one for one in listed]
    return value


def _bare(one: ColumnMeasures) -> ColumnMeasures:
    return replace(one, sum=None, min=None, max=None, quantiles=None)


def _unsaid(one: Assertion) -> Assertion:
    """A test without what was expected or found, and without the words that may repeat it."""
    assertion = one.assertion if one.assertion and _CHECK.fullmatch(one.assertion) else None
    return replace(one, assertion=assertion, expected=None, actual=None, content=None, params=None)


def _counts(one: object) -> dict[str, object]:
    """A column's measures as JSON; of an odd one nothing."""
    told = one if isinstance(one, dict) else {}
    counts = {name: value for name, value in told.items() if name in KEPT and isinstance(value, bool | int | float)}
    named: dict[str, object] = {"name": told["name"]} if _name(told) else {}
    kind = told.get("type")
    typed: dict[str, object] = {"type": kind} if isinstance(kind, str) and _TYPE.fullmatch(kind) else {}
    return {**named, **typed, **counts, "withheld": True}


def _nameless(one: object) -> object:
    """Below the column's name, where a second one is anybody's text."""
    return {name: value for name, value in one.items() if name != "name"} if isinstance(one, dict) else one


def _name(one: object) -> str:
    name = one.get("name") if isinstance(one, dict) else None
    return name if isinstance(name, str) else ""
