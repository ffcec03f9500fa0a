"""Runs tell each other who they are in the environment, in the three parts that other producers read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_ingestors.emit.identity import Ancestry, RunName, ancestry, below, named, variables

ID = "0190d4c5-3a0e-7d6a-9a53-5b2f6f1f0a11"
TOP = RunName("airflow", "dag", "0190d4c5-3a0e-7d6a-9a53-5b2f6f1f0a12")
texts = st.text("ab/.: ", min_size=1).filter(lambda text: text.strip() == text)


@given(texts, texts)
def test_what_one_run_says_the_next_one_reads(namespace: str, job: str) -> None:
    run = RunName(namespace, job, ID)
    said = variables(below(run, Ancestry(TOP, TOP)))
    assert ancestry(said) == Ancestry(run, TOP)
    assert all(value.count("/") == 2 for value in said.values()), "others split at every slash"


def test_the_first_run_is_the_root_of_those_below_it() -> None:
    run = RunName("default", "first", ID)
    assert below(run, None) == Ancestry(run, run)


def test_a_parent_without_a_root_is_the_root() -> None:
    found = ancestry({"OPENLINEAGE_PARENT_ID": f"airflow/dag.task/{ID}"})
    assert found is not None
    assert found.root == found.parent == RunName("airflow", "dag.task", ID)


@pytest.mark.parametrize("said", ["", "x", f"a/{ID}", "a/b/not-a-uuid", f"/b/{ID}", f"a//{ID}"])
def test_what_cannot_be_read_is_no_parent(said: str) -> None:
    assert ancestry({"OPENLINEAGE_PARENT_ID": said}) is None


def test_the_namespace_is_that_of_the_openlineage_clients() -> None:
    assert named(None, "job", {}).namespace == "default"
    assert named(None, "job", {"OPENLINEAGE_NAMESPACE": "prod"}).namespace == "prod"
    assert named("own", "job", {"OPENLINEAGE_NAMESPACE": "prod"}).namespace == "own"
    assert named(None, "job", {}).run_id != named(None, "job", {}).run_id
