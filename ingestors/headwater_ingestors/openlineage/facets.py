"""What facets mean: one short function a facet, each a pure function of the facet's value, never raising on odd ones.

Here are those that decide the state; headwater_catalog.facets has a row for every known one and reads the others.
Sections (§) are those of SEMANTICS.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator

from headwater_catalog.canonical import canonical
from headwater_catalog.facts import (
    Column,
    Derivation,
    Entries,
    File,
    Files,
    Interpreters,
    Lifecycle,
    Links,
    Mark,
    Marks,
    Meaning,
    Metrics,
    Name,
    Nominal,
    ParentSaid,
    RunKey,
    SameAs,
    SchemaSeen,
    Tests,
    VersionSeen,
)
from headwater_catalog.names import dataset_name, run_key, text
from headwater_catalog.times import parse_time
from headwater_ingestors.openlineage.file_names import stamp_of

Json = dict[str, object]
End = tuple[str, str, str]
OWN_JOB: End = ("job", "", "")
"""A JOB that names none: the event's own."""


def listed(value: object) -> list[object]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def members(owner: object, key: str) -> Json:
    """The members of owner[key] that are not null, if it is an object."""
    found = owner.get(key) if isinstance(owner, dict) else None
    return {k: v for k, v in found.items() if v is not None} if isinstance(found, dict) else {}


def is_deleted(facet: object) -> bool:
    """§3: `"_deleted": true` removes what is older."""
    return isinstance(facet, dict) and facet.get("_deleted") is True


def dataset_ref(item: object) -> Name | None:
    """The canonical name that an object speaks of, or None: then the item is skipped."""
    if isinstance(item, dict):
        namespace, name = text(item.get("namespace")), text(item.get("name"))
        if namespace and name:
            return dataset_name(namespace, name)
    return None


def job_ref(item: object) -> Name | None:
    """The job that an object names, or None."""
    if isinstance(item, dict):
        namespace, name = text(item.get("namespace")), text(item.get("name"))
        if namespace and name:
            return namespace, name
    return None


def live(facet: object) -> Json:
    """The facet if it is an object that does not delete; else an empty one."""
    return facet if isinstance(facet, dict) and not is_deleted(facet) else {}


# Lineage ------------------------------------------------------------------------------------------------------------


def _dataset_end(item: Json) -> End | None:
    name = dataset_ref(item)
    return ("dataset", *name) if name else None


def _any_end(item: object) -> End | None:
    if not isinstance(item, dict):
        return None
    kind = text(item.get("type")).upper()
    if kind == "JOB":
        job = job_ref(item)
        if job:
            return ("job", *job)
        return OWN_JOB if item.get("namespace") is None and item.get("name") is None else None
    return _dataset_end(item) if kind in ("DATASET", "") else None


def _steps(item: Json) -> list[Json]:
    return [step for step in listed(item.get("transformations")) if isinstance(step, dict)]


def _columns(target: str | None, source: End, item: Json, steps: list[Json], default: str) -> Iterator[Column]:
    field = item.get("field")
    named = field if isinstance(field, str) else None
    if target is None and named is None and not steps and not listed(item.get("transformations")):
        return
    for step in steps or [{}]:
        kind, subtype = text(step.get("type")).upper() or default, text(step.get("subtype")).upper() or None
        yield Column(target, source, named, kind, subtype, step.get("masking") is True)


def column_lineage(facet: object) -> Meaning | None:
    """columnLineage (§7.2): fields with their input fields, and dataset-level inputs that touch every field."""
    sources: dict[End, None] = {}
    columns: dict[Column, None] = {}
    for target, value in members(live(facet), "fields").items():
        if isinstance(value, dict):
            old = text(value.get("transformationType")).upper()
            deprecated: list[Json] = [{"type": "DIRECT", "subtype": old, "masking": old == "MASKED"}] if old else []
            for item in listed(value.get("inputFields")):
                if isinstance(item, dict) and (source := _dataset_end(item)):
                    steps = _steps(item) if listed(item.get("transformations")) else deprecated
                    sources[source] = None
                    columns.update(dict.fromkeys(_columns(target, source, item, steps, "DIRECT")))
    for item in listed(live(facet).get("dataset")):
        if isinstance(item, dict) and (source := _dataset_end(item)):
            sources[source] = None
            columns.update(dict.fromkeys(_columns(None, source, item, _steps(item), "INDIRECT")))
    return Derivation(tuple(sources), tuple(columns), bool(sources))


