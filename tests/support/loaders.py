"""Generated histories whose events carry watermarks and landing files, and what the reference model makes of them."""

from __future__ import annotations

import json
import random
import uuid
from collections import defaultdict
from typing import Any

import oracle

from headwater_catalog.names import key_of

Raw = tuple[bytes, int]
FILES = [f"2026-11-2{n}T10-00-00_orders.csv" for n in range(4)]
VERSIONS: list[dict[str, Any]] = [{}, {"hash": "a"}, {"hash": "b"}, {"modified": "2026-11-20T00:00:00Z"}]
MARKS, LANDING = "headwater_watermark", "headwater_landing_files"


def history(seed: int, size: int) -> list[Raw]:
    """A generated history, with facets of loaders on about half of its events."""
    rng = random.Random(seed)
    tables = oracle.generate.History(seed, size).tables
    return [(_with_facets(raw, rng, tables), received) for raw, received in oracle.generate.history(seed, size)]


def _with_facets(raw: bytes, rng: random.Random, tables: list[tuple[str, str]]) -> bytes:
    try:
        event = json.loads(raw)
    except ValueError:
        return raw
    if not isinstance(event, dict):
        return raw
    run = event.get("run")
    if isinstance(run, dict) and rng.random() < 0.5:
        run["facets"] = {**(run.get("facets") or {}), MARKS: _marks(rng, tables)}
    sides = [
        (event.get("inputs"), "inputFacets"),
        (event.get("outputs"), "outputFacets"),
        ([event.get("dataset")], "facets"),
    ]
    for items, place in sides:
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and rng.random() < 0.5:
                item[place] = {**(item.get(place) or {}), LANDING: _files(rng)}
    return json.dumps(event).encode()


def _marks(rng: random.Random, tables: list[tuple[str, str]]) -> dict[str, Any]:
    if rng.random() < 0.05:
        return {"_deleted": True}
    said = [
        {"namespace": ns, "name": name, "value": rng.choice([rng.randint(0, 9), "2026", 1.0, None])}
        for ns, name in rng.sample(tables, rng.randint(0, 2))
    ]
    return {"watermarks": [*said, {"name": "nowhere", "value": 1}, "odd"][: rng.randint(0, 4)]}


def _files(rng: random.Random) -> dict[str, Any]:
    return {"files": [{"path": path, **rng.choice(VERSIONS)} for path in rng.sample(FILES, rng.randint(0, 3))]}


def expected_marks(state: Any) -> dict[tuple[Any, Any], list[tuple[int, Any]]]:
    """(job, node) → [(end in microseconds, value)] of all commits, the last first."""
    found: dict[Any, dict[Any, Any]] = defaultdict(dict)
    for run in state.runs.values():
        said = [e.body["run"]["facets"] for e in run.events if not e.future and MARKS in _facets(e.body["run"])]
        if not run.confirmed or not said or said[-1][MARKS].get("_deleted"):
            continue
        last: dict[Any, Any] = {}
        for one in said[-1][MARKS].get("watermarks", ()):
            name = oracle.events.ref(one) if isinstance(one, dict) else None
            if name and one["value"] is not None:
                last[name] = one["value"]
        for name, value in last.items():
            commits = found[run.job, state.node(name, run.at)]
            commits[run.at] = max(value, commits.get(run.at, value), key=json.dumps)
    return {
        pair: [(stamp[1], commits[stamp]) for stamp in sorted(commits, reverse=True)] for pair, commits in found.items()
    }


def _facets(owner: Any) -> dict[str, Any]:
    return owner.get("facets") or {}


def expected_files(state: Any, job: Any = None) -> dict[Any, dict[str, tuple[Any, str]]]:
    """Node → path → (version, state); job: only its loads count."""
    landed: dict[Any, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
    loaded: dict[Any, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for e in state.events:
        run = state.runs.get(e.run) if e.kind == "run" else None
        if e.kind == "job" or e.future:
            continue
        for side, _, name, item in oracle.events.items(e):
            for path, version in _told(item):
                if side != "in" and not (run and run.state in ("FAIL", "ABORT")):
                    teller = name, run.key if run else e.id
                    landed[state.node(name, e.stamp)][path].append((version, e.stamp, teller))
                if side == "in" and run and run.state in ("COMPLETE", "FAIL", "ABORT") and job in (None, run.job):
                    loaded[state.node(name, run.at)][path].append((version, run.at, run.state))
    return {
        node: {path: _state(tellings, loaded[node][path]) for path, tellings in files.items()}
        for node, files in landed.items()
    }


def _told(item: dict[str, Any]) -> list[tuple[str, str]]:
    said = []
    for place in ("facets", "inputFacets", "outputFacets"):
        for file in ((item.get(place) or {}).get(LANDING) or {}).get("files", ()):
            version = next((f"{key} {file[key]}" for key in ("hash", "modified") if key in file), "")
            said.append((file["path"], version))
    return said


def _state(tellings: list[Any], loads: list[Any]) -> tuple[Any, str]:
    """The version that was told last, by the first word of each teller under each name, and what became of it."""
    first: dict[Any, Any] = {}
    for version, stamp, teller in sorted(tellings, key=lambda one: one[1]):
        first.setdefault((version, teller), stamp[:3])
    last = max(first.values())
    version = min((v for (v, _), stamp in first.items() if stamp == last), key=_version_key)
    since = min(stamp for (one, _), stamp in first.items() if one == version)
    states = {state for said, at, state in loads if said == version or (said == "" and at[:3] >= since)}
    return version, "PROCESSED" if "COMPLETE" in states else "FAILED" if states else "NEW"


def _version_key(version: str) -> uuid.UUID:
    """What decides between two versions of a path that one event tells."""
    return key_of("version", version) if version else uuid.UUID(int=0)
