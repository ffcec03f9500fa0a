"""Folders that are crawled by their path, called the same wherever they lie: by a name or by their repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import text
from headwater_ingestors.crawlers.reading import shown
from headwater_ingestors.emit.git import origin

_SCHEME: Final = re.compile(r"\A[a-z+]{1,20}://", re.IGNORECASE)
_SSH: Final = re.compile(r"\A(?:[\w.\-]{1,200}@)?(?P<host>[\w.\-]{1,200}):(?=[^\d/\\])(?P<path>.+)\Z")
"""host:path, the short form of an address for ssh."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """root: the file or folder, resolved; source: the same in each checkout; prefix: of names in its folder."""

    root: Path
    source: str
    prefix: str

    @property
    def folder(self) -> Path:
        """The folder, also of a file alone."""
        return self.root.parent if self.root.is_file() else self.root

    def name(self, path: Path) -> str:
        """What a file in it is called, alone or with others."""
        return posixpath.join(self.prefix, shown(path.relative_to(self.folder).as_posix()))


def checkout(said: str, options: Mapping[str, str]) -> Checkout:
    """A file or folder by its path, named by the option `name`; raises InvalidRequest where there is none.

    Without a name, by the address that its repository was cloned from, and the path in that; else by its own path.
    """
    root = Path(said).expanduser().absolute()
    if not root.exists():
        raise InvalidRequest(
            "no_such_file", f"There is no {shown(said)[:200]}.", "Name a file or folder that is there."
        )
    root = root.resolve()
    folder, file = (root.parent, root.name) if root.is_file() else (root, "")
    if name := text(options.get("name", "")).strip("/"):
        return Checkout(root, shown(posixpath.join(name, file) if file else name), shown(name))
    cloned = origin(folder)
    if cloned is None:
        return Checkout(root, shown(root.as_posix()), shown(folder.name))
    top, remote = cloned
    address, inside = _address(remote), folder.relative_to(top).as_posix()
    source = posixpath.normpath(posixpath.join(address, inside, file))
    return Checkout(root, shown(source), shown(posixpath.normpath(posixpath.join(posixpath.basename(address), inside))))


def _address(remote: str) -> str:
    """host/path, however it is reached."""
    rest = _SCHEME.sub("", remote)
    if rest != remote:
        rest = rest.rpartition("@")[2]
    elif short := _SSH.match(remote):
        rest = f"{short['host']}/{short['path']}"
    return rest.rstrip("/").removesuffix(".git") or "repository"
