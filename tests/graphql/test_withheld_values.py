"""No measured value of a withheld column leaves the catalog: planted everywhere, looked for everywhere (decisions/0022)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import catalogs
import everything
import pytest
import shop
from catalogs import Asking
from graphql import build_schema
from planted_values import Planted

import headwater_graphql
from headwater_catalog.edits.document import compose
from headwater_catalog.times import parse_time

PERSON, NARROW = "urn:personal", "urn:narrow"
AT = parse_time("2024-06-01T00:00:00Z") or 0
Change = dict[str, Any]


class Way(NamedTuple):
    """A way in which a column is withheld. column: that is measured; fields: of the schema; says: what people say.

    told: other facets of the dataset.
    """

    column: str
    says: Callable[[shop.Name], list[Change]] = lambda _: []
    fields: tuple[str, ...] = ("who",)
    told: dict[str, Any] = {}  # noqa: RUF012 - never changed


def of_column(path: str, *changes: Change) -> Callable[[shop.Name], list[Change]]:
    """What is said of a column."""
    return lambda name: [
        {verb: {"node": ["field", *name, path], **said}} for one in changes for verb, said in one.items()
    ]


def of_dataset(*changes: Change) -> Callable[[shop.Name], list[Change]]:
    """What is said of a dataset."""
    return lambda name: [{verb: {"node": ["dataset", *name], **said}} for one in changes for verb, said in one.items()]


def meant(term: str) -> Change:
    """A term that is given."""
    return {"assign": {"term": term, "status": "ACCEPTED"}}


PII: Change = {"tag": {"tag": "pii"}}
NESTED = {"fields": [{"name": "card", "type": "STRUCT", "fields": [{"name": "password", "type": "TEXT"}]}]}
WAYS = {
    "a tag": Way("who", of_column("who", PII)),
    "a value of a tag": Way("who", of_column("who", {"tag": {"tag": "classification", "value": "Restricted"}})),
    "a tag of its dataset": Way("who", of_dataset(PII)),
    "another case": Way("WHO", of_column("Who", PII)),
    "a tag of what it is within": Way("who.first", of_column("who", PII)),
    "a tag of what it holds": Way("who", of_column("who.first", PII)),
    "a tag of items of a list": Way("who.ssn", of_column("who[].ssn", PII)),
    "items that are measured": Way("who[].ssn", of_column("who.ssn", PII)),
    "a term": Way("who", of_column("who", meant(PERSON))),
    "a narrower term": Way("who", of_column("who", meant(NARROW))),
    "a term of its dataset": Way("who", of_dataset(meant(NARROW))),
    "a producer's tag": Way("who", told={"tags": {"tags": [{"key": "pii", "value": "true", "field": "who"}]}}),
    "a producer's tag of the dataset": Way("who", told={"tags": {"tags": [{"key": "personal"}]}}),
    "the name of a secret": Way("api_token", fields=("id", "api_token")),
    "a secret within": Way("card", fields=(), told={"schema": NESTED}),
    "within a secret": Way("card.password.old", fields=(), told={"schema": NESTED}),
}
SCHEMA = build_schema((Path(headwater_graphql.__file__).parent / "schema.graphql").read_text(encoding="utf-8"))


def events(name: shop.Name, way: Way, planted: Planted, number: int) -> list[dict[str, Any]]:
    """Two events of the dataset and two runs of a job that reads and writes it: what is different can be compared."""
    table = shop.table(name, *way.fields, **way.told)
    told = []
    for hour, one in enumerate((planted.later, planted)):
        own = {**table, "facets": {**table["facets"], **one.facets()}}
        used = {**table, "inputFacets": one.measures(), "outputFacets": one.measures()}
        run = shop.run(number + 60 * hour, f"job{number}", [used], [used], **one.run())
        run["job"]["facets"] = {**one.measures(), **one.run()}
        told += [{"eventTime": f"2024-05-01T1{hour}:59:00Z", "producer": "urn:shop", "dataset": own}, run]
        if number == 1:  # of what nobody knows the dataset of
            told.append(shop.run(number + 30 + 60 * hour, "alone", [], [], **one.run(), **one.measures()))
    return told


@pytest.fixture
async def marked(fresh_database: str) -> Any:
    """A catalog with a dataset for each way, and one of which nothing is withheld."""
    ways = {"nothing": Way("who"), **WAYS}
    planted = {way: Planted(one.column, number) for number, (way, one) in enumerate(ways.items())}
    names = {way: (shop.PG, f"shop.raw.t{number:02d}") for number, way in enumerate(ways)}
    terms = [
        {"putTerm": {"iri": PERSON, "prefLabel": {"en": "Personal data"}}},
        {"putTerm": {"iri": NARROW, "prefLabel": {"en": "name"}, "broader": [PERSON]}},
    ]
    async with catalogs.asking(fresh_database) as asked:
        told = [
            event
            for number, (way, one) in enumerate(ways.items())
            for event in events(names[way], one, planted[way], number)
        ]
        assert set(asked.tell(*told)) == {"accepted"}
        said = [change for way, one in ways.items() for change in one.says(names[way])]
        assert asked.tell(compose("ada", [*terms, *said], AT, source="PERSON", nonce="1")) == ["accepted"]
        yield asked, planted


async def roots_of(asked: Asking) -> dict[str, str]:
    """Arguments of roots that need some."""
    runs = (await asked.ask("{ runs(first: 40) { nodes { id job { name } } } }"))["runs"]["nodes"]
    of_jobs: dict[str, list[str]] = {}
    for run in runs:
        of_jobs.setdefault(run["job"]["name"], []).append(run["id"])
    names = ", ".join(f'"{shop.PG}/shop.raw.t{number:02d}"' for number in range(len(WAYS) + 1))
    now, then = "{}", '{ asOf: "2024-05-01T10:30:00Z" }'
    return {
        "openings": f"(datasets: [{names}])",
        "search": '(text: "zq")',
        "lineage": '(select: "shop.raw.t01")',
        "lineageDiff": f'(select: "shop.raw.t01", from: {then}, to: {now})',
        "impact": '(select: "shop.raw.t01")',
        "schemaDiff": f'(dataset: "shop.raw.t01", from: {then}, to: {now})',
        "template": '(dataset: "shop.raw.t01", for: PANDAS)',
        "landingFiles": '(dataset: "shop.raw.t01")',
        "meaning": '(fields: ["shop.raw.t01#who"])',
        **{f"compareRuns {job}": f'(run: "{ids[0]}", against: "{ids[-1]}")' for job, ids in of_jobs.items()},
    }


async def test_a_value_that_is_planted_everywhere_is_read_nowhere(marked: tuple[Asking, dict[str, Planted]]) -> None:
    asked, planted = marked
    roots = await roots_of(asked)
    comparisons = [said for root, said in roots.items() if root.startswith("compareRuns")]
    asks = list(everything.documents(SCHEMA, roots))
    asks += [f"{{ compareRuns{said} {{ story items {{ name before after sentence }} }} }}" for said in comparisons]
    # Tags are of now, whatever moment is asked about.
    before = 'at: { asOf: "2024-05-20T00:00:00Z" }'
    asks += [one for one in everything.documents(SCHEMA, {}, before) if any(word in one for word in MEASURED)]
    found: dict[str, set[str]] = {way: set() for way in planted}
    for ask in asks:
        answer = await asked.post(ask)
        errors = answer.json().get("errors", [])
        assert not [one for one in errors if one["extensions"]["code"] != "moment_not_answered"], (ask, errors)
        for way, one in planted.items():
            found[way] |= {ask for sign in (*one.signs, *one.later.signs) if sign in answer.text}
    assert {way: asks for way, asks in found.items() if asks and way != "nothing"} == {}
    shown = " ".join(found["nothing"])
    missing = [word for word in (*MEASURED, "compareRuns") if word not in shown]
    assert not missing, f"nothing was planted in {missing}"


MEASURED = (
    *(" facets", "profile {", "profileHistory", "drift", "metrics", "tests", "uses", "contractPart"),
    *("dataQualityAssertions", "dataQualityMetrics"),
)
"""Fields in which the values of a column that is not withheld are read, so that the others can be missed."""


async def test_what_holds_no_value_stays(marked: tuple[Asking, dict[str, Planted]]) -> None:
    asked, _ = marked
    checks = [
        {"assertion": "not_null", "name": "not_null_t01_who", "column": "who", "success": False, "severity": "warn",
         "params": {"scope": "integration"}},
        {"assertion": "accepted_values", "name": "accepted_values_t01_who__ada", "column": "who", "success": True},
        {"assertion": "expect_table_row_count_to_equal", "success": True, "expected": "10", "actual": "10"},
        {"assertion": "max_pay", "success": True, "expected": "10", "actual": "10"},
    ]  # fmt: skip
    facets = {
        "dataQualityAssertions": {"assertions": checks},
        "headwater_profile": {"rows": 3, "method": "sql", "columns": [{"name": "who", "nulls": 1, "type": "VARCHAR"}]},
    }
    dataset = shop.table((shop.PG, "shop.raw.t01"), "who", **facets)
    event = {"eventTime": "2024-05-02T10:00:00Z", "producer": "urn:shop", "dataset": dataset}
    assert asked.tell(event) == ["accepted"]
    query = """{ datasets(select: "shop.raw.t01") { nodes { tests(first: 1) { nodes { assertion success scope
      details { name severity expected actual } } } profile { rows method columns { name nulls type withheld } } } } }"""
    [node] = (await asked.ask(query))["datasets"]["nodes"]
    blank = {"name": None, "severity": None, "expected": None, "actual": None}
    assert node["tests"]["nodes"] == [
        {"assertion": "not_null", "success": False, "scope": "AFTER_INTEGRATION",
         "details": {**blank, "name": "not_null_t01_who", "severity": "warn"}},
        {"assertion": "accepted_values", "success": True, "scope": "GENERIC", "details": blank},
        {"assertion": "expect_table_row_count_to_equal", "success": True, "scope": "GENERIC",
         "details": {**blank, "expected": "10", "actual": "10"}},
        {"assertion": None, "success": True, "scope": "GENERIC", "details": blank},
    ]  # fmt: skip
    column = {"name": "who", "nulls": 1, "type": "VARCHAR", "withheld": True}
    assert node["profile"] == {"rows": 3, "method": "sql", "columns": [column]}


async def test_what_is_withheld_of_many_datasets_is_asked_at_once(
    marked: tuple[Asking, dict[str, Planted]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not dataset by dataset."""
    asked, _ = marked
    query = 'query($n: Int!) {{ datasets(first: $n, environment: "all") {{ nodes {{ {} }} }} }}'
    for field in ("profile { rows }", "metrics { nodes { value } }", "facets", "tests { nodes { assertion } }"):
        counts = []
        for size in (2, 16):
            told = catalogs.statements_of(monkeypatch)
            await asked.ask(query.format(field), n=size)
            counts.append(len(told))
            monkeypatch.undo()
        assert counts[0] == counts[1], field
