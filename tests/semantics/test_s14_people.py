"""SEMANTICS §14: what people say, and what is taken back. (Naming rules have tests of their own.)"""

from __future__ import annotations

import time
from typing import Any

import catalogs
import psycopg
import pytest
from catalogs import Asking
from projected import Catalog
from takenback import assert_rebuilt, take_back
from telling import State, change, columns, run, run_id, schema, source, state, symlinks, table, told

from headwater_catalog.names import key_of
from headwater_catalog.times import show
from headwater_web import composition

EDIT = """
mutation($changes: [Edit!]!, $mode: EditMode! = ALL_OR_NOTHING) {
  edit(changes: $changes, mode: $mode) { outcomes { status code message current node { id } } changeSet } }
"""
SAID = """
{ datasets(select: "orders") { nodes { description descriptions { text source by effective revision }
    tags { name value source } owners { name source } } } }
"""
TAGS = '{ datasets(select: "orders") { nodes { fields { nodes { path tags { name value source by } } } } } }'


@pytest.fixture
async def asked(fresh_database: str) -> Any:
    async with catalogs.asking(fresh_database) as found:
        yield found


async def edit(asked: Asking, *changes: Any, **more: Any) -> Any:
    return (await asked.ask(EDIT, changes=list(changes), **more))["edit"]


async def orders(asked: Asking) -> Any:
    return (await asked.ask(SAID))["datasets"]["nodes"][0]


def described(text: str | None, **more: Any) -> Any:
    return {"describe": {"node": "orders", "text": text, **more}}


def said_by_producer(at: str = "10:00", text: str = "of the producer") -> Any:
    return told(at, "orders", documentation={"description": text}, tags={"tags": [{"key": "pii"}]})


async def test_s14_1_edits_are_entries_that_openlineage_does_not_know(asked: Asking, fresh_database: str) -> None:
    asked.tell(said_by_producer())
    await edit(asked, described("of a person"))
    with psycopg.connect(fresh_database) as connection:
        kinds = connection.execute("select kind, count(*) from core.entry group by 1 order by 1").fetchall()
        events = connection.execute("select count(*) from core.event").fetchone()
    assert (kinds, events) == ([("edit", 1), ("openlineage", 1)], (1,))


async def test_s14_2_a_person_goes_before_a_producer_and_all_are_shown(asked: Asking) -> None:
    asked.tell(said_by_producer())
    await edit(asked, described("of a person"))
    asked.tell(said_by_producer("23:00", "of the producer, later"))
    found = await orders(asked)
    assert found["description"] == "of a person"
    assert [(one["text"], one["source"], one["effective"]) for one in found["descriptions"]] == [
        ("of a person", "PERSON", True),
        ("of the producer, later", "PRODUCER", False),
    ]


async def test_s14_3_a_removal_gives_way_to_the_next_source(asked: Asking) -> None:
    asked.tell(said_by_producer())
    await edit(asked, described("of a person"))
    await edit(asked, described(None))
    assert (await orders(asked))["description"] == "of the producer"


async def test_s14_4_tags_owners_and_terms_are_registers_by_member(asked: Asking) -> None:
    asked.tell(said_by_producer())
    await edit(asked, {"tag": {"node": "orders", "tag": "gold"}}, {"own": {"node": "orders", "owner": "ann"}})
    await edit(
        asked, {"tag": {"node": "orders", "tag": "gold", "remove": True}}, {"tag": {"node": "orders", "tag": "x"}}
    )
    found = await orders(asked)
    assert {(tag["name"], tag["source"]) for tag in found["tags"]} == {("pii", "PRODUCER"), ("x", "PERSON")}
    assert [owner["name"] for owner in found["owners"]] == ["ann"]


async def test_s14_4_a_tag_of_a_producer_may_be_of_a_field(asked: Asking) -> None:
    facet = {"tags": [{"key": "pii", "value": "true", "source": "dbt", "field": "email"}, {"key": "gold"}]}
    fields = {"fields": [{"name": "email"}, {"name": "id"}]}
    asked.tell({**told("10:00", "orders", tags=facet, schema=fields)})
    nodes = (await asked.ask(TAGS))["datasets"]["nodes"][0]["fields"]["nodes"]
    assert {one["path"]: [tag["name"] for tag in one["tags"]] for one in nodes} == {"email": ["pii"], "id": []}
    assert [tag["name"] for tag in (await orders(asked))["tags"]] == ["gold"]


