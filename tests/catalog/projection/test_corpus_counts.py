"""What the catalog holds of the corpus, against the corpus's own COUNTS.json: each difference has a rule of SEMANTICS.

COUNTS.json counts what stands in documents; the catalog what they mean. A ledger leads from one to the other: each step
is a rule, is computed from the documents by that rule alone, and has the number that is written here. Where it ends is
what the tables hold, by name and not only by number.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import catalogs
import networkx
import oracle
import psycopg
import pytest
import servers

from headwater_catalog.database.engine import Database
from headwater_catalog.door.acks import Ack
from headwater_catalog.names import dataset_name

pytestmark = [oracle.needs_oracle, oracle.needs_corpus]
RECEIVED = 2_000_000_000_000_000
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Name = tuple[str, str]
Body = dict[str, Any]


class Corpus(NamedTuple):
    """raws: every document; counted: those that COUNTS.json counts; told: those that are events; events: each once.

    refused: how many documents for each reason.
    """

    raws: list[bytes]
    counted: list[Body]
    told: list[Body]
    events: list[Body]
    refused: Counter[str]


@cache
def corpus() -> Corpus:
    """The corpus, read once."""
    root = oracle.corpus_dir() / "openlineage"
    found = [
        (path.relative_to(root).parts[0], raw)
        for path in oracle.corpus_files("openlineage")
        for raw in oracle.model.split(path)
    ]
    entries = [(raw, RECEIVED + n) for n, (_, raw) in enumerate(found)]
    events, refused = oracle.model.select(entries)
    out = {raw for raw, _ in refused}
    return Corpus(
        raws=[raw for _, raw in found],
        counted=[body for folder, raw in found if is_counted(folder, body := json.loads(raw))],
        told=[json.loads(raw) for raw, _ in entries if raw not in out],
        events=[shaped(event.body) for event in events],
        refused=Counter(reason for _, reason in refused),
    )


def is_counted(folder: str, body: Any) -> bool:
    """Examples of single facets are no events; of one source the expected fragments are not counted."""
    return folder != "facets" and not (folder == "nu-openlineage-airflow" and "run" not in body)


@cache
def counts() -> Body:
    """COUNTS.json of the whole."""
    found: Body = json.loads((oracle.corpus_dir() / "openlineage" / "COUNTS.json").read_text())
    return found


# What documents list, as they spell it.


def listed(body: Body) -> Iterator[tuple[str, Body]]:
    """("inputs", "outputs" or "dataset", dataset) of a document."""
    for side in ("inputs", "outputs"):
        yield from ((side, one) for one in body.get(side) or ())
    if isinstance(body.get("dataset"), dict):
        yield "dataset", body["dataset"]


def spelled(named: Body) -> Any:
    """(namespace, name) as it stands there, also where one is missing."""
    return named.get("namespace"), named.get("name")


def dataset_names(bodies: Iterable[Body]) -> set[Any]:
    """Datasets of documents."""
    return {spelled(one) for body in bodies for _, one in listed(body)}


def job_names(bodies: Iterable[Body]) -> set[Any]:
    """Jobs of documents."""
    return {spelled(body["job"]) for body in bodies if isinstance(body.get("job"), dict)}


def facets_of(carrier: Any, key: str = "facets") -> Body:
    """Facets that an object carries; null is no facet (§1)."""
    found = carrier.get(key) if isinstance(carrier, dict) else None
    return {name: value for name, value in found.items() if value is not None} if isinstance(found, dict) else {}


def uses_of(body: Body) -> Iterator[tuple[str, Any, Body]]:
    """(kind of owner, owner as it is spelled, its facets) of a document, as COUNTS.json tells kinds apart."""
    yield "run", (body.get("run") or {}).get("runId"), facets_of(body.get("run"))
    if isinstance(body.get("job"), dict):
        yield "job", spelled(body["job"]), facets_of(body["job"])
    for side, one in listed(body):
        yield "dataset", spelled(one), facets_of(one)
        if side != "dataset":
            yield side.removesuffix("s"), spelled(one), facets_of(one, side.removesuffix("s") + "Facets")


def facet_uses(bodies: Iterable[Body]) -> dict[str, Counter[str]]:
    """Kind of owner → facet → how often it stands in documents."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in ("dataset", "input", "job", "output", "run")}
    for body in bodies:
        for kind, _, facets in uses_of(body):
            found[kind].update(facets.keys())
    return found


# What they mean.


def run_of(body: Body) -> tuple[str, ...]:
    """§2: a UUID is a run; any other text only together with the job."""
    given = body["run"]["runId"].strip()
    return (given.lower(),) if UUID.fullmatch(given.lower()) else (given, *spelled(body["job"]))


