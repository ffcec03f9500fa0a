"""Systems by their driver: how each target names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Driver:
    """A system. None where a target cannot reach it.

    sqlalchemy: name of the driver in a URL; jdbc: its URL with {host}, {port}, {database}; duckdb: TYPE of ATTACH;
    dialect: sqlglot's name; r: package and function of a DBI driver; file: its database is a file.
    """

    sqlalchemy: str | None
    jdbc: str | None
    duckdb: str | None
    dialect: str
    port: int | None = None
    r: str | None = None
    file: bool = False


POSTGRES: Final = Driver(
    "postgresql+psycopg", "jdbc:postgresql://{host}:{port}/{database}", "postgres", "postgres", 5432,
    "RPostgres::Postgres",
)  # fmt: skip
MYSQL: Final = Driver(
    "mysql+pymysql", "jdbc:mysql://{host}:{port}/{database}", "mysql", "mysql", 3306, "RMariaDB::MariaDB"
)
DRIVERS: Final = {
    "postgresql": POSTGRES,
    "mysql": MYSQL,
    "mariadb": Driver(
        "mariadb+pymysql", "jdbc:mariadb://{host}:{port}/{database}", "mysql", "mysql", 3306, "RMariaDB::MariaDB"
    ),
    "sqlite": Driver("sqlite", "jdbc:sqlite:{database}", "sqlite", "sqlite", r="RSQLite::SQLite", file=True),
    "duckdb": Driver("duckdb", "jdbc:duckdb:{database}", "duckdb", "duckdb", r="duckdb::duckdb", file=True),
    "mssql": Driver(
        "mssql+pyodbc", "jdbc:sqlserver://{host}:{port};databaseName={database}", None, "tsql", 1433, "odbc::odbc"
    ),
    "oracle": Driver("oracle+oracledb", "jdbc:oracle:thin:@//{host}:{port}/{database}", None, "oracle", 1521),
    "redshift": Driver(
        "redshift+redshift_connector", "jdbc:redshift://{host}:{port}/{database}", "postgres", "redshift", 5439,
        "RPostgres::Redshift",
    ),
    "snowflake": Driver("snowflake", "jdbc:snowflake://{host}/?db={database}", None, "snowflake", 443),
    "bigquery": Driver("bigquery", None, None, "bigquery"),
    "trino": Driver("trino", "jdbc:trino://{host}:{port}/{database}", None, "trino", 8080),
    "clickhouse": Driver(
        "clickhousedb", "jdbc:clickhouse://{host}:{port}/{database}", None, "clickhouse", 8123
    ),
}  # fmt: skip
"""Systems by the names that connections give them."""

SPELLINGS: Final = {"postgres": "postgresql", "sqlserver": "mssql", "psql": "postgresql"}
"""Other names, schemes of namespaces among them."""


def driver(name: str | None) -> Driver | None:
    """The system that a driver's name or the scheme of a namespace means."""
    plain = (name or "").strip().lower().partition("+")[0]
    return DRIVERS.get(SPELLINGS.get(plain, plain))


def known(name: str) -> str:
    """A driver's name as connections spell it."""
    plain = name.strip().lower().partition("+")[0]
    return SPELLINGS.get(plain, plain)
