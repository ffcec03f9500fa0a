"""dbt's artifacts: manifest, catalog, run results and freshness of sources, found and read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.times import parse_time
from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.reading import RefusedError, content, json_value

MAX_FILE: Final = 256 * 2**20
OLDEST: Final = 4
"""The first version of manifests that is read: that of dbt 1.0."""
MANIFEST: Final = "manifest.json"
OTHERS: Final = {"catalog": "catalog.json", "run-results": "run_results.json", "sources": "sources.json"}
"""Artifacts beside the manifest, by the option that names one elsewhere."""
_VERSION: Final = re.compile(r"/v(\d{1,4})\.json\Z")
Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What a project's target folder has; {} where there is no such file. unread: those that could not be read."""

    manifest: Object
    catalog: Object = field(default_factory=dict)
    run_results: Object = field(default_factory=dict)
    sources: Object = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()

    @property
    def project(self) -> str:
        """The name of the project; older manifests only have a hash of it."""
        told = mapping(self.manifest.get("metadata"))
        return str(told.get("project_name") or told.get("project_id") or "dbt")[:200]

    @property
    def adapter(self) -> str:
        """The kind of the warehouse, as dbt calls it."""
        return str(mapping(self.manifest.get("metadata")).get("adapter_type") or "")[:100].lower()


def load(path: str, options: Mapping[str, str]) -> Artifacts:
    """The artifacts of a project, of its target folder, or beside a manifest; raises InvalidRequest.

    options: paths by the names of OTHERS.
    """
    manifest = _manifest_path(Path(path).expanduser().absolute())
    try:
        read = document(manifest)
    except RefusedError as refused:
        raise InvalidRequest(
            "no_manifest",
            f"{path[:200]} has no manifest of dbt that can be read: {refused.sentence}",
            "Name a dbt project, its target folder or a manifest.json; `dbt parse` writes one.",
        ) from None
    _check(read, path)
    others: dict[str, Object] = {}
    unread: list[Unread] = []
    for option, name in OTHERS.items():
        other = Path(options[option]).expanduser().absolute() if option in options else manifest.parent / name
        try:
            others[option] = document(other) if option in options or other.exists() else {}
        except RefusedError as refused:
            unread.append(Unread(other.name, refused.code, refused.sentence))
            others[option] = {}
    return Artifacts(read, others["catalog"], others["run-results"], others["sources"], tuple(unread))


def _manifest_path(path: Path) -> Path:
    if not path.is_dir():
        return path
    return next((one for one in (path / MANIFEST, path / "target" / MANIFEST) if one.exists()), path / MANIFEST)


def document(path: Path) -> Object:
    """A JSON object; raises RefusedError."""
    read = json_value(content(path, MAX_FILE).raw)
    if not isinstance(read, dict):
        raise RefusedError("not-json", "It is no JSON object.")
    return read


def _check(manifest: Object, path: str) -> None:
    told = str(mapping(manifest.get("metadata")).get("dbt_schema_version") or "")
    found = _VERSION.search(told)
    if "/manifest/" not in told or not found or not isinstance(manifest.get("nodes"), dict):
        raise InvalidRequest("no_manifest", f"{path[:200]} is no manifest of dbt.", "Name a target folder of dbt.")
    if int(found[1]) < OLDEST:
        raise InvalidRequest(
            "old_manifest",
            f"The manifest has version {found[1]}; from {OLDEST} on (dbt 1.0) they are read.",
            "Make it with dbt 1.0 or later: `dbt parse`.",
        )


def mapping(value: object) -> Object:
    """An object, {} for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """A list, [] for anything else."""
    return value if isinstance(value, list) else []


def word(value: object) -> str:
    """A text without blanks around it, a number as text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def generated(artifact: Object) -> int:
    """When it was made, in microseconds since 1970; 0 where it does not say."""
    return parse_time(mapping(artifact.get("metadata")).get("generated_at")) or 0
