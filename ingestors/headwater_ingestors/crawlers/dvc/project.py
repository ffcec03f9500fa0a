"""A DVC project as its files stand: pipelines by folder, tracked data, values of parameters, metrics."""

from __future__ import annotations

import json
import os
import posixpath
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from headwater_ingestors.crawlers import yaml_files
from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.dvc import pipelines
from headwater_ingestors.crawlers.dvc.values import Object, Stage, items, mapping
from headwater_ingestors.crawlers.reading import RefusedError, below, content, shown

MAX_FILE: Final = 10 * 2**20
MAX_FILES: Final = 10_000
MAX_SMALL: Final = 2**20
"""Bytes of a file of parameters or metrics."""


@dataclass(slots=True)
class Pipeline:
    """A folder with dvc.yaml, dvc.lock or both; folder: from the root, "" for the root itself.

    at: when either was changed, in microseconds since 1970; lost: one of them could not be read.
    """

    folder: str
    defined: dict[str, Stage] = field(default_factory=dict)
    locked: dict[str, Stage] = field(default_factory=dict)
    values: dict[str, Object] = field(default_factory=dict)
    at: int = 0
    lost: bool = False


@dataclass(slots=True)
class Project:
    """All of it. tracked: .dvc files by path, with when they were changed."""

    root: Path
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    tracked: dict[str, tuple[Stage, int]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """Paths of locks and .dvc files, whose former states tell of former versions."""
        locks = [posixpath.join(folder, "dvc.lock") for folder, one in self.pipelines.items() if one.locked]
        return sorted([*locks, *self.tracked])

    def lose(self, name: str, code: str, sentence: str) -> None:
        """A file cannot be read; a pipeline of which it is one half is not whole."""
        self.unread.append(Unread(name, code, sentence))
        if not name.endswith(".dvc"):
            folder = posixpath.dirname(name)
            self.pipelines.setdefault(folder, Pipeline(folder)).lost = True

    def values(self, path: str) -> Object | None:
        """A small file of values that stands in the project: parameters, metrics; None where it cannot be read."""
        place = Path(os.path.realpath(self.root / path))
        if not place.is_relative_to(self.root):
            return None
        try:
            return values(path, content(place, MAX_SMALL).raw)
        except RefusedError:
            return None


def read(root: Path) -> Project:
    """The project below a folder."""
    project = Project(root)
    for path in below(root, _wanted, MAX_FILES):
        if isinstance(path, Unread):
            project.unread.append(path)
            continue
        name = shown(path.relative_to(root).as_posix())
        try:
            raw, at = content(path, MAX_FILE)
            _add(project, name, mapping(yaml_files.load(raw)), at)
        except RefusedError as refused:
            project.lose(name, refused.code, refused.sentence)
        except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
            project.lose(name, "malformed", f"It is not as DVC writes it: {type(error).__name__}.")
    return project


def _wanted(name: str) -> bool:
    return name in ("dvc.yaml", "dvc.lock") or (name.endswith(".dvc") and name != ".dvc")


def _add(project: Project, name: str, document: Object, at: int) -> None:
    folder = posixpath.dirname(name)
    if name.endswith(".dvc"):
        project.tracked[name] = (pipelines.tracked(document, name), at)
        return
    pipeline = project.pipelines.setdefault(folder, Pipeline(folder))
    pipeline.at = max(pipeline.at, at)
    if posixpath.basename(name) == "dvc.lock":
        pipeline.locked = pipelines.locked(document)
        for file in {file for stage in pipeline.locked.values() for file in stage.parameters}:
            _value(project, pipeline, file)
    else:
        known = dict(_value(project, pipeline, "params.yaml") or {})
        for one in items(document.get("vars")):
            if isinstance(one, str):
                known.update(_value(project, pipeline, one.partition(":")[0]) or {})
        pipeline.defined = pipelines.defined(document, known)
    if pipelines.MAX_STAGES in (len(pipeline.defined), len(pipeline.locked)):
        sentence = f"It has {pipelines.MAX_STAGES:,} stages or more; those beyond were not read."
        project.unread.append(Unread(name, "too-many-stages", sentence))


def _value(project: Project, pipeline: Pipeline, file: str) -> Object | None:
    if file not in pipeline.values:
        found = project.values(posixpath.join(pipeline.folder, file))
        if found is None:
            return None
        pipeline.values[file] = found
    return pipeline.values[file]


def values(path: str, raw: bytes) -> Object | None:
    """A file of values by its suffix: YAML, JSON, TOML; others, such as Python, are not run and so not known."""
    suffix = posixpath.splitext(path)[1].lower()
    try:
        if suffix == ".json":
            return mapping(orjson.loads(raw))
        if suffix == ".toml":
            return mapping(tomllib.loads(raw.decode()))
        return mapping(yaml_files.load(raw)) if suffix in (".yaml", ".yml") else None
    except (orjson.JSONDecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError, RefusedError, RecursionError):
        return None


def flat(found: Mapping[str, Any], most: int = 1_000, depth: int = 20) -> Iterator[tuple[str, str]]:
    """(dotted name, value as text) of all that is within, in order; at most so many."""
    waiting: list[tuple[str, Any, int]] = [("", found, 0)]
    count = 0
    while waiting and count < most:
        name, value, level = waiting.pop()
        if isinstance(value, Mapping) and level < depth:
            inner = [(f"{name}.{key}" if name else str(key), one, level + 1) for key, one in value.items()]
            waiting += inner[::-1]
        else:
            count += 1
            yield name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value[:2_000]
    return json.dumps(value, default=str, ensure_ascii=False)[:2_000]