def _entry(entry: object) -> Derivation:
    sources: dict[End, None] = {}
    columns: dict[Column, None] = {}

    def read(item: object, target: str | None, default: str) -> None:
        if isinstance(item, dict) and (source := _any_end(item)):
            sources[source] = None
            columns.update(dict.fromkeys(_columns(target, source, item, _steps(item), default)))

    entry = entry if isinstance(entry, dict) else {}
    for item in listed(entry.get("inputs")):
        read(item, None, "INDIRECT")
    for field, value in members(entry, "fields").items():
        for item in listed(value.get("inputs")) if isinstance(value, dict) else []:
            read(item, field, "DIRECT")
    speaks = entry.get("inputs") is not None or entry.get("fields") is not None
    return Derivation(tuple(sources), tuple(columns), speaks)


def job_lineage(facet: object) -> Meaning | None:
    """lineage of a job (§7.1): explicit entries by target; None where it holds no list of entries."""
    entries = live(facet).get("entries")
    if not isinstance(entries, list):
        return None
    return Entries(tuple((target, _entry(entry)) for entry in entries if (target := _any_end(entry))))


def dataset_lineage(facet: object) -> Meaning | None:
    """lineage of a DatasetEvent's dataset (§7, structure): speaks if it has `inputs` or `fields`."""
    return _entry(live(facet))


# Identity -----------------------------------------------------------------------------------------------------------


def symlinks(facet: object) -> Meaning | None:
    """symlinks (§5): the identifiers that can be read; an empty list takes back."""
    found: list[tuple[Name, bool]] = []
    for link in listed(live(facet).get("identifiers")):
        name = dataset_ref(link)
        if name and isinstance(link, dict):
            found.append((name, text(link.get("type")).upper() == "TABLE"))
    return Links(tuple(found))


def identity(facet: object) -> Meaning | None:
    """headwater_identity (§5): what a steward puts together or takes apart."""
    facet = facet if isinstance(facet, dict) else {}
    same, different = (
        tuple(n for i in listed(facet.get(verb)) if (n := dataset_ref(i))) for verb in ("same", "different")
    )
    return SameAs(same, different)


def lifecycle(facet: object) -> Meaning | None:
    """lifecycleStateChange (§5): CREATE, DROP, RENAME … and the name before; None where the facet is no object."""
    if not isinstance(facet, dict) or is_deleted(facet):
        return None
    return Lifecycle(text(facet.get("lifecycleStateChange")).upper(), dataset_ref(facet.get("previousIdentifier")))


# Runs ---------------------------------------------------------------------------------------------------------------


def _run_and_job(facet: object) -> tuple[RunKey | None, Name | None]:
    if not isinstance(facet, dict):
        return None, None
    job, run = job_ref(facet.get("job")), facet.get("run")
    run_id = text(run.get("runId")) if isinstance(run, dict) else ""
    return (run_key(run_id, job or ("", "")) if run_id else None), job


def parent(facet: object) -> Meaning | None:
    """parent and parentRun (§11): run and job above, and those at the root; None where the facet says nothing."""
    if not isinstance(facet, dict) or is_deleted(facet):
        return None
    return ParentSaid(*_run_and_job(facet), *_run_and_job(facet.get("root")))


def nominal_time(facet: object) -> Meaning | None:
    """nominalTime: the interval that the run is about."""
    value = live(facet)
    return Nominal(parse_time(value.get("nominalStartTime")), parse_time(value.get("nominalEndTime")))


# Physical and quality -----------------------------------------------------------------------------------------------


def fields_of(value: object) -> list[Json]:
    """Fields as §10 compares them: name, type, nested fields; in order of ordinal_position where all have one."""
    fields = [f for f in listed(value) if isinstance(f, dict) and isinstance(f.get("name"), str)]
    if all(type(f.get("ordinal_position")) is int for f in fields):
        fields = sorted(fields, key=lambda f: f["ordinal_position"])
    return [
        {
            "name": f["name"],
            "type": f["type"] if isinstance(f.get("type"), str) else None,
            "fields": fields_of(f.get("fields")),
        }
        for f in fields
    ]


