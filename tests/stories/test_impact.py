"""A pull request drops a column of the demo's lakehouse: who is hit, by which expression, and may it be merged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from headwater_web.demo.sources import fields_of

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

FEED = "lakehouse/landing/persistent/posts"
TABLES = "duckdb://lakehouse/exploitation"


def described(*without: str) -> str:
    """The feed of posts as its JSON Schema tells, some columns left out."""
    properties: dict[str, Any] = {}
    for path, kind in fields_of("posts", 14):
        if path not in without:
            outer, _, inner = path.partition(".")
            said = {"type": "integer" if "INT" in kind else "string"}
            if inner:
                record = properties.setdefault(outer, {"type": "object", "properties": {}})
                record["properties"][inner] = said
            else:
                properties[outer] = said
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": properties})


def compared(demo: Demo, folder: Path, old: str, new: str, *flags: str) -> tuple[int, str]:
    (folder / "old").write_text(old)
    (folder / "new").write_text(new)
    code, out, err = demo.ended("impact", "--schema-diff", str(folder / "old"), str(folder / "new"), *flags)
    assert err == "", err
    return code, out


def test_a_raw_column_that_a_model_learns_from(demo: Demo, tmp_path: Path) -> None:
    """The mood that users state is gone: no label, no model."""
    old, new = described(), described("feeling")
    code, out = compared(demo, tmp_path, old, new, "--dataset", FEED, "--json")
    found = json.loads(out)
    assert code == 1
    assert [(one["kind"], one["column"]) for one in found["changes"]] == [("COLUMN_DROPPED", "feeling")]
    held = {one["holds"]: one for one in found["datasets"] if one["holds"]}
    assert {holds: (one["dataset"]["ref"], one["effect"]) for holds, one in held.items()} == {
        "FEATURES": (f"{TABLES}.features_user_sentiment", "BREAKS"),
        "MODEL": (f"{TABLES}.model_sentiment", "BREAKS"),
        "DEPLOYMENT": (f"{TABLES}.deployment_ad_targeting", "BREAKS"),
    }
    assert [one["ref"] for one in held["FEATURES"]["breaks"]] == [f"{TABLES}.features_user_sentiment#good_mood"]
    assert [one["name"] for one in held["MODEL"]["owners"]] == ["user:mira.lang"]
    breaks = {
        one["node"]["ref"].rpartition(".")[2]: (use["expression"], use["job"]["ref"].rpartition("/")[2])
        for one in found["affected"]
        for use in one["because"]
        if use["breaks"]
    }
    assert breaks["posts#feeling"] == ("feeling", "clean")
    label = ("MAX(CASE feeling WHEN 'happy' THEN 1 WHEN 'sad' THEN 0 END) AS good_mood", "build_features")
    assert breaks["features_user_sentiment#good_mood"] == label
    assert breaks["model_sentiment#weights"] == ("model.train(features, good_mood)", "train_model")
    terms = {one["term"]["label"]: one["effect"] for one in found["terms"]}
    assert {terms[label] for label in ("declared mood", "feature", "sentiment model", "deployment")} == {"BREAKS"}
    assert {one["name"] for one in found["owners"] if one["effect"] == "BREAKS"} >= {"user:mira.lang", "team:ads"}


def test_the_reviewer_reads_it_in_the_pull_request(demo: Demo, tmp_path: Path) -> None:
    code, out = compared(demo, tmp_path, described(), described("feeling"), "--dataset", FEED, "--markdown")
    assert code == 1
    assert out.startswith("### 11 break in 9 datasets, 29 may change; reached: features, model, deployment.\n")
    rows = [line for line in out.splitlines() if line.startswith("| breaks |")]
    assert any("features" in row and "user:mira.lang" in row for row in rows)
    assert "p.feeling | " in out
    code, table = compared(demo, tmp_path, described(), described("feeling"), "--dataset", FEED)
    assert (code, "user:mira.lang" in table, "declared mood" in table) == (1, True, True)


def test_a_column_that_nobody_uses(demo: Demo, tmp_path: Path) -> None:
    """formatted.posts keeps the language of a post, and nobody reads it."""
    old = "CREATE TABLE formatted.posts (post_id VARCHAR, text VARCHAR, lang VARCHAR, topic VARCHAR);"
    code, out = compared(demo, tmp_path, old, old.replace("lang VARCHAR, ", ""), "--dialect", "duckdb")
    assert (code, out.splitlines()[0]) == (0, "Nothing breaks, and nothing is known to change.")


def test_a_column_that_only_filters(demo: Demo, tmp_path: Path) -> None:
    """Which ads are served hangs on the consent, no value does: it may change, and the check passes."""
    old = "CREATE TABLE trusted.users (user_id VARCHAR, marketing_consent BOOLEAN);"
    new = "CREATE TABLE trusted.users (user_id VARCHAR, marketing_consent BOOLEAN NOT NULL);"
    code, out = compared(demo, tmp_path, old, new, "--json")
    found = json.loads(out)
    assert (code, found["breaks"], found["changes"][0]["kind"]) == (0, 0, "NULLABILITY_TIGHTENED")
    assert {one["dataset"]["ref"] for one in found["datasets"]} >= {f"{TABLES}.served_ads"}


def test_where_a_feature_comes_from_as_a_story(demo: Demo) -> None:
    out = demo.run("paths", f"{FEED}#feeling", "exploitation.deployment_ad_targeting#weights", "--json")
    found = json.loads(out)
    assert (found["count"], found["complete"]) == (2, True)
    stories = [path["story"] for path in found["paths"]]
    assert stories[0][0] == f"file/{FEED}#feeling"
    assert stories[0][7:9] == [
        "direct aggregation by lakehouse/build_features",
        f"{TABLES}.features_user_sentiment#good_mood",
    ]
    assert all(len(path["story"]) == 2 * path["length"] + 1 for path in found["paths"])
    out = demo.run("paths", "formatted.posts", "exploitation.served_ads", "--avoiding", "job:train_model", "--json")
    assert json.loads(out)["count"] == 1
