"""Datasets and jobs as people write them on a command line or in a program: as selectors print them, or paths."""

from __future__ import annotations

import os
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import (
    DEFAULT_PORTS,
    OBJECT_STORES,
    PATH_STORES,
    SCHEMES,
    dataset_name,
    text,
)
from headwater_catalog.secret_patterns import redact_string

Name = tuple[str, str]
Dataset = str | os.PathLike[str] | Name
"""A reference, a path, or namespace and name apart."""

EXPLICIT: Final = "dataset:"
_BARE: Final = ("arn:", "bigquery/", "file/", "file:/")
"""How references without `://` begin; whatever else begins otherwise is a path, whether it exists or not."""

_PATHS: Final = ("/", "./", "../", "~")

_CONTAINERS: Final = frozenset({"abfss", "wasbs"})
"""Schemes of `container@account`, where what stands before the @ is no user."""


def dataset(said: Dataset) -> Name:
    """Canonical namespace and name; raises InvalidRequest.

    `scheme://authority/name` is split after the authority; `dataset:namespace/name` at its first slash, after the
    authority where it has one; `file/x` is the name `x` of the namespace `file`, as selectors print it; all else is a
    path of this machine: namespace `file`, the absolute path. A user and password in an authority are left out: they
    are no part of a name.
    """
    if isinstance(said, tuple):
        namespace, name = map(text, said)
    else:
        reference = text(os.fspath(said))
        namespace, name = _split(reference) if reference else ("", "")
    if not (namespace and name) or "\0" in namespace + name:
        raise InvalidRequest(
            "invalid_dataset",
            f"{_shown(said)!r} names no dataset.",
            "Write postgres://shop:5432/public.orders, s3://lake/orders, dataset:NAMESPACE/NAME or a local path.",
        )
    return dataset_name(namespace, name)


def parted(reference: str) -> Name:
    """Namespace and name, either of them perhaps empty: after the authority of an address, else at the first slash."""
    scheme, separator, rest = reference.partition("://")
    if not separator or "/" in scheme:
        namespace, _, name = reference.partition("/")
        return namespace, name
    authority, _, name = rest.partition("/")
    return f"{scheme}://{authority}", name


def is_path(said: str) -> bool:
    """Whether it can only be a path of this machine, by how it begins."""
    return said.startswith(_PATHS)


def _split(reference: str) -> Name:
    explicit = reference.startswith(EXPLICIT)
    reference = reference.removeprefix(EXPLICIT)
    scheme, separator, rest = reference.partition("://")
    if separator and "/" not in scheme:
        return _of_url(SCHEMES.get(scheme.lower(), scheme.lower()), rest)
    if explicit or reference.startswith(_BARE):
        namespace, name = parted(reference)
        return ("file", _path(name)) if namespace == "file:" else (namespace, name)
    return "file", os.path.abspath(os.path.expanduser(reference))


def _of_url(scheme: str, rest: str) -> Name:
    address, mark, query = rest.partition("?")
    authority, _, name = address.partition("/")
    if scheme not in _CONTAINERS:
        authority = authority.rpartition("@")[2]
    if mark and scheme not in DEFAULT_PORTS:  # of a database's address it says how to connect, not what to read
        name += redact_string(mark + query)
    if scheme == "file" and not authority:
        return "file", _path(name)
    if scheme in PATH_STORES:
        name = name.lstrip("/") or "/" if scheme in OBJECT_STORES else _path(name)
    return f"{scheme}://{authority}", name


def _path(name: str) -> str:
    return "/" + name.strip("/")


def _shown(said: Dataset) -> str:
    return redact_string(str(said))[:200]
