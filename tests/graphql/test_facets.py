"""Every facet of the specification's own examples goes in, and comes back by the fields that its row names."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import catalogs
import oracle
import pytest
import spec
from catalogs import Asking, statements_of
from selections import has_field, select

from headwater_catalog.facets.row import Row
from headwater_catalog.facets.table import ROWS, fields_of
from headwater_catalog.times import parse_time

RECEIVED = 1_800_000_000_000_000
RUN_ID = "00000000-0000-4000-8000-{:012d}"
NOT_SHOWN = {
    # Told otherwise: places begin at 0, and facets of a parent stand in its own events.
    "SchemaDatasetFacet": {"ordinal_position"},
    "ParentRunFacet": {"facets"},
}
EXAMPLES = spec.examples()
LINEAGES = [number for number, one in enumerate(EXAMPLES) if one.facet in ("lineage", "columnLineage")]


def row_of(example: spec.Example) -> Row:
    """The row that the example is of."""
    explicit = "entries" in example.value
    return next(
        row
        for row in ROWS
        if row.schema == example.folder and row.facet == example.facet
        if not (row.facet == "lineage" and explicit != (row.place == "job"))
    )


def event_of(row: Row, value: object, number: int) -> dict[str, Any]:
    """An event that carries a facet at its place; what it speaks of has the number in its name."""
    name = f"db.s.t{number}"
    source = {"namespace": "pg", "name": f"{name}_source"}
    target: dict[str, Any] = {"namespace": "pg", "name": name}
    event: dict[str, Any] = {
        "eventType": "COMPLETE",
        "eventTime": "2024-05-01T10:00:00Z",
        "run": {"runId": RUN_ID.format(number)},
        "job": {"namespace": "etl", "name": f"job{number}"},
        "inputs": [source],
        "outputs": [target],
    }
    places = {"run": event["run"], "job": event["job"], "dataset": target, "input": source, "output": target}
    key = {"input": "inputFacets", "output": "outputFacets"}.get(row.place, "facets")
    places[row.place][key] = {row.facet: value}
    if row.facet == "tags":  # on columns that there are
        target.setdefault("facets", {})["schema"] = {"fields": [{"name": "email"}]}
    if row.facet == "lineage":  # what is only listed would be a source beside those it names
        event["inputs"] = []
    if row.facet == "lineage" and row.place == "dataset":
        return {"eventTime": event["eventTime"], "dataset": target}
    return event


def question(row: Row, number: int) -> str:
    """All that the row's fields show, of what the event with this number speaks of."""
    by_owner: dict[str, list[str]] = {}
    for path in row.fields:
        owner, _, name = path.partition(".")
        by_owner.setdefault(owner, []).append(name)
    parts = []
    for owner, names in by_owner.items():
        if owner == "Field":
            inner = select("Field", ["path", *names])
            parts.append(
                f'columns: datasets(select: "pg/db.s.t{number}", at: $at) {{ nodes {{ fields {{ nodes {{ {inner} }} }} }} }}'
            )
        elif owner == "Dataset":
            source = "_source" if row.place == "input" else ""
            parts.append(
                f'datasets(select: "pg/db.s.t{number}{source}", at: $at) {{ nodes {{ {select("Dataset", names)} }} }}'
            )
        elif owner == "Job":
            parts.append(f'jobs(select: "job:job{number}", at: $at) {{ nodes {{ {select("Job", names)} }} }}')
        else:
            inner = select("Run", names) if owner == "Run" else f"uses {{ nodes {{ side {select(owner, names)} }} }}"
            parts.append(f'{owner}: runs(select: "job:job{number}", at: $at) {{ nodes {{ {inner} }} }}')
    return "query($at: At) { " + " ".join(parts) + " }"


