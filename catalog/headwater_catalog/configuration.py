"""Where settings stand: HEADWATER_* in the environment, headwater.toml, and the directories that are a user's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from headwater_catalog.errors import InvalidRequest

FILE = "headwater.toml"
PREFIX = "HEADWATER_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine: no proxy stands before them."""
Value = str | int | bool | list[str]


def user_data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where data lie by default: the user's data directory; /var/lib/headwater for services of root."""
    return _own("XDG_DATA_HOME", ".local/share", environ)


def user_state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where lies by default what a program needs again and nobody else does; for services of root as the data."""
    return _own("XDG_STATE_HOME", ".local/state", environ)


def user_config_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where headwater.toml is looked for after the working directory."""
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "headwater"


def from_file(environ: Mapping[str, str], folder: Path) -> tuple[Path | None, dict[str, Value]]:
    """The headwater.toml that counts and what it says; raises InvalidRequest where it is no TOML."""
    places = (folder / FILE, user_config_dir(environ) / FILE)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return None, {}
    import tomllib  # most commands find no file, and `headwater run` is to start at once

    try:
        said: dict[str, Value] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(
            "invalid_setting",
            f"{path} is not TOML: {error}.",
            "Mend that line; the file holds lines like port = 7070.",
        ) from None
    return path, said


def from_environment(environ: Mapping[str, str], names: Iterable[str]) -> dict[str, Value]:
    """What the environment says of settings of these names."""
    return {name: environ[key] for name in names if environ.get(key := PREFIX + name.upper())}


def _own(variable: str, below_home: str, environ: Mapping[str, str]) -> Path:
    if os.geteuid() == 0 and variable not in environ:
        return Path("/var/lib/headwater")
    return Path(environ.get(variable) or Path.home() / below_home) / "headwater"
