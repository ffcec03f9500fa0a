"""Which dataset a schema object of a contract is: by the server that the contract names, in OpenLineage's naming."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from headwater_catalog.contracts.document import listed
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import dataset_name, text

Server = Mapping[str, Any]
HOMELESS: Final = "odcs"
"""The namespace of what no server places: below the contract's id."""


def server_of(contract: Mapping[str, Any], name: str | None = None) -> Server | None:
    """The server of that name, else the one of production, else the first. Raises InvalidRequest for an unknown one."""
    servers = listed(contract.get("servers"))
    if name is not None:
        found = [one for one in servers if text(one.get("server")) == name]
        if not found:
            known = ", ".join(text(one.get("server")) for one in servers) or "none"
            raise InvalidRequest(
                "unknown_server", f"The contract has no server {name[:100]}.", f"Name one of its own: {known[:500]}."
            )
        return found[0]
    live = [one for one in servers if text(one.get("environment")).lower() in ("prod", "production")]
    return next(iter([*live, *servers]), None)


def place_of(server: Server, own: str) -> tuple[str, str] | None:
    """(namespace, name) of the object that is called so on a server; None where its kind has no naming here."""
    kind = text(server.get("type")).lower()
    named = NAMED.get(kind)
    if named is not None and (namespace := named[0](server)):
        parts = [text(server.get(one)) for one in named[1]]
        have = own.count(".")
        before = [part for part in parts if part]
        before = before[: max(0, len(before) - have)] if have else before
        return dataset_name(namespace, ".".join([*before, own]))
    return _located(server, own)


def _located(server: Server, own: str) -> tuple[str, str] | None:
    """By its location or path: the object's name stands for {model}, else the location is the object."""
    location = text(server.get("location")) or text(server.get("path"))
    if not location:
        return None
    whole = location.replace("{model}", own)
    found = urlsplit(whole)
    scheme = {"az": "abfss"}.get(found.scheme, found.scheme)
    if not scheme or scheme == "file":
        return dataset_name("file", found.path or own)
    host = found.netloc.rpartition("@")[2] if scheme != "abfss" else found.netloc
    return dataset_name(f"{scheme}://{host}", found.path.strip("/") or own)


def _address(scheme: str, port: int) -> Callable[[Server], str]:
    def namespace(server: Server) -> str:
        host = text(server.get("host")).rpartition("@")[2]
        said = server.get("port")
        number = said if isinstance(said, int | str) and not isinstance(said, bool) and said else port
        return f"{scheme}://{host if ':' in host else f'{host}:{number}'}" if host else ""

    return namespace


def _account(server: Server) -> str:
    account = text(server.get("account"))
    return f"snowflake://{account}" if account else ""


_TABLE: Final = ("database", "schema")
_POSTGRES: Final = (_address("postgres", 5432), _TABLE)
NAMED: Final[Mapping[str, tuple[Callable[[Server], str], tuple[str, ...]]]] = {
    "postgres": _POSTGRES,
    "postgresql": _POSTGRES,
    "redshift": (_address("redshift", 5439), _TABLE),
    "mysql": (_address("mysql", 3306), ("database",)),
    "sqlserver": (_address("mssql", 1433), _TABLE),
    "oracle": (_address("oracle", 1521), ("serviceName", "schema")),
    "trino": (_address("trino", 8080), ("catalog", "schema")),
    "snowflake": (_account, _TABLE),
    "bigquery": (lambda _: "bigquery", ("project", "dataset")),
    "kafka": (_address("kafka", 9092), ()),
}
"""Type of a server → its namespace, and what stands before the object's name."""
