"""A PostgreSQL database for the data of others' jobs, reached by TCP as a warehouse is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import servers
from psycopg.conninfo import conninfo_to_dict
from relay import Relay


@dataclass(frozen=True)
class Warehouse:
    """How it is reached by TCP on loopback; `url` by its socket."""

    url: str
    port: int
    user: str
    password: str
    name: str

    @property
    def namespace(self) -> str:
        """As OpenLineage calls it."""
        return f"postgres://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """As programs connect to it."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{self.name}"

    @property
    def environ(self) -> dict[str, str]:
        """As variables, for programs that are configured by them."""
        values = {"PORT": str(self.port), "USER": self.user, "PASSWORD": self.password, "NAME": self.name}
        return {f"WAREHOUSE_{name}": value for name, value in values.items()}

    def run(self, *statements: str) -> None:
        """Run statements, each on its own."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for one in statements:
                connection.execute(one)


@contextmanager
def warehouse(server: str) -> Iterator[Warehouse]:
    """A database of its own on a server that only has a Unix socket, behind a relay; dropped in the end."""
    url = servers.create_database(server)
    said = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    with Relay(f"{said['host']}/.s.PGSQL.{said['port']}") as relay:
        yield Warehouse(url, relay.port, said["user"], said["password"], said["dbname"])
    servers.drop_database(url)
