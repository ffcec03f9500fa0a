"""A schedule's file: what it may say, what is refused and how, and that no secret is kept or shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.schedule import Crawl
from headwater_web.crawls.file import BadSchedule, read, read_file, spelled

GOOD = {"name": "shop", "kind": "postgres", "source": "env:SHOP_URL", "every": "6h"}


def one(**said: Any) -> dict[str, Any]:
    return {"crawls": [{**GOOD, **said}]}


def test_a_file_of_two_with_defaults_and_without(tmp_path: Path) -> None:
    file = tmp_path / "crawls.toml"
    file.write_text(
        'at_once = 3\n[[crawls]]\nname = "shop"\nkind = "postgres"\nsource = "env:SHOP_URL"\nevery = "6h"\n'
        '[[crawls]]\nname = "lake"\nkind = "files"\nsource = "/srv/lake"\noptions = { depth = 3 }\nevery = "5m"\n'
        'timeout = "90s"\nretries = 0\nretry_after = "1m"\n'
    )
    found = read_file(file)
    assert found.at_once == 3
    assert list(found.crawls) == [
        Crawl("shop", "postgres", "env:SHOP_URL", 21_600, 3_600, 5, 30, {}),
        Crawl("lake", "files", "/srv/lake", 300, 90, 0, 60, {"depth": "3"}),
    ]


def test_what_is_crawled_makes_another_crawl_and_how_it_is_tried_again_does_not() -> None:
    def digest(**said: Any) -> str:
        return read(one(**said)).crawls[0].definition

    assert digest() == digest(retries=9, timeout="1m", retry_after="5s")
    others = [digest(source="env:OTHER"), digest(every="1h"), digest(kind="sql"), digest(options={"a": "b"})]
    assert len({digest(), *others}) == 5


@pytest.mark.parametrize(
    ("said", "code", "says"),
    [
        ({}, "invalid_crawls", "[[crawls]]"),
        ({"crawls": [], "cron": 1}, "invalid_crawls", "nothing else"),
        ({"crawls": [1]}, "invalid_crawls", "Crawl 1 is no table"),
        ({"crawls": [GOOD] * 2}, "invalid_crawls", "Several crawls are called shop"),
        ({"crawls": [{**GOOD, "name": f"n{n}"} for n in range(201)]}, "invalid_crawls", "at most 200"),
        ({"crawls": [], "at_once": 0}, "invalid_crawls", "at_once"),
        (one(cron="* * * * *"), "invalid_crawls", "has no cron"),
        (one(name="two words"), "invalid_crawls", "name"),
        (one(name=None), "invalid_crawls", "name"),
        (one(kind="klingon"), "unknown_crawler", "klingon"),
        (one(source=""), "invalid_crawls", "source of crawl shop"),
        (one(source="x" * 2_000), "invalid_crawls", "source of crawl shop"),
        (one(options=["a=b"]), "invalid_crawls", "options of crawl shop"),
        (one(options={"reads": True}), "invalid_crawls", "options of crawl shop"),
        (one(every="often"), "invalid_crawls", "every of crawl shop"),
        (one(every="59s"), "invalid_crawls", "from 1m to 31d"),
        (one(every=60), "invalid_crawls", "every of crawl shop"),
        (one(every="1h", timeout="2h"), "invalid_crawls", "timeout of crawl shop is no time from 1s to 1h"),
        (one(retries=-1), "invalid_crawls", "retries"),
        (one(retry_after="0s"), "invalid_crawls", "retry_after"),
    ],
)
def test_what_is_wrong_is_said(said: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(BadSchedule) as refused:
        read(said)
    assert refused.value.code == code
    assert says in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "said",
    [
        one(source="postgresql://reader:hunter2x@shop/shop"),
        one(options={"password": "hunter2x"}),
        one(options={"namespace": "postgres://reader:hunter2x@shop:5432"}),
        one(options={"header": "Authorization: Bearer hunter2xhunter2xhunter2x"}),
    ],
)
def test_what_looks_like_a_secret_is_refused_and_not_shown(said: dict[str, Any]) -> None:
    with pytest.raises(BadSchedule) as refused:
        read(said)
    assert refused.value.code == "secret_in_crawl"
    assert "hunter2x" not in json.dumps(refused.value.problem())


@pytest.mark.parametrize("raw", [b"[[crawls]]\nname = hunter2x\n", b"\xff", b"a" * (2**20 + 1)])
def test_a_file_that_is_none_is_not_quoted(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "crawls.toml"
    file.write_bytes(raw)
    with pytest.raises(BadSchedule) as refused:
        read_file(file)
    assert "hunter2x" not in str(refused.value)
    if raw.startswith(b"[["):
        assert "is no TOML at line 2." in str(refused.value)
    with pytest.raises(BadSchedule, match="cannot be read"):
        read_file(tmp_path / "none.toml")


@given(st.integers(60, 31 * 86_400))
def test_an_interval_is_read_as_it_is_spelled(seconds: int) -> None:
    assert read(one(every=spelled(seconds))).crawls[0].every == seconds
