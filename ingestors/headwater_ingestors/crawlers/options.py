"""Options of crawlers, which come as texts from a command line or a settings file."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import text

DEFAULT_NAMESPACE: Final = "default"


def checked(crawler: str, options: Mapping[str, str], known: Collection[str]) -> Mapping[str, str]:
    """The options; raises InvalidRequest for one that the crawler does not have."""
    for name in options:
        if name not in known:
            raise InvalidRequest(
                "unknown_option",
                f"The crawler {crawler} has no option {name[:80]!r}.",
                f"It has: {', '.join(sorted(known))}.",
            )
    return options


def required(crawler: str, options: Mapping[str, str], name: str) -> str:
    """An option that must be given; raises InvalidRequest."""
    value = text(options.get(name, ""))
    if not value:
        raise InvalidRequest("missing_option", f"The crawler {crawler} needs {name}.", f"Give it as --{name}.")
    return value


def job_namespace(options: Mapping[str, str]) -> str:
    """The namespace of the jobs that a crawler tells of."""
    return text(options.get("job-namespace") or os.environ.get("OPENLINEAGE_NAMESPACE") or "") or DEFAULT_NAMESPACE


def namespace(options: Mapping[str, str]) -> str | None:
    """The namespace of tables, without the user and password that an address may hold; None where it is not said."""
    said = text(options.get("namespace", ""))
    scheme, separator, rest = said.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}" or None
