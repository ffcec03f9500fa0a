"""Whether a stage is up to date: its lock against what it is made of now, as far as files tell without running it."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from headwater_ingestors.crawlers.dvc.templates import open_parts
from headwater_ingestors.crawlers.dvc.values import Data, Stage
from headwater_ingestors.crawlers.reading import RefusedError, content

MAX_HASHED: Final = 8 * 2**20
"""Bytes of a file whose hash is looked at."""
MAX_HASHED_ALL: Final = 512 * 2**20
MAX_REASONS: Final = 100
UP_TO_DATE: Final = "UP_TO_DATE"
OUT_OF_DATE: Final = "OUT_OF_DATE"
NEVER_RUN: Final = "NEVER_RUN"


class Reason(NamedTuple):
    """Why a stage is out of date: a code that never changes, what it is about, a sentence."""

    code: str
    path: str
    sentence: str


@dataclass(slots=True)
class Standing:
    """What stands now. made: by path from the root the hash of each output, and the stage that makes it."""

    root: Path
    made: dict[str, tuple[str, str]] = field(default_factory=dict)
    hashed: int = 0

    def add(self, folder: str, stage: Stage, address: str) -> None:
        """The outputs that a lock or a .dvc file remembers."""
        for one in stage.outs:
            if one.hash:
                self.made[_inside(folder, one.path)] = (one.hash, address)

    def now(self, path: str, known: Data) -> str | None:
        """The hash of a small file as it is; None where it is not here, too large, or hashed in another way."""
        if not known.plain or known.folder or self.hashed > MAX_HASHED_ALL:
            return None
        place = Path(os.path.realpath(self.root / path))
        if not place.is_relative_to(self.root):
            return None
        try:
            raw = content(place, MAX_HASHED).raw
        except RefusedError:
            return None
        self.hashed += len(raw)
        return hashlib.md5(raw, usedforsecurity=False).hexdigest()


def status(
    folder: str,
    defined: Stage | None,
    locked: Stage | None,
    standing: Standing,
    values: Mapping[str, Mapping[str, Any]],
) -> tuple[str, list[Reason]]:
    """How it stands, and why. values: by file, from the pipeline's folder, its values; folder: from the root."""
    if locked is None:
        return NEVER_RUN, []
    reasons = list(_reasons(folder, defined, locked, standing, values))[:MAX_REASONS]
    return (OUT_OF_DATE if reasons else UP_TO_DATE), reasons


def _reasons(
    folder: str, defined: Stage | None, locked: Stage, standing: Standing, values: Mapping[str, Mapping[str, Any]]
) -> Iterator[Reason]:
    for one in locked.deps:
        path = _inside(folder, one.path)
        made = standing.made.get(path)
        if made and one.hash and made[0] != one.hash:
            yield Reason("changed-input", path, f"{path} was made anew by {made[1]} after this stage read it.")
        elif not made and one.hash and (now := standing.now(path, one)) and now != one.hash:
            yield Reason("changed-file", path, f"{path} is another than this stage read.")
    if defined is None:
        yield Reason("undefined", locked.name, "The lock has this stage, but dvc.yaml does not.")
        return
    if defined.command and not open_parts(defined.command) and _plain(defined.command) != _plain(locked.command):
        yield Reason("changed-command", locked.name, "Its command is another than the one that was run.")
    yield from _differing(defined, locked)
    yield from _parameters(locked, values)


def _differing(defined: Stage, locked: Stage) -> Iterator[Reason]:
    """Inputs and outputs that were added since, or taken away."""
    if defined.templated:
        return
    for what, now, then in (("input", defined.deps, locked.deps), ("output", defined.outs, locked.outs)):
        before, after = {one.path for one in then}, {one.path for one in now}
        for path in sorted(after - before):
            yield Reason(f"added-{what}", path, f"{path} was added as an {what} after it was run.")
        for path in sorted(before - after):
            yield Reason(f"removed-{what}", path, f"{path} is no {what} any more.")


def _parameters(locked: Stage, values: Mapping[str, Mapping[str, Any]]) -> Iterator[Reason]:
    for file, then in locked.parameters.items():
        now = values.get(file)
        if now is None:
            continue
        for name, value in then.items():
            if looked_up(now, name) != value:
                yield Reason("changed-parameter", f"{file}:{name}", f"{name} in {file} has another value than it had.")


def looked_up(values: Mapping[str, Any], name: str) -> Any:
    """A value by its dotted name; None where there is none."""
    if name in values:
        return values[name]
    found: Any = values
    for key in name.split(".")[:50]:
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, list) and key.isdecimal() and len(key) < 9 and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def _inside(folder: str, path: str) -> str:
    return path if "://" in path else posixpath.normpath(posixpath.join(folder, path))


def _plain(command: str | None) -> str:
    return " ".join((command or "").split())
