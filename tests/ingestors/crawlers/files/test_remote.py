"""Object stores through fsspec: names as OpenLineage has them, no secrets, failures that say nothing of keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import fsspec
import pytest
from crawled import Memory
from fsspec.implementations.memory import MemoryFileSystem

from headwater_catalog.errors import ExtraMissing, HeadwaterError, InvalidRequest, Unavailable
from headwater_ingestors.crawlers.files.crawler import opened
from headwater_ingestors.crawlers.files.remote import RemoteStore
from headwater_ingestors.crawlers.files.stores import Entry


class Bucket(MemoryFileSystem):
    """An object store in memory, whose keys have no leading slash, like those of S3."""

    protocol = ("s3", "s3a")
    store: dict[str, Any] = {}  # noqa: RUF012 - as fsspec has it
    pseudo_dirs = [""]  # noqa: RUF012
    failing = False

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.replace("s3a://", "memory://").replace("s3://", "memory://")))

    def info(self, path: str, **options: Any) -> Any:
        if self.failing:
            raise PermissionError("Access denied for AKIASECRETKEY with secret hunter2")
        found = super().info(path, **options)
        return {**found, "ETag": '"abc"'} if found["type"] == "file" else found


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    for name in ("s3", "s3a"):
        fsspec.register_implementation(name, Bucket, clobber=True)
    Bucket.clear_instance_cache()
    Bucket.store.clear()
    yield Bucket(use_listings_cache=False)
    Bucket.failing = False
    Bucket.store.clear()


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


def test_datasets_are_named_as_the_standard_has_it(bucket: Bucket) -> None:
    for day in (20, 21):
        bucket.pipe(f"/Lake/raw/orders/dt=2026-11-{day}/part-0.csv", b"id,n\n1,2\n")
    bucket.pipe("/Lake/raw/one.jsonl", b'{"a": 1}\n')
    for url in ("s3://Lake/raw", "s3a://Lake/raw/"):
        memory = Memory()
        events, report = memory.crawl(opened(url, {}))
        told = {
            (event["dataset"]["namespace"], event["dataset"]["name"]): event["dataset"]["facets"] for event in events
        }
        assert report.listed == []
        assert set(told) == {("s3://lake", "raw/orders"), ("s3://lake", "raw/one.jsonl")}
        assert (report.unread, report.told) == (0, 2)
        assert told["s3://lake", "raw/orders"]["headwater_location"]["partitionColumns"] == ["dt"]
        assert told["s3://lake", "raw/orders"]["storage"]["storageLayer"] == "s3"
        assert told["s3://lake", "raw/one.jsonl"]["schema"]["fields"] == [{"name": "a", "type": "BIGINT"}]
        again, report = memory.crawl(opened(url, {}))
        assert (again, report.unchanged) == ([], 2)


def test_a_file_alone_and_files_in_memory(memory: Any) -> None:
    memory.pipe("/lake/x.csv", b"a,b\n1,2\n")
    events, _ = Memory().crawl(opened("memory://lake", {}))
    alone, _ = Memory().crawl(opened("memory://lake/x.csv", {}))
    assert [event["dataset"]["name"] for event in events + alone] == ["/lake/x.csv", "/lake/x.csv"]
    assert events[0]["dataset"]["facets"]["headwater_location"]["uri"] == "memory://lake/x.csv"
    assert alone[0]["dataset"]["facets"]["schema"] == events[0]["dataset"]["facets"]["schema"]


@pytest.mark.parametrize(
    "url",
    [
        "s3://AKIA:hunter2@bucket/x", "s3://user@bucket/x", "s3://bucket/x?aws_secret_access_key=hunter2", "s3://bucket/x#hunter2",
        "abfs://c:hunter2@account.dfs.core.windows.net/x", "gs://bucket/x?token=hunter2", "https://host/x?key=hunter2",
        "simplecache::s3://bucket/hunter2", "ftp://u:hunter2@host/x", "s3://", "s3://bucket/../hunter2",
    ],
)  # fmt: skip
def test_urls_with_secrets_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        opened(url, {})
    assert "hunter2" not in str(error.value) + str(error.value.data)


def test_failures_do_not_tell_what_libraries_say(bucket: Bucket) -> None:
    bucket.pipe("/b/x.csv", b"a\n")
    Bucket.failing = True
    with pytest.raises(Unavailable) as error:
        opened("s3://b/x.csv", {})
    assert "hunter2" not in str(error.value)
    with pytest.raises(HeadwaterError):
        opened("s3://b/nothing", {})


def test_a_library_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("install gcsfs")

    monkeypatch.setattr(fsspec, "filesystem", missing)
    with pytest.raises(ExtraMissing) as error:
        RemoteStore("s3://bucket/x")
    assert "pip install" in error.value.remedy
    assert "`s3`" in error.value.remedy


def test_abfs_has_its_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fsspec, "filesystem", lambda *_, **__: Bucket())
    monkeypatch.setattr(Bucket, "info", lambda *_, **__: {"type": "directory"})
    store = RemoteStore("abfs://lake@account.dfs.core.windows.net/raw/orders")
    assert (store.namespace, store.name("x.csv")) == ("abfss://lake@account.dfs.core.windows.net", "raw/orders/x.csv")
    assert store.source == "abfss://lake@account.dfs.core.windows.net/raw/orders"


def test_listing_is_bounded(bucket: Bucket) -> None:
    for number in range(30):
        bucket.pipe(f"/b/{number:02}.csv", b"a\n")
    found = [one.path for one in RemoteStore("s3://b").entries(7) if isinstance(one, Entry)]
    assert found == [f"{number:02}.csv" for number in range(7)]
