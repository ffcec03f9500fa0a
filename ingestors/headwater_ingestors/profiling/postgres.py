"""Figures of all rows of a table of PostgreSQL, counted there; no value of a personal column is asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from headwater_catalog.facets.profile import Bin, Quantile, ValueCount
from headwater_catalog.templates.opening import Column
from headwater_catalog.templates.quoting import sql_name
from headwater_ingestors.profiling.bounds import AT_ONCE, BINS, LONGEST, SHARES, TOP, Bounds
from headwater_ingestors.profiling.pushed import Clock, Figures

if TYPE_CHECKING:
    import psycopg

NUMBERS: Final = frozenset({"integer", "unsigned", "decimal", "float"})
TIMES: Final = frozenset({"date", "timestamp", "moment"})
_FINITE: Final = "1.7e308"


class Counter:
    """Asks one table. table: its name in quotes; connection: commits each statement by itself."""

    def __init__(self, connection: psycopg.Connection[Any], table: str, personal: Collection[str], bounds: Bounds):
        self._connection, self._table, self._personal = connection, table, personal
        self._clock = Clock(bounds)

    def figures(self, columns: Sequence[Column], total: int) -> dict[int, Figures]:
        """By the places of the columns; those that time was left for."""
        found: dict[int, dict[str, Any]] = {}
        for start in range(0, len(columns), AT_ONCE):
            part = columns[start : start + AT_ONCE]
            cells = [cell for one in part for cell in self._ends(one)]
            rows = self._ask(f"SELECT {', '.join(cells)} FROM {self._table}")
            width = len(cells) // len(part)
            for number, _ in enumerate(part if rows else ()):
                filled, *ends = rows[0][number * width : (number + 1) * width]
                names = ("minimum", "maximum", "shortest", "longest", "mean_length")
                known = {name: value for name, value in zip(names, ends, strict=True) if value is not None}
                found[start + number] = {"nulls": total - filled, **known}
        for place, one in enumerate(columns):
            if place in found:
                found[place] |= self._shape(one)
        return {place: _floats(columns[place], said) for place, said in found.items()}

    def _ask(self, statement: str) -> list[Any]:
        """Rows; none where time is up, or where values are none that this can be asked of."""
        import psycopg

        left = self._clock.left
        if left <= 0:
            return []
        try:
            self._connection.execute(f"SET statement_timeout = {max(int(left * 1000), 1)}".encode())
            return self._connection.execute(statement.encode()).fetchall()
        except psycopg.Error:
            return []

    def _ends(self, one: Column) -> list[str]:
        """How many there are, the least and greatest, and lengths."""
        cell = sql_name(one.name)
        shown = f'{cell}::text COLLATE "C"' if one.family == "text" else cell
        ends = ["NULL", "NULL"]
        if one.family in NUMBERS | TIMES | {"text", "time"} and one.name not in self._personal:
            ends = [f"left({end}({shown})::text, {LONGEST})" for end in ("min", "max")]
        if one.family == "boolean" and one.name not in self._personal:
            ends = [f"{end}({cell})::text" for end in ("bool_and", "bool_or")]
        lengths = ["NULL"] * 3
        if one.family == "text":
            lengths = [f"{how}(length({cell}::text))" for how in ("min", "max")] + [
                f"avg(length({cell}::text))::float8"
            ]
        return [f"count({cell})", *ends, *lengths]

    def _shape(self, one: Column) -> dict[str, Any]:
        cell = sql_name(one.name)
        value = cell if one.family in NUMBERS | TIMES else f"{cell}::text"
        rows = self._ask(
            f"SELECT count(*) FROM (SELECT DISTINCT {value} FROM {self._table} WHERE {cell} IS NOT NULL) d"
        )
        found: dict[str, Any] = {"distinct": rows[0][0]} if rows else {}
        if one.name in self._personal:
            return found
        found |= self._spread(one) if one.family in NUMBERS | TIMES else {}
        found |= self._frequent("top", cell, f"left({cell}::text, {LONGEST})")
        if one.family == "text":
            digits = f"regexp_replace(left({cell}::text, 40), '[0-9]', '9', 'g')"
            found |= self._frequent("patterns", cell, f"regexp_replace({digits}, '[[:alpha:]]', 'A', 'g')")
        return found

    def _frequent(self, name: str, cell: str, shown: str) -> dict[str, Any]:
        rows = self._ask(
            f"SELECT {shown}, count(*) FROM {self._table} WHERE {cell} IS NOT NULL "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}"
        )
        return {name: tuple(ValueCount(value, count) for value, count in rows)} if rows else {}

    def _spread(self, one: Column) -> dict[str, Any]:
        """Mean, deviation, quantiles and bars, as `measuring` has them."""
        cell = sql_name(one.name)
        finite = f"isfinite({cell})" if one.family in TIMES else f"{cell}::float8 BETWEEN -{_FINITE} AND {_FINITE}"
        plain = f"extract(epoch FROM {cell})::float8" if one.family in TIMES else f"{cell}::float8"
        shares = ", ".join(map(str, SHARES))
        rows = self._ask(
            f"SELECT avg({plain}), stddev_samp({plain}), min({plain}), max({plain}), "
            f"(percentile_disc(ARRAY[{shares}]) WITHIN GROUP (ORDER BY {cell}))::text[] "
            f"FROM {self._table} WHERE {finite}"
        )
        if not rows or rows[0][2] is None:
            return {}
        mean, deviation, low, high, quantiles = rows[0]
        numbers = {} if one.family in TIMES else {"mean": mean, "deviation": deviation}
        bars = self._bars(plain, finite, low, high)
        return {
            **{name: number for name, number in numbers.items() if number is not None},
            "quantiles": tuple(Quantile(share, told) for share, told in zip(SHARES, quantiles, strict=False)),
            **({"histogram": bars} if bars else {}),
        }

    def _bars(self, plain: str, finite: str, low: float, high: float) -> tuple[Bin, ...]:
        place = f"least(width_bucket({plain}, {low!r}, {high!r}, {BINS}), {BINS})" if high > low else "1"
        rows = self._ask(f"SELECT {place}, count(*) FROM {self._table} WHERE {finite} GROUP BY 1")
        if not rows:
            return ()
        if high == low:
            return (Bin(low, high, rows[0][1]),)
        counts, width = dict(rows), high / BINS - low / BINS
        edges = [low + width * number for number in range(BINS)] + [high]
        return tuple(Bin(edges[n], edges[n + 1], counts.get(n + 1, 0)) for n in range(BINS))


def _floats(one: Column, said: dict[str, Any]) -> Figures:
    """Floating numbers as DuckDB shows them: 1.0, where PostgreSQL says 1."""
    if one.family != "float":
        return said
    shown: dict[str, Any] = {name: _float(said[name]) for name in ("minimum", "maximum") if name in said}
    top = tuple(ValueCount(_float(one.value), one.count) for one in said.get("top", ()))
    quantiles = tuple(Quantile(one.share, _float(one.value)) for one in said.get("quantiles", ()))
    return {**said, **shown, **({"top": top} if top else {}), **({"quantiles": quantiles} if quantiles else {})}


def _float(value: str | None) -> str | None:
    return None if value is None else str(float(value))
