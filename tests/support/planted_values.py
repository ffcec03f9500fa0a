"""Facets with a value in every place where something measured of a column may stand, made of the shapes themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_origin

from headwater_catalog.facets.process import Assertion, ExecutedTest, Measures
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.shape import Moment, item_of, members

NAMES = frozenset({"name", "column", "columns", "namespace", "dataset", "of_columns"})
COUNTS = frozenset(
    {"nulls", "distinct", "shortest", "longest", "mean_length", "null_count", "distinct_count", "count", "rows"}
    | {"sampled", "row_count", "bytes", "file_count", "share"}
)
"""Members that hold no value: these are told with others."""
SPELLED = ('"{}"', "`{}`", "[{}]", " {}", "t1.{}", "b.t1.{}", 't1."{}"', "lower({})", "id,{}", "id, {}", "{}, id")
"""Other ways to name a column."""


class Planted:
    """A value of a column, as a text and as a number, and facets that hold it in every place but those of names."""

    def __init__(self, column: str, number: int, *, later: bool = False) -> None:
        self.column, self._seed = column, number
        self.text = f"zq{number:02d}{'later' if later else 'marked'}"
        self.number = 7_300_000 + number * 1_000 + 500 * later + 0.625

    @property
    def later(self) -> Planted:
        """Another value of the same column."""
        return Planted(self.column, self._seed, later=True)

    @property
    def signs(self) -> tuple[str, str]:
        """Of which neither may be read."""
        return self.text, str(self.number)[:7]

    def facets(self) -> dict[str, Any]:
        """Those of datasets, as producers and crawlers send them."""
        return {
            "headwater_profile": self._profile(),
            **self.measures(),
            "headwater_contract": {
                "id": "c",
                "schemaObject": {"name": "t", "properties": self._property(self.column.split("."))},
            },
        }

    def measures(self) -> dict[str, Any]:
        """Those of datasets, and of what runs read and wrote."""
        columns = (self.column, None, {"odd": self.text}, *self._spelled(), f"{self.column} = '{self.text}'")
        tests = [self._test(Assertion, column) for column in columns]
        tests += [{**tests[0], "column": "id", "columns": [self.column]}]
        expectations = [{"expectationType": self.text, "columnId": self.column, "success": True, "odd": self.text}]
        return {
            "dataQualityMetrics": self._measures(),
            "dataQuality": [self._measures()],
            "dataQualityAssertions": {"assertions": [*tests, self.text], "odd": self.text},
            "greatExpectations_assertions": {"assertions": expectations, "odd": [self.text]},
            "inputStatistics": {"rowCount": 3, "odd": {"least": self.number}},
            "outputStatistics": {"rowCount": 3, "size": self.text},
        }

    def run(self) -> dict[str, Any]:
        """That of a run or a job, which does not say what it tests."""
        return {"test": {"tests": [{**self._test(ExecutedTest, None), "name": f"in {self.text}", "status": self.text}]}}

    def _profile(self) -> dict[str, Any]:
        listed = [{"odd": self.text, "type": f"ENUM('{self.text}')"}, self.text]
        told = self._shape(Profile)
        return {**told, "columns": [*told["columns"], *listed], "odd": {"sample": [self.text, self.number]}}

    def _measures(self) -> dict[str, Any]:
        told = self._shape(Measures)
        (listed,) = told.pop("columns")
        of_column = {name: said for name, said in listed.items() if name != "column"}
        of_column |= {"name": self.text, "nullCount": self.text}
        return {**told, "columnMetrics": dict.fromkeys((self.column, *self._spelled()), of_column)}

    def _spelled(self) -> list[str]:
        return [how.format(self.column) for how in SPELLED]

    def _test(self, shape: type, column: object) -> dict[str, Any]:
        told = {**self._shape(shape), "column": column, "success": True}
        return {name: said for name, said in told.items() if said is not None}

    def _property(self, path: list[str]) -> list[dict[str, Any]]:
        one: dict[str, Any] = {"name": path[0], "physicalName": path[0]}
        if path[1:]:
            return [{**one, "properties": self._property(path[1:])}]
        rule = {
            "metric": "invalidValues",
            "mustBe": 0,
            "arguments": {"validValues": [self.text]},
            "validValues": [self.text],
        }
        options = {"enum": [self.text], "maxLength": 20}
        return [{**one, "examples": [self.text, self.number], "logicalTypeOptions": options, "quality": [rule]}]

    def _shape(self, shape: type) -> dict[str, Any]:
        """A shape with the value in all its members, in whatever nests in it too."""
        return {
            **{one.name: self._member(one.name, one.hint) for one in members(shape)},
            "odd": {"value": [self.text, self.number]},
        }

    def _member(self, name: str, hint: Any) -> Any:
        item = item_of(hint)
        if item is not None:
            return [self._shape(item)]
        if name in NAMES:
            return [self.column] if get_origin(hint) is tuple else self.column
        if name in COUNTS or hint is Moment or hint is bool:
            return 3 if hint in (int, float) else None
        if get_origin(hint) is Mapping:
            return {"0.5": self.number, "set": [self.text]}
        if get_origin(hint) is tuple:
            return [self.text]
        return self.number if hint in (int, float) else self.text
