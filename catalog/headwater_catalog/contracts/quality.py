"""Rules of quality in contracts, judged by tests that ran and by what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from headwater_catalog.contracts.document import listed, properties
from headwater_catalog.names import text

Number = int | float


class Verdict(NamedTuple):
    """Whether something holds; None: nothing tells. found: what was found, or why nothing tells."""

    holds: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. column: "" of the whole dataset; metric: of the standard's library; said: the rule as it stands."""

    column: str
    metric: str
    said: Mapping[str, Any]

    @property
    def where(self) -> str:
        """What it is of."""
        return self.column

    @property
    def shown(self) -> str:
        """It in a line."""
        named = self.metric or text(self.said.get("name")) or text(self.said.get("description")) or "rule"
        bounds = [f"{name} {self.said[name]}" for name in OPERATORS if name in self.said]
        unit = text(self.said.get("unit"))
        return " ".join([named[:200], *bounds, *([unit] if unit else [])])


@dataclass(frozen=True, slots=True)
class Result:
    """The last result of a test. column: "" of the whole dataset."""

    names: tuple[str, ...]
    column: str
    success: bool | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The last measures: rows; nulls and repeated values by column in lower case."""

    rows: int | None = None
    nulls: Mapping[str, int] = field(default_factory=dict)
    repeated: Mapping[str, int] = field(default_factory=dict)


def _pair(bound: Any) -> tuple[Number, Number] | None:
    if isinstance(bound, list) and len(bound) == 2 and all(_number(one) for one in bound):
        return (bound[0], bound[1])
    return None


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


OPERATORS: Final[Mapping[str, Callable[[Number, Any], bool]]] = {
    "mustBe": lambda found, bound: bool(found == bound),
    "mustNotBe": lambda found, bound: bool(found != bound),
    "mustBeGreaterThan": lambda found, bound: bool(found > bound),
    "mustBeGreaterOrEqualTo": lambda found, bound: bool(found >= bound),
    "mustBeGreaterThanOrEqualTo": lambda found, bound: bool(found >= bound),
    "mustBeLessThan": lambda found, bound: bool(found < bound),
    "mustBeLessOrEqualTo": lambda found, bound: bool(found <= bound),
    "mustBeLessThanOrEqualTo": lambda found, bound: bool(found <= bound),
    "mustBeBetween": lambda found, bound: bool(bound[0] <= found <= bound[1]),
    "mustNotBeBetween": lambda found, bound: not bound[0] <= found <= bound[1],
}
PAIRS: Final = frozenset({"mustBeBetween", "mustNotBeBetween"})
ALIKE: Final[Mapping[str, frozenset[str]]] = {
    "nullvalues": frozenset({"notnull", "expectcolumnvaluestonotbenull", "nullcount"}),
    "missingvalues": frozenset({"notnull", "expectcolumnvaluestonotbenull", "missingcount"}),
    "duplicatevalues": frozenset({"unique", "expectcolumnvaluestobeunique", "duplicatecount"}),
    "duplicatecount": frozenset({"unique", "expectcolumnvaluestobeunique"}),
    "invalidvalues": frozenset({"acceptedvalues", "expectcolumnvaluestobeinset", "invalidcount"}),
    "rowcount": frozenset({"expecttablerowcounttobebetween", "expecttablerowcounttoequal"}),
}
"""Tests of other tools that mean a metric of the standard, as `_bare` spells them."""


def rules_of(own: Mapping[str, Any]) -> Iterator[Rule]:
    """Rules of an object and of its properties; mere texts for people are none."""
    for one in listed(own.get("quality")):
        if text(one.get("type")) != "text":
            yield _rule("", one)
    for path, of in properties(own):
        for one in listed(of.get("quality")):
            if text(one.get("type")) != "text":
                yield _rule(path, one)


def _rule(path: str, said: Mapping[str, Any]) -> Rule:
    return Rule(path, text(said.get("metric")) or text(said.get("rule")), said)


def judge(rule: Rule, tests: Sequence[Result], measured: Measured) -> Verdict:
    """By the last measure, else by the last result of a test of that name and column."""
    count = _measured(rule, measured)
    bounds = {name: rule.said[name] for name in OPERATORS if name in rule.said}
    if count is not None and bounds and all(_judgeable(name, bound) for name, bound in bounds.items()):
        found = _in_unit(rule, count, measured)
        if found is not None:
            return Verdict(all(OPERATORS[name](found, bound) for name, bound in bounds.items()), f"{found:g} measured")
    wanted = _names(rule)
    for test in tests:
        of_it = test.column.casefold() == rule.column.casefold() and wanted & {_bare(name) for name in test.names}
        if of_it and test.success is not None:
            return Verdict(test.success, f"the test {test.names[0]} {'passed' if test.success else 'failed'}")
    return Verdict(None, "not measured, and not tested under that name")


def _judgeable(name: str, bound: object) -> bool:
    return _pair(bound) is not None if name in PAIRS else _number(bound)


def _measured(rule: Rule, measured: Measured) -> int | None:
    metric, column = _bare(rule.metric), rule.column.casefold()
    if metric == "rowcount":
        return measured.rows
    if metric in ("nullvalues", "nullcount"):
        return measured.nulls.get(column)
    return measured.repeated.get(column) if metric in ("duplicatevalues", "duplicatecount") else None


def _in_unit(rule: Rule, count: int, measured: Measured) -> Number | None:
    if text(rule.said.get("unit")).lower() not in ("percent", "%"):
        return count
    return 100 * count / measured.rows if measured.rows else None


def _names(rule: Rule) -> set[str]:
    own = {_bare(text(rule.said.get(name))) for name in ("id", "name", "metric", "rule")} - {""}
    return own.union(*(ALIKE.get(name, ()) for name in own))


def _bare(name: str) -> str:
    """Without case and signs: not_null, notNull, Not null."""
    return "".join(sign for sign in name.lower() if sign.isalnum())
