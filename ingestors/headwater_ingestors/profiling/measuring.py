"""What the values of a loaded table look like: one statement of aggregates for many columns, then a few for each."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from headwater_catalog.facets.profile import Bin, ColumnProfile, Quantile, ValueCount
from headwater_catalog.facets.withheld import plain_type
from headwater_catalog.hidden import Hidden
from headwater_ingestors.profiling.bounds import AT_ONCE, BINS, EXACT, LONGEST, SHARES, TOP, Bounds
from headwater_ingestors.profiling.engine import Loaded, run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WHOLE: Final = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM|VARINT")
FLOATS: Final = ("FLOAT", "DOUBLE")
TIMES: Final = re.compile(r"DATE|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?")
PLAIN: Final = re.compile(r"VARCHAR|BOOLEAN|UUID|TIME(_NS| WITH TIME ZONE)?|ENUM\(.*|INTERVAL")


class Asked(NamedTuple):
    """A column in a table. cell: c0, c1 …; kind: its type in DuckDB."""

    cell: str
    name: str
    kind: str
    personal: bool

    @property
    def number(self) -> bool:
        """Whether it can be added up."""
        return self.kind in FLOATS or bool(WHOLE.fullmatch(self.kind)) or self.kind.startswith("DECIMAL(")

    @property
    def time(self) -> bool:
        """Whether it is a day or a moment."""
        return bool(TIMES.fullmatch(self.kind))

    @property
    def ordered(self) -> bool:
        """Whether its least and greatest value say something."""
        return self.number or self.time or bool(PLAIN.fullmatch(self.kind))

    @property
    def text(self) -> bool:
        """Whether it is of characters."""
        return self.kind == "VARCHAR"

    @property
    def shown(self) -> str:
        """Its values as texts: nested ones and bytes too."""
        return f"CAST({self.cell} AS VARCHAR)"

    @property
    def counted(self) -> str:
        """Values that aggregates take: of floats only those that are numbers, and finite."""
        return (
            f"CASE WHEN isfinite({self.cell}) THEN {self.cell} END" if self.kind in FLOATS or self.time else self.cell
        )


def columns(
    connection: DuckDBPyConnection, loaded: Loaded, personal: Collection[str], bounds: Bounds
) -> list[ColumnProfile]:
    """Profiles of all columns, in their order; of personal ones no value."""
    asked = asked_of(loaded, personal)
    found: list[ColumnProfile] = []
    for start in range(0, len(asked), AT_ONCE):
        found += counted(connection, loaded, asked[start : start + AT_ONCE], bounds)
    return [shaped(connection, loaded, one, said, bounds) for one, said in zip(asked, found, strict=True)]


def asked_of(loaded: Loaded, personal: Collection[str]) -> list[Asked]:
    """Its columns. One whose name says that it holds secrets is withheld like a personal one."""
    hidden = Hidden(personal)
    return [
        Asked(f"c{number}", name, kind, name in hidden)
        for number, (name, kind) in enumerate(zip(loaded.names, loaded.kinds, strict=True))
    ]


def counted(
    connection: DuckDBPyConnection, loaded: Loaded, asked: Sequence[Asked], bounds: Bounds
) -> list[ColumnProfile]:
    """Counts, ends and lengths of many columns, in one pass."""
    exact = loaded.read <= EXACT
    cells = [cell for one in asked for cell in _aggregates(one, exact=exact)]
    (row,) = run(connection, bounds, f"SELECT {', '.join(cells)} FROM {loaded.table}")
    width = len(cells) // len(asked)
    return [
        _profile(one, loaded, row[number * width : (number + 1) * width], exact=exact)
        for number, one in enumerate(asked)
    ]


def _aggregates(one: Asked, *, exact: bool) -> list[str]:
    distinct = f"count(DISTINCT {one.shown})" if exact else f"approx_count_distinct({one.shown})"
    if exact and one.ordered:
        distinct = f"count(DISTINCT {one.cell})"
    ends = ["NULL", "NULL"]
    if one.ordered and not one.personal:
        ranked = f"CASE WHEN NOT isnan({one.cell}) THEN {one.cell} END" if one.kind in FLOATS else one.cell
        ends = [f"left(CAST({end}({ranked}) AS VARCHAR), {LONGEST})" for end in ("min", "max")]
    lengths = ["NULL"] * 3
    if one.text:
        lengths = [f"min(length({one.cell}))", f"max(length({one.cell}))", f"avg(length({one.cell}))"]
    return [f"count({one.cell})", distinct, *ends, *lengths]


def _profile(one: Asked, loaded: Loaded, row: Sequence[Any], *, exact: bool) -> ColumnProfile:
    filled, distinct, least, most, shortest, longest, length = row
    return ColumnProfile(
        name=one.name,
        type=plain_type(one.kind) if one.personal else one.kind[:LONGEST],
        nulls=loaded.read - filled,
        distinct=min(distinct, filled),
        approximate=None if exact else True,
        minimum=least,
        maximum=most,
        shortest=shortest,
        longest=longest,
        mean_length=length,
        withheld=True if one.personal else None,
    )


def shaped(
    connection: DuckDBPyConnection, loaded: Loaded, one: Asked, said: ColumnProfile, bounds: Bounds
) -> ColumnProfile:
    """With means, quantiles, bars, frequent values and patterns, as far as its type has them."""
    if one.personal or loaded.read == said.nulls:
        return said
    if one.number or one.time:
        said = _spread(connection, loaded, one, said, bounds)
    said = replace(said, top=_frequent(connection, loaded, one, f"left({one.shown}, {LONGEST})", bounds))
    if one.text:
        digits = f"regexp_replace(left({one.cell}, 40), '[0-9]', '9', 'g')"
        pattern = rf"regexp_replace({digits}, '\pL', 'A', 'g')"
        said = replace(said, patterns=_frequent(connection, loaded, one, pattern, bounds))
    return said


def _frequent(
    connection: DuckDBPyConnection, loaded: Loaded, one: Asked, shown: str, bounds: Bounds
) -> tuple[ValueCount, ...]:
    rows = run(
        connection,
        bounds,
        f"SELECT {shown} AS value, count(*) FROM {loaded.table} WHERE {one.cell} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}",
    )
    return tuple(ValueCount(value, count) for value, count in rows)


def _spread(
    connection: DuckDBPyConnection, loaded: Loaded, one: Asked, said: ColumnProfile, bounds: Bounds
) -> ColumnProfile:
    """Mean, deviation, quantiles and bars; days and moments count as seconds since 1970 in bars, and have no mean."""
    value = one.counted
    plain = f"epoch({value})" if one.time else f"CAST({value} AS DOUBLE)"
    ((low, high),) = run(connection, bounds, f"SELECT min({plain}), max({plain}) FROM {loaded.table}")
    if low is None:
        return said
    scale = max(abs(low), abs(high)) or 1.0  # values near the greatest of doubles cannot be added up as they are
    shares = ", ".join(map(str, SHARES))
    mean, deviation, quantiles = run(
        connection,
        bounds,
        f"SELECT avg({plain} / {scale!r}), stddev_samp({plain} / {scale!r}), "
        f"list_transform(quantile_disc({value}, [{shares}]), lambda one: CAST(one AS VARCHAR)) FROM {loaded.table}",
    )[0]
    return replace(
        said,
        mean=None if one.time else _finite(mean * scale),
        deviation=None if one.time or deviation is None else _finite(deviation * scale),
        quantiles=tuple(Quantile(share, told) for share, told in zip(SHARES, quantiles or (), strict=False)),
        histogram=_bars(connection, loaded, plain, (low, high, scale), bounds),
    )


def _bars(
    connection: DuckDBPyConnection, loaded: Loaded, plain: str, span: tuple[float, float, float], bounds: Bounds
) -> tuple[Bin, ...]:
    low, high, scale = span
    width = high / scale / BINS - low / scale / BINS
    bar = f"least(CAST(floor(({plain} / {scale!r} - {low / scale!r}) / {width!r}) AS INTEGER), {BINS - 1})"
    if width == 0:
        bar = "0"
    counts = dict(
        run(
            connection,
            bounds,
            f"SELECT {bar}, count(*) FROM {loaded.table} WHERE ({plain}) IS NOT NULL GROUP BY 1",
        )
    )
    if width == 0:
        return (Bin(low, high, counts[0]),)
    edges = [(low / scale + width * number) * scale for number in range(BINS)] + [high]
    return tuple(Bin(edges[n], edges[n + 1], counts.get(n, 0)) for n in range(BINS))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
