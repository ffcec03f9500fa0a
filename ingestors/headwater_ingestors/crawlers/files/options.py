"""Options of the crawler of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.files.limits import Limits
from headwater_ingestors.crawlers.options import checked

KNOWN: Final = ("pattern", "dataset", "max-files", "sample-bytes", "sampled-files", "max-seconds")
_MOST: Final = {"max-files": 10_000_000, "sample-bytes": 2**28, "sampled-files": 10_000, "max-seconds": 86_400}
BETWEEN: Final = "\n"
"""Between several values of one option."""

_GLOB: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class FileOptions:
    """patterns: globs below the root, of files that are crawled; datasets: folders that are one, with a glob each."""

    patterns: tuple[str, ...] = ()
    datasets: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


def read(options: Mapping[str, str]) -> FileOptions:
    """The options; raises InvalidRequest."""
    said = checked("files", options, KNOWN)
    defaults = Limits()
    limits = Limits(
        files=_number(said, "max-files", defaults.files),
        sample_bytes=_number(said, "sample-bytes", defaults.sample_bytes),
        sampled=_number(said, "sampled-files", defaults.sampled),
        seconds=float(_number(said, "max-seconds", int(defaults.seconds))),
    )
    datasets: dict[str, str] = {}
    for one in _several(said.get("dataset")):
        folder, _, which = one.rpartition("=") if _GLOB.intersection(one) else (one, "", "")
        datasets["/".join(part for part in folder.split("/") if part not in ("", "."))] = which
    return FileOptions(_several(said.get("pattern")), datasets, limits)


def _several(value: str | None) -> tuple[str, ...]:
    return tuple(one for one in (value or "").split(BETWEEN) if one.strip())


def _number(options: Mapping[str, str], name: str, default: int) -> int:
    said = options.get(name)
    if said is None:
        return default
    if not (said.isascii() and said.isdigit() and 0 < int(said) <= _MOST[name]):
        raise InvalidRequest(
            "invalid_bound", f"--{name} cannot be {said[:40]!r}.", f"Give a whole number from 1 to {_MOST[name]:,}."
        )
    return int(said)
