"""The address of a warehouse out of profiles.yml: of a connection only what names it, never user or password."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers import yaml_files
from headwater_ingestors.crawlers.dbt.artifacts import Object, mapping, word
from headwater_ingestors.crawlers.reading import RefusedError, content

MAX_FILE: Final = 2**20
NAMING: Final = frozenset(
    {"type", "host", "server", "port", "account", "path", "region", "region_name", "account_id", "method"}
    | {"software_host"}
)
"""What names a warehouse: all else of a connection is left unread."""
_ENV: Final = re.compile(
    r"""\{\{\s*env_var\(\s*(?P<q>['"])(?P<name>\w+)(?P=q)\s*(?:,\s*(?P<r>['"])(?P<otherwise>[^'"]*)(?P=r)\s*)?\)"""
    r"""(?:\s*\|\s*\w+)*\s*\}\}"""
)
_SECRET: Final = re.compile(r"pass|secret|token|key|pwd|credential", re.IGNORECASE)
_HOSTED: Final = {
    **{name: name for name in ("postgres", "redshift", "clickhouse", "trino", "presto", "mysql")},
    "watsonx_presto": "presto",
}
_PORTS: Final = {"thrift": "10001", "http": "443", "odbc": "443"}
"""Of Spark, by method, as openlineage-dbt assumes them."""


def namespace(source: str, folder: str, target: str | None) -> str:
    """The namespace as openlineage-dbt makes it of a profile; raises InvalidRequest.

    source: the project or its target folder, whose dbt_project.yml names the profile; folder: that of profiles.yml.
    """
    root = Path(source).expanduser().absolute()
    project = next((one for one in (root, *root.parents[:2]) if (one / "dbt_project.yml").is_file()), None)
    profile = word(_read(project / "dbt_project.yml").get("profile")) if project else ""
    outputs = mapping(_read(Path(folder).expanduser().absolute() / "profiles.yml").get(profile))
    chosen = target or _said(outputs.get("target"))
    told = mapping(mapping(outputs.get("outputs")).get(chosen))
    connection = {key: _said(value).partition("?")[0] for key, value in told.items() if key in NAMING}
    found = _namespace(connection)
    if found is None:
        raise InvalidRequest(
            "no_namespace",
            f"The profile {profile[:80]!r} does not say where its target {chosen[:80]!r} is.",
            "Name the warehouse: --namespace postgres://HOST:PORT.",
        )
    return found


def _read(path: Path) -> Object:
    try:
        return mapping(yaml_files.load(content(path, MAX_FILE).raw))
    except RefusedError as refused:
        raise InvalidRequest(
            "no_profile", f"{path.name} was not read: {refused.sentence}", "Name the warehouse with --namespace."
        ) from None


def _said(value: object) -> str:
    """A value; of an environment variable its own, unless its name is that of a secret."""
    told = word(value)
    found = _ENV.fullmatch(told)
    if found is None:
        return "" if "{{" in told else told
    if _SECRET.search(found["name"]):
        return ""
    return os.environ.get(found["name"], found["otherwise"] or "")


def _namespace(said: dict[str, str]) -> str | None:
    kind, host, port = (said.get(key, "") for key in ("type", "host", "port"))
    if kind == "bigquery":
        return "bigquery"
    if kind in _HOSTED and host:
        return f"{_HOSTED[kind]}://{host}:{port}" if port else f"{_HOSTED[kind]}://{host}"
    if kind == "databricks" and host:
        return f"databricks://{host}"
    if kind == "spark" and host:
        port = port or _PORTS.get(said.get("method", ""), "")
        return f"spark://{host}:{port}" if port else f"spark://{host}"
    named = {
        "snowflake": ("snowflake://{account}", "account"),
        "duckdb": ("duckdb://{path}", "path"),
        "athena": ("awsathena://athena.{region_name}.amazonaws.com", "region_name"),
        "sqlserver": ("mssql://{server}:{port}", "server"),
        "fabric": ("fabric-warehouse://{server}", "server"),
        "dremio": ("dremio://{software_host}:{port}", "software_host"),
    }
    pattern, needed = named.get(kind, ("", ""))
    return pattern.format_map({"port": "1433", **said}) if said.get(needed) else None
