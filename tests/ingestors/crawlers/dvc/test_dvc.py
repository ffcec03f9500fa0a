"""DVC projects as events: real ones, templates, versions over git's history, what is out of date, hostile files."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from crawled import Memory

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.dvc import history, pipelines
from headwater_ingestors.crawlers.dvc.crawler import opened
from headwater_ingestors.crawlers.snapshot import Report

CORPUS = Path(os.environ.get("HEADWATER_CORPUS", "/nowhere")) / "dvc"
YAML = """
stages:
  split:
    cmd: Rscript split.R --data ${base.raw}
    desc: Splits.
    deps: [split.R, "${base.raw}"]
    params: [split.ratio]
    outs: [data/train.csv]
  train:
    cmd: python train.py
    deps: [train.py, data/train.csv]
    outs: [models/churn.pkl]
  check:
    cmd: python check.py
    deps: [check.py, models/churn.pkl]
    metrics: [{metrics.json: {cache: false}}]
"""
PARAMS = "base: {raw: data/raw.csv}\nsplit: {ratio: 0.2}\n"
TRACKED = "outs:\n- md5: 11111111111111111111111111111111\n  size: 5\n  hash: md5\n  path: raw.csv\n"


def lock(train: str = "b" * 32, model: str = "c" * 32, used: str | None = None) -> str:
    return f"""schema: '2.0'
stages:
  split:
    cmd: Rscript split.R --data data/raw.csv
    deps:
    - {{path: data/raw.csv, md5: {"1" * 32}, hash: md5, size: 5}}
    - {{path: split.R, md5: {hashlib.md5(b"R").hexdigest()}, hash: md5, size: 1}}
    params: {{params.yaml: {{split.ratio: 0.2}}}}
    outs: [{{path: data/train.csv, md5: {train}, hash: md5, size: 4}}]
  train:
    cmd: python train.py
    deps: [{{path: data/train.csv, md5: {used or train}, hash: md5}}, {{path: train.py, md5: {"9" * 32}, size: 1}}]
    outs: [{{path: models/churn.pkl, md5: {model}, hash: md5, size: 9}}]
  check:
    cmd: python check.py
    deps: [{{path: check.py, md5: {"8" * 32}}}, {{path: models/churn.pkl, md5: {model}}}]
    outs: [{{path: metrics.json, md5: {"7" * 32}}}]
"""


FILES = {
    **{"dvc.yaml": YAML, "dvc.lock": lock(), "params.yaml": PARAMS, "data/raw.csv.dvc": TRACKED},
    **{"split.R": "R", "metrics.json": '{"auc": 0.9, "by": {"f1": 0.5}}'},
}


def put(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return put(tmp_path / "churn", FILES)


def crawl(root: Path, memory: Memory | None = None, **options: str) -> tuple[list[dict[str, Any]], Report]:
    return (memory or Memory()).crawl(opened(str(root), {"job-namespace": "ml", **options}))


def jobs(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = [one for one in events if "job" in one and "run" not in one]
    return {one["job"]["name"].rpartition(":")[2]: one for one in found}


def data(events: list[dict[str, Any]], root: Path) -> dict[str, dict[str, Any]]:
    found = [one["dataset"] for one in events if "dataset" in one and "headwater_dvc" in one["dataset"]["facets"]]
    return {one["name"].removeprefix(f"{root}/"): one["facets"] for one in found}


def status(events: list[dict[str, Any]], stage: str) -> tuple[str, list[tuple[str, str]]]:
    facet = jobs(events)[stage]["job"]["facets"]["headwater_dvc"]
    return facet["status"], [(one["code"], one["path"]) for one in facet["reasons"]]


def test_stages_are_jobs_in_any_language_and_their_code_is_no_data(root: Path) -> None:
    events, report = crawl(root)
    assert report.listed == []
    split = jobs(events)["split"]
    assert (split["job"]["namespace"], split["job"]["name"]) == ("ml", "churn/dvc.yaml:split")
    assert [(one["namespace"], one["name"]) for one in split["inputs"]] == [("file", f"{root}/data/raw.csv")]
    assert [one["name"] for one in split["outputs"]] == [f"{root}/data/train.csv"]
    told = split["job"]["facets"]["headwater_dvc"]
    assert (told["command"], told["code"]) == ("Rscript split.R --data data/raw.csv", ["split.R"])
    assert split["job"]["facets"]["documentation"]["description"] == "Splits."
    assert [status(events, one)[0] for one in ("split", "train", "check")] == ["UP_TO_DATE"] * 3


def test_data_have_versions_sizes_and_kinds_and_models_their_metrics(root: Path) -> None:
    found = data(crawl(root)[0], root)
    assert {name: facets["datasetType"]["datasetType"] for name, facets in found.items()} == {
        **{"data/raw.csv": "FILE", "data/train.csv": "FILE", "models/churn.pkl": "MODEL", "metrics.json": "FILE"}
    }
    assert found["data/train.csv"]["version"]["datasetVersion"] == "b" * 32
    assert found["models/churn.pkl"]["headwater_size"]["bytes"] == 9
    assert found["models/churn.pkl"]["headwater_dvc"]["metrics"] == {"metrics.json": {"auc": "0.9", "by.f1": "0.5"}}


def test_what_is_out_of_date_says_why(root: Path) -> None:
    put(root, {"dvc.lock": lock(used="a" * 32), "split.R": "R2", "params.yaml": PARAMS.replace("0.2", "0.3")})
    put(root, {"dvc.yaml": YAML.replace("python check.py", "python check.py --fast") + "  new: {cmd: x, outs: [y]}\n"})
    events, _ = crawl(root)
    assert status(events, "train") == ("OUT_OF_DATE", [("changed-input", "data/train.csv")])
    assert status(events, "split")[1] == [("changed-file", "split.R"), ("changed-parameter", "params.yaml:split.ratio")]
    assert status(events, "check")[1] == [("changed-command", "check")]
    assert status(events, "new") == ("NEVER_RUN", [])


def test_stages_made_for_each_item_are_jobs_of_their_own(root: Path) -> None:
    yaml = """