def meant(names: Iterable[Any]) -> set[Name]:
    """§4: canonical names; §2: what has no namespace or name is skipped."""
    texts = [(ns, name) for ns, name in names if isinstance(ns, str) and isinstance(name, str)]
    return {dataset_name(ns.strip(), name.strip()) for ns, name in texts if ns.strip() and name.strip()}


def shaped(body: Body) -> Body:
    """§2: a `dataset` beside a run or a job is ignored."""
    return {key: one for key, one in body.items() if key != "dataset"} if body.get("run") or body.get("job") else body


def symlinks(bodies: Iterable[Body]) -> networkx.Graph:
    """§5: names and the identifiers that the last symlinks facet of each tells; nothing is renamed in the corpus."""
    last: dict[Name, tuple[Any, Body]] = {}
    for body in bodies:
        for _, one in listed(body):
            facet = facets_of(one).get("symlinks")
            for name in meant([spelled(one)]) if facet else ():
                stamp = oracle.events.parse_time(body["eventTime"])
                if name not in last or last[name][0] <= stamp:
                    last[name] = stamp, facet
    graph: networkx.Graph = networkx.Graph()
    for name, (_, facet) in last.items():
        graph.add_edges_from((name, other) for other in meant(map(spelled, facet["identifiers"])))
    return graph


def sources(bodies: Iterable[Body]) -> set[Name]:
    """§7: inputs of column lineage, and of the lineage that a dataset event tells."""
    found: set[Name] = set()
    for body in bodies:
        for side, one in listed(body):
            facets = facets_of(one)
            told = [facets.get("columnLineage"), facets.get("lineage") if side == "dataset" else None]
            for facet in filter(None, told):
                rows = [*facet.get("inputs", ()), *facet.get("dataset", ())]
                rows += [row for field in facet.get("fields", {}).values() for row in _inputs(field)]
                found |= meant(spelled(row) for row in rows if row.get("type") != "JOB")
    return found


def _inputs(field: Body) -> list[Body]:
    return [*field.get("inputFields", ()), *field.get("inputs", ())]


def above(bodies: Iterable[Body]) -> set[Name]:
    """§11: jobs that are named as parents and roots."""
    found = set()
    for body in bodies:
        for facet in ("parent", "parentRun"):
            said = facets_of(body.get("run")).get(facet, {})
            for one in (said, said.get("root") or {}):
                found |= {spelled(one["job"])} if isinstance(one.get("job"), dict) else set()
    return found


def registers_of(body: Body, kind: str) -> Iterator[tuple[Any, str]]:
    """§3, §6: (what a register is of, facet): of a dataset, job or run; or of a dataset as a run or job uses it."""
    teller: Any = run_of(body) if body.get("run") else spelled(body["job"]) if body.get("job") else None
    for of, owner, facets in uses_of(body):
        if of == kind:
            [canonical] = meant([owner]) if kind in ("dataset", "input", "output") else [owner]
            key = {"run": teller, "job": owner, "dataset": canonical}.get(kind, (teller, canonical))
            yield from ((key, facet) for facet in facets)


# What the catalog holds.


class Held(NamedTuple):
    """A catalog, and what its door said of each document."""

    connection: psycopg.Connection[Any]
    acks: list[Ack]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return self.connection.execute(statement.encode()).fetchall()


@pytest.fixture(scope="module")
def held(database_server: str, database_template: str) -> Iterator[Held]:
    """A catalog that took in every document by its door."""
    url = servers.create_database(database_server, database_template)
    with catalogs.door_of(Database.from_url(url)) as door:
        raws = corpus().raws
        acks = [ack for start in range(0, len(raws), 100) for ack in door.write(raws[start : start + 100])]
    with Database.from_url(url).connect(autocommit=True) as connection:
        yield Held(connection, acks)
    servers.drop_database(url)