def schema(facet: object) -> Meaning | None:
    """schema (§10): a version, unless it lists no field."""
    fields = fields_of(facet.get("fields")) if isinstance(facet, dict) else []
    if not fields:
        return None
    body = canonical(fields)
    return SchemaSeen(uuid.UUID(bytes=hashlib.sha256(body).digest()[:16]), body)


def version(facet: object) -> Meaning | None:
    """version (§10): the explicit version of the data."""
    return VersionSeen(text(live(facet).get("datasetVersion")))


def assertions(facet: object) -> Meaning | None:
    """dataQualityAssertions (§10): each a test with its result."""
    if not isinstance(facet, dict) or is_deleted(facet):
        return None
    rows = [a for a in listed(facet.get("assertions")) if isinstance(a, dict)]
    return Tests(tuple((a.get("assertion"), a.get("column"), a.get("success")) for a in rows))


def metrics(facet: object) -> Meaning | None:
    """dataQualityMetrics, dataQuality, inputStatistics, outputStatistics (§10): kept whole, dated."""
    return Metrics() if isinstance(facet, dict) and not is_deleted(facet) else None


# Loaders (docs/decisions/0005) --------------------------------------------------------------------------------------

_VERSIONS = ("hash", "modified", "timestamp")  # what tells a file from others of its path: the first that is told


def watermarks(facet: object) -> Meaning | None:
    """headwater_watermark: how far the job came in which dataset; entries without dataset or value say nothing."""
    found: dict[tuple[str, str], Mark] = {}
    for entry in listed(live(facet).get("watermarks")):
        name = dataset_ref(entry)
        if name and isinstance(entry, dict) and entry.get("value") is not None:
            value = canonical(entry["value"]).decode()
            found[name] = Mark(name, value, text(entry.get("type")) or None, text(entry.get("field")) or None)
    return Marks(tuple(found.values())) if found else None


def landing_files(facet: object) -> Meaning | None:
    """headwater_landing_files: files that landed or were loaded; entries without a path say nothing."""
    found: dict[tuple[str, str], File] = {}
    for entry in listed(live(facet).get("files")):
        file = _file(entry if isinstance(entry, dict) else {"path": entry})
        if file:
            found[file.path, file.version] = file
    return Files(tuple(found.values())) if found else None


def _file(entry: dict[str, object]) -> File | None:
    path = text(entry.get("path"))
    if not path:
        return None
    version = next((f"{member} {said}" for member in _VERSIONS if (said := text(entry.get(member)))), "")
    stamped, source = stamp_of(path)
    times = (parse_time(entry.get("timestamp")), stamped, parse_time(entry.get("modified")))
    body = {**entry, "path": path, **({} if text(entry.get("source")) or not source else {"source": source})}
    return File(path, version, next((at for at in times if at is not None), None), canonical(body).decode())


# All of them --------------------------------------------------------------------------------------------------------

_QUALITY: dict[str, Callable[[object], Meaning | None]] = {
    "dataQualityAssertions": assertions,
    "dataQualityMetrics": metrics,
    "dataQuality": metrics,
    "inputStatistics": metrics,
    "outputStatistics": metrics,
    "version": version,
}

INTERPRETERS: Interpreters = {
    "run/parent": parent,
    "run/parentRun": parent,
    "run/nominalTime": nominal_time,
    "run/headwater_watermark": watermarks,
    "job/lineage": job_lineage,
    "dataset/schema": schema,
    "dataset/columnLineage": column_lineage,
    "dataset/lineage": dataset_lineage,
    "dataset/symlinks": symlinks,
    "dataset/headwater_identity": identity,
    "dataset/lifecycleStateChange": lifecycle,
    "dataset/headwater_profile": metrics,
    **{f"{place}/{name}": function for place in ("dataset", "input", "output") for name, function in _QUALITY.items()},
    **{f"{place}/headwater_landing_files": landing_files for place in ("dataset", "input", "output")},
}
"""Place and facet → its meaning. Each has a row in headwater_catalog.facets that says which tables hold it."""