stages:
  each:
    foreach: [eu, us]
    do: {cmd: "fit ${item}", outs: ["out/${item}.csv"]}
  grid:
    matrix: {size: [1, 2], kind: [a]}
    cmd: fit ${item.size}
    outs: ["grid/${item.size}-${item.kind}.csv"]
"""
    put(root, {"dvc.yaml": yaml, "dvc.lock": "schema: '2.0'\nstages: {}\n"})
    found = jobs(crawl(root)[0])
    assert set(found) == {"each@eu", "each@us", "grid@1-a", "grid@2-a"}
    assert [one["name"] for one in found["grid@2-a"]["outputs"]] == [f"{root}/grid/2-a.csv"]


def test_a_second_crawl_adds_nothing_and_what_is_gone_is_taken_back(root: Path) -> None:
    memory = Memory()
    assert crawl(root, memory)[0]
    assert crawl(root, memory)[0] == []
    (root / "dvc.yaml").unlink()
    (root / "dvc.lock").unlink()
    events, report = crawl(root, memory)
    assert report.gone == 6
    assert {one["job"]["facets"]["lineage"]["entries"] == [] for one in jobs(events).values()} == {True}


def test_a_remote_names_data_without_its_secrets(root: Path) -> None:
    config = (
        "[core]\n    remote = store\n['remote \"store\"']\n    url = https://ana:hunter2hunter2@dvc.example.com/x\n"
    )
    put(root, {".dvc/config": config, ".dvc/config.local": "['remote \"store\"']\n    password = hunter2hunter2\n"})
    events, _ = crawl(root, remote="store")
    train = jobs(events)["train"]
    assert [(one["namespace"], one["name"]) for one in train["outputs"]] == [
        ("https://dvc.example.com", "x/models/churn.pkl")
    ]
    assert "hunter2" not in json.dumps(events)
    with pytest.raises(InvalidRequest, match="no remote"):
        opened(str(root), {"remote": "other"})


def commit(root: Path, day: int) -> None:
    at = f"2026-01-{day:02} 12:00:00 +0000"
    environ = {**os.environ, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at, "GIT_CONFIG_GLOBAL": "/dev/null"}
    who = ("-c", "user.name=ana", "-c", "user.email=ana@example.com")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", f"day {day}")):
        subprocess.run(["git", *who, *command], cwd=root, env=environ, check=True)


def runs(events: list[dict[str, Any]], stage: str) -> list[tuple[str, str]]:
    found = [one for one in events if "run" in one and one["job"]["name"].endswith(f":{stage}")]
    return [(one["eventTime"][:10], one["outputs"][0]["facets"]["version"]["datasetVersion"][0]) for one in found]


def test_each_state_that_git_remembers_is_a_run_at_its_commit(root: Path) -> None:
    commit(root, 1)
    put(root, {"dvc.lock": lock(model="d" * 32), "metrics.json": '{"auc": 0.95}'})
    commit(root, 2)
    put(root, {"dvc.lock": lock(model="c" * 32), "data/raw.csv.dvc": TRACKED.replace("1" * 32, "2" * 32)})
    commit(root, 3)
    memory = Memory()
    events, report = crawl(root, memory)
    assert report.listed == []
    assert runs(events, "train") == [("2026-01-01", "c"), ("2026-01-02", "d")]
    assert runs(events, "split") == [("2026-01-01", "b")]
    second = next(
        one
        for one in events
        if "run" in one and one["eventTime"][:10] == "2026-01-02" and "check" in one["job"]["name"]
    )
    assert second["run"]["facets"]["headwater_dvc"]["metrics"] == {"metrics.json": {"auc": "0.95"}}
    split = next(one for one in events if "run" in one and one["job"]["name"].endswith(":split"))
    (parameter,) = split["run"]["facets"]["executionParameters"]["parameters"]
    assert (parameter["key"], parameter["value"]) == ("params.yaml:split.ratio", "0.2")
    raw = [one for one in events if "eventTime" in one and one.get("dataset", {}).get("name", "").endswith("raw.csv")]
    assert sorted(one["eventTime"][:10] for one in raw)[:2] == ["2026-01-01", "2026-01-03"]
    again, _ = crawl(root, memory)
    assert all("run" in one or "headwater_dvc" not in one["dataset"]["facets"] for one in again)
    assert [one for one in events if one in again] == again


def test_of_a_long_history_the_newest_commits_are_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 5):
        put(root, {"dvc.lock": lock(model=str(day) * 32)})
        commit(root, day)
    assert runs(crawl(root, commits="2")[0], "train") == [("2026-01-03", "3"), ("2026-01-04", "4")]
    assert runs(crawl(root, commits="0")[0], "train") == []
    assert ["newest 2 commits" in one.sentence for one in crawl(root, commits="2")[1].notes] == [True]
    assert crawl(root, commits="4")[1].notes == []
    monkeypatch.setattr(history, "MAX_BLOBS", 2 * (root / "dvc.lock").stat().st_size + 200)
    events, report = crawl(root)
    assert runs(events, "train") == [("2026-01-03", "3"), ("2026-01-04", "4")]
    assert [(one.place, one.code) for one in report.listed] == [(".git", "too-much-history")]
    with pytest.raises(InvalidRequest, match="no number"):
        opened(str(root), {"commits": "-1"})


def test_git_runs_no_programs_that_a_repository_names(root: Path, tmp_path: Path) -> None:
    commit(root, 1)
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand"):
        subprocess.run(["git", "config", name, str(trap)], cwd=root, check=True)
    subprocess.run(["git", "config", "log.showSignature", "true"], cwd=root, check=True)
    (root / ".git" / "hooks").mkdir(exist_ok=True)
    (root / ".git" / "hooks" / "post-index-change").write_text(trap.read_text())
    assert runs(crawl(root)[0], "train")
    assert not (tmp_path / "sprung").exists()


def test_a_repository_that_cannot_be_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".git").mkdir()
    events, report = crawl(root)
    assert [one.code for one in report.listed] == ["no-history"]
    assert jobs(events)
    commit(root, 1)
    monkeypatch.setattr(history, "PATIENCE", 0.0)
    assert [one.code for one in crawl(root)[1].listed] == ["no-history"]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(12)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "too-complex"),
        ("[" * 5_000, "too-complex"),
        ("a: *nothing", "not-yaml"),
        ("!!python/object/apply:os.system [touch sprung]", "not-yaml"),
        ("\x00", "not-yaml"),
        ("? {a: b}\n: c", "not-yaml"),
    ],
)
def test_hostile_files_cost_themselves_only(root: Path, text: str, code: str) -> None:
    put(root, {"bad/dvc.yaml": text})
    memory = Memory()
    events, report = crawl(root, memory)
    assert ("bad/dvc.yaml", code) in [(one.place, one.code) for one in report.listed]
    assert set(jobs(events)) == {"split", "train", "check"}
    assert not (Path.cwd() / "sprung").exists()


def test_of_too_many_stages_the_first_are_read_and_nothing_is_taken_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    put(root, {"many/dvc.yaml": "stages: {s: {foreach: [a, b, c], do: {cmd: 'x ${item}'}}}"})
    crawl(root, memory)
    monkeypatch.setattr(pipelines, "MAX_STAGES", 2)
    _, report = crawl(root, memory)
    assert {(one.place, one.code) for one in report.listed} == {
        (name, "too-many-stages") for name in ("dvc.yaml", "dvc.lock", "many/dvc.yaml")
    }
    assert report.gone == 0


def test_a_file_that_cannot_be_read_takes_nothing_back(root: Path) -> None:
    memory = Memory()
    crawl(root, memory)
    put(root, {"dvc.lock": "["})
    _, report = crawl(root, memory)
    assert report.gone == 0
    assert {one.code for one in report.listed} == {"not-yaml", "half-read"}


def test_an_output_of_two_stages_is_told_once(root: Path) -> None:
    memory = Memory()
    put(root, {"also/dvc.yaml": "stages: {x: {cmd: x, outs: [../data/train.csv]}}"})
    assert [one.code for one in crawl(root, memory)[1].listed] == ["told-twice"]
    assert crawl(root, memory)[0] == []


def test_links_lead_nowhere(root: Path, tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", {"dvc.yaml": "stages: {secret: {cmd: x}}", "params.yaml": "split: {ratio: 9}"})
    (root / "linked").symlink_to(outside)
    (root / "also").mkdir()
    (root / "also" / "dvc.yaml").symlink_to(outside / "dvc.yaml")
    (root / "params.yaml").unlink()
    (root / "params.yaml").symlink_to(outside / "params.yaml")
    events, report = crawl(root)
    assert "secret" not in jobs(events)
    assert [(one.place, one.code) for one in report.listed] == [("also/dvc.yaml", "no-file")]
    assert status(events, "split") == ("UP_TO_DATE", [])


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
@pytest.mark.parametrize(
    ("project", "stages", "models"),
    [
        ("ASL-Classification-Project", 4, {"artifacts/prepare_base_model", "artifacts/training/model.h5"}),
        (
            "Kidney-Disease-Classification-Deep-Learning-Project",
            4,
            {"artifacts/prepare_base_model", "artifacts/training/model.h5"},
        ),
        ("demo-bank-customer-churn", 3, {"model/clf-model", "model/clf-model.mlem", "models/perm_imp.joblib"}),
    ],
)
def test_real_projects_go_in(project: str, stages: int, models: set[str]) -> None:
    memory = Memory()
    events, report = crawl(CORPUS / project, memory, commits="0")
    assert report.listed == []
    assert len(jobs(events)) == stages
    assert {status(events, one)[0] for one in jobs(events)} == {"UP_TO_DATE"}
    found = data(events, CORPUS / project)
    assert {name for name, facets in found.items() if facets["datasetType"]["datasetType"] == "MODEL"} == models
    assert all(facets["version"]["datasetVersion"] for facets in found.values())
    assert crawl(CORPUS / project, memory, commits="0")[0] == []


@pytest.mark.parametrize("said", ["3", "true", "{a: 1}", "[[1], null]"])
def test_what_stands_where_a_list_belongs_costs_no_more_than_itself(tmp_path: Path, said: str) -> None:
    odd = f"vars: {said}\nstages:\n  a: {{cmd: x, outs: [o]}}\n"
    put(tmp_path, {"dvc.yaml": odd, "b/dvc.yaml": "stages: {b: {cmd: y}}"})
    assert len(jobs(crawl(tmp_path)[0])) == 2


def test_a_file_that_breaks_its_reader_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a/dvc.yaml": "stages: {a: {cmd: x}}", "b/dvc.yaml": "stages: {b: {cmd: y, desc: odd}}"})
    reading = pipelines.defined

    def broken(document: Any, known: Any) -> Any:
        if "b" in document["stages"]:
            raise TypeError("'int' object is not iterable")
        return reading(document, known)

    monkeypatch.setattr(pipelines, "defined", broken)
    events, report = crawl(tmp_path)
    assert len(jobs(events)) == 1
    assert [(one.place, one.code) for one in report.listed] == [("b/dvc.yaml", "malformed")]


def test_a_project_is_known_wherever_it_lies(tmp_path: Path) -> None:
    """By its repository, else by a name: its jobs go on; files of the folder that it left are gone."""
    for options, made in (({}, True), ({"name": "team/churn"}, False)):
        memory, at = Memory(), [tmp_path / f"{made}{n}" for n in (1, 2)]
        for folder in at:
            put(folder, FILES)
            if made:
                subprocess.run(["git", "init", "-q", str(folder)], check=True)
                remote = "https://bob:hunter2@git.example.com/team/churn.git"
                subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", remote], check=True)
        first, _ = crawl(at[0], memory, **options)
        prefix = options.get("name", "churn")
        assert jobs(first)["split"]["job"]["name"] == f"{prefix}/dvc.yaml:split"
        moved, report = crawl(at[1], memory, **options)
        gone = {one["dataset"]["name"] for one in moved if "dataset" in one and "lifecycleStateChange" in str(one)}
        assert gone == {f"{at[0]}/{name}" for name in data(first, at[0])}
        assert (report.gone, report.notes, "hunter2" in str(first + moved)) == (len(gone), [], False)
        assert set(jobs(moved)) == set(jobs(first)), "told again, of the files that lie here"
