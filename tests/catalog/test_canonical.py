"""Reading, canonical spelling and hash agree with the reference model, byte for byte."""

import json
import math
import random
import struct

import oracle
import pytest
from documents import nested, spellings, values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headwater_catalog.canonical import canonical, hash_of, read_json
from headwater_catalog.errors import Refused

raws = (
    spellings.map(str.encode)
    | nested().map(str.encode)
    | values.map(lambda value: json.dumps(value).encode())
    | values.map(lambda value: json.dumps(value, ensure_ascii=False, indent=1).encode())
    | st.binary(max_size=20)
)
raws |= raws.map(lambda raw: b"\xef\xbb\xbf" + raw)


def reference(raw: bytes) -> tuple[str, str]:
    try:
        value = oracle.events.read_json(raw)
    except oracle.events.Refused as reason:
        return "refused", str(reason)
    return oracle.events.canonical(value), oracle.events.sha(value)


def ours(raw: bytes) -> tuple[str, str]:
    try:
        value = read_json(raw)
    except Refused as refused:
        return "refused", refused.code
    return canonical(value).decode(), hash_of(value).hex()


@oracle.needs_oracle
@given(raws)
@example(b"\xef\xbb\xbf\xef\xbb\xbf1")
@example(b'{"\\u0000":1,"\\ufffd":2,"\\u0000":3}')
@example(b'{"a":{"b":1e-7},"c":null}')
@example(b"[" * 128 + b"]" * 128)
@example(b"[" * 128 + b"1" + b"]" * 128)
@example(b"[" * 129 + b"]" * 129)
@example(b"[" * 600 + b"]" * 600)
@example(b"[" * 30_000 + b"]" * 30_000)
def test_same_as_the_reference(raw: bytes) -> None:
    assert ours(raw) == reference(raw)


@oracle.needs_oracle
@pytest.mark.deep
@settings(max_examples=20_000, deadline=None)  # a busy machine is no wrong answer
@given(raws)
def test_same_as_the_reference_often(raw: bytes) -> None:
    assert ours(raw) == reference(raw)


@oracle.needs_oracle
@oracle.needs_corpus
def test_same_as_the_reference_on_the_corpus() -> None:
    raws = [path.read_bytes() for path in oracle.corpus_files()] + oracle.corpus_entries()
    assert len(raws) > 500
    for raw in raws:
        assert ours(raw) == reference(raw)


@given(values)
def test_canonical_is_a_fixed_point(value: object) -> None:
    once = canonical(read_json(canonical(value)))  # integers beyond 64 bits have become doubles
    assert canonical(read_json(once)) == once


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers()))
def test_keys_stand_in_the_order_of_their_code_points(value: dict[str, int]) -> None:
    assert list(json.loads(canonical(value))) == sorted(value)


def test_a_part_is_spelled_as_within_the_whole() -> None:
    whole = {"b": [1.0, 1e-7, None, math.nan], "a": {"z": -0.0, "y": math.inf}}
    assert canonical(whole) == b'{"a":' + canonical(whole["a"]) + b',"b":' + canonical(whole["b"]) + b"}"
    assert canonical(whole) == b'{"a":{"y":Infinity,"z":-0.0},"b":[1.0,1e-07,null,NaN]}'


def test_what_is_no_json_value_but_has_a_spelling() -> None:
    assert canonical(("a", 2**70, ("b",))) == b'["a",1180591620717411303424,["b"]]'
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")


def doubles(seed: int, count: int) -> list[float]:
    rng = random.Random(seed)
    bits = [struct.unpack("d", rng.randbytes(8))[0] for _ in range(count)]
    return bits + [rng.lognormvariate(0, 12) * rng.choice([1, -1]) for _ in range(count)]


def check_doubles(seed: int, count: int) -> None:
    for number in doubles(seed, count):
        assert canonical([number]) == b"[" + json.dumps(number).encode() + b"]"
        if math.isfinite(number):
            assert read_json(repr(number).encode()) == number


def test_doubles_are_spelled_as_python_spells_them() -> None:
    check_doubles(1, 5_000)


@pytest.mark.deep
def test_a_million_doubles() -> None:
    check_doubles(2, 500_000)


@pytest.mark.parametrize("raw", [b"", b"\xff", b'"\xed\xa0\x80"', b"{", b"[1] x", b"\xff\xfe1\x00", b"nan"])
def test_not_json(raw: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_json(raw)
    assert refusal.value.code == "not-json"
    assert refusal.value.sentence.endswith(".")
    assert refusal.value.remedy.endswith(".")
