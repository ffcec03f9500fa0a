"""Bodies over real HTTP: packed in every way that clients pack, chunked, too large, and not what they say."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest
import zstandard
from doubles import LogOnly
from running import running
from samples import event, raw

from headwater_catalog.canonical import hash_of
from headwater_catalog.database.engine import Database
from headwater_web.settings import Settings
from headwater_web.unpacking import MOST_MEMBERS, SPOKEN

LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
PROBLEM = "application/problem+json"


PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
    "GZIP": gzip.compress,
    "identity, gzip": gzip.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
def test_packed_bodies_are_unpacked(http: httpx.Client, encoding: str) -> None:
    answer = http.post(LINEAGE, content=PACKERS[encoding](raw()), headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["event"]) == (201, hash_of(event()).hex())


def test_members_and_bare_deflate_are_unpacked_too(http: httpx.Client) -> None:
    members = gzip.compress(raw()[:50]) + gzip.compress(raw()[50:])
    bare = zlib.compressobj(wbits=-15)
    for encoding, body in (("gzip", members), ("deflate", bare.compress(raw()) + bare.flush())):
        assert http.post(LINEAGE, content=body, headers={"Content-Encoding": encoding}).status_code == 201


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_a_decompression_bomb_is_too_large(http: httpx.Client, encoding: str) -> None:
    bomb = PACKERS[encoding](b" " * (200 * 2**20))
    assert len(bomb) < 2**20
    answer = http.post(LINEAGE, content=bomb, headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [("gzip", b"plain", 400), ("gzip", gzip.compress(raw())[:-20], 400), ("zstd", b"plain", 400), ("br", b"x", 415)],
    ids=["gzip of nothing", "gzip cut off", "zstd of nothing", "unknown"],  # bytes would hold the time
)
def test_what_cannot_be_unpacked_is_refused(http: httpx.Client, encoding: str, body: bytes, status: int) -> None:
    answer = http.post(LINEAGE, content=body, headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["remedy"]
    assert answer.headers.get("accept-encoding") == (SPOKEN if status == 415 else None)


def test_a_body_of_countless_empty_members_is_refused_at_once(http: httpx.Client) -> None:
    """To copy the rest after each of them would be an hour of work."""
    bomb = gzip.compress(b"") * 500_000
    began = time.monotonic()
    answer = http.post(LINEAGE, content=bomb, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_encoding")
    assert time.monotonic() - began < 5
    few = gzip.compress(b"") * (MOST_MEMBERS - 1) + gzip.compress(raw())
    assert http.post(LINEAGE, content=few, headers={"Content-Encoding": "gzip"}).status_code == 201


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate, gzip", "zstd, gzip, identity"])
def test_a_body_is_packed_once_at_most(http: httpx.Client, encoding: str) -> None:
    answer = http.post(LINEAGE, content=gzip.compress(gzip.compress(raw())), headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (415, "several_encodings")
    assert answer.json()["remedy"]
    assert answer.headers["accept-encoding"] == SPOKEN


def test_a_chunked_body_is_bounded_as_it_streams(http: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(12):
            yield b"x" * 2**20

    answer = http.post(LINEAGE, content=chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


PIECES: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}


@pytest.mark.parametrize("encoding", PIECES)
def test_a_chunked_body_is_read_however_it_is_cut(http: httpx.Client, encoding: str) -> None:
    packed = PIECES[encoding](raw())
    headers = {"Content-Encoding": encoding} if encoding else {}
    for size in (1, 7, len(packed)):
        pieces = (packed[at : at + size] for at in range(0, len(packed), size))
        answer = http.post(LINEAGE, content=pieces, headers=headers)
        assert (answer.status_code, answer.json()["event"]) == (201, hash_of(event()).hex())
        assert answer.request.headers["transfer-encoding"] == "chunked"


def test_a_chunked_bomb_is_too_large_although_it_does_not_end(http: httpx.Client) -> None:
    bomb = gzip.compress(b" " * (200 * 2**20))[:-10]
    pieces = (bomb[at : at + 1000] for at in range(0, len(bomb), 1000))
    answer = http.post(LINEAGE, content=pieces, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_batch_may_be_packed_too(http: httpx.Client) -> None:
    lines = b"\n".join(raw(number) for number in range(300))
    answer = http.post(BATCH, content=zstandard.compress(lines), headers={"Content-Encoding": "zstd"})
    assert answer.json()["accepted"] == 300


def test_bodies_that_together_are_too_large_are_sent_away(fresh_database: str, fake: LogOnly) -> None:
    database = Database.from_url(fresh_database)
    with running(database, [fake], Settings(max_body_bytes=2**20)) as address:
        refused = httpx.post(address + LINEAGE, content=b"x" * 2**21)
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        assert httpx.post(address + LINEAGE, content=raw()).status_code == 201
