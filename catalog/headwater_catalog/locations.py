"""Paths of this machine as `file:` URIs, and back: what crawls tell in headwater_location, and programs open."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, unquote_to_bytes


def file_uri(path: str) -> str:
    """The URI of a whole path, in which every name can be said."""
    return f"file://{_encoded(path)}"


def file_path(uri: str) -> str:
    """The path of a file: URI. One that `file_uri` would write otherwise is not encoded: it stays as it is told.

    So file:///x/100%.csv is /x/100%.csv, and no encoded slash or dot leads out of a folder.
    """
    path = uri.removeprefix("file:").removeprefix("//")
    path = path if path.startswith("/") else f"/{path}"
    decoded = unquote_to_bytes(path).decode(errors="surrogateescape")
    return decoded if _encoded(decoded) == path else path


def _encoded(path: str) -> str:
    return quote_from_bytes(path.encode(errors="surrogateescape"))
