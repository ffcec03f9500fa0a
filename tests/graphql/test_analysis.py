"""Questions to the whole graph, as GraphQL answers them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import catalogs
import pytest
import servers
import tangle
from catalogs import Asking

from headwater_catalog.errors import Overloaded
from headwater_catalog.lineage.analysis import loading, questions
from headwater_catalog.lineage.analysis.desk import Desk

LISTS = ("ranking", "sources", "sinks", "orphans", "cycles", "unusedDatasets", "unusedColumns", "severalWriters")


@pytest.fixture(scope="module")
def tangle_url(database_server: str, database_template: str) -> Iterator[str]:
    url = servers.create_database(database_server, database_template)
    catalogs.project(url, [(json.dumps(event).encode(), 1_800_000_000_000_000) for event in tangle.events()])
    yield url
    servers.drop_database(url)


@pytest.fixture
async def asked(tangle_url: str) -> AsyncIterator[Asking]:
    async with catalogs.asking(tangle_url) as asked:
        yield asked


async def told(asked: Asking, name: str, more: str = "", given: str = "") -> list[Any]:
    """A list as labels, each with what else is asked."""
    found = await asked.ask(f"{{ analysis{given} {{ {name} {{ total nodes {{ node {{ label }} {more} }} }} }} }}")
    listed = found["analysis"][name]
    assert listed["total"] == len(listed["nodes"])
    rows = [(one.pop("node")["label"].removeprefix("t."), *one.values()) for one in listed["nodes"]]
    return rows if more else [label for (label,) in rows]


async def test_what_each_list_says(asked: Asking) -> None:
    assert await told(asked, "ranking", "reach direct") == [
        ("raw", 5, 1),
        ("clean", 4, 2),
        ("loop", 4, 1),
        ("mart", 2, 2),
    ]
    assert await told(asked, "sources") == ["raw"]
    assert await told(asked, "sinks") == ["shared", "state"]
    assert await told(asked, "severalWriters", "count writers { label }") == [
        ("clean", 2, [{"label": "back"}, {"label": "clean"}]),
        ("shared", 2, [{"label": "other"}, {"label": "report"}]),
    ]


async def test_orphans_are_what_no_edge_touches(asked: Asking) -> None:
    """old was read once: nothing touches it now, and its use is dated."""
    assert await told(asked, "orphans") == ["alone", "old", "idle"]


async def test_unused_datasets_say_since_when(asked: Asking) -> None:
    assert await told(asked, "unusedDatasets", "since read") == [
        ("shared", "2024-05-01T10:06:00.000000Z", False),
        ("state", "2024-05-01T10:06:00.000000Z", False),
        ("old", "2024-05-01T10:07:00.000000Z", True),
        ("alone", None, False),
    ]


async def test_unused_columns_and_whether_all_readers_tell(asked: Asking) -> None:
    """raw is read by a job that tells its columns, clean by two that do not."""
    assert await told(asked, "unusedColumns", "sure") == [("id", False), ("note", True)]


async def test_cycles_with_their_edges(asked: Asking) -> None:
    parts = "size complete edges { from { label } to { label } via { label } } ways { label } nodes { label }"
    found = await asked.ask(f"{{ analysis {{ cycles {{ total nodes {{ {parts} }} }} }} }}")
    two, one = found["analysis"]["cycles"]["nodes"]
    assert (two["size"], one["size"]) == (2, 1)
    assert {(e["from"]["label"], e["to"]["label"], e["via"][0]["label"]) for e in two["edges"]} == {
        ("t.clean", "t.loop", "there"),
        ("t.loop", "t.clean", "back"),
    }
    assert [[n["label"] for n in way] for way in two["ways"]] == [["t.clean", "t.loop"]]
    assert [n["label"] for n in one["nodes"]] == ["t.state"]
    assert two["complete"]
    assert one["complete"]


PATH = "steps { jobs { label } durationMs via { label } } total durationMs unknown"


async def test_the_critical_path(asked: Asking) -> None:
    """clean and its cycle with there and back, then sales; merge follows in a minute; of report nobody told a start."""
    found = (await asked.ask(f"{{ analysis {{ criticalPath {{ {PATH} }} }} }}"))["analysis"]["criticalPath"]
    assert [[job["label"] for job in step["jobs"]] for step in found["steps"]] == [
        ["clean"],
        ["back", "there"],
        ["sales"],
        ["merge"],
    ]
    minutes = [step["durationMs"] // 60_000 for step in found["steps"]]
    assert (minutes, found["durationMs"], found["unknown"]) == ([5, 15, 20, 1], 41 * 60_000, 0)
    given = '(select: "t.clean t.mart")'
    within = (await asked.ask(f"{{ analysis{given} {{ criticalPath {{ {PATH} }} }} }}"))["analysis"]["criticalPath"]
    assert [step["jobs"][0]["label"] for step in within["steps"]] == ["sales"]


async def test_a_selector_says_what_is_listed_and_all_lineage_counts(asked: Asking) -> None:
    given = '(select: "+t.mart")'
    assert [row[:2] for row in await told(asked, "ranking", "reach", given)] == [
        ("raw", 5),
        ("clean", 4),
        ("loop", 4),
        ("mart", 2),
    ]
    assert await told(asked, "sinks", "", given) == []
    assert await told(asked, "unusedDatasets", "", given) == []
    assert await told(asked, "severalWriters", "", '(select: "t.shared")') == ["shared"]
    assert await told(asked, "unusedColumns", "", '(select: "t.mart")') == []


async def test_as_of_a_moment(asked: Asking) -> None:
    """Before the second run of the report, old was read."""
    given = '(at: {asOf: "2024-05-01T10:06:30Z"})'
    assert "old" in await told(asked, "sources", "", given)
    assert "old" not in await told(asked, "orphans", "", given)


async def test_what_was_read_since_counts(asked: Asking) -> None:
    assert "old" in await told(asked, "sources", "", '(at: {since: "2024-05-01T10:00:00Z"})')


async def test_each_list_in_pages_is_the_whole_list(asked: Asking) -> None:
    for name in LISTS:
        parts = "nodes { size }" if name == "cycles" else "nodes { node { id } }"
        listed = f"{name}(first: 1, after: $after) {{ total {parts} pageInfo {{ endCursor hasNextPage }} }}"
        query = f"query($after: String) {{ analysis {{ {listed} }} }}"
        seen, after, more = [], None, True
        while more:
            found = (await asked.ask(query, after=after))["analysis"][name]
            seen += [json.dumps(one) for one in found["nodes"]]
            after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
        assert len(seen) == len(set(seen)) == found["total"] > 0, name


async def test_bad_input_is_refused_with_a_code(asked: Asking) -> None:
    for arguments, code in {
        "first: -1": "invalid_first",
        "first: 100000": "invalid_first",
        'after: "x"': "invalid_cursor",
        'after: "WyJzaW5rcyIsMSwieCJd"': "invalid_cursor",
    }.items():
        assert (await asked.fails(f"{{ analysis {{ ranking({arguments}) {{ total }} }} }}"))["code"] == code
    assert (await asked.fails('{ analysis(select: "nobody") { sinks { total } } }'))["code"] == "not_found"
    dated = '{ analysis(select: "term:Revenue", at: {asOf: "2024-05-01"}) { sinks { total } } }'
    assert (await asked.fails(dated))["code"] == "moment_not_answered"


async def test_too_large_a_catalog_is_refused(asked: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MOST_EDGES", 2)
    failed = await asked.fails("{ analysis { sinks { total } } }")
    assert failed["code"] == "graph_too_large"
    assert failed["remedy"]


async def test_one_request_at_a_time_and_two_questions_in_one(asked: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is worked on, another is told so, other questions are answered, and then it is free again."""
    begun, end = threading.Event(), threading.Event()

    def slow(lineage: loading.Lineage) -> list[int]:
        begun.set()
        assert end.wait(30)
        return [*lineage.nodes][:1]

    monkeypatch.setattr(questions, "sources", slow)
    query = "{ analysis { sources { total } } }"
    first = asyncio.ensure_future(asked.ask(query))
    try:
        assert await asyncio.to_thread(begun.wait, 30)
        refused = await asked.fails("{ analysis { sinks { total } } }")
        assert (refused["code"], refused["retry_after"]) == ("overloaded", 5)
        assert (await asked.ask("{ stats { datasets } }"))["stats"]["datasets"] == 8
    finally:
        end.set()
    assert (await first)["analysis"]["sources"]["total"] == 1
    both = await asked.ask("{ a: analysis { sinks { total } } b: analysis { orphans { total } } }")
    assert both["a"]["sinks"]["total"] == 2


async def test_a_desk_whose_work_goes_on_is_not_free() -> None:
    desk, end = Desk(), threading.Event()
    with desk.take("a"):
        work = asyncio.ensure_future(desk.run(end.wait, 30))
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    with pytest.raises(Overloaded), desk.take("b"):
        pass
    end.set()
    async with asyncio.timeout(30):
        while desk.busy:  # noqa: ASYNC110 - the thread tells nobody
            await asyncio.sleep(0)
    with desk.take("b"):
        assert await desk.run(lambda: 7) == 7
