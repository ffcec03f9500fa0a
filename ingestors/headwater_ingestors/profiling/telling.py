"""Profiles of datasets, made together and told as events: OpenLineage's metrics beside our own facet."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from openlineage.client.facet_v2 import data_quality_metrics_input_dataset as metrics
from openlineage.client.serde import Serde

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.facets.profile import ColumnProfile, Profile
from headwater_catalog.times import show
from headwater_ingestors.crawlers import facets
from headwater_ingestors.crawlers.crawler import Document
from headwater_ingestors.profiling import keys, measuring, pushed
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.engine import Loaded, engine
from headwater_ingestors.profiling.keys import Name, Profiled
from headwater_ingestors.profiling.loading import load
from headwater_ingestors.profiling.subject import Subject

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KIND: Final = "profile"


class Failure(NamedTuple):
    """A dataset that could not be profiled."""

    name: tuple[str, str]
    error: HeadwaterError


Result = tuple[tuple[str, str], Profile] | Failure


def profiles(subjects: Sequence[Subject], bounds: Bounds, *, compared: bool = True) -> Iterator[Result]:
    """Profiles, each as it is done; one that fails costs that one.

    compared: columns are looked for in those of the other datasets of the same call.
    """
    with engine(bounds) as connection:
        made: list[Profiled] = []
        for number, subject in enumerate(subjects):
            try:
                loaded = load(connection, subject.opening, f"told_{number}", subject.personal, bounds)
                made.append(measured(connection, subject.name, loaded, subject.personal, bounds))
            except HeadwaterError as error:
                yield Failure(subject.name, error)
        for one in made:
            try:
                yield one.name, profile_of(connection, one, made if compared else (), bounds)
            except HeadwaterError as error:
                yield Failure(one.name, error)


def measured(
    connection: DuckDBPyConnection, name: Name, loaded: Loaded, personal: Collection[str], bounds: Bounds
) -> Profiled:
    """A table of this connection, column by column; personal: those of which no value is copied."""
    columns = measuring.columns(connection, loaded, personal, bounds)
    return Profiled(name, loaded, pushed.merged(columns, loaded.figures))


def profile_of(connection: DuckDBPyConnection, one: Profiled, made: Sequence[Profiled], bounds: Bounds) -> Profile:
    """The whole profile; made: all that was measured, among which columns are looked for that include others."""
    loaded: Loaded = one.loaded
    return Profile(
        rows=loaded.rows,
        sampled=None if loaded.whole else loaded.read,
        method=loaded.method,
        columns=tuple(one.columns),
        key_candidates=keys.candidates(connection, one, bounds),
        inclusions=keys.inclusions(connection, one, made, bounds),
    )


def event(name: tuple[str, str], profile: Profile, at: int | None = None) -> Document:
    """A dataset's own event; at: microseconds since 1970, else now."""
    namespace, dataset = name
    standard = metrics.DataQualityMetricsInputDatasetFacet(
        columnMetrics={one.name: _metrics(profile, one) for one in profile.columns if one.name}, rowCount=profile.rows
    )
    told = {**Serde.to_dict(standard), "_producer": facets.producer(KIND)}
    return {
        "eventTime": show(time.time_ns() // 1_000 if at is None else at),
        "producer": facets.producer(KIND),
        "schemaURL": facets.DATASET_EVENT,
        "dataset": {
            "namespace": namespace,
            "name": dataset,
            "facets": {"dataQualityMetrics": told, **facets.physical(KIND, profile)},
        },
    }


def _metrics(profile: Profile, one: ColumnProfile) -> metrics.ColumnMetrics:
    """What the standard has of a column: numbers only."""
    read = profile.rows if profile.sampled is None or "nulls" in one.of_all else profile.sampled
    filled = (read or 0) - (one.nulls or 0)
    return metrics.ColumnMetrics(
        nullCount=one.nulls,
        distinctCount=one.distinct,
        count=float(filled),
        sum=None if one.mean is None else _number(one.mean * filled),
        min=_number(one.minimum) if one.mean is not None else None,
        max=_number(one.maximum) if one.mean is not None else None,
        quantiles={
            str(said.share): number
            for said in one.quantiles
            if one.mean is not None and (number := _number(said.value)) is not None
        },
    )


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
