"""What of a facet's value is shown where columns of its dataset are withheld: counts, lengths, results; pure.

Whoever measured it, and however oddly: what is not known to hold no value is left out. See docs/decisions/0022.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from headwater_catalog.facets.checks import COUNTS_ROWS, RESULTS, SEVERITIES, says_only, words
from headwater_catalog.facets.profile import Inclusion, KeyCandidate
from headwater_catalog.facets.shape import read_list, write
from headwater_catalog.hidden import Hidden, means_secret
from headwater_catalog.names import text
from headwater_catalog.times import parse_time
from headwater_catalog.zone_rules import said_scope

Json = Mapping[str, Any]

_KEPT: Final = frozenset(
    {"nulls", "distinct", "approximate", "shortest", "longest", "meanLength"}  # of headwater_profile
    | {"nullCount", "distinctCount", "count"}  # of dataQualityMetrics
)
"""Members of a column's measures, as facets spell them, that hold no value where they are numbers or booleans."""
_MADE: Final = ("_producer", "_schemaURL", "_deleted")
"""Members that every facet has."""
_NAMED: Final[Mapping[str, type[Any]]] = {
    "keyCandidates": KeyCandidate,
    "key_candidates": KeyCandidate,
    "inclusions": Inclusion,
}
"""Members of a profile that hold names of columns, and shares."""
_NUMBERS: Final = ("rows", "sampled", "rowCount", "row_count", "bytes", "size", "fileCount", "file_count")
_TIMES: Final = ("lastUpdated", "last_updated", "captureDate", "capture_date")
_METHODS: Final = frozenset({"sql", "duckdb"})
_TYPE_WORD: Final = (
    r"big|small|tiny|huge|u?(?:big|small|tiny|huge)?int(?:eger|\d{1,3})?|long|short|byte|bytes|float\d{0,2}|double|precision"
    r"|real|decimal|numeric|number|bool|boolean|bit|varying|n?var(?:char|binary)2?|n?char|character|text|string|clob|blob"
    r"|bytea|binary|date|datetime\d?|time|timetz|timestamp(?:tz|_ns|_ms|_s|_ntz|_ltz)?|with|without|local|zone|interval"
    r"|uuid|jsonb?|variant|xml|array|list|unsigned|signed|enum|struct|map|union|row|record"
)
_TYPE: Final = re.compile(rf"(?:(?:(?:{_TYPE_WORD})\b|\d{{1,5}})[ ,()\[\]<>]{{0,4}}){{1,8}}", re.IGNORECASE | re.ASCII)
_MADE_OF: Final = re.compile(r"(enum|set|struct|map|union|row|record)\b", re.IGNORECASE)
"""Types that are made of something: of labels, which are values, or of columns with labels."""
_COUNT: Final = re.compile(r"\d{1,20}")
_COMPARES: Final = re.compile(r"['<>=]|\b(?:between|i?like|in)\b", re.IGNORECASE)
"""What stands in place of a column, but is an expression that may hold a value."""
_EXAMPLES: Final = ("examples", "enum", "validValues", "invalidValues")
"""Members of a contract's property, of its options and of its rules that list values."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "columns": ("name",),
    "columnMetrics": ("column",),
    **dict.fromkeys(("assertions", "tests"), ("column", "columnId", "columns")),
}
"""Where facets tell of columns, and how what stands there names them."""


@dataclass(frozen=True)
class Gate:
    """hidden: the columns of which no value is shown; names: of the dataset, which names of tests may repeat."""

    hidden: Hidden
    names: tuple[str, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether a column of it is known to be withheld: what is said of the whole may tell of that."""
        return bool(self.hidden)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the names: once, for there may be thousands of both datasets and tests."""
        return frozenset(word for name in self.names for word in words(name))

    def knowing(self, columns: Iterable[str]) -> Gate:
        """The same where these are columns of it, too: those that are named like secrets are withheld."""
        secret = [column for column in columns if means_secret(column)]
        return replace(self, hidden=Hidden([*self.hidden, *secret])) if secret else self


def shown(facet: str, value: object, gate: Gate) -> object:
    """As much of a facet as may be shown; what measures nothing is whole."""
    narrowed = MEASURED.get(facet)
    if narrowed is None:
        return value
    parts = value if isinstance(value, list) else [value]
    known = gate.knowing(column for one in parts if isinstance(one, dict) for column in _columns(one))
    if isinstance(value, dict):
        return narrowed(value, known)
    return {"withheld": True} if known.narrow else value  # nobody knows of which column what stands in it is


def _columns(value: Json) -> Iterator[str]:
    """The columns that a facet tells of, as it spells them."""
    for member, keys in _COLUMNS.items():
        told = value.get(member)
        if isinstance(told, dict):
            yield from told
        for one in told if isinstance(told, list) else ():
            yield from _spelled(one, keys)


def _spelled(one: object, keys: Iterable[str]) -> Iterator[str]:
    """The columns of which a measure or a test is."""
    told = one if isinstance(one, dict) else {}
    for said in (told.get(key) for key in keys):
        yield from (name for each in (said if isinstance(said, list) else [said]) if (name := text(each)))


def plain_type(kind: object) -> str | None:
    """A type as far as it holds no value: ENUM without its labels; None of one that nobody knows."""
    if not isinstance(kind, str):
        return None
    if _TYPE.fullmatch(kind):
        return kind
    made = _MADE_OF.match(kind)
    return made[0] if made else None


def _profile(value: Json, gate: Gate) -> Json:
    found = _rest(value, gate, "columns")
    if gate.narrow:
        found |= {
            name: [write(one) for one in read_list(of, value[name])] for name, of in _NAMED.items() if name in value
        }
    if isinstance(listed := value.get("columns"), list):
        found["columns"] = [_listed(one, "name", gate) for one in listed]
    return found


def _metrics(value: Json, gate: Gate) -> Json:
    found, told = _rest(value, gate, "columnMetrics"), value.get("columnMetrics")
    if isinstance(told, dict):
        found["columnMetrics"] = {name: _counts(one) if gate.hidden.meant(name) else one for name, one in told.items()}
    elif isinstance(told, list):
        found["columnMetrics"] = [_listed(one, "column", gate) for one in told]
    return found


def _rest(value: Json, gate: Gate, columns: str) -> dict[str, Any]:
    """All but what is said of columns; of a dataset with withheld ones only what is known to hold no value of any."""
    if not gate.narrow:
        return dict(value)
    return {
        name: said
        for name, said in value.items()
        if name != columns
        and (
            name in _MADE
            or (name in _NUMBERS and isinstance(said, int | float))
            or (name in _TIMES and parse_time(said) is not None)
            or (name == "method" and said in _METHODS)
        )
    }


def _listed(one: object, key: str, gate: Gate) -> object:
    """A column's measures in a list; of one that has no name nothing, where there are withheld ones."""
    name = text(one.get(key)) if isinstance(one, dict) else ""
    if not gate.hidden.meant(name):
        return one
    return {**({key: name} if name else {}), **_counts(one)}


