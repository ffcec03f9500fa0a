"""Envelopes and refusals are those of the reference model, on made-up events and on the whole corpus."""

import json

import oracle
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headwater_catalog.canonical import hash_of, read_json
from headwater_catalog.errors import Refused
from headwater_catalog.times import rank_of
from headwater_ingestors.openlineage.event import REFUSALS, Envelope, read_event, refused

NOW = 1_760_000_000_000_000
absent = object()
texts = st.sampled_from(["ns", " x\t", "", " ", None, 7, absent, {}])
owner = st.dictionaries(st.sampled_from(["namespace", "name", "runId"]), texts) | st.just(
    {"namespace": "n", "name": "m", "runId": "A" * 8}
)
owners = owner | owner | st.sampled_from([None, "text", [], 0, False, absent])
run_ids = st.sampled_from(["00000000-0000-0000-0000-00000000000A", "manual-1", " b "]).map(
    lambda run_id: {"runId": run_id}
)
times = st.sampled_from(
    ["2025-10-09T08:53:20Z", "2025-10-11 10:00", "2099-01-01T00:00:00Z", "soon", None, 3, "", absent]
)
types = st.sampled_from(["START", "complete", " Fail ", "ABORT", "RUNNING", "OTHER", "Weird", "", None, 4, absent, "ﬀ"])
bodies = st.fixed_dictionaries(
    {"eventTime": times, "eventType": types, "run": owners | run_ids, "job": owners, "dataset": owners}
).map(lambda body: {key: without(value) for key, value in body.items() if value is not absent})


def without(value: object) -> object:
    return {key: member for key, member in value.items() if member is not absent} if isinstance(value, dict) else value


def reference(raw: bytes) -> object:
    try:
        e = oracle.events.read_event(raw, NOW)
    except oracle.events.Refused as reason:
        return str(reason)
    return e.id, e.time, e.kind, e.type, e.run, e.job, e.flags, e.future, e.stamp[0], e.stamp[2]


def ours(raw: bytes) -> object:
    try:
        e = read_event(read_json(raw))
    except Refused as reason:
        return reason.code
    rank = rank_of(e.stamp(NOW))
    return hash_of(e.body).hex(), e.time, e.kind, e.type, e.run, e.job, e.flags, e.far_future(NOW), rank, e.phase


@oracle.needs_oracle
@given(bodies | st.lists(bodies, max_size=1) | st.none() | st.text())
@example({"run": {"runId": "r"}, "eventTime": "2025-10-09T08:53:20Z", "job": {"namespace": "n"}})
def test_same_as_the_reference(body: object) -> None:
    raw = json.dumps(body).encode()
    assert ours(raw) == reference(raw)


@oracle.needs_oracle
@pytest.mark.deep
@settings(max_examples=20_000, deadline=None)  # a busy machine is no wrong answer
@given(bodies)
def test_same_as_the_reference_often(body: object) -> None:
    raw = json.dumps(body).encode()
    assert ours(raw) == reference(raw)


@oracle.needs_oracle
@oracle.needs_corpus
def test_same_as_the_reference_on_the_corpus() -> None:
    answers = {"accepted": 0, "refused": 0}
    for raw in oracle.corpus_entries() + [path.read_bytes() for path in oracle.corpus_files()]:
        expected = reference(raw)
        assert ours(raw) == expected
        answers["refused" if isinstance(expected, str) else "accepted"] += 1
    assert min(answers.values()) > 100


@oracle.needs_oracle
@pytest.mark.parametrize("seed", range(5))
def test_same_as_the_reference_on_generated_histories(seed: int) -> None:
    for raw, _ in oracle.generate.history(seed):
        assert ours(raw) == reference(raw)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_says_what_is_wrong_and_what_to_do(code: str) -> None:
    refusal = refused(code)
    assert refusal.code == code
    assert refusal.sentence.endswith(".")
    assert refusal.remedy.endswith(".")


def test_an_envelope_is_a_value() -> None:
    body = {"eventTime": "2025-10-09T08:53:20Z", "job": {"namespace": "etl", "name": "load"}}
    expected = Envelope("job", "", NOW, None, ("etl", "load"), (), body)
    assert read_event(body) == expected
    assert not expected.far_future(NOW)
    assert expected.stamp(0) == NOW * 4 + 1
