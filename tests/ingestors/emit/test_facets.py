"""What is told of runs keeps to its schemas: our facet to the one that we publish, the others to OpenLineage's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attr
import jsonschema
import pytest
from catching import catching, process_of
from referencing import Registry, Resource
from wrapped import Wrapping

from headwater_ingestors.emit import facets
from headwater_ingestors.emit.facets import PROCESS_SCHEMA, HeadwaterProcessRunFacet
from headwater_ingestors.openlineage.event import read_event

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "facets" / "1-0-0" / "HeadwaterProcessRunFacet.json").read_text(
        encoding="utf-8"
    )
)
CORE = {
    "$id": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
    "$defs": {
        "RunFacet": {
            "type": "object",
            "properties": {"_producer": {"type": "string"}, "_schemaURL": {"type": "string"}},
            "required": ["_producer", "_schemaURL"],
        }
    },
}
"""As much of OpenLineage's own schema as ours refers to."""


def validate(facet: Any) -> None:
    registry: Registry[Any] = Registry().with_resource(
        CORE["$id"], Resource.from_contents({**CORE, "$schema": SCHEMA["$schema"]})
    )
    jsonschema.Draft202012Validator(SCHEMA, registry=registry).validate({"headwater_process": facet})


def test_the_published_schema_has_the_members_of_the_facet() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    own = SCHEMA["$defs"]["HeadwaterProcessRunFacet"]["allOf"][1]["properties"]
    assert list(own) == [field.name for field in attr.fields(HeadwaterProcessRunFacet) if field.name[0] != "_"]
    assert all(member["description"] for member in own.values())
    assert f"{SCHEMA['$id']}#/$defs/HeadwaterProcessRunFacet" == PROCESS_SCHEMA


def test_the_schema_refuses_what_is_no_such_facet() -> None:
    for wrong in ({"exitCode": 0}, {"_producer": "x", "_schemaURL": "x", "exitCode": 256}):
        with pytest.raises(jsonschema.ValidationError):
            validate(wrong)


def test_what_is_told_of_a_command_keeps_to_the_schema(tmp_path: Path) -> None:
    with catching() as catalog:
        wrapping = Wrapping(tmp_path, catalog.url, CHOSEN="yes", NOT_CHOSEN="no")
        work = "data = b'x' * 150_000_000; open('out', 'wb').write(data[:50_000]); sum(range(10**6))"
        options = ["--env", "CHOSEN", "--env", "ABSENT", "-o", "out", "-i", "in"]
        options += ["--nominal-time", "2026-01-31/2026-02-01"]
        assert wrapping.run(*options, "--", "python3", "-c", work).returncode == 0
        start, end = catalog.events
    for event in (start, end):
        read_event(event)
        validate(process_of(event))
    found = process_of(end)
    assert found["command"].startswith("python3 -c 'data")
    assert found["peakMemoryBytes"] > 150_000_000
    assert found["writtenBytes"] >= 50_000
    assert found["readBytes"] > 0
    assert found["durationSeconds"] >= found["userSeconds"] > 0.01
    assert (found["exitCode"], found["stderr"], found["stderrBytes"]) == (0, "", 0)
    assert found["workingDirectory"] == str(tmp_path)
    told = end["run"]["facets"]
    assert told["environmentVariables"]["environmentVariables"] == [{"name": "CHOSEN", "value": "yes"}]
    assert told["nominalTime"]["nominalStartTime"] == "2026-01-31T00:00:00.000000Z"
    assert told["nominalTime"]["nominalEndTime"] == "2026-02-01T00:00:00.000000Z"
    assert told["processing_engine"]["name"] == "Linux"
    assert end["job"]["facets"]["jobType"]["jobType"] == "COMMAND"
    assert [(one["namespace"], one["name"]) for one in end["outputs"]] == [("file", str(tmp_path / "out"))]
    assert start["inputs"] == end["inputs"]
    assert b"NOT_CHOSEN" not in json.dumps([start, end]).encode()


def test_what_takes_less_than_the_wrapper_has_no_peak(tmp_path: Path) -> None:
    with catching() as catalog:
        Wrapping(tmp_path, catalog.url).run("--", "true")
        assert "peakMemoryBytes" not in process_of(catalog.events[1])


def test_arguments_are_not_told_where_nobody_wants_that(tmp_path: Path) -> None:
    with catching() as catalog:
        Wrapping(tmp_path, catalog.url).run("--no-arguments", "--", "echo", "hello")
        assert process_of(catalog.events[1])["command"] == "echo"
        assert b"hello" not in b"".join(catalog.bodies)


def test_every_facet_of_ours_names_us(tmp_path: Path) -> None:
    with catching() as catalog:
        Wrapping(tmp_path, catalog.url).run("--", "sh", "-c", "exit 1")
        for event in catalog.events:
            told = {**event["run"]["facets"], **event["job"]["facets"]}
            told.pop("tags")  # the client's own
            assert {facet["_producer"] for facet in told.values()} == {facets.PRODUCER}
