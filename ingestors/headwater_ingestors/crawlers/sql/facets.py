"""Facets of what SQL does: OpenLineage's own, and `headwater_sql` with how sure we are and what was not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, TypeVar

import attr
from openlineage.client.facet_v2 import BaseFacet, DatasetFacet, JobFacet, RunFacet
from openlineage.client.facet_v2 import column_lineage_dataset as columns
from openlineage.client.facet_v2 import lifecycle_state_change_dataset as lifecycle
from openlineage.client.facet_v2 import lineage as explicit
from openlineage.client.utils import RedactMixin

from headwater_ingestors.crawlers.crawler import Name
from headwater_ingestors.crawlers.facets import SCHEMAS, producer
from headwater_ingestors.crawlers.sql.naming import Naming, Spelling
from headwater_ingestors.crawlers.sql.targets import Target
from headwater_ingestors.crawlers.sql.values import Source, Statement, TableName, Via

F = TypeVar("F", bound=BaseFacet)
PRODUCER: Final = producer("sql")
GAPS: Final = 100
"""How many gaps the facet lists; all are counted."""


@attr.define
class SqlGap(RedactMixin):
    """Something in a statement that could not be read. statement, line: from 1."""

    statement: int
    line: int
    kind: str
    code: str
    sentence: str
    _skip_redact: ClassVar[list[str]] = ["statement", "line", "kind", "code", "sentence"]


@attr.define
class SqlTarget(RedactMixin):
    """How sure we are of the lineage of an output: 0 to 1."""

    namespace: str
    name: str
    confidence: float
    _skip_redact: ClassVar[list[str]] = ["namespace", "name", "confidence"]


@attr.define
class HeadwaterSqlJobFacet(JobFacet):
    """`headwater_sql` of a job: how its SQL was read; the schema in docs/facets says what members mean."""

    dialect: str
    statements: int
    gapCount: int  # noqa: N815 - as in JSON
    gaps: list[SqlGap]
    targets: list[SqlTarget]

    @staticmethod
    def _get_schema() -> str:
        return f"{SCHEMAS}HeadwaterSqlFacet.json#/$defs/HeadwaterSqlJobFacet"


@attr.define
class HeadwaterQueryRunFacet(RunFacet):
    """`headwater_query` of a run: who sent the query, to which database."""

    user: str | None = None
    database: str | None = None

    @staticmethod
    def _get_schema() -> str:
        return f"{SCHEMAS}HeadwaterSqlFacet.json#/$defs/HeadwaterQueryRunFacet"


def ours(facet: F) -> F:
    """The facet, with us as its producer."""
    facet._producer = PRODUCER
    return facet


def reading(
    dialect: str, statements: Sequence[Statement], targets: Iterable[tuple[Name, Target]]
) -> HeadwaterSqlJobFacet:
    """How a script was read."""
    gaps = [
        SqlGap(statement.number, statement.line, statement.kind, *gap)
        for statement in statements
        for gap in statement.gaps
    ]
    sure = [SqlTarget(*name, round(target.confidence, 2)) for name, target in targets]
    return ours(HeadwaterSqlJobFacet(dialect, len(statements), len(gaps), gaps[:GAPS], sure))


class Lineage:
    """Writes the lineage of targets, under the names of the catalog."""

    def __init__(self, naming: Naming, spelling: Spelling) -> None:
        self._naming = naming
        self._spelling = spelling

    def of_output(self, table: TableName, target: Target) -> dict[str, DatasetFacet]:
        """`columnLineage` and `lifecycleStateChange`, as every backend reads them."""
        found: dict[str, DatasetFacet] = {}
        if target.fields or target.rows:
            fields = {
                self._spelling.column(table, column): columns.Fields(inputFields=self._inputs(sources))
                for column, sources in sorted(target.fields.items())
            }
            found["columnLineage"] = ours(columns.ColumnLineageDatasetFacet(fields, self._inputs(target.rows)))
        if target.change:
            before = None
            if target.previous:
                namespace, name = self._naming.dataset(target.previous)
                before = lifecycle.PreviousIdentifier(name=name, namespace=namespace)
            change = lifecycle.LifecycleStateChange[target.change]
            found["lifecycleStateChange"] = ours(lifecycle.LifecycleStateChangeDatasetFacet(change, before))
        return found

    def of_dataset(self, table: TableName, target: Target) -> explicit.LineageDatasetFacet:
        """`lineage` of a dataset itself: of a view, which no job makes."""
        entry = self._entry(table, target)
        return ours(explicit.LineageDatasetFacet(entry.inputs, entry.fields))

    def of_job(self, targets: Iterable[tuple[TableName, Target]]) -> explicit.LineageJobFacet:
        """`lineage`, target by target: a script's outputs do not come from all of its inputs."""
        return ours(explicit.LineageJobFacet([self._entry(table, target) for table, target in targets]))

    def _entry(self, table: TableName, target: Target) -> explicit.LineageDatasetEntry:
        namespace, name = self._naming.dataset(table)
        told = {source.table for sources in (target.rows, *target.fields.values()) for source in sources}
        whole = [self._source(read) for read in sorted(target.reads - told)]
        fields = {
            self._spelling.column(table, column): explicit.LineageFieldEntry(self._sources(sources))
            for column, sources in sorted(target.fields.items())
        }
        rows = [*whole, *self._sources(target.rows)]
        return explicit.LineageDatasetEntry(namespace, name, "DATASET", rows, fields)

    def _source(self, table: TableName) -> explicit.LineageDatasetInput:
        return explicit.LineageDatasetInput(*self._naming.dataset(table), "DATASET")

    def _sources(self, sources: Iterable[Source]) -> list[explicit.LineageInput]:
        return [
            explicit.LineageDatasetInput(
                *self._naming.dataset(table),
                "DATASET",
                self._spelling.column(table, field),
                [explicit.LineageTransformation(*via) for via in ways],
            )
            for table, field, ways in _by_column(sources)
        ]

    def _inputs(self, sources: Iterable[Source]) -> list[columns.InputField]:
        return [
            columns.InputField(
                *self._naming.dataset(table),
                self._spelling.column(table, field),
                [columns.Transformation(*via) for via in ways],
            )
            for table, field, ways in _by_column(sources)
        ]


def _by_column(sources: Iterable[Source]) -> list[tuple[TableName, str, list[Via]]]:
    found: dict[tuple[TableName, str], list[Via]] = {}
    for table, field, via in sorted(sources):
        found.setdefault((table, field), []).append(via)
    return [(table, field, ways) for (table, field), ways in found.items()]
