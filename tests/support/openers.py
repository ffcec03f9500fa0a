"""Programs out of templates, run, and the rows of what each of them calls data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def rows_of_pandas(data: Any) -> list[tuple[Any, ...]]:
    import pandas as pd

    def plain(value: Any) -> Any:
        if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
            return None
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else getattr(value, "item", lambda: value)()

    return [tuple(plain(data.iloc[row, place]) for place in range(data.shape[1])) for row in range(len(data))]


def rows_of_polars(data: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = data.rows()
    return rows


def rows_of_duckdb(data: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = data.fetchall()
    return rows


TARGETS: dict[str, Callable[[Any], list[tuple[Any, ...]]]] = {
    "pandas": rows_of_pandas,
    "polars": rows_of_polars,
    "duckdb": rows_of_duckdb,
}


def rows_of(target: str, code: str) -> list[tuple[Any, ...]]:
    """The rows of what a program calls data; copies that it made go with its names."""
    scope = run(code)
    return TARGETS[target](scope["data"])


def run(code: str) -> Any:
    """What a program calls data."""
    scope: dict[str, Any] = {"__name__": "template"}
    exec(compile(code, "template.py", "exec"), scope)
    return scope
