"""What may be read of datasets that nobody named one by one: files below roots, and databases that a rule reaches.

Whoever may send events says where a dataset lies: file:///etc/passwd, say. So a program that opens all datasets of a
zone opens those below folders that its operator named, and no others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.locations import file_path
from headwater_catalog.templates.drivers import driver
from headwater_catalog.templates.opening import Opening

_REMEDY: Final = "Name its folder (--root), or name the dataset itself."


def refuse_outside(opening: Opening, roots: Sequence[str]) -> None:
    """Raises InvalidRequest where it lies elsewhere; what is not known of where it lies is found out later."""
    if opening.location is not None:
        uri = opening.location.uri
        if uri and not any(below(uri, root) for root in roots):
            raise InvalidRequest(
                "outside_roots", f"{opening.shown} lies below none of the roots: {uri[:200]}.", _REMEDY
            )
        return
    system = driver(opening.connection.driver) if opening.connection else None
    if opening.connection is None or system is None or opening.ruled:
        return
    path = (opening.connection.database or opening.connection.host) if system.file else None
    if path is None or not any(below(path, root) for root in roots):
        raise InvalidRequest(
            "outside_roots",
            f"{opening.shown} is in a database that no connection rule names.",
            "Name driver, host and database in a connection rule (`headwater connections apply`), or name the dataset.",
        )


def below(uri: str, root: str) -> bool:
    """Whether a file or folder is a root or lies below it, links followed; of object stores by what is written."""
    place, top = _place(uri), _place(root)
    if "://" in place or "://" in top:
        parts = unquote(place).replace("\\", "/").split("/")
        return ".." not in parts and (place == top.rstrip("/") or place.startswith(top.rstrip("/") + "/"))
    return os.path.commonpath([place, top]) == top


def _place(uri: str) -> str:
    """A path without links; the URI of what is not of this machine."""
    if uri.startswith("file:"):
        uri = "/" + file_path(uri).lstrip("/")
        return os.path.realpath(uri.replace("\0", ""))
    return uri if "://" in uri else os.path.realpath(uri.replace("\0", ""))
