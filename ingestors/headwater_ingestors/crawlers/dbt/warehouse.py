"""The warehouse of a dbt project: its dialect, and how openlineage-dbt calls its tables and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import dataset_name
from headwater_catalog.schemas.table_names import dotted
from headwater_ingestors.crawlers.crawler import Name
from headwater_ingestors.crawlers.dbt.artifacts import Object, word
from headwater_ingestors.crawlers.sql.dialects import dialect_of, fold_table
from headwater_ingestors.crawlers.sql.naming import Naming
from headwater_ingestors.crawlers.sql.script import placed
from headwater_ingestors.crawlers.sql.values import NOWHERE, TableName

DIALECTS: Final = {
    "watsonx_presto": "presto",
    "synapse": "tsql",
    "glue": "spark",
    "greenplum": "postgres",
    "vertica": "postgres",
    "timescaledb": "postgres",
    "spark_livy": "spark",
}
"""Adapters whose SQL sqlglot knows by another name than the adapter's."""
NAMESPACES: Final = {"sqlserver": "mssql", "athena": "awsathena"}
"""Adapters whose tables stand in a namespace of another name."""


def dialect(adapter: str) -> Dialect:
    """The SQL of an adapter; of one that nobody knows the common part of all."""
    try:
        return dialect_of(DIALECTS.get(adapter, adapter))
    except InvalidRequest:
        return Dialect()


@dataclass(frozen=True, slots=True)
class Warehouse(Naming):
    """From names in compiled SQL to datasets: those of the manifest's own tables are as the manifest spells them."""

    named: dict[TableName, Name] = field(default_factory=dict)

    def dataset(self, table: TableName) -> Name:
        """The dataset that a table is."""
        return self.named.get(table) or Naming.dataset(self, table)

    def name(self, node: Object, last: str) -> Name:
        """The dataset that a node makes; last: the table's own name."""
        return dataset_name(self.namespace, dotted(_parts(node, last)))

    def plain_name(self, node: Object, last: str) -> Name:
        """The same as openlineage-dbt has it: dots between the parts, and nothing around those that hold some."""
        return dataset_name(self.namespace, ".".join(_parts(node, last)))

    def table(self, node: Object, last: str) -> TableName:
        """The table as compiled SQL writes it, folded as its dialect does."""
        relation = word(node.get("relation_name"))
        if 0 < len(relation) < 2_000:
            try:
                return placed(exp.to_table(relation, dialect=self.dialect), self.dialect, NOWHERE)
            except (SqlglotError, ValueError, RecursionError):
                pass  # a name that is no SQL: its parts stand beside it
        return tuple(fold_table(self.dialect, part) for part in _parts(node, last))


def _parts(node: Object, last: str) -> list[str]:
    """Of a table's name, outermost first, without those that the node lacks."""
    return [part for part in (word(node.get("database")), word(node.get("schema")), last) if part]


def warehouse(adapter: str, namespace: str | None) -> Warehouse:
    """The warehouse of an adapter. namespace: of its tables; else the adapter's alone."""
    return Warehouse(namespace or NAMESPACES.get(adapter, adapter) or "dbt", dialect(adapter))


@dataclass(frozen=True, slots=True)
class Jobs:
    """How openlineage-dbt calls jobs: those of `dbt build` otherwise than those of `dbt run`."""

    namespace: str
    build: bool

    def making(self, node: Object) -> Name:
        """The job that makes a model or snapshot."""
        snapshot = word(node.get("resource_type")) == "snapshot"
        plain, built = (".snapshot", ".build.snapshot") if snapshot else ("", ".build.run")
        return self.namespace, _job(node) + (built if self.build else plain)

    def testing(self, node: Object) -> Name:
        """The job that tests a table."""
        return self.namespace, _job(node) + (".build.test" if self.build else ".test")


def _job(node: Object) -> str:
    """Database, schema and the id without the kind of models and snapshots, as openlineage-dbt has it."""
    unique = word(node.get("unique_id"))
    for prefix in ("model.", "snapshot."):
        unique = unique.removeprefix(prefix)
    return ".".join(part for part in (word(node.get("database")), word(node.get("schema")), unique) if part)


def built(run_results: Mapping[str, object], command: str | None) -> bool:
    """Whether jobs are called as `dbt build` calls them: as said, else as the last command was, else yes."""
    if command:
        return command == "build"
    arguments = run_results.get("args")
    which = word(arguments.get("which")) if isinstance(arguments, dict) else ""
    return which not in ("run", "snapshot", "seed", "test")
