"""A crawl tells what is new, takes back what is gone, and tells nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawled import Memory

from headwater_catalog.facets.relation import Size
from headwater_catalog.times import DAY, parse_time
from headwater_ingestors.crawlers.crawler import Crawled, Finding, Happened, Known, Standing, Subject, Unread
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.crawlers.facets import GONE, crawl_facet, producer
from headwater_ingestors.crawlers.snapshot import LISTED

NOW = 1_000_000_000


class Shelf:
    """A source of jobs: name, what is said of it, since when."""

    kind = "shelf"
    source = "shelf one"
    whole = True

    def __init__(self, *findings: Finding) -> None:
        self._findings = findings

    def crawl(self, known: Known) -> Iterator[Finding]:
        return iter(self._findings)


def job(name: str, says: str = "", at: int = 1_000) -> Standing:
    facets = {"documentation": {"_producer": "p", "_schemaURL": "s", "description": says}}
    event: dict[str, Any] = {"producer": "p", "job": {"namespace": "n", "name": name, "facets": facets}, "outputs": []}
    return Standing(event, at)


def test_what_is_unchanged_is_not_told_again() -> None:
    memory = Memory()
    first, _ = memory.crawl(Shelf(job("a"), job("b")), NOW)
    assert [event["job"]["name"] for event in first] == ["a", "b"]
    again, report = memory.crawl(Shelf(job("a", at=2_000), job("b")), NOW)
    assert (again, report.unchanged, report.told, report.gone) == ([], 2, 0, 0)
    changed, report = memory.crawl(Shelf(job("a", "other", at=2_000), job("b")), NOW)
    assert [event["job"]["name"] for event in changed] == ["a"]
    assert parse_time(changed[0]["eventTime"]) == 2_000
    assert report.unchanged == 1


def test_what_differs_comes_after_what_was_told_whatever_its_source_says_of_its_time() -> None:
    memory = Memory()
    memory.crawl(Shelf(job("a", at=5_000)), NOW)
    [event], _ = memory.crawl(Shelf(job("a", "other", at=5_000)), NOW)
    assert parse_time(event["eventTime"]) == NOW
    [event], _ = Memory().crawl(Shelf(job("a", at=NOW * 2)), NOW)
    assert parse_time(event["eventTime"]) == NOW


def test_what_is_gone_is_taken_back_once_and_comes_again() -> None:
    memory = Memory()
    memory.crawl(Shelf(job("a"), job("b")), NOW)
    [event], report = memory.crawl(Shelf(job("a")), NOW)
    assert report.gone == 1
    assert event["job"]["name"] == "b"
    assert event["job"]["facets"]["lineage"]["entries"] == []
    assert event["job"]["facets"][crawl_facet("shelf")]["digest"] == GONE
    assert memory.crawl(Shelf(job("a")), NOW)[0] == []
    [back], _ = memory.crawl(Shelf(job("a"), job("b")), NOW + 1)
    assert back["job"]["name"] == "b"


def test_what_could_not_be_read_is_not_gone_and_costs_nothing_else() -> None:
    memory = Memory()
    memory.crawl(Shelf(job("a"), job("b")), NOW)
    unread = Unread("b", "unreadable", "The file cannot be read.", Subject("job", "n", "b"))
    events, report = memory.crawl(Shelf(unread, job("a", "other")), NOW)
    assert [event["job"]["name"] for event in events] == ["a"]
    assert (report.gone, report.unread, report.listed) == (0, 1, [unread])


def test_other_sources_are_left_alone() -> None:
    memory = Memory()
    memory.crawl(Shelf(job("a")), NOW)
    other = Shelf(job("b"))
    other.source = "shelf two"
    memory.crawl(other, NOW)
    assert memory.crawl(Shelf(job("a")), NOW)[0] == []


def test_what_happened_is_told_as_it_is() -> None:
    event = {"run": {"runId": "r"}, "eventTime": "2026-01-01T00:00:00Z"}
    assert Memory().crawl(Shelf(Happened(event)), NOW)[0] == [event]


def test_a_crawl_that_is_ended_half_way_goes_on_from_there() -> None:
    memory = Memory()
    jobs = [job(f"j{n}") for n in range(1_000)]
    events = iter(memory.crawl(Shelf(*jobs[:400]), NOW)[0])
    assert len(list(events)) == 400
    rest, report = memory.crawl(Shelf(*jobs), NOW)
    assert (len(rest), report.unchanged) == (600, 400)


def test_a_report_lists_so_much_and_counts_all() -> None:
    unread = [Unread(str(n), "unreadable", "No.") for n in range(LISTED + 10)]
    _, report = Memory().crawl(Shelf(*unread), NOW)
    assert (report.unread, len(report.listed)) == (LISTED + 10, LISTED)


def facets_of(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["job"]["facets"]
    return found


def test_what_is_not_said_any_more_is_deleted_once_and_only_that() -> None:
    memory, by = Memory(), producer("shelf")
    both = job("a", "text")
    facets_of(both.event)["documentation"]["_producer"] = by
    facets_of(both.event)["kept"] = {"_producer": by, "_schemaURL": "k"}
    kept = job("a")
    kept.event["job"]["facets"] = {"kept": {"_producer": by, "_schemaURL": "k"}}
    [first], _ = memory.crawl(Shelf(both), NOW)
    assert set(facets_of(first)) == {"documentation", "kept", crawl_facet("shelf")}
    [event], _ = memory.crawl(Shelf(kept), NOW)
    assert facets_of(event)["documentation"] == {"_producer": by, "_schemaURL": "s", "_deleted": True}
    assert "_deleted" not in facets_of(event)["kept"]
    assert memory.crawl(Shelf(kept), NOW)[0] == []
    [event], _ = memory.crawl(Shelf(both), NOW)
    assert facets_of(event)["documentation"]["description"] == "text"


def test_what_another_said_meanwhile_is_not_deleted() -> None:
    memory = Memory()
    memory.crawl(Shelf(job("a", "of another producer than the crawler")), NOW)
    silent = job("a")
    silent.event["job"]["facets"] = {}
    [event], _ = memory.crawl(Shelf(silent), NOW)
    assert "documentation" not in facets_of(event)


def test_a_job_that_reads_and_writes_nothing_any_more_declares_that() -> None:
    memory, busy, idle = Memory(), job("a"), job("a", "idle")
    busy.event["outputs"] = [{"namespace": "n", "name": "t"}]
    memory.crawl(Shelf(busy), NOW)
    [event], _ = memory.crawl(Shelf(idle), NOW)
    assert facets_of(event)["lineage"]["entries"] == []
    assert memory.crawl(Shelf(idle), NOW)[0] == []


def test_a_clock_that_was_ahead_hides_no_change() -> None:
    memory = Memory()
    memory.crawl(Shelf(job("a", at=2 * NOW), job("b", at=2 * NOW)), 2 * NOW)
    [changed, gone], report = memory.crawl(Shelf(job("a", "other")), NOW)
    assert parse_time(changed["eventTime"]) == parse_time(gone["eventTime"]) == 2 * NOW + 1
    assert report.notes == []
    assert memory.crawl(Shelf(job("a", "other")), NOW)[0] == []


def test_a_clock_that_was_ahead_by_more_than_a_day_is_told() -> None:
    memory = Memory()
    memory.crawl(Shelf(job("a"), job("b")), NOW)
    memory.crawl(Shelf(job("a", "x", at=NOW + 2 * DAY), job("b", "x", at=NOW + 2 * DAY)), NOW + 2 * DAY)
    events, report = memory.crawl(Shelf(job("a"), job("b")), NOW)
    assert [parse_time(event["eventTime"]) for event in events] == [NOW, NOW]
    [note] = report.notes
    assert note.place == "shelf one"
    assert "more than a day ahead" in note.sentence


class Meanwhile(Memory):
    """A catalog that another crawl of the same source tells something, after this one asked what it told."""

    def crawled(self, kind: str, source: str, subjects: Sequence[Subject]) -> Mapping[Subject, Crawled]:
        return {one: Crawled("other", 500, source) for one in subjects}


def test_two_crawls_of_one_source_at_once_are_told_as_that() -> None:
    [note] = Meanwhile().crawl(Shelf(job("a"), job("b")), NOW)[1].notes
    assert note.place == "shelf one"
    assert "Another crawl of this source runs at the same time, and told 2 of what was found" in note.sentence
    assert "name them apart" not in note.sentence


def table(rows: int, stored: int | None = None, *, estimated: bool | None = True, of: str = "t") -> Standing:
    told = Told(("n", of), shapes=[Size(rows=rows, estimated=estimated, bytes=stored)])
    return Standing(dataset_event("shelf", told), 1_000)


def sizes(memory: Memory, *crawls: Standing) -> list[int]:
    """Rows that were told, one crawl after the other."""
    events = [event for one in crawls for event in memory.crawl(Shelf(one), NOW)[0]]
    return [event["dataset"]["facets"]["headwater_size"]["rows"] for event in events]


def test_an_estimated_size_is_told_again_when_it_moved_by_a_tenth_of_what_was_told_last() -> None:
    memory = Memory()
    grown = [table(rows) for rows in (1_000, 1_050, 1_090, 910, 1_100, 1_150, 1_200, 1_210, 1_000)]
    assert sizes(memory, *grown) == [1_000, 1_100, 1_210, 1_000]
    events, report = memory.crawl(Shelf(table(1_010)), NOW)
    assert (events, report.unchanged, report.told) == ([], 1, 0)
    assert sizes(Memory(), table(0), table(0), table(1), table(0)) == [0, 1, 0]
    assert sizes(Memory(), table(10, 100), table(10, 105), table(10, 110), table(10)) == [10, 10, 10]


def test_a_counted_size_and_one_beside_other_news_are_told_as_they_are() -> None:
    assert sizes(Memory(), table(1_000, estimated=None), table(1_001, estimated=None)) == [1_000, 1_001]
    described = table(1_010)
    described.event["dataset"]["facets"]["documentation"] = {"_producer": "p", "_schemaURL": "s", "description": "x"}
    assert sizes(Memory(), table(1_000), described) == [1_000, 1_010]
