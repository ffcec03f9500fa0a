"""What the reference model makes of the demo's events: counts, lineage, versions."""

from collections import Counter, defaultdict
from fnmatch import fnmatchcase

import pytest

from headwater_web.demo import expected
from headwater_web.demo.datasets import DATASETS, JOB_NAMESPACE, TABLES, ZONE_RULES

pytestmark = pytest.mark.xdist_group("demo")

FEEDS = {("dataset", "file", f"lakehouse/landing/temporal/{feed}") for feed in ("profiles", "posts", "ad_events")}


def table(name):
    return ("dataset", TABLES, name)


def keyed(node):
    [key] = [k for k, d in DATASETS.items() if (d.namespace, d.name) == tuple(node[1:3])]
    return key


@pytest.fixture(scope="module")
def edges(model, state):
    """(direct pairs, indirect pairs) of each target."""
    found = defaultdict(lambda: (set(), set()))
    for source, target, job, status, method, how in model.column_edges(state):
        assert job
        assert status == "observed"
        assert method in ("column", "explicit")
        found[keyed(target)][how[0] == "INDIRECT"].add((source, target))
    return found


def test_no_event_is_refused_or_flagged(model, entries):
    events, refused = model.select(entries)
    assert refused == []
    assert len(events) == expected.EVENTS
    assert not [e for e in events if e.flags or e.future]


def test_datasets_by_zone(state):
    zones = Counter(
        next(one["zone"] for one in ZONE_RULES if fnmatchcase(name, one["pattern"])) for _, name in state.names
    )
    assert zones == expected.DATASETS_BY_ZONE
    assert zones == Counter(dataset.zone for dataset in DATASETS.values())


def test_runs_and_their_parent(model, state):
    document = model.document(state)
    assert Counter(run["job"][1] for run in document["runs"]) == expected.RUNS
    assert Counter(run["state"] for run in document["runs"]) == {
        "COMPLETE": sum(expected.RUNS.values()) - expected.FAILED_RUNS,
        "FAIL": expected.FAILED_RUNS,
    }
    parents = {job["name"][1]: job["parent"] for job in document["jobs"]}
    assert len(parents) == expected.JOBS
    assert parents.pop("daily_pipeline") is None
    assert {tuple(parent) for parent in parents.values()} == {(JOB_NAMESPACE, "daily_pipeline")}
    known = {tuple(run["id"]) for run in document["runs"]}
    assert {tuple(run["parent"]["run"]) for run in document["runs"] if run["parent"]} <= known


def test_dataset_edges(model, state):
    edges = {(e[0], e[1]) for e in model.edges(state)}
    assert len(edges) == expected.DATASET_EDGES
    assert {e[3] for e in model.edges(state)} == {"observed"}


def test_column_edges_of_every_table(edges):
    counted = {key: (len(direct), len(indirect), len(direct & indirect)) for key, (direct, indirect) in edges.items()}
    assert counted == expected.COLUMN_EDGES
    assert sum(c[0] for c in counted.values()) == expected.DIRECT_COLUMN_EDGES
    assert sum(c[1] for c in counted.values()) == expected.INDIRECT_COLUMN_EDGES
    assert sum(a + b - both for a, b, both in counted.values()) == expected.COLUMN_PAIRS


def test_columns_named_in_lineage_exist(model, state):
    known = {}
    for node in {end[:3] for edge in model.column_edges(state) for end in edge[:2]}:
        fields = model.schema_versions(state, node)[-1]["fields"]
        known[node] = {f["name"] for f in fields if not f["fields"]}
        known[node] |= {f"{f['name']}.{inner['name']}" for f in fields for inner in f["fields"]}
    for source, target, *_ in model.column_edges(state):
        assert source[3] in known[source[:3]]
        assert target[3] in known[target[:3]] or "." not in target[3]


def test_ad_performance_comes_from_all_three_sources(model, state):
    answer = model.lineage(state, table("exploitation.ad_performance"), "up", 50)
    reached = {tuple(node[:3]) for node in answer["nodes"]}
    assert reached >= FEEDS
    assert len(reached) == len(DATASETS) - 1  # all but the quarantine


def test_the_click_share_comes_from_landing_fields(model, state):
    start = (*table("exploitation.ad_performance"), "click_share")
    answer = model.lineage(state, start, "up", 50, granularity="column")
    landed = {(node[2].rpartition("/")[2], node[3]) for node in answer["nodes"] if "temporal" in node[2]}
    assert {("ad_events", "event_id"), ("ad_events", "clicked"), ("posts", "body.text"), ("posts", "feeling")} <= landed
    assert {("profiles", "user_id"), ("profiles", "marketing_consent")} <= landed
    assert ("profiles", "full_name") not in landed


def test_its_values_alone_come_from_the_ad_network(edges):
    """Without filters and joins, the share is a count of the events that the ad network sent."""
    direct = {pair for flows, _ in edges.values() for pair in flows}
    reached, frontier = set(), {(*table("exploitation.ad_performance"), "click_share")}
    while frontier:
        reached |= frontier
        frontier = {source for source, target in direct if target in frontier} - reached
    assert ("dataset", "file", "lakehouse/landing/temporal/ad_events", "event_id") in reached


def test_the_day_5_column_reaches_the_choice_of_ads(model, entries):
    for day, there in (("2025-10-10T12:00:00Z", False), ("2025-10-11T12:00:00Z", True)):
        past = model.build(entries, as_of=model.parse_time(day))
        start = ("dataset", "file", "lakehouse/landing/temporal/profiles", "marketing_consent")
        nodes = model.lineage(past, start, "down", 50, granularity="column")["nodes"]
        assert (["dataset", TABLES, "exploitation.served_ads", "user_id"] in [n[:4] for n in nodes]) is there


def test_lineage_changed_on_day_5_and_at_no_other_time(state):
    spans = {target[2]: [s["count"] for s in found] for (_, target), found in state.timelines.items()}
    changed = {name for name, counts in spans.items() if len(counts) > 1}
    assert {DATASETS[key].name for key in ("persistent/profiles", "formatted.users", "trusted.users")} <= changed
    assert changed <= {
        "exploitation.served_ads",
        "trusted.users",
        "formatted.users",
        DATASETS["persistent/profiles"].name,
    }
    assert all(counts in ([4, 10],) for name, counts in spans.items() if name in changed)


def test_model_and_deployment_have_versions(model, state):
    versions = {tuple(d["name"]): [v[2] for v in d["versions"]] for d in model.document(state)["datasets"]}
    assert versions[TABLES, "exploitation.model_sentiment"] == expected.MODEL_VERSIONS
    assert versions[TABLES, "exploitation.deployment_ad_targeting"] == expected.DEPLOYED_VERSIONS
    assert len(versions["file", "lakehouse/landing/persistent/posts"]) == 14


def test_kinds_and_owners(demo):
    described = {o["name"]: o["facets"] for e in demo.events for o in e["outputs"] if "facets" in o}
    kinds = {name: f["datasetType"]["datasetType"] for name, f in described.items() if f}
    assert Counter(kinds.values()) == {"FILE": 6, "TABLE": 14, "MODEL": 1}
    owners = {o["name"] for o in described["exploitation.model_sentiment"]["ownership"]["owners"]}
    assert owners == {"user:mira.lang"}
    assert all(f["ownership"]["owners"] and f["documentation"]["description"] for f in described.values() if f)
