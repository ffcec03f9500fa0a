"""Work on schemas and contracts grows with their columns: of twice as many at most two and a half times as long."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from headwater_catalog.contracts import breaches
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.shape import read
from headwater_catalog.schemas.declared import table_of
from headwater_catalog.schemas.diff import compare, compare_all
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Column, Table
from headwater_catalog.schemas.types import read_type

MOST = 2.5
COLUMNS = 1_000
"""So many that quadratic work would outweigh all else."""


def table(prefix: str, count: int) -> Table:
    return Table("t", tuple(Column(f"{prefix}{place}", read_type("text")) for place in range(count)))


def renamed(count: int) -> Callable[[], object]:
    old, new = table("a", count), table("b", count)
    return lambda: compare(old, new)


def checked(count: int) -> Callable[[], object]:
    properties = [{"name": f"c{place}", "logicalType": "string"} for place in range(count)]
    part = read(Contract, {"id": "x", "schemaObject": {"name": "t", "properties": properties}, "shared": {}})
    state = breaches.State(table("c", count))
    assert part is not None
    return lambda: breaches.check(part, state)


def keyed(count: int) -> Callable[[], object]:
    sides = [
        Table("t", (), tuple(Key(KeyKind.UNIQUE, (f"{prefix}{place}",)) for place in range(count))) for prefix in "ab"
    ]
    return lambda: compare_all(*sides)


def declared(count: int) -> Callable[[], object]:
    fields = [{"name": f"c{place}", "type": "struct<a:int,b:string>"} for place in range(count)]
    return lambda: table_of("t", fields, dialect="spark")


def seconds(work: Callable[[], object]) -> float:
    """Of this process alone, without the collector of cycles, the least of three: others compute here too."""

    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    gc.collect()
    gc.disable()
    try:
        return min(once() for _ in range(3))
    finally:
        gc.enable()


@pytest.mark.parametrize("made", [renamed, checked, keyed, declared], ids=lambda made: made.__name__)
def test_twice_the_columns_take_at_most_two_and_a_half_times_as_long(
    made: Callable[[int], Callable[[], object]],
) -> None:
    """Asked up to five times, since others compute here too: quadratic work takes four times as long each time."""
    assert any(seconds(made(2 * COLUMNS)) / seconds(made(COLUMNS)) <= MOST for _ in range(5))


def test_a_type_is_read_once() -> None:
    texts = [f"decimal({place},2)" for place in range(3, 38)]
    first = seconds_of_one(texts)
    again = seconds_of_one(texts)
    assert again < first / 3


def seconds_of_one(texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        read_type(text, "exasol")
    return time.process_time() - start