async def test_s14_4_a_tag_of_a_producer_keeps_its_own_source_and_field_also_of_a_column_nobody_lists(
    asked: Asking,
) -> None:
    here = {"tags": [{"key": "tier", "value": True, "source": "CONFIG"}]}
    facet = {"tags": [
        {"key": "pii", "value": "yes", "source": "DBT", "field": "email"}, {"key": "gold", "source": "SPARK"},
        {"key": "odd", "field": "no such column"},
    ]}  # fmt: skip
    orders_of = table("orders", tags=facet, schema={"fields": [{"name": "email"}]})
    asked.tell(run(1, "10:00", writes=[orders_of], job_facets={"tags": here}, tags=here))
    tags = "producerTags { key value source field } tags { name value origin source }"
    found = await asked.ask(f"""{{ datasets(select: "orders") {{ nodes {{ {tags}
      fields {{ nodes {{ tags {{ name value origin source }} }} }} }} }}
      jobs {{ nodes {{ {tags} }} }} runs {{ nodes {{ {tags} }} }} }}""")
    [dataset], [job], [of_run] = (found[kind]["nodes"] for kind in ("datasets", "jobs", "runs"))
    assert dataset["producerTags"] == [
        {"key": "pii", "value": "yes", "source": "DBT", "field": "email"},
        {"key": "gold", "value": None, "source": "SPARK", "field": None},
        {"key": "odd", "value": None, "source": None, "field": "no such column"},
    ]
    assert dataset["tags"] == [{"name": "gold", "value": None, "origin": "SPARK", "source": "PRODUCER"}]
    [email] = dataset["fields"]["nodes"]
    assert email["tags"] == [{"name": "pii", "value": "yes", "origin": "DBT", "source": "PRODUCER"}]
    for one in (job, of_run):
        assert one["producerTags"] == [{"key": "tier", "value": "true", "source": "CONFIG", "field": None}]
        assert one["tags"] == [{"name": "tier", "value": "true", "origin": "CONFIG", "source": "PRODUCER"}]


async def test_s14_5_another_revision_than_expected_is_a_conflict_that_shows_the_others_text(asked: Asking) -> None:
    asked.tell(said_by_producer())
    await edit(asked, described("first"))
    seen = (await orders(asked))["descriptions"][0]["revision"]
    await edit(asked, described("of somebody else"))
    late = described("mine", ifRevision=seen)
    outcomes = (await edit(asked, late, {"tag": {"node": "orders", "tag": "gold"}}))["outcomes"]
    assert outcomes[0]["status"] == "CONFLICT"
    assert "of somebody else" in str(outcomes[0]["current"])
    found = await orders(asked)
    assert (found["description"], [tag["name"] for tag in found["tags"]]) == ("of somebody else", ["pii"])
    await edit(asked, late, {"tag": {"node": "orders", "tag": "gold"}}, mode="BEST_EFFORT")
    assert {tag["name"] for tag in (await orders(asked))["tags"]} == {"gold", "pii"}


def test_s14_6_a_retracted_run_leaves_no_trace_and_comes_back_whole(catalog: Catalog) -> None:
    events = [run(1, "10:00", reads=["a"], writes=["x"]), run(2, "11:00", reads=["b"], writes=["x"])]
    whole = state(catalog, *events).document
    target = [("run", key_of("run", run_id(2), "", "").hex)]
    take_back(catalog, target, on=True)
    without = catalog.document()
    assert_rebuilt(catalog)
    take_back(catalog, target, on=False)
    assert catalog.document() == whole
    assert without == state(catalog, events[0]).document


