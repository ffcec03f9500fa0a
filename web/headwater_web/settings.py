"""Settings: flags, then HEADWATER_* in the environment, then headwater.toml; one dataclass, each field documented."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from headwater_catalog.configuration import PREFIX, Value, from_environment, from_file, user_data_dir
from headwater_catalog.errors import InvalidRequest

LOG_LEVELS = ("debug", "info", "warning", "error")
MOST = {"port": 65_535}
"""The largest number that a setting may be, where there is one."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound
"""Hosts that mean all addresses of this machine, and the address by which it reaches itself there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. The help of each field is what docs/reference/settings.md says."""

    url: str = field(
        default="", metadata={"help": "Address of the server that commands ask, for example http://127.0.0.1:7070."}
    )
    api_key: str = field(default="", metadata={"help": "API key that commands send to that server."})
    database_url: str = field(
        default="",
        metadata={
            "help": "PostgreSQL 15 or later: postgresql://user:password@host:5432/database. Empty: the embedded one."
        },
    )
    data_dir: str = field(
        default="",
        metadata={
            "help": "Where the embedded PostgreSQL lies. Empty: the user's data directory; for root /var/lib/headwater."
        },
    )
    spool_dir: str = field(
        default="",
        metadata={
            "help": "Where `headwater run` keeps what it could not send. Empty: the user's state directory; for root"
            " /var/lib/headwater/spool."
        },
    )
    host: str = field(
        default="127.0.0.1",
        metadata={"help": "Address to listen on. Anything but loopback needs at least one API key."},
    )
    port: int = field(default=7070, metadata={"help": "Port to listen on; 0 takes a free one."})
    base_path: str = field(
        default="", metadata={"help": "Path below which everything answers too, for example /headwater behind a proxy."}
    )
    allowed_hosts: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "Host names, beside loopback and `host`, that requests may name; `*` for any. Separated by commas."
        },
    )
    max_waiting: int = field(
        default=20_000, metadata={"help": "Entries that may wait to be written before the answer is 503."}
    )
    max_waiting_bytes: int = field(
        default=128 * 2**20, metadata={"help": "Bytes of entries that may wait to be written before the answer is 503."}
    )
    max_body_bytes: int = field(
        default=256 * 2**20, metadata={"help": "Bytes of request bodies held at once before the answer is 503."}
    )
    lost_after: int = field(
        default=86_400,
        metadata={"help": "Seconds without a sign after which a run that has not ended is shown as LOST."},
    )
    readers: int = field(default=8, metadata={"help": "Connections that read from the database at once."})
    kafka_bootstrap: str = field(
        default="", metadata={"help": "Kafka to read events from: host:port, several separated by commas."}
    )
    kafka_topics: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "Topics to read, separated by commas. Where they are set, `serve` reads them beside HTTP, too."
        },
    )
    kafka_group: str = field(
        default="headwater", metadata={"help": "Consumer group: its members share the topics' partitions."}
    )
    kafka_security_protocol: str = field(
        default="PLAINTEXT", metadata={"help": "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."}
    )
    kafka_sasl_mechanism: str = field(default="PLAIN", metadata={"help": "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512."})
    kafka_username: str = field(default="", metadata={"help": "User for SASL."})
    kafka_password: str = field(
        default="",
        repr=False,
        metadata={"help": "Its password. There is no flag for it: other users of a machine see those."},
    )
    kafka_ca_file: str = field(
        default="", metadata={"help": "PEM file of who signed Kafka's certificate. Empty: those the system trusts."}
    )
    kafka_cert_file: str = field(
        default="", metadata={"help": "PEM file of our certificate, where Kafka asks for one."}
    )
    kafka_key_file: str = field(default="", metadata={"help": "PEM file of its key, if it is in another file."})
    crawls: str = field(
        default="",
        metadata={
            "help": "TOML file of the crawls that `serve` runs by a schedule; `headwater crawls check` reads it."
        },
    )
    log_level: str = field(default="warning", metadata={"help": "debug, info, warning or error."})

    @property
    def directory(self) -> Path:
        """The data directory, whether set or not."""
        return Path(self.data_dir).expanduser() if self.data_dir else user_data_dir()

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:  # a name; any but this one may lead elsewhere, whatever it begins with
            return self.host == "localhost"


def load(
    flags: Mapping[str, Value | None] | None = None,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Settings:
    """The settings that hold: flags that are not None, else the environment, else the file. Raises InvalidRequest."""
    found: dict[str, Value] = {}
    found.update(_from_file(environ, folder or Path.cwd()))
    found.update(from_environment(environ, [f.name for f in _fields()]))
    found.update({name: value for name, value in (flags or {}).items() if value is not None})
    return Settings(**{f.name: _read(f, found[f.name]) for f in _fields() if f.name in found})  # type: ignore[arg-type] # by field


def _fields() -> tuple[dataclasses.Field[object], ...]:
    return dataclasses.fields(Settings)


def _from_file(environ: Mapping[str, str], folder: Path) -> dict[str, Value]:
    path, said = from_file(environ, folder)
    unknown = sorted(set(said) - {f.name for f in _fields()})
    if unknown:
        known = ", ".join(f.name for f in _fields())
        raise _wrong(f"{path} sets {', '.join(unknown)}, which is no setting.", f"The settings are {known}.")
    return said


def _read(one: dataclasses.Field[object], value: Value) -> Value | tuple[str, ...]:
    if one.type == "int":
        return _integer(one.name, value)
    if one.type == "str":
        return _clean(one.name, str(value))
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise _wrong(f"{one.name} is no list of names.", "Separate them by commas.")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _integer(name: str, value: Value) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    most = MOST.get(name)
    if number < 0 or isinstance(value, bool) or (most is not None and number > most):
        allowed = "a whole number of 0 or more" if most is None else f"a whole number from 0 to {most}"
        raise _wrong(f"{name} is {value!r}, which is not {allowed}.", f"Set {PREFIX}{name.upper()} to one.")
    return number


def _clean(name: str, value: str) -> str:
    if name == "log_level":
        if value.lower() not in LOG_LEVELS:
            raise _wrong(f"log_level is {value!r}, which is no level.", f"Use one of {', '.join(LOG_LEVELS)}.")
        return value.lower()
    if name == "base_path":
        return "/" + value.strip("/") if value.strip("/") else ""
    return value.rstrip("/") if name == "url" else value


def _wrong(sentence: str, remedy: str) -> InvalidRequest:
    return InvalidRequest("invalid_setting", sentence, remedy)