def _counts(one: object) -> dict[str, object]:
    """Of a column's measures the counts and lengths, and a type that holds no value; of odd ones nothing."""
    told = one if isinstance(one, dict) else {}
    counts = {name: value for name, value in told.items() if name in _KEPT and isinstance(value, bool | int | float)}
    kind = plain_type(told.get("type"))
    return {**({"type": kind} if kind else {}), **counts, "withheld": True}


def _tests(member: str) -> Callable[[Json, Gate], Json]:
    def narrowed(value: Json, gate: Gate) -> Json:
        listed = value.get(member)
        found = {name: said for name, said in value.items() if name in _MADE} if gate.narrow else dict(value)
        if isinstance(listed, list):
            found[member] = [_test(one, gate) if isinstance(one, dict) else one for one in listed]
            if gate.narrow:  # what is no test has no place to be told
                found[member] = [one for one in found[member] if isinstance(one, dict)]
        return found

    return narrowed


def _test(one: Json, gate: Gate) -> Json:
    """A test; of a withheld column, or of none where there are such, without what was expected or found."""
    key = "column" if one.get("column") is not None else "columnId"
    column = text(one.get(key))
    if not any(map(gate.hidden.meant, (column, *_spelled(one, _COLUMNS["tests"])))):
        return one
    if _COMPARES.search(column):
        column = ""
    of_it = frozenset(words(column))
    found: dict[str, object] = {"success": one["success"]} if isinstance(one.get("success"), bool) else {}
    found |= {key: column} if column else {}
    said = {
        name: text(one.get(name)) for name in ("severity", "status", "assertion", "expectationType", "name", "type")
    }
    found |= {name: said[name] for name in ("severity", "status") if said[name].lower() in (SEVERITIES | RESULTS)}
    names = [
        name for name in ("assertion", "expectationType", "name", "type") if says_only(said[name], gate.words, of_it)
    ]
    found |= {name: said[name] for name in names}
    if not column and any(set(words(said[name])) >= one for name in names for one in COUNTS_ROWS):
        found |= {name: one[name] for name in ("expected", "actual") if _COUNT.fullmatch(str(one.get(name)))}
    scope = said_scope((said["name"], said["assertion"]), one.get("params"))
    return {**found, **({"params": {"scope": scope.value.lower()}} if scope else {}), "withheld": True}


def _contract(value: Json, gate: Gate) -> Json:
    found = dict(value)
    for key in ("schemaObject", "schema_object"):
        if isinstance(own := found.get(key), dict):
            found[key] = _promised(own, gate, "", hides=False)
    return found


def _promised(own: Json, gate: Gate, prefix: str, *, hides: bool) -> Json:
    """A property, or an object of them, without the values that are listed of withheld ones."""
    found = {name: said for name, said in own.items() if not (hides and name in _EXAMPLES)}
    for key in ("logicalTypeOptions", "quality"):
        if hides and key in found:
            found[key] = _without(found[key], (*_EXAMPLES, "arguments"))
    if isinstance(items := found.get("items"), dict):
        found["items"] = _promised(items, gate, prefix, hides=hides)
    if isinstance(listed := found.get("properties"), list):
        found["properties"] = [_property(one, gate, prefix, hides=hides) for one in listed]
    return found


def _property(one: object, gate: Gate, prefix: str, *, hides: bool) -> object:
    if not isinstance(one, dict):
        return one
    names = [name for key in ("physicalName", "name") if (name := text(one.get(key)))]
    hidden = hides or any(gate.hidden.meant(f"{prefix}{name}") for name in names)
    return _promised(one, gate, f"{prefix}{names[0]}." if names else prefix, hides=hidden)


def _without(said: object, members: Iterable[str]) -> object:
    """A value without these members, in it or in the items of its list."""
    if isinstance(said, list):
        return [_without(one, members) for one in said]
    return {name: one for name, one in said.items() if name not in members} if isinstance(said, dict) else said


MEASURED: Final[Mapping[str, Callable[[Json, Gate], Json]]] = {
    "headwater_profile": _profile,
    **dict.fromkeys(("dataQualityMetrics", "dataQuality", "inputStatistics", "outputStatistics"), _metrics),
    **dict.fromkeys(("dataQualityAssertions", "greatExpectations_assertions"), _tests("assertions")),
    "test": _tests("tests"),
    "headwater_contract": _contract,
}
"""The facets that may hold measured values, or examples of them."""