def leaves(value: object, but: frozenset[str] = frozenset()) -> Iterator[object]:
    """Every scalar, and every key of a map, of a document; times as numbers, so that their spelling does not count."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in but and not key.startswith("_"):
                yield from leaves(inner, but)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, but)
    elif value is not None:
        moment = parse_time(value)
        yield value if moment is None else moment


@pytest.fixture(scope="module")
def url(database_server: str, database_template: str) -> Iterator[str]:
    """A catalog that took in every example, each of a table, job and run of its own."""
    import servers

    made = servers.create_database(database_server, database_template)
    events = [event_of(row_of(one), one.value, number) for number, one in enumerate(EXAMPLES)]
    catalogs.project(made, [(json.dumps(event).encode(), RECEIVED) for event in events])
    yield made
    servers.drop_database(made)


@pytest.fixture
async def asked(url: str) -> AsyncIterator[Asking]:
    async with catalogs.asking(url) as asking:
        yield asking


def named(number: int) -> str:
    return f"{EXAMPLES[number].folder}-{EXAMPLES[number].file}"


@pytest.mark.parametrize("number", sorted(set(range(len(EXAMPLES))) - set(LINEAGES)), ids=named)
async def test_an_example_comes_back_by_type(asked: Asking, number: int) -> None:
    example = EXAMPLES[number]
    row = row_of(example)
    answer = await asked.ask(question(row, number))
    but = frozenset(NOT_SHOWN.get(example.folder, ()))
    missing = set(leaves(example.value, but)) - set(leaves(answer))
    assert missing == set(), answer
    assert await asked.ask(question(row, number), at={"asOf": "2024-05-02T00:00:00Z"}) == answer


LINEAGE = """query($select: String!, $of: Granularity!) {
  lineage(select: $select, granularity: $of, direction: UP, depth: 1) {
    nodes { id node { ref } } edges { from to } } }"""


def told(example: spec.Example, number: int) -> Iterator[tuple[str, set[str], set[tuple[str, str]]]]:
    """Of each target (a selector): the names it is made of, and pairs of columns (name#field, target field)."""
    value, own = example.value, f"pg/db.s.t{number}"
    entries = value.get("entries", [value])
    for entry in entries:
        target = f"job:job{number}" if entry.get("type") == "JOB" else own
        if "name" in entry:
            target = ("job:" if entry["type"] == "JOB" else "") + entry["name"]
        fields = entry.get("fields", {}).items()
        pairs = [(key, one) for key, item in fields for one in item.get("inputs", item.get("inputFields", []))]
        inputs = [*entry.get("inputs", []), *entry.get("dataset", []), *(one for _, one in pairs)]
        columns = {(f"{one['name']}#{one['field']}", key) for key, one in pairs if "field" in one}
        yield target, {one["name"] for one in inputs if "name" in one}, columns


@pytest.mark.parametrize("number", LINEAGES, ids=named)
async def test_lineage_of_an_example_is_walked(asked: Asking, number: int) -> None:
    for target, names, columns in told(EXAMPLES[number], number):
        found = (await asked.ask(LINEAGE, select=target, of="DATASET"))["lineage"]
        refs = {one["id"]: one["node"]["ref"] for one in found["nodes"]}
        before = {short(refs[edge["from"]]) for edge in found["edges"]}
        assert {short(name) for name in names} <= before  # two examples speak of one job
        assert names or not before
        if columns:
            fields = sorted({field for _, field in columns})
            found = (await asked.ask(LINEAGE, select=" ".join(f"{target}#{one}" for one in fields), of="COLUMN"))[
                "lineage"
            ]
            refs = {one["id"]: one["node"]["ref"] for one in found["nodes"]}
            seen = {(short(refs[edge["from"]]), refs[edge["to"]].rpartition("#")[2]) for edge in found["edges"]}
            assert {(short(source), field) for source, field in columns} <= seen


def short(name: str) -> str:
    return name.rpartition("/")[2]


@pytest.mark.parametrize("row", [row for row in ROWS if row.fields], ids=lambda row: f"{row.place}-{row.facet}")
def test_the_schema_has_every_field_that_a_row_names(row: Row) -> None:
    assert [path for path in row.fields if not has_field(path)] == []


async def test_all_typed_fields_of_many_nodes_take_one_statement(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql, engine = {"query": "select 1", "dialect": "ansi"}, {"version": "3.5", "name": "spark"}
    events = []
    for number in range(30):
        event = event_of(Row("job", "sql", "", ""), sql, number)
        event["run"]["facets"] = {"processing_engine": engine, "tags": {"tags": [{"key": "k", "source": "SPARK"}]}}
        event["outputs"][0]["facets"] = {"storage": {"storageLayer": "delta"}}
        events.append((json.dumps(event).encode(), RECEIVED))
    catalogs.project(fresh_database, events)
    async with catalogs.asking(fresh_database) as asked:
        heard = statements_of(monkeypatch)
        typed = {owner: select(owner, names_of(owner)) for owner in ("Run", "Job", "Dataset")}
        answer = await asked.ask(f"""{{
          runs(first: 30) {{ nodes {{ {typed["Run"]} tags {{ name origin }} }} }}
          jobs(first: 30) {{ nodes {{ {typed["Job"]} }} }}
          datasets(first: 60) {{ nodes {{ {typed["Dataset"]} kind }} }} }}""")
        assert len(answer["runs"]["nodes"]) == 30
        assert all(one["processingEngine"]["name"] == "spark" for one in answer["runs"]["nodes"])
        assert all(one["tags"] == [{"name": "k", "origin": "SPARK"}] for one in answer["runs"]["nodes"])
        assert all(one["sql"] == sql for one in answer["jobs"]["nodes"])
        reading = [one for one in heard if "unnest(%(places)s" in one or "AS asked(node, place, facet)" in one]
        assert len(reading) == 3


def names_of(owner: str) -> list[str]:
    return [row[0].fields[-1].partition(".")[2] for row in fields_of(owner).values()]


async def test_the_last_word_of_all_names_counts(fresh_database: str) -> None:
    links = {"identifiers": [{"namespace": "hive://m:9083", "name": "db.t", "type": "TABLE"}]}
    early = {"storage": {"storageLayer": "hive"}, "datasetType": {"datasetType": "table"}}
    late = {"symlinks": links, "storage": {"storageLayer": "iceberg"}, "datasetType": {"subType": "x"}}
    events = [
        {
            "eventTime": "2024-05-01T10:00:00Z",
            "dataset": {"namespace": "hive://m:9083", "name": "db.t", "facets": early},
        },
        {"eventTime": "2024-05-01T11:00:00Z", "dataset": {"namespace": "s3://b", "name": "t", "facets": late}},
        {
            "eventTime": "2024-05-01T12:00:00Z",
            "dataset": {"namespace": "s3://b", "name": "t", "facets": {"storage": {"_deleted": True}}},
        },
        {"eventTime": "2024-05-01T12:00:00Z", "dataset": {"namespace": "kafka://k", "name": "orders", "facets": {}}},
    ]
    catalogs.project(fresh_database, [(json.dumps(event).encode(), RECEIVED) for event in events])
    query = "query($at: At) { datasets(at: $at) { nodes { storage { storageLayer } datasetType { datasetType subType } kind } } }"
    async with catalogs.asking(fresh_database) as asked:
        [then] = (await asked.ask(query, at={"asOf": "2024-05-01T11:30:00Z"}))["datasets"]["nodes"]
        assert then["storage"] == {"storageLayer": "iceberg"}
        now, topic = (await asked.ask(query))["datasets"]["nodes"]
        assert now["storage"] == {"storageLayer": "hive"}
        assert now["datasetType"] == {"datasetType": None, "subType": "x"}
        assert (now["kind"], topic["kind"]) == (None, "TOPIC")


async def test_older_names_of_facets_have_the_newer_ones_fields(fresh_database: str) -> None:
    older = {
        ("job", "gcp_common"): ("jobs { nodes { gcpLineage { displayName } } }", {"displayName": "n"}),
        ("run", "gcp_dataproc_spark"): ("runs { nodes { gcpDataproc { appId } } }", {"appId": "n"}),
        ("input", "iceberg_scan_report"): (
            "runs { nodes { uses { nodes { side icebergScanReport { filterDescription } } } } }",
            {"filter": "n"},
        ),
        ("output", "iceberg_scan_report"): (
            "runs { nodes { uses { nodes { side icebergCommitReport { operation } } } } }",
            {"operation": "n"},
        ),
    }
    for number, ((place, facet), (_, value)) in enumerate(older.items()):
        event = event_of(Row(place, facet, "", ""), value, number)
        catalogs.project(fresh_database, [(json.dumps(event).encode(), RECEIVED)])
    async with catalogs.asking(fresh_database) as asked:
        for query, _ in older.values():
            assert "n" in set(leaves(await asked.ask(f"{{ {query} }}")))


async def test_uses_go_on_page_by_page(fresh_database: str) -> None:
    event = event_of(Row("output", "outputStatistics", "", ""), {"rowCount": 1}, 1)
    event["outputs"] = [{**event["outputs"][0], "name": f"t{n}"} for n in range(5)]
    event["inputs"] = [{"namespace": "pg", "name": "silent"}]
    catalogs.project(fresh_database, [(json.dumps(event).encode(), RECEIVED)])
    query = """query($after: String) { runs { nodes { uses(first: 3, after: $after) {
      nodes { ref side dataset { ref } facets outputStatistics { rowCount } } pageInfo { hasNextPage endCursor } } } } }"""
    async with catalogs.asking(fresh_database) as asked:
        one = (await asked.ask(query))["runs"]["nodes"][0]["uses"]
        two = (await asked.ask(query, after=one["pageInfo"]["endCursor"]))["runs"]["nodes"][0]["uses"]
    found = one["nodes"] + two["nodes"]
    assert sorted(use["ref"] for use in found) == [f"pg/t{n}" for n in range(5)]
    assert all(use["dataset"]["ref"] == use["ref"] and use["side"] == "OUTPUT" for use in found)
    assert all(use["outputStatistics"] == {"rowCount": 1} for use in found)
    assert all([facet["facet"] for facet in use["facets"]] == ["outputStatistics"] for use in found)
    assert (one["pageInfo"]["hasNextPage"], two["pageInfo"]["hasNextPage"]) == (True, False)


@oracle.needs_corpus
async def test_how_often_which_facet_is_there(asked: Asking) -> None:
    report = (
        await asked.ask("{ facetUsage { exact complete facets { facet place status layer shown count producers } } }")
    )["facetUsage"]
    assert (report["exact"], report["complete"]) == (True, True)
    found = {(one["place"], one["facet"]): one for one in report["facets"]}
    counts = {(row.place, row.facet) for row in map(row_of, EXAMPLES)}
    assert counts <= set(found)
    subset = found["input", "subset"]
    assert (subset["status"], subset["layer"], subset["count"]) == ("TYPED", "physical", 4)
    assert subset["shown"] == ["DatasetUse.subset"]
    assert subset["producers"] == ["https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client"]
    assert found["run", "parent"]["status"] == "INTERPRETED"
    few = (await asked.ask("{ facetUsage(first: 2) { complete facets { count } } }"))["facetUsage"]
    assert (few["complete"], len(few["facets"])) == (False, 2)


@oracle.needs_corpus
async def test_a_part_of_the_registers_stands_for_all(asked: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater_catalog.reading.usage.MOST_BYTES", 1)
    report = (await asked.ask("{ facetUsage { exact } }"))["facetUsage"]
    assert report == {"exact": False}
