"""JSON: records a line, or one document of a list, an object, or an object that holds the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson

from headwater_catalog.facets.opening import JsonLayout
from headwater_ingestors.crawlers.files.content import Columns
from headwater_ingestors.crawlers.files.duck import Duck
from headwater_ingestors.crawlers.files.kinds import ANY, TEXT, UNKNOWN, Kind, array, decimal, struct
from headwater_ingestors.crawlers.files.limits import MAX_COLUMNS
from headwater_ingestors.crawlers.files.stores import Unreadable

LINES, DOCUMENT = "LINES", "DOCUMENT"
_LOOKED_INTO: Final = 3
"""Objects within each other in which the list of records is looked for."""
_CUTS: Final = 50
_NAMES: Final = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", '"NULL"': "NULL"}


class Records(NamedTuple):
    """A sample as records."""

    json: JsonLayout
    columns: Columns
    rows: int


def read_json(duck: Duck, text: str, whole: bool, suffix: str) -> Records:
    """The records of a sample. Raises Unreadable."""
    head = text.lstrip()[:1]
    if head == "{":
        lines = _lines(text, whole)
        if lines and (len(lines) > 1 or suffix != ".json"):
            duck.hold("\n".join(lines))
            return Records(JsonLayout(LINES), _columns(duck, "newline_delimited"), len(lines))
    document = _document(text, whole)
    where, records = _found(document)
    duck.hold(orjson.dumps(records).decode())
    return Records(JsonLayout(DOCUMENT, where), _columns(duck, "array"), len(records))


def _lines(text: str, whole: bool) -> list[str]:
    """The lines of a text that are objects each; none if one is not."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not whole and lines:
        lines.pop()
    try:
        return lines if all(isinstance(orjson.loads(line), dict) for line in lines) else []
    except orjson.JSONDecodeError:
        return []


def _document(text: str, whole: bool) -> Any:
    """The document; of a list that is cut off the records that are whole."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        if whole:
            raise Unreadable("no-json", "It looks like JSON, and is none.") from None
    for cut in _cuts(text) if text.lstrip().startswith("[") else ():
        try:
            return orjson.loads(f"{cut}]")
        except orjson.JSONDecodeError:
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
    lists = list(_lists(document, (), _LOOKED_INTO))
    return (".".join(lists[0][0]), lists[0][1]) if len(lists) == 1 else (None, [document])


def _lists(value: dict[str, Any], path: tuple[str, ...], deep: int) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    for name, inner in value.items():
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            yield (*path, name), inner
        elif isinstance(inner, dict) and deep > 1:
            yield from _lists(inner, (*path, name), deep - 1)


def _columns(duck: Duck, layout: str) -> Columns:
    found = duck.records(layout)
    if len(found) > MAX_COLUMNS:
        raise Unreadable("too-many-columns", f"Its records have more than {MAX_COLUMNS:,} members; they are not told.")
    return tuple((name, _kind(kind)) for name, kind in found)


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
