"""Files of object stores and others that fsspec reaches; keys and passwords come from its own settings, never a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from headwater_catalog.errors import ExtraMissing, InvalidRequest, Unavailable
from headwater_catalog.names import dataset_name
from headwater_catalog.times import parse_time
from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.files.limits import MAX_DEPTH
from headwater_ingestors.crawlers.files.stores import Entry, Unreadable, Vanished, alone, counted

SCHEMES: Final = {
    "s3": "s3fs", "s3a": "s3fs", "s3n": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "abfss": "adlfs",
    "memory": "fsspec",
}  # fmt: skip
"""Schemes that are crawled, with the library that each needs."""
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.:-]*)://(.*)", re.DOTALL)
_MODIFIED: Final = ("LastModified", "last_modified", "mtime", "updated", "modified", "created")
_TAGS: Final = ("ETag", "etag", "md5Hash", "content_md5", "generation")
_FAILURES: Final = (OSError, ValueError, RuntimeError, TypeError, KeyError)
"""What libraries of stores raise; those of their services are OSErrors by fsspec's translation, or RuntimeErrors."""


def scheme_of(source: str) -> str | None:
    """The scheme of a URL in lower case; None for a path of this machine."""
    match = _URL.fullmatch(source)
    return match[1].lower() if match else None


class RemoteStore:
    """See `stores.Store`."""

    def __init__(self, url: str) -> None:
        scheme, rest = _checked(url)
        authority, _, path = rest.partition("/")
        self._bare = scheme == "memory"  # has no authority
        where = "" if self._bare else authority
        inner = f"{authority}/{path}" if self._bare else path
        root = "/".join(part for part in inner.split("/") if part)
        self._scheme, self._authority = scheme, where
        self._system = _system(scheme)
        self.namespace = dataset_name("memory" if self._bare else f"{scheme}://{where}", "/")[0]
        self.layer = self.namespace.partition(":")[0]
        with _told(url):
            found = self._system.info(self._key(root)) if root else {"type": "directory"}
        self.file = root.rpartition("/")[2] if found.get("type") == "file" else None
        self._named, self._root = root, root if self.file is None else root.rpartition("/")[0]

    @property
    def source(self) -> str:
        """The URL as the catalog spells it."""
        return f"{self.namespace.rstrip('/')}{'://' if self._bare else '/'}{self._named}".rstrip("/")

    def name(self, path: str) -> str:
        """The key."""
        key = "/".join(part for part in (self._root, path) if part) or "/"
        return f"/{key.lstrip('/')}" if self._bare else key

    def uri(self, path: str) -> str:
        """The URL."""
        key = "/".join(part for part in (self._root, path) if part)
        return f"memory://{key}" if self._bare else f"{self.namespace}/{key}"

    def entries(self, most: int) -> Iterator[Entry | Unread]:
        """A folder at a time, by name."""
        if self.file is not None:
            yield from alone(self, self.file)
            return
        yield from self._below("", 0, [most])

    def read(self, path: str, start: int, length: int) -> bytes:
        """See `stores.Store`."""
        with _errors():
            found: bytes = self._system.cat_file(self._at(path), start=start, end=start + length)
        return found

    def look(self, path: str) -> Entry:
        """See `stores.Store`."""
        with _errors():
            self._system.invalidate_cache()
            info = self._system.info(self._at(path))
        if info.get("type") != "file":
            raise Vanished
        return _entry(path, info)

    def _below(self, prefix: str, depth: int, left: list[int]) -> Iterator[Entry | Unread]:
        try:
            with _errors():
                found = self._system.ls(self._at(prefix), detail=True)
        except (Vanished, Unreadable):
            yield Unread(prefix or ".", "unreadable", "The folder cannot be listed.")
            return
        for info in sorted(found, key=lambda one: str(one["name"])):
            name = str(info["name"]).rstrip("/").rpartition("/")[2]
            if not name or name.startswith(".") or str(info["name"]).rstrip("/") == self._at(prefix).rstrip("/"):
                continue  # the mark of an empty folder
            yield from counted(left)
            if left[0] < 0:
                return
            if info.get("type") == "file":
                yield _entry(f"{prefix}{name}", info)
            elif depth < MAX_DEPTH:
                yield from self._below(f"{prefix}{name}/", depth + 1, left)
            else:
                yield Unread(f"{prefix}{name}", "too-deep", f"Folders more than {MAX_DEPTH} deep are not read.")

    def _at(self, path: str) -> str:
        return self._key("/".join(part for part in (self._root, path.rstrip("/")) if part))

    def _key(self, key: str) -> str:
        """As the library calls it."""
        where = f"{self._scheme}://{self._authority}"
        return str(self._system._strip_protocol(f"{where}/{key}" if self._authority else f"{where}{key}"))


