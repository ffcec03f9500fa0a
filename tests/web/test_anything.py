"""Anything at all, over real HTTP into the real projection: never a 5xx, never parked, no neighbour harmed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
import servers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import running
from samples import raw

from headwater_catalog.database.engine import Database
from headwater_web.composition import digest, rebuild, translators

LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


# In one process and in order: the last looks at what the others left.
pytestmark = pytest.mark.xdist_group("anything")


@pytest.fixture(scope="module")
def database(database_server: str, database_template: str) -> Iterator[Database]:
    """A catalog of this module's own."""
    url = servers.create_database(database_server, database_template)
    yield Database.from_url(url)
    servers.drop_database(url)


@pytest.fixture(scope="module")
def real(database: Database) -> Iterator[httpx.Client]:
    """A server with everything in it."""
    with (
        running(database, translators().here) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        yield client


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
facets = st.dictionaries(
    st.sampled_from(
        ["schema", "columnLineage", "symlinks", "lifecycleStateChange", "lineage", "version", "parent", "x"]
    ),
    json_values | st.fixed_dictionaries({"fields": json_values, "inputs": json_values, "identifiers": json_values}),
    max_size=3,
)
datasets = json_values | st.fixed_dictionaries(
    {"namespace": st.text(max_size=5) | json_values, "name": st.text(max_size=5) | json_values, "facets": facets}
)
events = st.fixed_dictionaries(
    {
        "eventTime": json_values | st.just("2024-05-01T10:00:00Z"),
        "eventType": json_values | st.sampled_from(["START", "COMPLETE"]),
    },
    optional={
        "run": json_values | st.fixed_dictionaries({"runId": st.text(max_size=4) | json_values, "facets": facets}),
        "job": json_values | datasets,
        "dataset": datasets,
        "inputs": json_values | st.lists(datasets, max_size=2),
        "outputs": json_values | st.lists(datasets, max_size=2),
    },
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events | json_values, min_size=1, max_size=20))
def test_wrong_types_everywhere_are_never_our_fault_and_harm_no_neighbour(
    real: httpx.Client, values: list[object]
) -> None:
    bodies = [json.dumps(value).encode() for value in values]
    answer = real.post(BATCH, content=b"\n".join([raw(1), *bodies, raw(2)]))
    assert answer.status_code == 200
    states = [one["state"] for one in answer.json()["results"]]
    assert len(states) == len(values) + 2
    assert "parked" not in states
    assert {states[0], states[-1]} <= {"accepted", "duplicate"}
    assert real.post(LINEAGE, content=bodies[0]).status_code in {201, 400, 422}


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([LINEAGE, BATCH]), st.sampled_from(["", "gzip", "deflate", "zstd"]))
def test_noise_is_refused(real: httpx.Client, body: bytes, path: str, encoding: str) -> None:
    answer = real.post(path, content=body, headers={"Content-Encoding": encoding})
    assert answer.status_code < 500


def test_what_was_taken_in_is_what_a_rebuild_makes(real: httpx.Client, database: Database) -> None:
    """Runs after the others of this file, on what they left."""
    assert real.post(LINEAGE, content=raw()).status_code == 201
    with database.connect() as connection:
        before = digest(connection)
        connection.rollback()
        rebuild(connection, lambda *_: None)
        connection.commit()
        assert digest(connection) == before
