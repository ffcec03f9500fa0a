"""Runs that tell for months: what no longer counts is not read again, and nothing becomes different by that."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

import oracle
import pytest
from derivedrows import derived_rows
from projected import Catalog, Raw, plain
from ruled import Ruled
from seeds import some
from takenback import assert_rebuilt, take_back
from telling import NS, change, clock, entry, run, state, symlinks, table, told

from headwater_catalog.projection import spent


def of_few_runs(entries: list[Raw], runs: int) -> list[Raw]:
    """The same events, as if so few runs had told all of them: with all that a run can say, again and again."""
    found = []
    for raw, received in entries:
        try:
            event = json.loads(raw)
            run = event["run"]["runId"]
        except (ValueError, KeyError, TypeError):
            found.append((raw, received))
            continue
        number = uuid.uuid5(uuid.NAMESPACE_OID, str(run)).int % runs
        event["run"]["runId"] = str(uuid.UUID(int=number, version=4))
        found.append((json.dumps(event).encode(), received))
    return found


def wanted(entries: list[Raw]) -> dict[str, Any]:
    return plain(oracle.model.document(oracle.model.build(entries)))


@oracle.needs_oracle
@pytest.mark.parametrize("seed", [*some(range(10)), *(pytest.param(n, marks=pytest.mark.deep) for n in range(10, 35))])
def test_long_runs_give_the_state_of_the_reference(
    catalog: Catalog, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    monkeypatch.setattr(spent, "ENOUGH", rng.choice([1, 3, 8]))
    entries = of_few_runs(oracle.generate.history(seed, 60 + seed % 60), rng.choice([1, 2, 5]))
    rng.shuffle(entries)
    catalog.ingest(entries, rng.choice([1, 3, 10]))
    assert catalog.document() == wanted(entries)
    monkeypatch.setattr(spent, "ENOUGH", 10_000)  # a rebuild reads everything
    assert_rebuilt(catalog)


@oracle.needs_oracle
@pytest.mark.parametrize("seed", [*some(range(10)), *(pytest.param(n, marks=pytest.mark.deep) for n in range(10, 35))])
def test_what_is_taken_back_makes_spent_events_count_again(
    catalog: Catalog, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    monkeypatch.setattr(spent, "ENOUGH", rng.choice([1, 4]))
    entries = of_few_runs(oracle.generate.history(seed, 60), 2)
    events, _ = oracle.model.select(entries)
    targets = [("entry", e.id) for e in rng.sample(events, 6)]
    gone = {target for _, target in targets}
    early = rng.randrange(len(entries) // 2, len(entries))
    catalog.ingest(entries[:early], 7)
    take_back(catalog, targets, on=True)
    catalog.ingest(entries[early:], 7)
    left = [e for e in events if e.id not in gone]
    assert catalog.document() == plain(oracle.model.document(oracle.model.State(left)))
    take_back(catalog, targets, on=False)
    assert catalog.document() == wanted(entries)
    assert_rebuilt(catalog)


def declaring(entries: list[Raw], rng: random.Random) -> list[Raw]:
    """The same events, most of which no run tells: declarations of few jobs, and structures of few datasets."""
    found = []
    for raw, received in entries:
        event = json.loads(raw) if raw[:1] == b"{" else None
        if isinstance(event, dict) and isinstance(event.get("job"), dict) and rng.random() < 0.8:
            event.pop("run", None)
            outputs = event.get("outputs")
            if outputs and isinstance(outputs, list) and rng.random() < 0.4:
                event = {"eventTime": event.get("eventTime"), "dataset": outputs[0]}
        found.append((raw if event is None else json.dumps(event).encode(), received))
    return found


@oracle.needs_oracle
@pytest.mark.parametrize("seed", [*some(range(15)), *(pytest.param(n, marks=pytest.mark.deep) for n in range(15, 40))])
def test_many_declarations_and_structures_give_the_state_of_the_reference(catalog: Catalog, seed: int) -> None:
    rng = random.Random(seed)
    entries = declaring(oracle.generate.history(seed, 80), rng)
    if seed % 3:
        rng.shuffle(entries)
    catalog.ingest(entries, rng.choice([1, 4, 20]))
    assert catalog.document() == wanted(entries)
    assert_rebuilt(catalog)


def test_the_first_start_of_a_run_counts_however_often_it_started_again(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spent, "ENOUGH", 1)
    again = [run(1, f"10:{minute:02d}", "START") for minute in range(5, 20)]
    found = state(catalog, run(1, "10:00", "RUNNING"), *again, run(1, "11:00", "RUNNING"), run(1, "11:01", "RUNNING"))
    assert clock(found.run()["started"]) == "10:05"
    [(events, needed)] = catalog.connection.execute("select events, needed from process.run").fetchall()
    assert (events, len(needed)) == (18, 4)  # the first and the last of each kind


def test_of_two_names_of_a_dataset_the_change_counts_of_the_one_that_came_to_speak_last(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spent, "ENOUGH", 1)
    dropped, made = table("orders", **change("DROP")), table("sales", **change("CREATE"))
    found = state(
        catalog,
        told("09:00", "orders", **symlinks((NS, "sales", "TABLE"))),
        run(1, "10:00", "START"),
        run(1, "10:01", "RUNNING"),
        run(1, "10:02", "RUNNING", writes=[dropped]),  # it counts for nothing but coming first
        run(1, "10:03", "RUNNING", writes=[made]),
        run(1, "10:04", "RUNNING", writes=[dropped]),
        run(1, "10:05", reads=["raw"]),
    )
    assert [sources for *_, sources, _ in found.spans("sales")] == [["raw"]]


# A job that streams for a month into folders of days: a rule makes them one dataset.
DAYS = [{"name": r"(?P<t>\w+)/dt=(?P<d>.+)", "to_name": "{t}", "partition": "dt={d}"}]
PARTITIONS = "select ns, name, partition from core.alias order by 1, 2"


def landing(folder: str, *files: str) -> dict[str, Any]:
    """A folder with files that landed in it."""
    facet = {"files": [{"path": path, "size": len(path)} for path in files]}
    return table(folder, "s3://lake", outputFacets={"headwater_landing_files": facet})


def reading(folder: str, *files: str) -> dict[str, Any]:
    """A folder with files that were loaded from it."""
    facet = {"files": [{"path": path} for path in files]}
    return table(folder, "s3://lake", inputFacets={"headwater_landing_files": facet})


def streamed(rng: random.Random, ends: bool) -> list[Raw]:
    """What one run tells: several folders of one dataset at a time, files again and again, how far it came."""
    told = [run(1, "00:00", "START")]
    for minute in range(1, 40):
        days = rng.sample(range(1, 6), rng.randint(1, 3))
        writes = [landing(f"clicks/dt={day}", *(f"part-{rng.randrange(9)}" for _ in range(2))) for day in days]
        reads = [reading(f"raw/dt={day}", f"in-{rng.randrange(9)}") for day in days[:2]]
        mark = {"watermarks": [{"namespace": "s3://lake", "name": f"raw/dt={days[0]}", "value": minute}]}
        said = {"headwater_watermark": mark} if rng.random() < 0.5 else {}
        told.append(run(1, f"01:{minute:02d}", "RUNNING", reads=reads, writes=writes, **said))
    return [entry(one) for one in [*told, *([run(1, "02:00")] if ends else [])]]


@pytest.mark.parametrize("seed", [*some(range(8)), *(pytest.param(n, marks=pytest.mark.deep) for n in range(8, 33))])
def test_folders_files_and_watermarks_of_a_long_run_are_those_of_one_that_is_read_whole(
    catalog: Catalog, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    entries = streamed(rng, ends=seed % 4 != 0)
    rng.shuffle(entries)
    found = {}
    for enough, batch in ((10_000, 50), (1, 1), (1, 7)):
        monkeypatch.setattr(spent, "ENOUGH", enough)
        catalog.clear()
        ruled = Ruled(catalog)
        if seed % 2:
            ruled.rules(DAYS)
        catalog.ingest(entries, batch)
        if not seed % 2:
            ruled.rules(DAYS)  # what had other names is derived anew
        found[enough, batch] = catalog.document(), derived_rows(catalog.connection), partitions(catalog)
        assert_rebuilt(catalog)
    whole = found.pop((10_000, 50))
    assert list(found.values()) == [whole, whole]
    assert_all_is_there(whole, entries, ended=seed % 4 != 0)


def partitions(catalog: Catalog) -> list[tuple[Any, ...]]:
    """The names that the rule makes one, each with its partition."""
    found = catalog.connection.execute(PARTITIONS).fetchall()
    catalog.connection.rollback()
    return found


def assert_all_is_there(found: tuple[Any, ...], entries: list[Raw], ended: bool) -> None:
    """Each file and folder that any event told of, and of the watermarks the last, once the run has ended."""
    document, rows, aliases = found
    events = sorted((json.loads(raw) for raw, _ in entries), key=lambda event: event["eventTime"])
    listed = [one for event in events for one in (*event["inputs"], *event["outputs"])]
    assert {name for _, name, _ in aliases} == {one["name"] for one in listed}
    assert {partition for *_, partition in aliases} == {one["name"].partition("/")[2] for one in listed}
    assert {one["name"][1] for one in document["datasets"]} == {"raw", "clicks"}
    landed = {
        (one["name"].partition("/")[2], file["path"])
        for one in listed
        for file in one.get("outputFacets", {}).get("headwater_landing_files", {"files": ()})["files"]
    }
    loaded = {
        (one["name"].partition("/")[2], file["path"])
        for one in listed
        for file in one.get("inputFacets", {}).get("headwater_landing_files", {"files": ()})["files"]
    }
    assert len(rows["landing file"]) == len(landed) + (len(loaded) if ended else 0)
    assert len(rows["watermark"]) == (1 if ended else 0)
