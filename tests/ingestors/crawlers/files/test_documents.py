"""JSON: lines and documents, nested fields, lists within an object, what is cut off, what is no JSON."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from headwater_ingestors.crawlers.files.documents import Records, read_json
from headwater_ingestors.crawlers.files.duck import Duck
from headwater_ingestors.crawlers.files.kinds import field
from headwater_ingestors.crawlers.files.merging import columns
from headwater_ingestors.crawlers.files.stores import Unreadable


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    with Duck() as held:
        yield held


def types(found: Records) -> dict[str, object]:
    return {name: field(name, kind).type for name, kind in found.columns}


LINES = (
    '{"id": 1, "at": "2026-01-01T10:00:00", "tags": ["x"], "who": {"name": "ann", "age": 7}}\n{"id": 2, "none": null}\n'
)


def test_records_a_line(duck: Duck) -> None:
    found = read_json(duck, LINES, True, ".jsonl")
    assert (found.json.layout, found.json.records, found.rows) == ("LINES", None, 2)
    assert types(found) == {"id": "BIGINT", "at": "TIMESTAMP", "tags": "ARRAY<VARCHAR>", "who": "STRUCT", "none": None}
    assert [part.name for part in field("who", dict(found.columns)["who"]).fields] == ["name", "age"]


@pytest.mark.parametrize(
    ("document", "records", "rows"),
    [
        ([{"a": 1}, {"a": 2}], None, 2),
        ({"data": {"rows": [{"a": 1}, {"a": 2}]}, "next": None}, "data.rows", 2),
        ({"type": "FeatureCollection", "crs": {"a": 1}, "features": [{"a": 1}, {"a": 2}]}, "features", 2),
        ({"a": 1, "b": {"c": 2}}, None, 1),
        ({"a": [{"x": 1}], "b": [{"y": 1}]}, None, 1),
        ({"job": {"name": "x"}, "run": {"runId": "y"}, "inputs": [{"name": "z"}, {"name": "v"}]}, None, 1),
    ],
)
def test_documents(duck: Duck, document: object, records: str | None, rows: int) -> None:
    for text in (orjson.dumps(document).decode(), orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()):
        found = read_json(duck, text, True, ".json")
        assert (found.json.layout, found.json.records, found.rows) == ("DOCUMENT", records, rows)


def test_what_differs_from_record_to_record_is_widened(duck: Duck) -> None:
    assert types(read_json(duck, '{"a": 1}\n{"a": 1.5}\n{"b": true}\n', True, ".jsonl")) == {
        "a": "DOUBLE",
        "b": "BOOLEAN",
    }
    assert types(read_json(duck, '{"a": 1}\n{"a": {"b": 1}}\n', True, ".jsonl")) == {"a": "JSON"}


def test_what_is_always_empty_is_not_known(duck: Duck) -> None:
    empty = read_json(duck, '{"a": [], "b": {}, "c": {"d": []}}\n{"a": []}\n', True, ".jsonl")
    assert types(empty) == {"a": "ARRAY", "b": None, "c": "STRUCT"}
    full = read_json(duck, '{"a": [{"x": 1}], "b": {"y": 2}, "c": {"d": [1]}}\n', True, ".jsonl")
    assert columns([empty.columns, full.columns]) == full.columns


def test_a_sample_of_lines_or_of_a_list_is_read_as_far_as_it_goes(duck: Duck) -> None:
    assert read_json(duck, LINES[:-5], False, ".jsonl").rows == 1
    text = orjson.dumps([{"a": place, "b": {"c": "x"}} for place in range(50)], option=orjson.OPT_INDENT_2).decode()
    found = read_json(duck, text[: len(text) // 2], False, ".json")
    assert types(found) == {"a": "BIGINT", "b": "STRUCT"}
    with pytest.raises(Unreadable) as error:
        read_json(duck, '{"a": {"b": 1', False, ".json")
    assert error.value.args[0] == "too-large"


@pytest.mark.parametrize("text", ["{", "[1, 2]", '"x"', "{}", "[]", "[{}, 1]", "nul", "[" * 5_000 + "]" * 5_000])
def test_what_is_no_json_of_records_is_told(duck: Duck, text: str) -> None:
    with pytest.raises(Unreadable):
        read_json(duck, text, True, ".json")


def test_a_million_members_are_not_told(duck: Duck) -> None:
    text = orjson.dumps({f"m{place}": place for place in range(60_000)}).decode()
    with pytest.raises(Unreadable):
        read_json(duck, text, True, ".json")
