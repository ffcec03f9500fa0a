"""The crawler of dbt: a project's artifacts as datasets, jobs, outcomes of tests and what uses the tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.crawler import Finding, Happened, Known, Standing, Unread
from headwater_ingestors.crawlers.dbt import artifacts as files
from headwater_ingestors.crawlers.dbt import facets, profiles, project
from headwater_ingestors.crawlers.dbt.artifacts import Artifacts, generated
from headwater_ingestors.crawlers.dbt.columns import columns
from headwater_ingestors.crawlers.dbt.exposures import exposures
from headwater_ingestors.crawlers.dbt.models import Models
from headwater_ingestors.crawlers.dbt.results import Results, freshness
from headwater_ingestors.crawlers.dbt.tables import Tables
from headwater_ingestors.crawlers.dbt.warehouse import Jobs, Warehouse, built, warehouse
from headwater_ingestors.crawlers.events import Work, job_event, once
from headwater_ingestors.crawlers.options import checked, job_namespace, namespace
from headwater_ingestors.crawlers.sql.events import fit
from headwater_ingestors.crawlers.sql.naming import Naming

OPTIONS: Final = (
    *("namespace", "job-namespace", "command", "runs", "profiles", "target"),
    *files.OTHERS,
)
COMMANDS: Final = ("build", "run")
NOW: Final = sys.maxsize
"""Of a manifest that does not say when it was made: the time of the crawl counts."""


def opened(source: str, options: Mapping[str, str]) -> DbtProject:
    """The crawler of a project, its target folder or a manifest; raises InvalidRequest."""
    checked("dbt", options, OPTIONS)
    command = options.get("command")
    if command not in (None, *COMMANDS):
        raise InvalidRequest("unknown_command", f"There is no command {command[:50]!r} here.", "Name build or run.")
    artifacts = files.load(source, options)
    named = namespace(options)
    if named is None and "profiles" in options:
        named = profiles.namespace(source, options["profiles"], options.get("target"))
    place = warehouse(artifacts.adapter, named)
    jobs = Jobs(job_namespace(options), built(artifacts.run_results, command))
    return DbtProject(artifacts, place, jobs, options.get("runs") == "yes")


@dataclass(slots=True)
class DbtProject:
    """See `crawler.Crawler`. runs: whether runs of models are told, as openlineage-dbt does itself."""

    artifacts: Artifacts
    warehouse: Warehouse
    jobs: Jobs
    runs: bool = False
    whole: bool = True

    @property
    def kind(self) -> str:
        """dbt."""
        return facets.KIND

    @property
    def source(self) -> str:
        """The project and its warehouse, wherever its folder lies."""
        return f"{self.artifacts.project} in {Naming.dataset(self.warehouse, ('x',))[0]}"

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Tables and what makes them, in the order of their making, what uses them, what happened."""
        return once(self._findings(known))

    def _findings(self, known: Known) -> Iterator[Finding]:
        found = project.read(self.artifacts.manifest, self.warehouse)
        self.whole = not found.unread
        yield from self.artifacts.unread
        yield from found.unread
        listed = columns(found, self.artifacts.catalog, known)
        tables = Tables(found, self.warehouse, self.artifacts.catalog)
        at = generated(self.artifacts.manifest) or NOW
        seen = max(at, generated(self.artifacts.catalog))
        for node in found.tables.values():
            for event in tables.events(node, listed[node.id]):
                yield Standing(event, seen)
        works: dict[str, Work] = {}
        models = Models(found, self.warehouse, self.jobs, self.artifacts.run_results)
        for node, work, unread in models.works(listed):
            yield from unread
            event = job_event(facets.KIND, work)
            if not fit(event):
                yield Unread(node.id, "too-many-columns", "Its lineage is told between tables only: there is too much.")
            yield Standing(event, at)
            if self.runs:
                works[node.id] = work
        if models.without_query:
            said = f"{models.without_query:,} models are not compiled, so that their columns were not followed"
            yield Unread("manifest", "not-compiled", f"{said}; `dbt compile` or `dbt docs generate` does that.")
        for told in exposures(found, self.jobs):
            yield told if isinstance(told, Unread) else Standing(told, at)
        yield from self._happened(found, works)

    def _happened(self, found: project.Project, works: Mapping[str, Work]) -> Iterator[Finding]:
        results = Results(found, self.artifacts.run_results, self.jobs)
        yield from results.unknown()
        for event in (*results.tests(), *results.runs(works), *freshness(found, self.artifacts.sources)):
            yield Happened(event)
