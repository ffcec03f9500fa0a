"""Of what is said of a format or a system only that which decides whether a template opens it; pure.

Values that differ in anything else, such as tokens that mean no value, have one outline: there are few of them.
"""

from __future__ import annotations

from typing import Final

from headwater_catalog.facets.opening import Connection, Csv, Format, JsonLayout
from headwater_catalog.facets.shape import Sign
from headwater_catalog.names import is_path_store
from headwater_catalog.templates import text
from headwater_catalog.templates.drivers import driver, known
from headwater_catalog.templates.missing import Unknown
from headwater_catalog.templates.opening import EXTENSIONS
from headwater_catalog.templates.reaching import of_namespace

OTHER: Final = "?"
"""A name that no template knows."""
NAMES: Final = frozenset({*EXTENSIONS, *EXTENSIONS.values()})
_LONG: Final = "||"


def of_format(said: Format) -> Format:
    """A format without all that matters to columns alone, and to who reads about it."""
    csv = _csv(said.csv) if said.csv and said.name == "csv" else None
    lines = said.json is not None and said.json.layout == "LINES"
    within = said.json is not None and bool(said.json.records)
    return Format(
        name=of_name(said.name) if said.name else None,
        encoding=_encoding(said.encoding),
        compression=_compression(said),
        csv=csv,
        json=JsonLayout("LINES" if lines else "DOCUMENT", "records" if within else None) if said.json else None,
    )


def of_name(name: str) -> str:
    """A format's name, if a template may know it."""
    return name if name in NAMES else OTHER


def of_connection(said: Connection, secret: str | None = None) -> Connection:
    """Which members a connection has, and its driver. secret: a reference to keep, that of a rule."""
    name = None if said.driver is None else known(said.driver) if driver(said.driver) else OTHER
    host, database = "h" if said.host else None, "/d" if said.database else None
    return Connection(driver=name, host=host, database=database, secret_reference=secret)


def of_space(namespace: str) -> str:
    """A namespace that says as much of the system as this one."""
    own = of_namespace(namespace)
    if own is None:
        return "file" if is_path_store(namespace) else OTHER
    return f"{own.driver}://{'/d' if own.database else 'h' if own.host else ''}"


def _csv(said: Csv) -> Csv:
    """Signs by whether they are one character or several, and whether lines are left out."""
    quote = _sign(said.quote, '"')
    escape = quote if said.escape == said.quote else _sign(said.escape, "\\")
    if escape == quote == _LONG and said.escape != said.quote:
        escape = Sign(_LONG * 2)
    skips = 1 if (said.skip_rows or 0) > 0 else None
    return Csv(_sign(said.delimiter, ","), quote, escape, skip_rows=skips, comment="#" if said.comment else None)


def _sign(said: str | None, short: str) -> Sign | None:
    return None if said is None else Sign(short if len(said) == 1 else _LONG)


def _encoding(said: str | None) -> str:
    try:
        return "utf-8" if text.text(Format(encoding=said)).encoding == "utf-8-sig" else "latin-1"
    except Unknown:
        return OTHER


def _compression(said: Format) -> str | None:
    try:
        return text.compression(said)
    except Unknown:
        return OTHER
