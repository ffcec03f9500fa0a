"""The crawler of DVC: a project's folder, and what git remembers of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.secret_patterns import redact_string
from headwater_ingestors.crawlers import yaml_files
from headwater_ingestors.crawlers.checkouts import Checkout, checkout
from headwater_ingestors.crawlers.crawler import Document, Finding, Happened, Known, Noted, Standing, Subject, Unread
from headwater_ingestors.crawlers.dvc import history, pipelines, status
from headwater_ingestors.crawlers.dvc import project as projects
from headwater_ingestors.crawlers.dvc.naming import Naming, is_code, naming
from headwater_ingestors.crawlers.dvc.project import Pipeline, Project
from headwater_ingestors.crawlers.dvc.telling import KIND, Telling
from headwater_ingestors.crawlers.dvc.values import Data, Stage, mapping
from headwater_ingestors.crawlers.events import once
from headwater_ingestors.crawlers.options import checked, job_namespace
from headwater_ingestors.crawlers.reading import RefusedError

OPTIONS: Final = ("job-namespace", "name", "remote", "commits", "models")
MAX_RUNS: Final = 100_000
Measured = dict[str, dict[str, Mapping[str, Any]]]
"""By path of what was measured the values, by the file that they stand in."""


def opened(source: str, options: Mapping[str, str]) -> DvcProject:
    """The crawler of a folder; raises InvalidRequest."""
    checked(KIND, options, OPTIONS)
    root = Path(source).expanduser().absolute()
    if not root.is_dir():
        raise InvalidRequest("no_such_file", f"There is no folder {source[:200]}.", "Name a folder with DVC's files.")
    at = checkout(source, options)
    names = naming(at.root, options.get("remote"), options.get("models"))
    return DvcProject(names, at, job_namespace(options), _commits(options.get("commits")))


def _commits(said: str | None) -> int:
    if said is None:
        return history.COMMITS
    if not said.isdecimal() or len(said) > 6 or int(said) > history.MOST_COMMITS:
        raise InvalidRequest(
            "invalid_option", f"{said[:50]!r} is no number of commits.", f"Say 0 to {history.MOST_COMMITS:,}."
        )
    return int(said)


class DvcProject:
    """See `crawler.Crawler`."""

    kind: Final = KIND

    def __init__(self, names: Naming, at: Checkout, namespace: str, commits: int) -> None:
        self._naming = names
        self._commits = commits
        self._telling = Telling(names, namespace, at.prefix or "dvc")
        self._source = at.source
        self.whole = True

    @property
    def source(self) -> str:
        """The folder, as it is called wherever it lies."""
        return self._source

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Former states, oldest first, then data and stages as they stand."""
        return once(self._findings())

    def _findings(self) -> Iterator[Finding]:
        project = projects.read(self._naming.root)
        self.whole = not project.unread
        yield from project.unread
        yield from self._former(project)
        standing, measured = _standing(project), _measured(project, self._naming)
        for name, (stage, at) in sorted(project.tracked.items()):
            yield from self._tracked(name, stage, at, standing)
        for folder in sorted(project.pipelines):
            yield from self._pipeline(project.pipelines[folder], standing, measured)

    def _tracked(self, name: str, stage: Stage, at: int, standing: status.Standing) -> Iterator[Finding]:
        """A .dvc file: data, and an import where it was brought from elsewhere."""
        folder = posixpath.dirname(name)
        for one in stage.outs:
            event = self._telling.data(folder, one, {})
            yield Standing(event, at) if event else _unnamed(name, one)
        if stage.deps:
            yield Standing(self._telling.declaration(name, folder, stage, status.UP_TO_DATE, ()), at)

    def _pipeline(self, pipeline: Pipeline, standing: status.Standing, measured: Measured) -> Iterator[Finding]:
        for name in sorted({*pipeline.defined, *pipeline.locked}):
            place = _address(pipeline.folder, name)
            defined, locked = pipeline.defined.get(name), pipeline.locked.get(name)
            if pipeline.lost and (defined is None or locked is None):
                subject = Subject("job", *self._telling.job(place))
                yield Unread(place, "half-read", "Of its two files one could not be read.", subject)
                continue
            how, reasons = status.status(pipeline.folder, defined, locked, standing, pipeline.values)
            stage = _whole(defined, locked)
            for one in stage.outs:
                path = posixpath.normpath(posixpath.join(pipeline.folder, one.path))
                event = self._telling.data(pipeline.folder, one, measured.get(path, {}))
                yield Standing(event, pipeline.at) if event else _unnamed(place, one)
            yield Standing(self._telling.declaration(place, pipeline.folder, stage, how, reasons), pipeline.at)

    def _former(self, project: Project) -> Iterator[Finding]:
        """Each state that git remembers, at the time of the commit that brought it."""
        files = project.files
        if not self._commits or not files:
            return
        root = self._naming.root
        if not any((folder / ".git").exists() for folder in (root, *root.parents)):
            return
        wanted = [*files, *_value_files(project)]
        try:
            commits = history.commits(root, files, self._commits)
            told, left = history.blobs(root, [(one.hash, file) for one in reversed(commits) for file in wanted])
        except history.GitError as error:
            yield Unread(".git", "no-history", f"Former versions are not known: {error}.")
            return
        if left:
            sentence = f"{left:,} former states of its files were not read: they are too large, or too many."
            yield Unread(".git", "too-much-history", sentence)
        more = len(commits) > self._commits
        if more:
            sentence = f"Of its history the newest {self._commits:,} commits were read; --commits says how many."
            yield Noted(".git", sentence)
        yield from self._states(commits, files, told, more)

    def _states(
        self, commits: list[history.Commit], files: list[str], told: Mapping[tuple[str, str], bytes], more: bool
    ) -> Iterator[Finding]:
        """more: there are older commits, so that of the first one nobody knows what it brought."""
        seen: set[tuple[str, str]] = set()
        last: dict[str, bytes] = {}
        for number, commit in enumerate(commits):
            silent = more and number == 0
            for file in files:
                raw = told.get((commit.hash, file))
                if raw is None or last.get(file) == raw:
                    continue
                last[file] = raw
                for key, event in self._state(file, raw, commit, told):
                    if key not in seen and len(seen) < MAX_RUNS:
                        seen.add(key)
                        if not silent:
                            yield Happened(event)

    def _state(
        self, file: str, raw: bytes, commit: history.Commit, told: Mapping[tuple[str, str], bytes]
    ) -> Iterator[tuple[tuple[str, str], Document]]:
        """(what identifies it, event) of each state in a file of a commit; nothing of a file that is no YAML."""
        folder, at = posixpath.dirname(file), commit.at * history.SECOND
        try:
            document = mapping(yaml_files.load(raw))
        except RefusedError:
            return
        if file.endswith(".dvc"):
            for one in pipelines.tracked(document, file).outs:
                event = self._telling.version(folder, one, at)
                if event and one.hash:
                    yield (posixpath.join(folder, one.path), one.hash), event
            return
        for name, stage in pipelines.locked(document).items():
            place = _address(folder, name)
            paths = [posixpath.normpath(posixpath.join(folder, one.path)) for one in stage.outs if _of_values(one)]
            kept = {path: told[commit.hash, path] for path in paths if (commit.hash, path) in told}
            read = {path: projects.values(path, one) for path, one in kept.items() if len(one) <= projects.MAX_SMALL}
            metrics = {path: found for path, found in read.items() if found}
            event = self._telling.run(place, folder, stage, commit, metrics)
            yield (place, event["run"]["runId"]), event