@pytest.mark.parametrize(
    "event",
    [
        told("12:00", "x", **symlinks(("pg", "y", "TABLE"))),
        told("12:00", "y", **change("RENAME", "x")),
        told("12:00", "x", **change("DROP")),
        told("12:00", "x", **columns(f="b.f")),
        run(1, "12:00", "FAIL"),
        run(1, "09:00", "START", reads=["b"], job_facets={"lineage": {"entries": [
            {"namespace": "pg", "name": "x", "inputs": [source("b")]}]}}),
    ],
    ids=["symlink", "rename", "drop", "structure", "failure", "explicit"],
)  # fmt: skip
def test_s14_6_each_kind_of_entry_is_undone_by_taking_it_back(catalog: Catalog, event: Any) -> None:
    """Also what it did to the identity of names: undo of a symlink, of a rename."""
    before = state(catalog, run(1, "10:00", reads=["a"], writes=["x"])).document
    state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), event)
    [(target,)] = catalog.connection.execute(
        "select replace(h::text || h2::text, '-', '') from core.event where seq = (select event from core.mention "
        "order by s desc limit 1)" if "dataset" in event else
        "select replace(h::text || h2::text, '-', '') from core.event where type <> 4"
    ).fetchall()  # fmt: skip
    take_back(catalog, [("entry", target)], on=True)
    assert catalog.document() == before
    assert_rebuilt(catalog)


async def test_s14_6_a_retraction_counts_for_known_at_from_when_it_was_received(asked: Asking) -> None:
    """Whatever asOf: it was taken back today, of the day in May nothing is known any more."""
    asked.tell(run(1, "10:00", reads=["a"], writes=["x"]))
    before = show(time.time_ns() // 1_000)
    await edit(asked, {"retract": {"node": "run:" + key_of("run", run_id(1), "", "").hex}})
    query = "query($at: At) { runs(at: $at) { nodes { runId } } }"
    told = {run_id(1)}
    for at, known in (
        (None, set()),
        ({"asOf": "2024-05-01T12:00:00Z"}, set()),
        ({"knownAt": before}, told),
        ({"asOf": "2024-05-01T12:00:00Z", "knownAt": before}, told),
    ):
        assert {one["runId"] for one in (await asked.ask(query, at=at))["runs"]["nodes"]} == known


async def test_s14_7_no_traversal_passes_a_retracted_node_and_its_name_stays_known(asked: Asking) -> None:
    asked.tell(
        run(1, "10:00", job="one", reads=["a"], writes=["b"]), run(2, "10:00", job="two", reads=["b"], writes=["c"])
    )
    query = '{ lineage(select: "+c") { nodes { node { label } } } dataset: datasets { nodes { label retracted } } }'
    before = await asked.ask(query)
    assert {one["node"]["label"] for one in before["lineage"]["nodes"]} == {"a", "b", "c"}
    await edit(asked, {"retract": {"node": "b"}})
    after = await asked.ask(query)
    assert "a" not in {one["node"]["label"] for one in after["lineage"]["nodes"]}
    await edit(asked, {"retract": {"node": "b", "undo": True}})
    assert (await asked.ask(query))["lineage"] == before["lineage"]


async def test_s14_8_producers_are_shown_beside_each_other_by_the_latest_of_each_source(asked: Asking) -> None:
    asked.tell(said_by_producer("10:00", "old"), said_by_producer("11:00", "new"))
    found = (await orders(asked))["descriptions"]
    assert [(one["text"], one["source"]) for one in found] == [("new", "PRODUCER")]


async def test_s14_9_the_digest_is_that_of_both_parts(asked: Asking, fresh_database: str) -> None:
    def digests() -> dict[str, str]:
        with psycopg.connect(fresh_database) as connection:
            return composition.digest(connection)

    asked.tell(said_by_producer())
    first = digests()
    assert set(first) == {"openlineage", "edits", "catalog"}
    await edit(asked, described("of a person"))
    second = digests()
    assert {part for part in first if first[part] != second[part]} == {"edits", "catalog"}
    asked.tell(run(1, "10:00"))
    assert {part for part in first if second[part] != digests()[part]} == {"openlineage", "catalog"}


def test_s14_6_a_schema_of_a_name_that_was_renamed_comes_back_to_what_it_is_called_now(catalog: Catalog) -> None:
    events = [
        told("10:00", "old", **schema("a")),
        told("11:00", "new", **change("RENAME", "old")),
        told("12:00", "old"),
    ]
    whole = state(catalog, *events)
    assert whole.fields("new") == [["a"]]
    [(target,)] = catalog.connection.execute(
        "select replace(h::text || h2::text, '-', '') from core.event order by s limit 1"
    ).fetchall()
    take_back(catalog, [("entry", target)], on=True)
    assert State(catalog.document()).fields("new") == []
    assert_rebuilt(catalog)
    take_back(catalog, [("entry", target)], on=False)
    assert catalog.document() == whole.document
