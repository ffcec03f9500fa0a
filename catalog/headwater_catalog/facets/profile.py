"""The facet of a profile: what the values of a dataset look like, by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Quantile:
    """A value that a share of all values does not exceed."""

    share: Annotated[float | None, "From 0 to 1."] = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value, or a pattern of values (9 a digit, A a letter), and how often it is there."""

    value: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of a histogram: values from low on, below high; the last one includes it."""

    low: float | None = None
    high: float | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """The values of a column; numbers and dates as texts, so that none loses digits."""

    name: str | None = None
    type: Annotated[str | None, "As the engine that counted names it."] = None
    nulls: int | None = None
    distinct: int | None = None
    approximate: Annotated[bool | None, "Whether distinct is an estimate."] = None
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    deviation: Annotated[float | None, "The standard deviation of the values."] = None
    quantiles: tuple[Quantile, ...] = ()
    histogram: tuple[Bin, ...] = ()
    top: Annotated[tuple[ValueCount, ...], "The most frequent values."] = ()
    patterns: Annotated[tuple[ValueCount, ...], "The most frequent patterns of texts: 9 a digit, A a letter."] = ()
    shortest: Annotated[int | None, "Characters."] = None
    longest: Annotated[int | None, "Characters."] = None
    mean_length: Annotated[float | None, "Characters."] = None
    withheld: Annotated[bool | None, "True: it is personal, so no value of it is here."] = None
    of_all: Annotated[
        tuple[str, ...],
        "Figures (nulls, quantiles …) that its database counted of all rows, where the profile read a sample: "
        "the others are of that many rows.",
    ] = ()


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Columns whose values all, or nearly all, occur in columns of another dataset."""

    columns: tuple[str, ...] = ()
    namespace: str | None = None
    dataset: str | None = None
    of_columns: tuple[str, ...] = ()
    share: Annotated[float | None, "Of the distinct values, from 0 to 1."] = None


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    """Columns that tell all rows apart in what was read."""

    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What the values of a dataset look like."""

    rows: Annotated[int | None, "Of the dataset."] = None
    sampled: Annotated[int | None, "Rows that were read; null: all."] = None
    method: Annotated[str | None, "What counted: sql, duckdb."] = None
    columns: tuple[ColumnProfile, ...] = ()
    key_candidates: tuple[KeyCandidate, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()
