"""Options that drivers are given, by system: a list of what is harmless, since others name hosts, files and programs.

Refused are so: host, hostaddr, port, service, passfile, url, dsn, unix_socket, read_default_file, local_infile,
sessionInitStatement, dbtable, query, authenticator … of libpq, PyMySQL, ODBC, JDBC and Spark.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LONGEST: Final = 1_024
_LIBPQ: Final = frozenset({
    "sslmode", "connect_timeout", "application_name", "client_encoding", "target_session_attrs", "channel_binding",
    "gssencmode", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
})  # fmt: skip
_MYSQL: Final = frozenset({"charset", "collation", "connect_timeout", "read_timeout", "write_timeout", "sql_mode"})
ANYBODYS: Final[Mapping[str, frozenset[str]]] = {
    "postgresql": _LIBPQ,
    "redshift": _LIBPQ | {"ssl", "timeout"},
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": frozenset({"timeout"}),
    "duckdb": frozenset({"access_mode", "threads", "memory_limit"}),
    "mssql": frozenset({"encrypt", "applicationintent", "multisubnetfailover", "app", "logintimeout"}),
    "oracle": frozenset({"encoding", "nencoding", "stmtcachesize"}),
    "snowflake": frozenset({"warehouse", "role", "timezone", "login_timeout", "network_timeout"}),
    "bigquery": frozenset({"location", "maximum_bytes_billed", "arraysize"}),
    "trino": frozenset({"source", "timezone", "client_tags"}),
    "clickhouse": frozenset({"compress", "connect_timeout", "send_receive_timeout", "secure"}),
}
"""By driver; in lower case."""
_CERTIFICATES: Final = frozenset({"sslrootcert", "sslcert", "sslkey", "sslcrl"})
RULERS: Final[Mapping[str, frozenset[str]]] = {
    "postgresql": _CERTIFICATES | {"options", "require_auth", "krbsrvname"},
    "redshift": _CERTIFICATES | {"iam", "region", "cluster_identifier"},
    "mysql": frozenset({"ssl_ca", "ssl_cert", "ssl_key"}),
    "mariadb": frozenset({"ssl_ca", "ssl_cert", "ssl_key"}),
    "mssql": frozenset({"driver", "trustservercertificate", "trusted_connection"}),
    "snowflake": frozenset({"region"}),
    "bigquery": frozenset({"credentials_path", "billing_project_id"}),
    "trino": frozenset({"verify", "http_scheme", "roles"}),
    "clickhouse": frozenset({"verify", "ca_cert", "client_cert", "client_cert_key"}),
}
"""Those besides which only connection rules give: they name files of whoever connects, or weaken what is checked."""


def divided(driver: str, options: Mapping[str, object], *, ruled: bool) -> tuple[dict[str, object], list[str]]:
    """Options that the driver is given, and names of those that it is not."""
    allowed = ANYBODYS.get(driver, frozenset()) | (RULERS.get(driver, frozenset()) if ruled else frozenset())
    given = {name: value for name, value in options.items() if name.lower() in allowed and _is_plain(value)}
    return given, sorted(options.keys() - given.keys())


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float) and len(str(value)) <= LONGEST
