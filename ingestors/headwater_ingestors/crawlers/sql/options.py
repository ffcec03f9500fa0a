"""Options that the crawlers of SQL share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot.dialects.dialect import Dialect

from headwater_ingestors.crawlers import options as common
from headwater_ingestors.crawlers.sql.dialects import defaults_of, dialect_of, namespace_of
from headwater_ingestors.crawlers.sql.naming import Naming
from headwater_ingestors.crawlers.sql.values import BOUNDS, Bounds, Defaults

SHARED: Final = ("dialect", "namespace", "job-namespace", "database", "schema")


@dataclass(frozen=True, slots=True)
class SqlOptions:
    """How SQL is read, and how its tables and jobs are called."""

    dialect: Dialect
    naming: Naming
    defaults: Defaults
    job_namespace: str
    bounds: Bounds = BOUNDS


def read(crawler: str, options: Mapping[str, str]) -> SqlOptions:
    """The options; raises InvalidRequest."""
    dialect = dialect_of(common.required(crawler, options, "dialect"))
    naming = Naming(common.namespace(options) or namespace_of(dialect), dialect)
    defaults = defaults_of(dialect, options.get("database"), options.get("schema"))
    return SqlOptions(dialect, naming, defaults, common.job_namespace(options))