def _standing(project: Project) -> status.Standing:
    standing = status.Standing(project.root)
    for name, (stage, _) in project.tracked.items():
        standing.add(posixpath.dirname(name), stage, name)
    for folder, pipeline in project.pipelines.items():
        for name, stage in pipeline.locked.items():
            standing.add(folder, stage, _address(folder, name))
    return standing


def _address(folder: str, name: str) -> str:
    return f"{posixpath.join(folder, 'dvc.yaml')}:{name}"


def _whole(defined: Stage | None, locked: Stage | None) -> Stage:
    """What is defined, with what the lock knows of its data; paths that are still templates are the lock's."""
    stage = defined or locked
    assert stage is not None  # noqa: S101 - one of the two is there
    if defined is None or locked is None:
        return stage
    if defined.templated:
        return replace(locked, description=defined.description, frozen=defined.frozen)
    deps = {one.path: one for one in locked.deps}
    outs = {one.path: one for one in locked.outs}
    return replace(
        defined,
        command=defined.command or locked.command,
        deps=tuple(_known(one, deps.get(one.path)) for one in defined.deps),
        outs=tuple(_known(one, outs.get(one.path)) for one in defined.outs),
        parameters=locked.parameters or defined.parameters,
    )


def _known(one: Data, kept: Data | None) -> Data:
    return replace(one, hash=kept.hash, size=kept.size, files=kept.files, plain=kept.plain) if kept else one


def _of_values(one: Data) -> bool:
    return posixpath.splitext(one.path)[1].lower() in (".json", ".yaml", ".yml", ".toml") and not one.plot


def _value_files(project: Project) -> list[str]:
    """Files of values that stages write: git keeps those of them that DVC does not."""
    found: set[str] = set()
    for folder, pipeline in project.pipelines.items():
        for stage in (*pipeline.defined.values(), *pipeline.locked.values()):
            found |= {posixpath.normpath(posixpath.join(folder, one.path)) for one in stage.outs if _of_values(one)}
    return sorted(found)


def _measured(project: Project, names: Naming) -> Measured:
    """By path of a model, or of a file of metrics, the metrics: what a stage measures is of the model that it makes,
    else of those that it reads.
    """
    found: Measured = {}
    for folder, pipeline in project.pipelines.items():
        for name in sorted({*pipeline.defined, *pipeline.locked}):
            stage = _whole(pipeline.defined.get(name), pipeline.locked.get(name))
            metrics = [one for one in stage.outs if one.metric]
            models = [one for one in stage.outs if names.is_model(one)] or [
                one for one in stage.deps if names.is_model(one) and not is_code(one)
            ]
            for one in metrics:
                path = posixpath.normpath(posixpath.join(folder, one.path))
                values = project.values(path)
                for of in (*models, one) if values else ():
                    found.setdefault(posixpath.normpath(posixpath.join(folder, of.path)), {})[path] = values or {}
    return found


def _unnamed(place: str, one: Data) -> Unread:
    return Unread(place, "no-name", f"{redact_string(one.path[:200])} names no file that can be told of.")
