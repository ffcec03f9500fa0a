"""On call in the demo: what was different on day 9 and on day 12, and whose it is; one request each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
ASK = """
query($run: ID!) {
  compareRuns(run: $run) {
    against { started state }
    items(changed: true) { kind name subject before after }
    topics { kind changed of }
    firstUpstream { distance job { label } owners { name } items(changed: true) { kind own subject before after } }
    upstream { job { label } owners { name } items(changed: true) { kind own subject name before after } }
    story
    complete
  }
}
"""
RUNS = """
query { jobs(select: "job:lakehouse/ad_performance") { nodes { runs(first: 50) { nodes { id started } } } } }
"""


def compared(demo: Demo, day: str) -> Any:
    """How the ads of a day did, against the day before: the share of clicks fell on both days."""
    runs = demo.ask(RUNS)["jobs"]["nodes"][0]["runs"]["nodes"]
    [run] = [one["id"] for one in runs if one["started"].startswith(day)]
    return demo.ask(ASK, run=run)["compareRuns"]


def own(upstream: Any) -> dict[str, list[Any]]:
    """Kind → what differs of a run upstream itself."""
    found: dict[str, list[Any]] = {}
    for item in upstream["items"]:
        if item["own"]:
            found.setdefault(item["kind"], []).append(item)
    return found


def unchanged(said: Any) -> set[str]:
    return {topic["kind"] for topic in said["topics"] if topic["of"] and not topic["changed"]}


def test_day_nine_the_feed_was_broken(demo: Demo) -> None:
    said = compared(demo, "2025-10-14")
    assert said["against"]["started"].startswith("2025-10-13")
    assert said["against"]["state"] == "COMPLETE"
    assert (said["items"][0]["kind"], said["items"][0]["name"]) == ("TEST", "click_share_floor")

    first = said["firstUpstream"]
    assert first["job"]["label"].endswith("clean")
    assert first["owners"][0]["name"] == "team:data-platform"
    [ratio] = own(first)["TEST"]
    assert ratio["subject"].endswith("formatted.ad_events")
    assert ratio["before"].startswith("passed (0.0")
    assert ratio["after"].startswith("failed (0.6")

    feeds = [one for up in said["upstream"] for one in own(up).get("VERSION", ())]
    [feed] = [
        one for one in feeds if one["subject"].endswith("persistent/ad_events") and one["after"].startswith("20251014")
    ]
    assert feed["before"].startswith("20251013")
    owners = {
        owner["name"] for up in said["upstream"] if up["job"]["label"].endswith("format") for owner in up["owners"]
    }
    assert "team:ads" in owners, "whose feed it is"
    assert {"CODE", "MODEL", "SCHEMA", "PARAMETER"} <= unchanged(said)
    assert said["complete"]


def test_day_twelve_a_new_model_was_deployed(demo: Demo) -> None:
    said = compared(demo, "2025-10-17")
    first = said["firstUpstream"]
    assert first["job"]["label"].endswith("score_users")
    [model] = own(first)["MODEL"]
    assert (model["before"], model["after"]) == ("3", "4")
    assert model["subject"].endswith("deployment_ad_targeting")
    assert "user:mira.lang" in {owner["name"] for owner in first["owners"]}

    [deployed] = [one for one in said["upstream"] if one["job"]["label"].endswith("deploy")]
    assert ("tag", "2025.10.0", "2025.10.2") in {(o["name"], o["before"], o["after"]) for o in own(deployed)["CODE"]}
    assert "SCHEMA" in unchanged(said)
    records = [one for up in said["upstream"] for one in own(up).get("TEST", ())]
    assert records == [], "the records are as valid as they were"


def test_it_is_told_in_words(demo: Demo) -> None:
    nine, twelve = ("\n".join(compared(demo, day)["story"]) for day in ("2025-10-14", "2025-10-17"))
    assert "lakehouse/clean, 2 steps upstream" in nine
    assert "Its owner: team:data-platform" in nine
    assert "The same in all" in nine
    assert "code, models" in nine
    assert "The model version of duckdb://lakehouse/exploitation.deployment_ad_targeting was 3, is 4." in twelve
    assert "user:mira.lang" in twelve


def test_the_command_tells_of_the_last_run_of_a_job(demo: Demo) -> None:
    said = json.loads(demo.run("compare", "ad_performance", "--json"))
    assert said["run"]["started"].startswith("2025-10-19")
    assert said["story"][0].startswith("The test click_share_floor was failed")
    early = json.loads(demo.run("compare", "ad_performance", "--as-of", "2025-10-15", "--json"))
    assert early["run"]["started"].startswith("2025-10-14")
    assert early["story"][0].startswith("The test click_share_floor was passed")
    assert "lakehouse/clean" in demo.run("compare", said["run"]["id"], "--against", early["run"]["id"])
