"""Hundreds of kinds of entries that cannot be taken up: no fault of ours, no harm beside them, listed and replayed."""

from __future__ import annotations

import decimal
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import psycopg
import pytest
from commands import headwater, told
from poison_kinds import POISON
from psycopg import errors as pg
from running import running
from samples import event, raw

from headwater_catalog.database.engine import Database
from headwater_catalog.door.refusing import KEPT_OF_REJECTED
from headwater_catalog.facts import Entry, Event
from headwater_ingestors.openlineage.translator import OpenLineageTranslator
from headwater_web import composition

LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
LINES = {"Content-Type": "application/x-ndjson"}
TOO_LARGE_TO_KEEP = {kind for kind, body in POISON.items() if len(body) > KEPT_OF_REJECTED}
REPLAY = """mutation ($all: Boolean! = false, $entries: [ID!], $after: String) {
  replay(all: $all, entries: $entries, after: $after) { next outcomes { id was state code sentence remedy place } } }"""
pytestmark = pytest.mark.xdist_group("poison")


def send_beside_others(http: httpx.Client, entries: Sequence[bytes]) -> list[dict[str, Any]]:
    """In batches, each entry between two good ones, which must be accepted; gives the ends of the entries."""
    ends: list[dict[str, Any]] = []
    numbers = itertools.count()
    for start in range(0, len(entries), 50):
        lines = [body for one in entries[start : start + 50] for body in (raw(next(numbers)), one, raw(next(numbers)))]
        answer = http.post(BATCH, content=b"\n".join(lines), headers=LINES)
        assert answer.status_code == 200, answer.text[:2000]
        results = answer.json()["results"]
        assert len(results) == len(lines)
        assert {one["state"] for one in results[0::3] + results[2::3]} == {"accepted"}
        ends += results[1::3]
    return ends


def replayed(http: httpx.Client, **which: Any) -> dict[str, dict[str, Any]]:
    """What became of each, by its id."""
    found: dict[str, dict[str, Any]] = {}
    after = None
    while True:
        said = http.post("/graphql", json={"query": REPLAY, "variables": {**which, "after": after}}).json()
        assert "errors" not in said, said
        found |= {one["id"]: one for one in said["data"]["replay"]["outcomes"]}
        after = said["data"]["replay"]["next"]
        if after is None:
            return found


def test_no_kind_of_poison_is_a_fault_of_ours_nor_harms_its_neighbours(
    http: httpx.Client, database: Database, fresh_database: str
) -> None:
    assert len(POISON) >= 300
    ends = dict(zip(POISON, send_beside_others(http, list(POISON.values())), strict=True))
    wrong = {kind: end for kind, end in ends.items() if end["state"] != "rejected"}
    assert not wrong
    assert all(end["code"] and end["sentence"] and end["remedy"] for end in ends.values())
    for kind, body in POISON.items():
        alone = http.post(LINEAGE, content=body)
        assert 400 <= alone.status_code < 500, (kind, alone.text)
        assert alone.json()["code"] == ends[kind]["code"], kind

    listed = {one["id"]: one for one in told(fresh_database, "entries", "list", "--first", "1000")["entries"]}
    assert set(listed) == {end["entry"] for end in ends.values()}
    assert len(listed) >= 300
    assert sum(one["times"] for one in listed.values()) == 2 * len(POISON)
    in_part = {kind for kind, end in ends.items() if not listed[end["entry"]]["replayable"]}
    assert in_part == TOO_LARGE_TO_KEEP
    assert len(in_part) < 20, "nearly all are whole"

    before = http.get("/api/v1/digest").json()
    for outcomes in (replayed(http, all=True), replayed(http, entries=list(listed))):
        assert set(outcomes) == set(listed)
        for kind, end in ends.items():
            said = outcomes[end["entry"]]
            wanted = ("NOT_WHOLE", "not_whole") if kind in TOO_LARGE_TO_KEEP else ("REJECTED", end["code"])
            assert (said["state"], said["code"]) == wanted, kind
            assert said["sentence"]
            assert said["remedy"]
    code, out = headwater(fresh_database, "entries", "replay", "--all", "--json")
    assert (code, json.loads(out)["replayed"]) == (1, len(listed)), "what is still wrong stays out, and is told"
    assert http.get("/api/v1/digest").json() == before
    after = {one["id"]: one for one in told(fresh_database, "entries", "list", "--first", "1000")["entries"]}
    assert after == listed, "a replay is no further receipt"
    print(f"{len(POISON)} kinds of poison, {len(listed) - len(in_part)} of them kept whole")


def _unicode() -> Exception:
    try:
        "\ud800".encode()
    except UnicodeEncodeError as error:
        return error
    raise AssertionError