def steps(start: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """The number that COUNTS.json has, and what each rule adds or takes away; sizes: rule → what is left after it."""
    found = {"COUNTS.json": start}
    for rule, size in sizes.items():
        found[rule] = size - sum(found.values())
    return found


def test_every_document_is_an_event_or_refused_for_a_reason_and_none_is_parked(held: Held) -> None:
    told = corpus()
    assert steps(
        counts()["events"] + counts()["partialEvents"],
        {
            "examples of single facets": len(told.counted) + 46,
            "expected fragments of nu-openlineage-airflow, which it does not count": len(told.raws),
            "§2 refused: no time of the event": len(told.raws) - told.refused["missing:eventTime"],
            "§2 refused: a placeholder as time": len(told.raws)
            - told.refused["missing:eventTime"]
            - told.refused["invalid:eventTime"],
            "§2 refused: neither run nor job nor dataset, or a run without an id": len(told.told),
            "§1 the same event again": len(told.events),
        },
    ) == {
        "COUNTS.json": 960,
        "examples of single facets": 46,
        "expected fragments of nu-openlineage-airflow, which it does not count": 19,
        "§2 refused: no time of the event": -354,
        "§2 refused: a placeholder as time": -65,
        "§2 refused: neither run nor job nor dataset, or a run without an id": -57,
        "§1 the same event again": -5,
    }
    states = Counter(ack.state for ack in held.acks)
    assert states == {"accepted": 544, "duplicate": 5, "rejected": 476}
    assert Counter(ack.code for ack in held.acks if ack.state == "rejected") == told.refused
    assert held.rows("select count(*) from core.event") == [(len(told.events),)]


def test_datasets(held: Held) -> None:
    told = corpus()
    named, links = meant(dataset_names(told.events)), symlinks(told.events)
    known = named | sources(told.events)
    classes = networkx.Graph(links)
    classes.add_nodes_from(known)
    assert steps(
        counts()["distinctDatasets"],
        {
            "§2 only in refused documents": len(dataset_names(told.told)),
            "§2 a dataset beside a run is ignored": len(dataset_names(told.events)),
            "§4 spelled otherwise": len(named),
            "§7 only sources of lineage name it": len(known),
            "§5 only symlinks name it": len(classes),
            "§5 symlinks make it one with another": networkx.number_connected_components(classes),
        },
    ) == {
        "COUNTS.json": 254,
        "§2 only in refused documents": -151,
        "§2 a dataset beside a run is ignored": -1,
        "§4 spelled otherwise": 0,
        "§7 only sources of lineage name it": 4,
        "§5 only symlinks name it": 6,
        "§5 symlinks make it one with another": -6,
    }
    found = held.rows("select d.node, n.ns, n.name from core.dataset d join core.name n on n.id = d.name")
    by_node: dict[int, set[Name]] = {}
    for node, *name in found:
        by_node.setdefault(node, set()).add((name[0], name[1]))
    assert set(map(frozenset, by_node.values())) == set(map(frozenset, networkx.connected_components(classes)))


def test_jobs(held: Held) -> None:
    told = corpus()
    named = job_names(told.events)
    assert steps(
        counts()["distinctJobs"],
        {"§2 only in refused documents": len(named), "§11 only a parent or root": len(named | above(told.events))},
    ) == {"COUNTS.json": 336, "§2 only in refused documents": -156, "§11 only a parent or root": 6}
    found = held.rows("select n.ns, n.name from core.job j join core.name n on n.id = j.name")
    assert set(found) == named | above(told.events)


def test_runs(held: Held) -> None:
    told = corpus()
    runs = [body for body in told.events if body.get("run")]
    assert steps(
        counts()["distinctRunIds"],
        {
            "§2 only in refused documents": len({body["run"]["runId"] for body in runs}),
            "§2 what is no UUID is a run of its job only": len(set(map(run_of, runs))),
        },
    ) == {
        "COUNTS.json": 60,
        "§2 only in refused documents": -8,
        "§2 what is no UUID is a run of its job only": 122,
    }
    found = held.rows("select run_id, ns, name from process.run where state is not null")
    assert {tuple(filter(None, key)) for key in found} == set(map(run_of, runs))


REFUSED = "§2 in refused documents"
REPEATED = "§1 in the same event again, or of a dataset beside a run"
REGISTERS = "§3 an earlier value of the same register"
FACETS = {
    "dataset": {"COUNTS.json": 1268, REFUSED: -651, REPEATED: -29, REGISTERS: -436},
    "input": {"COUNTS.json": 41, REFUSED: -21, REPEATED: 0, REGISTERS: -6},
    "job": {"COUNTS.json": 1071, REFUSED: -140, REPEATED: -12, REGISTERS: -601},
    "output": {"COUNTS.json": 31, REFUSED: -17, REPEATED: -1, REGISTERS: -2},
    "run": {"COUNTS.json": 2475, REFUSED: -397, REPEATED: -17, REGISTERS: -1369},
}
# How many registers each facet has.
REGISTERS_OF = """
select case when f.place = '' then (array['dataset', 'job', 'run'])[f.owner_kind]
    else replace(split_part(f.place, ':', 1), 'Facets', '') end, f.facet, count(*)
from core.facet f where not f.deleted group by 1, 2
"""


@pytest.mark.parametrize("kind", FACETS)
def test_facets(held: Held, kind: str) -> None:
    told = corpus()
    assert facet_uses(told.counted)[kind] == counts()["facets"][kind]
    registers = {(owner, facet) for body in told.events for owner, facet in registers_of(body, kind)}
    assert (
        steps(
            sum(counts()["facets"][kind].values()),
            {
                REFUSED: facet_uses(told.told)[kind].total(),
                REPEATED: facet_uses(told.events)[kind].total(),
                REGISTERS: len(registers),
            },
        )
        == FACETS[kind]
    )
    found = {facet: number for of, facet, number in held.rows(REGISTERS_OF) if of == kind}
    assert found == Counter(facet for _, facet in registers)
