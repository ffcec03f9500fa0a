"""What is told of the jobs of a dbt project: a model or snapshot with the tables and columns that its query reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import JobFacet, job_type_job

from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.dbt import facets
from headwater_ingestors.crawlers.dbt.artifacts import Object, items, mapping
from headwater_ingestors.crawlers.dbt.columns import Listed
from headwater_ingestors.crawlers.dbt.project import Node, Project
from headwater_ingestors.crawlers.dbt.warehouse import Jobs, Warehouse
from headwater_ingestors.crawlers.events import Work
from headwater_ingestors.crawlers.sql.events import Query, parts
from headwater_ingestors.crawlers.sql.parsing import parse
from headwater_ingestors.crawlers.sql.relations import is_open
from headwater_ingestors.crawlers.sql.script import Script
from headwater_ingestors.crawlers.sql.tables import ManyTables
from headwater_ingestors.crawlers.sql.values import BOUNDS, Defaults, Relation, Schemas, Statement, Write

MAX_QUERY: Final = 2 * 2**20
"""Characters of a compiled query; a longer one is told without columns."""


class Models:
    """Reads models in the order of their making: what one gives, the next ones know."""

    def __init__(self, project: Project, warehouse: Warehouse, jobs: Jobs, run_results: Object) -> None:
        self._project = project
        self._warehouse = warehouse
        self._jobs = jobs
        self._compiled = {
            str(one.get("unique_id")): one.get("compiled_code")
            for one in map(mapping, items(run_results.get("results")))
        }
        self.without_query = 0
        """Models that are not compiled."""

    def works(self, columns: Mapping[str, Listed]) -> Iterator[tuple[Node, Work, list[Unread]]]:
        """Each job, and what of its query could not be read."""
        tables = self._project.tables.values()
        known = ManyTables(self._warehouse.dialect)
        for node in tables:
            if columns[node.id].whole:
                known.add(node.table, tuple(one.name for one in columns[node.id].fields))
        for node in tables:
            if not node.made:
                continue
            read = self._read(node, known)
            if read is None:
                yield node, self._bare(node), []
                continue
            statement, schemas = read
            relation = statement.writes[0].relation
            if node.table not in known and relation.columns and not is_open(relation) and not statement.gaps:
                known.add(node.table, tuple(column.name for column in relation.columns))
                schemas = {**schemas, **known.of([node.table])}
            unread = [Unread(f"{_place(node)}:{statement.line}", *gap) for gap in statement.gaps]
            yield node, self._work(node, statement, schemas), unread

    def _read(self, node: Node, known: ManyTables) -> tuple[Statement, Schemas] | None:
        """The node's query as the statement that writes its table, and the columns of the tables that it names."""
        query = self._query(node)
        if query is None:
            return None
        defaults = Defaults(node.table[0]) if len(node.table) == 3 else Defaults()
        bounds = replace(BOUNDS, statements=20)
        dialect = self._warehouse.dialect
        script = Script(parse(query, dialect, bounds), dialect, defaults, bounds)
        schemas = known.of([*script.names(), node.table])
        found = script.read(schemas)
        last = next((one for one in found[::-1] if one.result is not None), found[-1] if found else None)
        if last is None:
            return None
        relation = last.result or Relation(gaps=frozenset(last.gaps))
        reads = tuple(sorted({*last.reads, *relation.reads}))
        return replace(last, reads=reads, writes=(Write(node.table, relation),), text=query), schemas

    def _query(self, node: Node) -> str | None:
        raw = node.raw
        if raw.get("language") == "python":
            return None
        found = raw.get("compiled_code") or raw.get("compiled_sql") or self._compiled.get(node.id)
        if not isinstance(found, str) or not found.strip():
            self.without_query += 1
            return None
        return found if len(found) <= MAX_QUERY else None

    def _bare(self, node: Node) -> Work:
        """What the manifest says without the query: tables only."""
        inputs = [InputDataset(*self._project.tables[one].dataset) for one in node.parents]
        return self._made(node, {}, inputs, [OutputDataset(*node.dataset)])

    def _work(self, node: Node, statement: Statement, schemas: Schemas) -> Work:
        job = self._jobs.making(node.raw)
        query = Query(*job, _kind(node), statement.text, [statement])
        found = parts(query, self._warehouse, schemas)
        told = dict(found.facets)
        if statement.result is None:
            told.pop("lineage")  # the query was not understood: that it reads these tables the manifest says
        names = dict.fromkeys((one.namespace, one.name) for one in found.inputs)
        names |= dict.fromkeys(self._project.tables[one].dataset for one in node.parents)
        return self._made(node, told, [InputDataset(*name) for name in sorted(names)], found.outputs)

    def _made(
        self, node: Node, told: dict[str, JobFacet], inputs: list[InputDataset], outputs: list[OutputDataset]
    ) -> Work:
        about: dict[str, JobFacet] = {**told, **facets.of_job(node.raw, self._project)}
        about["jobType"] = job_type_job.JobTypeJobFacet("BATCH", "DBT", _kind(node))
        return Work(self._jobs.making(node.raw), about, facets.dbt_node(node.raw), inputs, outputs)


def _kind(node: Node) -> str:
    return node.kind.upper()


def _place(node: Node) -> str:
    return str(node.raw.get("original_file_path") or node.id)[:500]
