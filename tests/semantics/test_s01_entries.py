"""SEMANTICS §1: entries and canonical JSON."""

from __future__ import annotations

import json

import pytest
from projected import Catalog
from telling import SECOND, facet_hash, micros, run, state

from headwater_catalog.canonical import canonical, hash_of, read_json
from headwater_catalog.errors import Refused


def refusal(raw: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_json(raw)
    return caught.value.code


def test_s01_1_one_element_of_a_batch_is_one_entry_whatever_its_neighbours_are(catalog: Catalog) -> None:
    good, bad = json.dumps(run(1, "10:00")).encode(), b'{"run": {}}'
    assert catalog.ingest([(bad, SECOND), (good, SECOND), (bad, SECOND)]) == ["accepted"]
    assert catalog.document()["events"][0] == 1


def test_s01_2_reading_is_strict_about_utf8_and_json_and_lenient_about_marks_and_odd_numbers() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert refusal(b'"\xff"') == "not-json"
    assert refusal(b"{'a': 1}") == "not-json"
    assert canonical(read_json(b"[NaN, Infinity, -Infinity]")) == b"[NaN,Infinity,-Infinity]"
    assert read_json(b"[" * 127 + b"1" + b"]" * 127) is not None
    assert refusal(b"[" * 128 + b"1" + b"]" * 128) == "too-deep"


@pytest.mark.parametrize(
    ("token", "read"),
    [
        ("-0", "0"),
        ("1.0", "1.0"),
        ("1", "1"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-9223372036854775809", "-9.223372036854776e+18"),
        ("1e400", "Infinity"),
        ("-1e400", "-Infinity"),
    ],
)
def test_s01_3_numbers_are_integers_of_64_bits_or_doubles(token: str, read: str) -> None:
    assert canonical(read_json(token.encode())).decode() == read


def test_s01_4_strings_lose_what_no_database_holds_and_of_equal_keys_the_last_counts() -> None:
    assert read_json(rb'["\ud800", "\u0000", "a\udc00b"]') == ["�", "�", "a�b"]
    assert read_json(rb'{"\u0000": 1}') == {"�": 1}
    assert read_json('["é", "é"]'.encode()) == ["é", "é"]  # not normalised: two spellings stay two
    assert read_json(b'{"a": 1, "a": 2}') == {"a": 2}


def test_s01_5_canonical_json_has_one_spelling() -> None:
    value = {"b": 1e16, "a": 'ü\n\x1f"\\/', "": [1.0, 1, True, None]}
    assert canonical(value).decode() == '{"":[1.0,1,true,null],"a":"ü\\n\\u001f\\"\\\\/","b":1e+16}'
    assert hash_of({}).hex() == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_s01_6_an_event_is_one_however_it_is_spelled_and_was_received_when_it_came_first(catalog: Catalog) -> None:
    event = run(1, "10:00", writes=["orders"])
    other = json.dumps(dict(reversed(event.items())), indent=3).encode()
    late, early = micros("12:00"), micros("11:00")
    assert catalog.ingest([(json.dumps(event).encode(), late), (other, early)], 1) == ["accepted", "duplicate"]
    assert catalog.connection.execute("select received from core.event").fetchall() == [(early,)]
    assert catalog.connection.execute("select count(*) from core.entry").fetchone() == (2,)  # the log keeps both
    assert catalog.document()["events"][0] == 1


def test_s01_7_null_is_absent_around_facets_and_a_value_inside_them(catalog: Catalog) -> None:
    odd = {"eventType": None, "inputs": None, "dataset": None}
    found = state(catalog, {**run(1, "10:00", kind=None, mine={"a": None}, gone=None), **odd})
    assert found.run_facets() == {"mine": facet_hash({"a": None})}
    assert found.run()["state"] == "UNKNOWN"


def test_s01_8_texts_are_trimmed_and_empty_ones_are_absent(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", writes=["  orders\n", "   ", ""]))
    assert found.datasets == ["orders"]
