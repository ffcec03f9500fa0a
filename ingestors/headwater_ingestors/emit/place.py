"""Which catalog runs are told to, as far as settings say, and where the spool lies."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headwater_catalog.configuration import from_environment, from_file, user_data_dir, user_state_dir

_NAMES = ("url", "api_key", "database_url", "data_dir", "spool_dir")


@dataclass(frozen=True, slots=True)
class Place:
    """What is set.

    directory: the data directory whose server is told where no url is set; None where a database is named.
    """

    url: str
    api_key: str
    directory: Path | None
    spool: Path


def spool_dir(said: str, environ: Mapping[str, str] = os.environ) -> Path:
    """The spool's directory, whether set or not."""
    return Path(said).expanduser() if said else user_state_dir(environ) / "spool"


def found_place(url: str | None = None, api_key: str | None = None, environ: Mapping[str, str] = os.environ) -> Place:
    """The place that arguments, environment and headwater.toml name, in this order; raises InvalidRequest."""
    _, said = from_file(environ, Path.cwd())
    said = {name: str(value) for name, value in said.items()} | from_environment(environ, _NAMES)
    found = {name: str(said.get(name, "")) for name in _NAMES}
    directory = Path(found["data_dir"]).expanduser() if found["data_dir"] else user_data_dir(environ)
    return Place(
        url=(found["url"] if url is None else url).rstrip("/"),
        api_key=found["api_key"] if api_key is None else api_key,
        directory=None if found["database_url"] else directory,
        spool=spool_dir(found["spool_dir"], environ),
    )
