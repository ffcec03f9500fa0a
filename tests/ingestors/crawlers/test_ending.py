"""A crawl that is ended half way has told what it found, and nothing of the rest is gone."""

from __future__ import annotations

from pathlib import Path

from crawled import Memory

from headwater_ingestors.crawlers.ending import Endable
from headwater_ingestors.crawlers.files.crawler import opened


def test_what_was_not_come_to_is_not_gone(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.csv").write_text("id,n\n1,2\n")
    memory = Memory()
    assert len(memory.crawl(opened(str(tmp_path), {}))[0]) == 3
    (tmp_path / "a.csv").write_text("id,n\n1,2\n3,4\n")
    half = Endable(opened(str(tmp_path), {}), lambda: True)
    events, report = memory.crawl(half)
    assert (len(events), report.gone, half.whole, half.ended) == (1, 0, False, True)
    (tmp_path / "b.csv").unlink()
    whole = Endable(opened(str(tmp_path), {}), lambda: False)
    assert (memory.crawl(whole)[1].gone, whole.whole, whole.ended) == (1, True, False)
