"""Facets of how data is stored: storage, catalog, type, source, hierarchy, parts that are read or written, Iceberg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from headwater_catalog.facets.shape import Spelled, read_list, text_of

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Storage:
    """The layer that stores the data, such as delta or iceberg, and the format of its files."""

    storage_layer: str | None
    file_format: str | None


@dataclass(frozen=True, slots=True)
class DatasetCatalog:
    """The catalog that a table is registered in."""

    framework: str | None
    type: str | None
    name: str | None
    metadata_uri: str | None
    warehouse_uri: str | None
    source: str | None
    catalog_properties: Json | None


@dataclass(frozen=True, slots=True)
class DatasetType:
    """What kind of data it is: TABLE, VIEW, FILE, TOPIC, MODEL …, and which of them."""

    dataset_type: str | None
    sub_type: str | None


@dataclass(frozen=True, slots=True)
class DataSource:
    """The system that data comes from."""

    name: str | None
    uri: str | None


@dataclass(frozen=True, slots=True)
class HierarchyLevel:
    """A level of what a dataset lies in, the highest first: database, schema, table."""

    type: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Symlink:
    """Another name of a dataset, in its producer's words; type: TABLE, LOCATION …"""

    namespace: str | None
    name: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class DbtModelConfig:
    """How dbt makes a model."""

    materialized: str | None
    access: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class DbtModel:
    """A dbt model's own settings."""

    config: DbtModelConfig | None


# Parts ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: its values by column, and its name where it has one."""

    identifier: str | None
    dimensions: Json | None


@dataclass(frozen=True, slots=True)
class Subset:
    """The part of a dataset that was read or written.

    text: the condition as people read it; condition: as it was sent; locations and partitions: all that it names.
    """

    text: str | None
    locations: tuple[str, ...]
    partitions: tuple[Partition, ...]
    condition: Json | None


_COMPARISONS = {
    "EQUAL": "=",
    "GREATER_THAN": ">",
    "GREATER_EQUAL_THAN": ">=",
    "LESS_THAN": "<",
    "LESS_EQUAL_THAN": "<=",
}


def subset(value: object) -> Subset | None:
    """subset of an input or output: a tree of conditions over locations, partitions and fields."""
    facet = value if isinstance(value, dict) else {}
    condition = next(
        (c for key in ("inputCondition", "outputCondition") if isinstance(c := facet.get(key), dict)), None
    )
    if not condition:
        return None
    leaves = list(_leaves(condition))
    locations = tuple(said for leaf in leaves for one in _listed(leaf, "locations") if (said := text_of(one)))
    partitions = tuple(one for leaf in leaves for one in read_list(Partition, leaf.get("partitions")))
    return Subset(_say(condition), locations, partitions, condition)


def _leaves(condition: Json) -> Iterator[Json]:
    if condition.get("type") != "binary":
        yield condition
        return
    for side in ("left", "right"):
        inner = condition.get(side)
        if isinstance(inner, dict):
            yield from _leaves(inner)


def _say(condition: object) -> str:
    """A condition as text; … stands for what cannot be read."""
    if not isinstance(condition, dict):
        return "…"
    left, right = condition.get("left"), condition.get("right")
    match condition.get("type"):
        case "binary":
            return f"({_say(left)} {text_of(condition.get('operator')) or '…'} {_say(right)})"
        case "compare":
            sign = text_of(condition.get("comparison")) or "…"
            return f"{_operand(left)} {_COMPARISONS.get(sign, sign)} {_operand(right)}"
        case "location":
            return " or ".join(text_of(one) or "…" for one in _listed(condition, "locations")) or "…"
        case "partition":
            return " or ".join(_say_partition(one) for one in _listed(condition, "partitions")) or "…"
    return "…"


def _operand(value: object) -> str:
    said = value if isinstance(value, dict) else {}
    if said.get("type") == "literal":
        return f"'{text_of(said.get('value')) or ''}'"
    return text_of(said.get("field")) or "…"


def _say_partition(value: object) -> str:
    said = value.get("dimensions") if isinstance(value, dict) else None
    parts = [f"{key}={text_of(part) or '…'}" for key, part in said.items()] if isinstance(said, dict) else []
    return "/".join(parts) or "…"


def _listed(owner: Json, key: str) -> list[object]:
    found = owner.get(key)
    return found if isinstance(found, list) else []


# Iceberg -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IcebergScanMetrics:
    """What planning a scan counted; durations in milliseconds."""

    total_planning_duration: float | None
    result_data_files: int | None
    result_delete_files: int | None
    total_data_manifests: int | None
    total_delete_manifests: int | None
    scanned_data_manifests: int | None
    skipped_data_manifests: int | None
    total_file_size_in_bytes: int | None
    total_delete_file_size_in_bytes: int | None
    skipped_data_files: int | None
    skipped_delete_files: int | None
    scanned_delete_manifests: int | None
    skipped_delete_manifests: int | None
    indexed_delete_files: int | None
    equality_delete_files: int | None
    positional_delete_files: int | None


@dataclass(frozen=True, slots=True)
class IcebergScanReport:
    """How an Iceberg table was read."""

    snapshot_id: int | None
    filter_description: Annotated[str | None, Spelled(("filterDescription", "filter"))]
    schema_id: int | None
    projected_field_names: tuple[str, ...]
    scan_metrics: IcebergScanMetrics | None
    metadata: Json | None


@dataclass(frozen=True, slots=True)
class IcebergCommitMetrics:
    """What a commit changed; durations in milliseconds."""

    total_duration: float | None
    attempts: int | None
    added_data_files: int | None
    removed_data_files: int | None
    total_data_files: int | None
    added_delete_files: int | None
    added_equality_delete_files: int | None
    added_positional_delete_files: int | None
    added_dvs: Annotated[int | None, Spelled(("addedDVs",))]
    removed_delete_files: int | None
    removed_equality_delete_files: int | None
    removed_positional_delete_files: int | None
    removed_dvs: Annotated[int | None, Spelled(("removedDVs",))]
    total_delete_files: int | None
    added_records: int | None
    removed_records: int | None
    total_records: int | None
    added_files_size_in_bytes: int | None
    removed_files_size_in_bytes: int | None
    total_files_size_in_bytes: int | None
    added_positional_deletes: int | None
    removed_positional_deletes: int | None
    total_positional_deletes: int | None
    added_equality_deletes: int | None
    removed_equality_deletes: int | None
    total_equality_deletes: int | None


@dataclass(frozen=True, slots=True)
class IcebergCommitReport:
    """How an Iceberg table was written."""

    snapshot_id: int | None
    sequence_number: int | None
    operation: str | None
    commit_metrics: IcebergCommitMetrics | None
    metadata: Json | None
