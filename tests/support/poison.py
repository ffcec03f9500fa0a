"""Bad input, by name: bytes of one entry each, and the code with which it must be refused ("": any)."""

from __future__ import annotations

from poison_made import dataset_called, dumped, event_with, event_without, output_with, random_text, run_with
from samples import event

_COLUMNS = [{"namespace": "n", "name": "m", "field": f"c{n}"} for n in range(600)]
BAD: dict[str, tuple[bytes, str]] = {
    "a name of 200 thousand characters": (dataset_called(random_text(200_000)), "name-too-long"),
    "a namespace of 200 thousand characters": (dataset_called("x", random_text(200_000)), "name-too-long"),
    "a job name of 200 thousand characters": (
        event_with(job={"namespace": "demo", "name": random_text(200_001)}),
        "name-too-long",
    ),
    "a run id of 200 thousand characters": (event_with(run={"runId": random_text(200_002)}), "name-too-long"),
    "a column name of 200 thousand characters": (
        output_with({"schema": {"fields": [{"name": random_text(200_003)}]}}),
        "name-too-long",
    ),
    "a path of nested columns of 70 thousand characters": (
        output_with({"schema": {"fields": [{"name": "a" * 35_000, "fields": [{"name": "b" * 35_000}]}]}}),
        "name-too-long",
    ),
    "five thousand columns below one of 30 thousand characters": (
        output_with(
            {"schema": {"fields": [{"name": "a" * 30_000, "fields": [{"name": f"c{n}"} for n in range(5_000)]}]}}
        ),
        "name-too-long",
    ),
    "column lineage of a long name from six hundred columns": (
        output_with({"columnLineage": {"fields": {"a" * 60_000: {"inputFields": _COLUMNS}}}}),
        "name-too-long",
    ),
    "a symlink of 200 thousand characters": (
        output_with({"symlinks": {"identifiers": [{"namespace": "n", "name": "x" * 200_000}]}}),
        "name-too-long",
    ),
    "a parent of 200 thousand characters": (
        run_with({"parent": {"run": {"runId": "x"}, "job": {"namespace": "n", "name": "x" * 200_000}}}),
        "name-too-long",
    ),
    "nothing readable": (b"{", "not-json"),
    "a text": (b"no json", "not-json"),
    "two values": (b"{} {}", "not-json"),
    "a comma too many": (b'{"a": 1,}', "not-json"),
    "latin-1": ('{"eventTime": "ä"}'.encode("latin-1"), "not-json"),
    "utf-16": ('{"a": 1}'.encode("utf-16"), "not-json"),
    "a control character": (b'{"a": "\x01"}', "not-json"),
    "half a token": (b'{"a": tru}', "not-json"),
    "too deep": (b'{"a":' * 200 + b"1" + b"}" * 200, "too-deep"),
    "far too deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too-deep"),
    "deep arrays": (b"[" * 100_000 + b"]" * 100_000, "too-deep"),
    "null": (b"null", "not-an-object"),
    "a number": (b"1e400", "not-an-object"),
    "a string": (b'"event"', "not-an-object"),
    "true": (b"true", "not-an-object"),
    "no members": (b"{}", "no-shape"),
    "other members": (b'{"hello": "world"}', "no-shape"),
    "null members": (b'{"run": null, "job": null, "dataset": null}', "no-shape"),
    "no time": (event_without("eventTime"), "missing:eventTime"),
    "null time": (event_with(eventTime=None), "missing:eventTime"),
    "no date": (event_with(eventTime="soon"), "invalid:eventTime"),
    "an empty time": (event_with(eventTime=""), "invalid:eventTime"),
    "a number as time": (event_with(eventTime=1714557600), "invalid:eventTime"),
    "a list as time": (event_with(eventTime=["2024-05-01T10:00:00Z"]), "invalid:eventTime"),
    "month 13": (event_with(eventTime="2024-13-01T10:00:00Z"), "invalid:eventTime"),
    "30 February": (event_with(eventTime="2024-02-30T10:00:00Z"), "invalid:eventTime"),
    "hour 25": (event_with(eventTime="2024-02-03T25:00:00Z"), "invalid:eventTime"),
    "year 0": (event_with(eventTime="0000-01-01T00:00:00Z"), "invalid:eventTime"),
    "before year 1": (event_with(eventTime="0001-01-01T00:00:00+23:00"), "invalid:eventTime"),
    "after year 9999": (event_with(eventTime="9999-12-31T23:59:59-23:00"), "invalid:eventTime"),
    "a zone of 24 hours": (event_with(eventTime="2024-02-03T10:00:00+24:00"), "invalid:eventTime"),
    "no job": (event_without("job"), "missing:job"),
    "a job that is a text": (event_with(job="load"), "invalid:job"),
    "a job that is a list": (event_with(job=[]), "invalid:job"),
    "a job without a name": (event_with(job={"namespace": "demo"}), "missing:job.name"),
    "a job without a namespace": (event_with(job={"name": "load"}), "missing:job.namespace"),
    "a job with an empty name": (event_with(job={"namespace": "demo", "name": " \t"}), "invalid:job.name"),
    "a job with a number as name": (event_with(job={"namespace": "demo", "name": 7}), "invalid:job.name"),
    "a run that is a text": (event_with(run="r"), "invalid:run"),
    "a run that is a list": (event_with(run=[1]), "invalid:run"),
    "a run without an id": (event_with(run={}), "missing:run.runId"),
    "a run with a null id": (event_with(run={"runId": None}), "missing:run.runId"),
    "a run with a number as id": (event_with(run={"runId": 7}), "invalid:run.runId"),
    "a run with an empty id": (event_with(run={"runId": ""}), "invalid:run.runId"),
    "a dataset that is a text": (dumped({"eventTime": "2024-05-01T10:00:00Z", "dataset": "x"}), "invalid:dataset"),
    "a dataset without a name": (
        dumped({"eventTime": "2024-05-01T10:00:00Z", "dataset": {"namespace": "demo"}}),
        "missing:dataset.name",
    ),
    "a dataset without a namespace": (
        dumped({"eventTime": "2024-05-01T10:00:00Z", "dataset": {"name": "x"}}),
        "missing:dataset.namespace",
    ),
    "a wrapper without a time": (dumped({"receivedAt": "yesterday", "event": event()}), "invalid:receivedAt"),
    "a wrapper around half an event": (
        b'{"receivedAt": "2024-05-01T10:00:00Z", "event": {"run": {}, "eventTime": "2024-05-01"}, "more": 1}',
        "invalid:eventTime",
    ),
    "a wrapper around nothing": (dumped({"receivedAt": "2024-05-01T10:00:00Z", "event": None}), "not-an-object"),
    "an edit of nobody": (
        dumped({"headwater": "edit", "nonce": "n", "time": "2024-05-01T10:00:00Z"}),
        "invalid:author",
    ),
    "an edit of nothing": (
        dumped({"headwater": "edit", "author": "a", "nonce": "n", "time": "2024-05-01T10:00:00Z", "changes": []}),
        "invalid:changes",
    ),
    "an edit of nonsense": (
        dumped({"headwater": "edit", "author": "a", "nonce": "n", "time": "2024-05-01T10:00:00Z", "changes": [7]}),
        "invalid-change",
    ),
    "an edit of infinity": (
        b'{"headwater": "edit", "author": "a", "nonce": "n", "time": "2024-05-01T10:00:00Z", "changes": '
        b'[{"property": {"node": ["dataset", "demo", "x"], "name": "p", "value": {"a": [Infinity]}}}]}',
        "",
    ),
    "more than 10 MiB": (event_with(producer="x" * (10 * 2**20)), "too-large"),
}
