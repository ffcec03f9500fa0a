"""Which SQL a system speaks: what sqlglot calls it, by the names that others give systems."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from sqlglot.dialects import DIALECT_MODULE_NAMES

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
"""It warns on standard error of what it cannot read, and quotes it, secrets too; we report that ourselves."""
SPELLED: Final[Mapping[str, str]] = {
    "postgresql": "postgres", "psql": "postgres", "mariadb": "mysql", "mssql": "tsql", "sqlserver": "tsql",
    "synapse": "tsql", "awsathena": "athena", "unitycatalog": "databricks", "sparksql": "spark",
}  # fmt: skip
"""Schemes of namespaces, drivers, adapters that sqlglot calls otherwise."""


NAMES: Final = frozenset(DIALECT_MODULE_NAMES)
"""What there is, without loading it: `Dialect.classes` loads them all, at each look."""


def sql_of(name: str | None) -> str | None:
    """The dialect as sqlglot calls it, also of a driver such as mysql+pymysql; None where it has none such."""
    plain = (name or "").strip().lower().partition("+")[0]
    found = SPELLED.get(plain, plain)
    return found if found in NAMES else None
