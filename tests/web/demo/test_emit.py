"""The events on the wire: the OpenLineage client's HTTP transport, a key, refusals; and their facets."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from openlineage.client.generated import base

from headwater_web.demo import world
from headwater_web.demo.emit import CollectingTransport
from headwater_web.demo.run import run_demo
from headwater_web.demo.story import DemoError

pytestmark = pytest.mark.xdist_group("demo")


class Catalog(ThreadingHTTPServer):
    """Answers like a catalog, and remembers what it was sent."""

    def __init__(self, status):
        self.status, self.seen = status, []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers.get("Authorization"), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def catalog(request):
    server = Catalog(request.param)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("catalog", [201], indirect=True)
def test_events_go_to_the_server_with_the_key(catalog, demo, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    report = run_demo(f"http://127.0.0.1:{catalog.server_port}/base", "secret", tmp_path, 1)
    assert {(path, key) for path, key, _ in catalog.seen} == {("/base/api/v1/lineage", "Bearer secret")}
    assert [body.decode() for _, _, body in catalog.seen] == demo.bodies[: report.events]


@pytest.mark.parametrize("catalog", [401], indirect=True)
def test_a_refusal_ends_the_demo(catalog, tmp_path):
    with pytest.raises(DemoError, match=r"did not take an event of daily_pipeline: 401"):
        run_demo(f"http://127.0.0.1:{catalog.server_port}", None, tmp_path, 1)


def test_a_switched_off_client_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    with pytest.raises(DemoError, match="OPENLINEAGE_DISABLED"):
        run_demo("", None, tmp_path, 1, transport=CollectingTransport())


def test_the_producer_of_other_facets_is_not_touched(demo):
    assert base.PRODUCER == base.DEFAULT_PRODUCER
    assert {e["producer"] for e in demo.events} == {"https://git.headwater.example/lakehouse"}


def test_states_come_in_order(demo):
    states: dict[str, list[tuple[str, str]]] = {}
    for event in demo.events:
        states.setdefault(event["run"]["runId"], []).append((event["eventTime"], event["eventType"]))
    for run in states.values():
        assert run == sorted(run)
        assert run[0][1] == "START"
        assert run[-1][1] in ("COMPLETE", "FAIL")
    assert {len(run) for run in states.values()} == {2, 4}


def test_facets_in_use(demo):
    found = {"run": set(), "job": set(), "facets": set(), "inputFacets": set(), "outputFacets": set()}
    for event in demo.events:
        for owner in ("run", "job"):
            found[owner] |= event[owner]["facets"].keys()
        for dataset in event["inputs"] + event["outputs"]:
            for key in ("facets", "inputFacets", "outputFacets"):
                found[key] |= (dataset.get(key) or {}).keys()
    assert found["run"] == {
        *("nominalTime", "processing_engine", "parent", "executionParameters", "tags", "test", "errorMessage"),
        "headwater_watermark",
    }
    assert found["job"] == {
        *("documentation", "ownership", "jobType", "sourceCodeLocation", "sql", "sourceCode", "lineage"),
    }
    assert found["facets"] == {
        *("schema", "columnLineage", "documentation", "ownership", "version", "datasetType", "storage", "dataSource"),
        *("lifecycleStateChange", "tags", "dataQualityMetrics"),
    }
    assert found["inputFacets"] == {
        *("inputStatistics", "dataQualityMetrics", "dataQualityAssertions", "headwater_landing_files"),
    }
    assert found["outputFacets"] == {"outputStatistics", "subset", "dataQualityAssertions", "headwater_landing_files"}
    assert {facet for event in demo.looks for facet in event["dataset"]["facets"]} == {
        *("headwater_relation", "headwater_size", "headwater_format", "headwater_location"),
        *("headwater_profile", "dataQualityMetrics", "headwater_contract"),
    }


def test_no_value_of_a_personal_column_is_told(demo):
    """Neither of those that are tagged, nor of those that a term says are personal."""
    profiles = [e["dataset"] for e in demo.looks if "headwater_profile" in e["dataset"]["facets"]]
    withheld = {
        (told["name"].rpartition("/")[2], column["name"])
        for told in profiles
        for column in told["facets"]["headwater_profile"]["columns"]
        if column.get("withheld") and not column.keys() & {"minimum", "maximum", "top", "patterns", "histogram"}
    }
    assert {("formatted.users", "email"), ("trusted.users", "email_hash"), ("formatted.posts", "text")} <= withheld
    assert ("trusted.users", "country") not in withheld
    names = {user.name for user in world.users(14)} | {user.email for user in world.users(14)}
    assert not [name for name in names if name in json.dumps(profiles, ensure_ascii=False)]


def test_rows_are_told(demo):
    [day_14] = [e for e in demo.ended("format") if e["eventTime"].startswith("2025-10-19")]
    wrote = {o["name"]: o["outputFacets"]["outputStatistics"]["rowCount"] for o in day_14["outputs"]}
    assert wrote["formatted.users"] == 600 + 13 * 4
    assert wrote["formatted.ad_events"] == 150
    assert all(json.dumps(i["inputFacets"]["inputStatistics"]["rowCount"]).isdigit() for i in day_14["inputs"])