def _checked(url: str) -> tuple[str, str]:
    """Scheme and the rest; raises InvalidRequest where the URL holds what may be a secret."""
    scheme, rest = scheme_of(url) or "", url.partition("://")[2]
    authority, _, path = rest.partition("/")
    if scheme not in SCHEMES or "::" in url:
        known = ", ".join(f"{one}://" for one in SCHEMES if one != "memory")
        raise InvalidRequest("unknown_store", "Files are not read from such URLs.", f"Name a path, or one of {known}.")
    user = authority.rpartition("@")[0]
    if "?" in rest or "#" in rest or ":" in user or (user and not scheme.startswith("abfs")):
        raise InvalidRequest(
            "secret_in_url",
            "The URL has a user, a query or a fragment, where secrets stand; it is not stored and not used.",
            "Give keys as the store's own library takes them: AWS_PROFILE, AWS_ACCESS_KEY_ID, "
            "GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_… in the environment.",
        )
    if scheme != "memory" and not authority:
        raise InvalidRequest("no_bucket", "The URL names no bucket.", f"Write {scheme}://bucket/path.")
    if any(part in (".", "..") for part in path.split("/")):
        raise InvalidRequest("invalid_path", "The URL has . or .. in its path.", "Write the whole path.")
    return scheme, rest


def _system(scheme: str) -> Any:
    """The file system of fsspec, which has no types; it asks the store and no cache of its own."""
    try:
        import fsspec

        options: dict[str, object] = {} if scheme == "memory" else {"use_listings_cache": False}
        return fsspec.filesystem(scheme, **options)
    except ImportError:
        extra = "s3" if SCHEMES[scheme] == "s3fs" else "files"
        raise ExtraMissing(f"Reading {scheme}:// needs {SCHEMES[scheme]}", extra) from None


def _entry(path: str, info: Mapping[str, Any]) -> Entry:
    modified = next((at for key in _MODIFIED if (at := _time(info.get(key))) is not None), None)
    tag = next((str(info[key]).strip('"') for key in _TAGS if info.get(key)), None)
    return Entry(path, int(info.get("size") or 0), modified, tag)


def _time(value: object) -> int | None:
    """Microseconds of what stores say of times."""
    if isinstance(value, datetime):
        at = value if value.tzinfo else value.replace(tzinfo=UTC)
        return round(at.timestamp() * 1_000_000)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return round(value * 1_000_000)
    return parse_time(value) if isinstance(value, str) else None


@contextmanager
def _errors() -> Iterator[None]:
    """Messages of libraries are not passed on: they may hold keys."""
    try:
        yield
    except FileNotFoundError:
        raise Vanished from None
    except _FAILURES as error:
        raise Unreadable("unreadable", f"The store did not give it: {type(error).__name__}.") from None


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        with _errors():
            yield
    except Vanished:
        raise InvalidRequest("no_such_file", f"There is no {url[:200]}.", "Name a file or a folder there.") from None
    except Unreadable as error:
        raise Unavailable(
            "no_store", str(error.args[1]), "See whether it can be reached, and with which rights."
        ) from None