FAULTS: dict[str, Callable[[], Exception]] = {
    **{
        one.__name__: lambda one=one: one("cannot swallow this")  # type: ignore[misc]
        for one in (
            *(ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, FloatingPointError, ImportError),
            *(IndexError, KeyError, LookupError, MemoryError, NameError, NotImplementedError, OSError, OverflowError),
            *(RecursionError, ReferenceError, RuntimeError, StopIteration, SyntaxError, SystemError, TimeoutError),
            *(TypeError, ValueError, ZeroDivisionError, decimal.InvalidOperation, re.error),
            *(pg.NumericValueOutOfRange, pg.UntranslatableCharacter, pg.StringDataRightTruncation, pg.UniqueViolation),
            *(pg.ProgramLimitExceeded, pg.CheckViolation, pg.ForeignKeyViolation, pg.NotNullViolation, pg.SyntaxError),
            *(pg.InvalidTextRepresentation, pg.DivisionByZero, pg.CardinalityViolation, pg.UndefinedColumn),
        )
    },
    "JSONDecodeError": lambda: json.JSONDecodeError("cannot swallow this", "{", 0),
    "UnicodeEncodeError": _unicode,
    "without a word": RuntimeError,
    "with a secret": lambda: RuntimeError("cannot reach postgres://u:hunter2hunter2@db/x"),
    "with a NUL": lambda: RuntimeError("a\0b"),
    "very long": lambda: RuntimeError("x" * 1_000_000),
}


class Failing(OpenLineageTranslator):
    """Fails on purpose as long as it is ill: in reading or, after it has written all of it, in projecting."""

    def __init__(self) -> None:
        super().__init__()
        self.ill = True

    def translate(self, document: object, received: int) -> Event:
        self._fail(json.dumps(document).encode(), b"reading")
        return super().translate(document, received)

    def apply(self, connection: psycopg.Connection[Any], batch: Sequence[tuple[Entry, Event]]) -> Sequence[str]:
        states = super().apply(connection, batch)
        for entry, _ in batch:
            self._fail(entry.body, b"projecting")
        return states

    def _fail(self, body: bytes, stage: bytes) -> None:
        match = re.search(rb"fails in %b: ([^\"]+)" % stage, body)
        if match and self.ill:
            raise FAULTS[match[1].decode()]()


def test_what_we_fail_with_is_parked_with_the_place_and_taken_up_when_the_cause_is_gone(fresh_database: str) -> None:
    database, failing = Database.from_url(fresh_database), Failing()
    kinds = [f"fails in {stage}: {fault}" for fault in FAULTS for stage in ("reading", "projecting")]
    bodies = [
        json.dumps(event(5_000 + number, producer=kind, job={"namespace": "poison", "name": kind})).encode()
        for number, kind in enumerate(kinds)
    ]
    with (
        running(database, [failing]) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=120) as http,
    ):
        ends = send_beside_others(http, bodies)
        assert Counter(end["state"] for end in ends) == {"parked": len(kinds)}
        for body in bodies:
            alone = http.post(LINEAGE, content=body)
            assert (alone.status_code, alone.json()["state"]) == (201, "parked")
        asked = told(fresh_database, "entries", "list", "--parked", "--first", "1000")
        listed = {one["id"]: one for one in asked["entries"]}
        assert set(listed) == {end["entry"] for end in ends}
        for one in listed.values():
            assert re.match(
                r"headwater_\w+/[\w/]+\.py:\d+ in \w+, raised by test_poison_entries\.py:\d+ in ", one["place"]
            )
            assert one["code"]
            assert one["remedy"]
            assert len(one["sentence"]) < 10_000
        assert b"hunter2hunter2" not in json.dumps(asked).encode()
        assert stations(http) == 0

        still = replayed(http, all=True)
        assert Counter(one["state"] for one in still.values()) == {"PARKED": len(kinds)}
        assert all(one["place"] for one in still.values())
        failing.ill = False
        assert Counter(one["state"] for one in replayed(http, all=True).values()) == {"ACCEPTED": len(kinds)}
        assert told(fresh_database, "entries", "list") == {"reasons": [], "entries": []}
        assert stations(http) == len(kinds)
        live = http.get("/api/v1/digest").json()
        with database.connect() as connection:
            composition.rebuild(connection, lambda *_: None)
        assert http.get("/api/v1/digest").json() == live
    print(f"{len(kinds)} kinds of faults of ours, all parked, all taken up afterwards")


def stations(http: httpx.Client) -> int:
    """Jobs of the poisoned that are in the catalog."""
    query = "{ jobs(first: 500) { nodes { namespace } } }"
    nodes = http.post("/graphql", json={"query": query}).json()["data"]["jobs"]["nodes"]
    return sum(node["namespace"] == "poison" for node in nodes)


def test_a_persons_edit_that_is_refused_is_told_and_not_kept(http: httpx.Client, fresh_database: str) -> None:
    """As an entry it is kept, since nobody may have seen the answer."""
    change = {"assign": {"node": ["dataset", "demo", "none"], "term": "no iri"}}
    said = http.post("/api/v1/edits", json={"changes": [change]}).json()
    assert said["outcomes"][0]["status"] == "INVALID"
    assert told(fresh_database, "entries", "list")["entries"] == []
    edit = {"headwater": "edit", "author": "ann", "nonce": "n", "time": "2024-05-01T10:00:00Z", "changes": [change]}
    end = http.post(LINEAGE, json=edit).json()
    kept = told(fresh_database, "entries", "list")["entries"]
    assert [(one["id"], one["code"], one["replayable"]) for one in kept] == [(end["entry"], end["code"], True)]
