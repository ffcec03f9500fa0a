"""The demo really runs, leaves what it should, and tells its two incidents apart."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from headwater_web.demo import expected, story
from headwater_web.demo.emit import CollectingTransport
from headwater_web.demo.jobs import JOBS
from headwater_web.demo.run import run_demo
from headwater_web.demo.story import DemoError

pytestmark = pytest.mark.xdist_group("demo")


def assertion(event, dataset, name):
    [found] = [i for i in event["inputs"] if i["name"] == dataset]
    [checked] = [a for a in found["inputFacets"]["dataQualityAssertions"]["assertions"] if a["assertion"] == name]
    return checked["success"], float(checked["actual"])


def test_the_report_counts_what_happened(demo):
    assert demo.report.jobs == expected.JOBS
    assert demo.report.runs == sum(expected.RUNS.values())
    assert demo.report.failed_runs == expected.FAILED_RUNS
    assert demo.report.events == len(demo.bodies) == expected.EVENTS
    assert list(demo.report.days) == list(range(1, 15))
    assert demo.report.rows_written > 100_000


def test_it_is_quick(demo):
    assert demo.report.seconds < 45


def test_progress_goes_from_nothing_to_all(demo):
    done = [step[0] for step in demo.progress]
    totals = {step[1] for step in demo.progress}
    assert done == list(range(len(done)))
    assert totals == {done[-1]}
    assert demo.progress[-1][2] == "done"


def test_every_job_runs_as_often_as_expected(demo):
    starts = Counter(e["job"]["name"] for e in demo.events if e["eventType"] == "START")
    assert starts == expected.RUNS
    assert set(starts) == {job.name for job in JOBS} | {"daily_pipeline"}


def test_the_work_is_really_done(demo):
    lake = demo.work / "lakehouse"
    assert len(list((lake / "landing/persistent").glob("*/*"))) == 3 * 14
    assert not list((lake / "landing/temporal").iterdir())
    assert sorted(p.name for p in (lake / "models/sentiment").iterdir()) == [f"v{n}.json" for n in range(1, 5)]
    with duckdb.connect(str(lake / "lakehouse.duckdb"), read_only=True) as database:
        shares = dict(
            database.execute("SELECT day(ad_day) - 5, click_share FROM exploitation.ad_performance").fetchall()
        )
        places = {row[0] for row in database.execute("SELECT DISTINCT city FROM trusted.users").fetchall()}
        spent = database.execute("SELECT min(monthly_spend), avg(monthly_spend) FROM formatted.users").fetchall()[0]
        times = database.execute("SELECT count(*) FROM formatted.posts WHERE hour(posted_at) = 23").fetchall()[0]
    assert {n: share for n, share in demo.report.click_share.items() if share is not None} == shares
    assert {"Köln", "Málaga", "Liège"} <= places
    assert 0 < spent[0] < 20 < spent[1] < 80
    assert times == (0,)


def test_day_5_adds_a_column(demo):
    def fields(job, dataset, day):
        [written] = [o for o in demo.ended(job)[day - 1]["outputs"] if o["name"] == dataset]
        return [f["name"] for f in written["facets"]["schema"]["fields"]]

    for job, dataset in (
        ("land", "lakehouse/landing/temporal/profiles"),
        ("persist", "lakehouse/landing/persistent/profiles"),
        ("format", "formatted.users"),
    ):
        assert fields(job, dataset, 5) == [*fields(job, dataset, 4), "marketing_consent"]
        assert fields(job, dataset, 14) == fields(job, dataset, 5)
    assert "marketing_consent" not in demo.ended("format")[3]["job"]["facets"]["sql"]["query"]
    assert "marketing_consent" in demo.ended("format")[4]["job"]["facets"]["sql"]["query"]


def test_on_a_good_day_a_good_share_is_clicked(demo):
    good = [n for n in range(2, 15) if n not in (9, 12, 13)]
    assert min(demo.report.days[n].click_share for n in good) > 0.3
    assert max(demo.report.days[n].invalid_share for n in good) < 0.05


def test_day_9_has_bad_records_and_the_same_model(demo):
    before, broken = demo.report.days[8], demo.report.days[9]
    assert broken.click_share < before.click_share / 2
    assert broken.invalid_share > 0.5 > 0.05 > before.invalid_share
    assert broken.model_version == before.model_version


def test_day_12_has_good_records_and_another_model(demo):
    before, buggy = demo.report.days[11], demo.report.days[12]
    assert buggy.click_share < before.click_share / 2
    assert buggy.invalid_share < 0.05
    assert (before.model_version, buggy.model_version) == (3, 4)
    assert demo.report.days[14].click_share > 0.3  # rolled back


def test_the_model_of_day_12_is_good_and_its_deployment_is_not(demo):
    files = demo.work / "lakehouse/deployments/ad_targeting"
    third, fourth = (json.loads((files / name).read_text()) for name in ("20251012-v3.json", "20251017-v4.json"))
    assert third["classes"] == ["positive", "negative"]
    assert fourth["classes"] == ["negative", "positive"]
    tested = [e["run"]["facets"]["test"]["tests"][0] for e in demo.ended("train_model")]
    assert [t["status"] for t in tested] == ["pass"] * 4
    releases = [e["job"]["facets"]["sourceCodeLocation"]["tag"] for e in demo.ended("deploy")]
    assert releases[2] != releases[3]


def test_the_broken_feed_is_refused_once_and_then_let_through(demo):
    ends = demo.ended("clean")
    refused = [e for e in ends if e["eventType"] == "FAIL"]
    assert len(refused) == 1
    position = ends.index(refused[0])
    again = ends[position + 1]
    assert "62% of the records" in refused[0]["run"]["facets"]["errorMessage"]["message"]
    assert again["eventType"] == "COMPLETE"
    assert again["run"]["runId"] != refused[0]["run"]["runId"]
    assert {t["key"]: t["value"] for t in again["run"]["facets"]["tags"]["tags"]}["attempt"] == "2"
    for event in (refused[0], again):
        kept, share = assertion(event, "formatted.ad_events", "invalid_share")
        assert not kept
        assert share > 0.5
    assert assertion(ends[position - 1], "formatted.ad_events", "invalid_share")[0]


def test_a_low_share_is_reported_on_the_days_it_is_low(demo):
    low = [
        int(e["eventTime"][8:10]) - 5
        for e in demo.ended("ad_performance")
        if e["run"]["facets"]["test"]["tests"][0]["status"] == "fail"
    ]
    assert low == [9, 12, 13]


@pytest.mark.slow
def test_two_runs_say_the_same_to_the_last_byte(demo, tmp_path):
    code = (
        "import sys, hashlib; from pathlib import Path; from headwater_web.demo import emit, run;"
        "t = emit.CollectingTransport(); run.run_demo('', None, Path(sys.argv[1]), transport=t);"
        "print(hashlib.sha256(chr(10).join(t.bodies).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    again = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == hashlib.sha256("\n".join(demo.bodies).encode()).hexdigest()


def test_no_event_knows_the_machine(demo):
    assert not [body for body in demo.bodies if str(demo.work) in body or str(Path.home()) + "/" in body]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "lakehouse").mkdir()
    (tmp_path / "lakehouse/thesis.txt").write_text("mine")
    with pytest.raises(DemoError, match="was not made by the demo"):
        run_demo("", None, tmp_path, 1, transport=CollectingTransport())
    assert (tmp_path / "lakehouse/thesis.txt").read_text() == "mine"


def test_it_can_run_again_in_the_same_folder(tmp_path, demo):
    transports = [CollectingTransport(), CollectingTransport()]
    for transport in transports:
        run_demo("", None, tmp_path, 1, transport=transport)
    assert transports[0].bodies == transports[1].bodies == demo.bodies[: len(transports[0].bodies)]


def test_a_job_that_breaks_ends_the_demo_with_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr("headwater_web.demo.jobs.persist.SCRIPT", "echo no disk >&2; exit 3")
    with pytest.raises(DemoError, match=r"persist\.sh ended with 3: no disk"):
        run_demo("", None, tmp_path, 1, transport=CollectingTransport())


def test_ids_are_uuids_of_version_7_in_the_order_of_time():
    ids = [story.run_id("land", story.start_of_pipeline(day)) for day in range(1, 15)]
    assert ids == sorted(ids)
    assert len({*ids, story.run_id("persist", story.start_of_pipeline(1))}) == 15
    assert {(i[14], i[19] in "89ab") for i in ids} == {("7", True)}
