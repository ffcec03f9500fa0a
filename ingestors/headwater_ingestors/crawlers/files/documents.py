"""JSON: records a line, or one document of a list, an object, or an object that holds the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, NoReturn

from headwater_catalog.facets.opening import JsonLayout
from headwater_ingestors.crawlers.files.content import Columns
from headwater_ingestors.crawlers.files.duck import Duck
from headwater_ingestors.crawlers.files.kinds import ANY, TEXT, UNKNOWN, Kind, array, decimal, struct
from headwater_ingestors.crawlers.files.limits import MAX_COLUMNS
from headwater_ingestors.crawlers.files.stores import Unreadable

LINES, DOCUMENT = "LINES", "DOCUMENT"
_LOOKED_INTO: Final = 3
"""Objects within each other in which the list of records is looked for."""
_MOST_BESIDE: Final = 8
_CUTS: Final = 50
_NAMES: Final = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", '"NULL"': "NULL"}


class Records(NamedTuple):
    """A sample as records."""

    json: JsonLayout
    columns: Columns
    rows: int


def read_json(duck: Duck, text: str, whole: bool, suffix: str) -> Records:
    """The records of a sample. Raises Unreadable."""
    try:
        return _read(duck, text, whole, suffix)
    except RecursionError:
        raise Unreadable("no-json", "Its values are nested deeper than is read.") from None


def _read(duck: Duck, text: str, whole: bool, suffix: str) -> Records:
    head = text.lstrip()[:1]
    if head == "{":
        lines = _lines(text, whole)
        if lines and (len(lines) > 1 or suffix != ".json"):
            duck.hold(json.dumps(lines))
            return Records(JsonLayout(LINES), _columns(duck, lines), len(lines))
    document = _document(text, whole)
    where, records = _found(document)
    duck.hold(json.dumps(records))
    return Records(JsonLayout(DOCUMENT, where), _columns(duck, records), len(records))


def _lines(text: str, whole: bool) -> list[dict[str, Any]]:
    """The records of a text, one a line; none if a line is none."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not whole and lines:
        lines.pop()
    try:
        records = [_loaded(line) for line in lines]
        return records if all(isinstance(one, dict) for one in records) else []
    except ValueError:
        return []


def _loaded(text: str) -> Any:
    """As it is written: whole numbers of any size stay whole, as with no faster reader. Raises ValueError."""
    return json.loads(text, parse_constant=_no_number)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _document(text: str, whole: bool) -> Any:
    """The document; of a list that is cut off the records that are whole."""
    try:
        return _loaded(text)
    except ValueError:
        if whole:
            raise Unreadable("no-json", "It looks like JSON, and is none.") from None
    for cut in _cuts(text) if text.lstrip().startswith("[") else ():
        try:
            return _loaded(f"{cut}]")
        except ValueError:
            continue
    raise Unreadable("too-large", "It is one JSON document, of which only a part is read; see --sample-bytes.")


def _cuts(text: str) -> Iterator[str]:
    """What stands before the last commas."""
    at = len(text)
    for _ in range(_CUTS):
        at = text.rfind("}", 0, at)
        if at < 0:
            return
        yield text[: at + 1]


def _found(document: Any) -> tuple[str | None, list[dict[str, Any]]]:
    """Where the records stand, and they; a document that is no list is a record itself."""
    if isinstance(document, list):
        if document and all(isinstance(one, dict) for one in document):
            return None, document
        raise Unreadable("no-records", "It is a JSON list of other things than records.")
    if not isinstance(document, dict) or not document:
        raise Unreadable("no-records", "It is JSON without records.")
    return _enveloped(document) or (None, [document])


def _enveloped(document: dict[str, Any]) -> tuple[str, list[dict[str, Any]]] | None:
    """The list of records of an object that is but an envelope: beside it there are few members, and those plain."""
    path: list[str] = []
    value: Any = document
    while isinstance(value, dict) and len(path) < _LOOKED_INTO:
        nested = [name for name, inner in value.items() if isinstance(inner, (dict, list))]
        if value.get("type") == "FeatureCollection" and "features" in nested:
            nested = ["features"]
        if len(nested) != 1 or len(value) > _MOST_BESIDE:
            return None
        path.append(nested[0])
        value = value[nested[0]]
    listed = value if isinstance(value, list) else []
    records = [one for one in listed if isinstance(one, dict)]
    return (".".join(path), records) if listed and len(records) == len(listed) else None


def _columns(duck: Duck, records: list[dict[str, Any]]) -> Columns:
    found = duck.records()
    if len(found) > MAX_COLUMNS:
        raise Unreadable("too-many-columns", f"Its records have more than {MAX_COLUMNS:,} members; they are not told.")
    return tuple((name, _seen(_kind(kind), [one.get(name) for one in records])) for name, kind in found)


def _seen(kind: Kind, values: list[Any]) -> Kind:
    """The type without what DuckDB says of values that were not there: lists and objects that are always empty.

    Whole numbers beyond 64 bits are no floating ones, which would make two of them one.
    """
    whole = [value for value in values if isinstance(value, int)] if kind.name == "DOUBLE" else []
    if whole and len(whole) == sum(value is not None for value in values):
        return decimal(38, 0) if max(map(abs, whole)) < 10**38 else TEXT
    if kind.name in ("JSON", "MAP") and not any(value not in (None, [], {}) for value in values):
        return UNKNOWN
    if kind.name == "STRUCT":
        objects = [value for value in values if isinstance(value, dict)]
        return struct(tuple((name, _seen(part, [one.get(name) for one in objects])) for name, part in kind.parts))
    if kind.name == "ARRAY":
        return array(_seen(kind.parts[0][1], [one for value in values if isinstance(value, list) for one in value]))
    return kind


def _kind(kind: Any) -> Kind:
    """A type of DuckDB's, which has no types of its own in Python."""
    name = str(kind.id)
    if name == "struct":
        return struct(tuple((part, _kind(inner)) for part, inner in kind.children))
    if name == "list":
        return array(_kind(kind.children[0][1]))
    if name == "map":
        return Kind("MAP", tuple((part, _kind(inner)) for part, inner in kind.children))
    if name == "decimal":
        return decimal(*(int(bound) for _, bound in kind.children))
    text = _NAMES.get(str(kind), str(kind))
    if text == "HUGEINT":
        return decimal(38, 0)
    return {"NULL": UNKNOWN, "JSON": ANY, "UUID": TEXT}.get(text, Kind(text))
