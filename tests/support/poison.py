"""Bad and odd input, by name: bytes of one entry each.

BAD must be refused with its code, ODD taken in, and so what is LONG: longer than an index row, within the bound.
"""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

from samples import event

_numbers = itertools.count(900_000)


def _dump(document: object) -> bytes:
    return json.dumps(document).encode()


def _event(**more: Any) -> bytes:
    return _dump(event(next(_numbers), **more))


def _output(facets: object, **more: Any) -> bytes:
    return _event(outputs=[{"namespace": "demo", "name": f"odd {next(_numbers)}", "facets": facets, **more}])


def _run(facets: object, **more: Any) -> bytes:
    return _event(run={"runId": f"00000000-0000-4000-9000-{next(_numbers):012d}", "facets": facets, **more})


def _job(facets: object) -> bytes:
    return _event(job={"namespace": "demo", "name": f"odd {next(_numbers)}", "facets": facets})


def _dataset(name: object, namespace: object = "demo") -> bytes:
    return _event(outputs=[{"namespace": namespace, "name": name}])


def _without(*names: str) -> bytes:
    return _dump({key: value for key, value in event().items() if key not in names})


def deep(levels: int) -> object:
    """An object of so many levels, with a number in it."""
    found: object = 1
    for _ in range(levels):
        found = {"a": found}
    return found


def _nested_field(levels: int) -> dict[str, object]:
    found: dict[str, object] = {"name": "a", "type": "INT"}
    for _ in range(levels):
        found = {"name": "a", "type": "struct", "fields": [found]}
    return found


def _random_text(length: int) -> str:
    """What does not compress: an index entry of it is as long as it is."""
    return "".join(random.Random(length).choices("abcdefghijklmnopqrstuvwxyz0123456789ÄÖÜß", k=length))


_COLUMNS = [{"namespace": "n", "name": "m", "field": f"c{n}"} for n in range(600)]
BAD: dict[str, tuple[bytes, str]] = {
    "a name of 200 thousand characters": (_dataset(_random_text(200_000)), "name-too-long"),
    "a namespace of 200 thousand characters": (_dataset("x", _random_text(200_000)), "name-too-long"),
    "a job name of 200 thousand characters": (
        _event(job={"namespace": "demo", "name": _random_text(200_001)}),
        "name-too-long",
    ),
    "a run id of 200 thousand characters": (_event(run={"runId": _random_text(200_002)}), "name-too-long"),
    "a column name of 200 thousand characters": (
        _output({"schema": {"fields": [{"name": _random_text(200_003)}]}}),
        "name-too-long",
    ),
    "a path of nested columns of 70 thousand characters": (
        _output({"schema": {"fields": [{"name": "a" * 35_000, "fields": [{"name": "b" * 35_000}]}]}}),
        "name-too-long",
    ),
    "five thousand columns below one of 30 thousand characters": (
        _output({"schema": {"fields": [{"name": "a" * 30_000, "fields": [{"name": f"c{n}"} for n in range(5_000)]}]}}),
        "name-too-long",
    ),
    "column lineage of a long name from six hundred columns": (
        _output({"columnLineage": {"fields": {"a" * 60_000: {"inputFields": _COLUMNS}}}}),
        "name-too-long",
    ),
    "a symlink of 200 thousand characters": (
        _output({"symlinks": {"identifiers": [{"namespace": "n", "name": "x" * 200_000}]}}),
        "name-too-long",
    ),
    "a parent of 200 thousand characters": (
        _run({"parent": {"run": {"runId": "x"}, "job": {"namespace": "n", "name": "x" * 200_000}}}),
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
    "no time": (_without("eventTime"), "missing:eventTime"),
    "null time": (_event(eventTime=None), "missing:eventTime"),
    "no date": (_event(eventTime="soon"), "invalid:eventTime"),
    "an empty time": (_event(eventTime=""), "invalid:eventTime"),
    "a number as time": (_event(eventTime=1714557600), "invalid:eventTime"),
    "a list as time": (_event(eventTime=["2024-05-01T10:00:00Z"]), "invalid:eventTime"),
    "month 13": (_event(eventTime="2024-13-01T10:00:00Z"), "invalid:eventTime"),
    "30 February": (_event(eventTime="2024-02-30T10:00:00Z"), "invalid:eventTime"),
    "hour 25": (_event(eventTime="2024-02-03T25:00:00Z"), "invalid:eventTime"),
    "year 0": (_event(eventTime="0000-01-01T00:00:00Z"), "invalid:eventTime"),
    "before year 1": (_event(eventTime="0001-01-01T00:00:00+23:00"), "invalid:eventTime"),
    "after year 9999": (_event(eventTime="9999-12-31T23:59:59-23:00"), "invalid:eventTime"),
    "a zone of 24 hours": (_event(eventTime="2024-02-03T10:00:00+24:00"), "invalid:eventTime"),
    "no job": (_without("job"), "missing:job"),
    "a job that is a text": (_event(job="load"), "invalid:job"),
    "a job that is a list": (_event(job=[]), "invalid:job"),
    "a job without a name": (_event(job={"namespace": "demo"}), "missing:job.name"),
    "a job without a namespace": (_event(job={"name": "load"}), "missing:job.namespace"),
    "a job with an empty name": (_event(job={"namespace": "demo", "name": " \t"}), "invalid:job.name"),
    "a job with a number as name": (_event(job={"namespace": "demo", "name": 7}), "invalid:job.name"),
    "a run that is a text": (_event(run="r"), "invalid:run"),
    "a run that is a list": (_event(run=[1]), "invalid:run"),
    "a run without an id": (_event(run={}), "missing:run.runId"),
    "a run with a null id": (_event(run={"runId": None}), "missing:run.runId"),
    "a run with a number as id": (_event(run={"runId": 7}), "invalid:run.runId"),
    "a run with an empty id": (_event(run={"runId": ""}), "invalid:run.runId"),
    "a dataset that is a text": (_dump({"eventTime": "2024-05-01T10:00:00Z", "dataset": "x"}), "invalid:dataset"),
    "a dataset without a name": (
        _dump({"eventTime": "2024-05-01T10:00:00Z", "dataset": {"namespace": "demo"}}),
        "missing:dataset.name",
    ),
    "a dataset without a namespace": (
        _dump({"eventTime": "2024-05-01T10:00:00Z", "dataset": {"name": "x"}}),
        "missing:dataset.namespace",
    ),
    "a wrapper without a time": (_dump({"receivedAt": "yesterday", "event": event()}), "invalid:receivedAt"),
    "a wrapper around half an event": (
        b'{"receivedAt": "2024-05-01T10:00:00Z", "event": {"run": {}, "eventTime": "2024-05-01"}, "more": 1}',
        "invalid:eventTime",
    ),
    "a wrapper around nothing": (_dump({"receivedAt": "2024-05-01T10:00:00Z", "event": None}), "not-an-object"),
    "an edit of nobody": (_dump({"headwater": "edit", "nonce": "n", "time": "2024-05-01T10:00:00Z"}), "invalid:author"),
    "an edit of nothing": (
        _dump({"headwater": "edit", "author": "a", "nonce": "n", "time": "2024-05-01T10:00:00Z", "changes": []}),
        "invalid:changes",
    ),
    "an edit of nonsense": (
        _dump({"headwater": "edit", "author": "a", "nonce": "n", "time": "2024-05-01T10:00:00Z", "changes": [7]}),
        "invalid-change",
    ),
    "an edit of infinity": (
        b'{"headwater": "edit", "author": "a", "nonce": "n", "time": "2024-05-01T10:00:00Z", "changes": '
        b'[{"property": {"node": ["dataset", "demo", "x"], "name": "p", "value": {"a": [Infinity]}}}]}',
        "",
    ),
    "more than 10 MiB": (_event(producer="x" * (10 * 2**20)), "too-large"),
}

_QUERY = "select " + ", ".join(f"case when amount_{n} > {n} then 'over' else 'under' end" for n in range(100))
_FIELD = {"name": "a", "type": "INT"}
ODD: dict[str, bytes] = {
    "an object that is no event's": _event(surprise={"deep": deep(50)}),
    "facets that are a list": _output([1, 2]),
    "facets that are a text": _run("x"),
    "facets of null": _output({"schema": None, "documentation": None}),
    "facets that are numbers": _output({"schema": 7, "columnLineage": 8, "symlinks": 9, "version": 1.5}),
    "inputs that are an object": _event(inputs={"namespace": "a", "name": "b"}),
    "inputs that are texts": _event(inputs=["a", None, 7, [], {}]),
    "outputs of null": _event(outputs=None),
    "a dataset without a name among others": _event(inputs=[{"namespace": "demo"}, {"name": "x"}, {}]),
    "fields that are an object": _output({"schema": {"fields": {"a": "INT"}}}),
    "fields of many shapes": _output(
        {"schema": {"fields": [7, None, {}, {"name": 5}, {"name": "", "type": {}}, _FIELD]}}
    ),
    "fields twice": _output({"schema": {"fields": [_FIELD, _FIELD, {"name": "A", "type": "int"}]}}),
    "field types that are objects": _output({"schema": {"fields": [{"name": "a", "type": {"type": "array"}}]}}),
    "ordinal positions of all kinds": _output(
        {
            "schema": {
                "fields": [
                    {"name": n, "ordinal_position": p} for n, p in zip("abcd", (True, 2**70, -1, "3"), strict=True)
                ]
            }
        }
    ),
    "fields 60 deep": _output({"schema": {"fields": [_nested_field(60)]}}),
    "ten thousand columns": _output({"schema": {"fields": [{"name": f"c{n}", "type": "INT"} for n in range(10_000)]}}),
    "two thousand inputs": _event(inputs=[{"namespace": "many", "name": f"t{n}"} for n in range(2_000)]),
    "one input two thousand times": _event(inputs=[{"namespace": "many", "name": "t"}] * 2_000),
    "column lineage as a list": _output({"columnLineage": {"fields": [1, 2]}}),
    "column lineage of odd inputs": _output(
        {
            "columnLineage": {
                "fields": {
                    "a": {
                        "inputFields": [
                            None,
                            7,
                            {},
                            {"namespace": "n"},
                            {"namespace": "n", "name": "m", "field": 7, "transformations": "x"},
                        ]
                    },
                    "b": 7,
                },
                "dataset": "x",
            }
        }
    ),
    "column lineage of itself": _output(
        {"columnLineage": {"fields": {"a": {"inputFields": [{"namespace": "demo", "name": "odd", "field": "a"}]}}}}
    ),
    "explicit lineage of odd entries": _job(
        {
            "lineage": {
                "entries": [
                    None,
                    7,
                    {},
                    {"type": "JOB"},
                    {"type": 7, "namespace": "n", "name": "m", "inputs": "x", "fields": []},
                ]
            }
        }
    ),
    "a symlink to itself": _output(
        {"symlinks": {"identifiers": [{"namespace": "demo", "name": "odd", "type": "TABLE"}]}}
    ),
    "a thousand symlinks": _output(
        {"symlinks": {"identifiers": [{"namespace": "links", "name": f"l{n}"} for n in range(1_000)]}}
    ),
    "symlinks that are a text": _output({"symlinks": {"identifiers": "x"}}),
    "a rename of itself": _output(
        {
            "lifecycleStateChange": {
                "lifecycleStateChange": "RENAME",
                "previousIdentifier": {"namespace": "demo", "name": "odd"},
            }
        }
    ),
    "a rename from nothing": _output(
        {"lifecycleStateChange": {"lifecycleStateChange": "RENAME", "previousIdentifier": 7}}
    ),
    "a change nobody knows": _output({"lifecycleStateChange": {"lifecycleStateChange": "EXPLODE"}}),
    "a change that is a number": _output({"lifecycleStateChange": {"lifecycleStateChange": 7}}),
    "a parent that is itself": _run(
        {
            "parent": {
                "run": {"runId": "00000000-0000-4000-8000-0000000000aa"},
                "job": {"namespace": "demo", "name": "load"},
            }
        }
    ),
    "a parent of numbers": _run({"parent": {"run": {"runId": 7}, "job": {"namespace": 8, "name": 9}, "root": 10}}),
    "nominal times of nonsense": _run({"nominalTime": {"nominalStartTime": "soon", "nominalEndTime": 7}}),
    "an error message that is an object": _run({"errorMessage": {"message": {"a": 1}, "stackTrace": 7}}),
    "statistics beyond all numbers": _output(
        {}, outputFacets={"outputStatistics": {"rowCount": 10**400, "size": -(10**30)}}
    ),
    "statistics of infinity": _output({}, outputFacets={"outputStatistics": {"rowCount": 0}}).replace(
        b'"rowCount": 0', b'"rowCount": 1e999, "size": NaN'
    ),
    "assertions of odd shape": _output(
        {
            "dataQualityAssertions": {
                "assertions": [
                    None,
                    7,
                    {},
                    {"assertion": {}, "column": [], "success": "yes"},
                    {"assertion": "a", "success": None},
                ]
            }
        }
    ),
    "owners of odd shape": _output({"ownership": {"owners": [None, "ann", {"name": 7}, {"name": "", "type": {}}]}}),
    "tags of odd shape": _output(
        {"tags": {"tags": [None, "pii", {"key": 7}, {"key": "k", "value": {"a": 1}, "field": 8}]}}
    ),
    "a description that is a list": _output({"documentation": {"description": ["a"]}}),
    "a null character": _dataset("a\0b"),
    "half a character": _dataset("abc").replace(b'"abc"', b'"a\\ud800c"'),
    "keys with null characters": _output({"a\0b": {"c\0": "d\0"}}),
    "the same key twice": _event().replace(b'"producer"', b'"producer": "x", "producer"'),
    "emoji and right-to-left": _dataset("\u202e\U0001f600\u0645\u0631\u062d\u0628\u0627 \u00a0"),
    "line breaks in names": _dataset("a\nb\r\nc\td"),
    "quotes in names": _dataset("a'\"`;--$$\\"),
    "backslashes and braces": _dataset('{a,"b",NULL}\\N'),
    "per cent signs": _dataset("%s%(x)s%%"),
    "a query as a name": _dataset(f"({_QUERY}) as t", "postgres://db:5432"),
    "expressions as columns": _output({"schema": {"fields": [{"name": _QUERY[:4_000], "type": "INT"}]}}),
    "expressions as columns in lineage": _output(
        {
            "columnLineage": {
                "fields": {_QUERY[:4_000]: {"inputFields": [{"namespace": "n", "name": "m", "field": _QUERY}]}}
            }
        }
    ),
    "a description of a million words": _output({"documentation": {"description": "word " * 1_000_000}}),
    "a description of one long word": _output({"documentation": {"description": _random_text(300_000)}}),
    "a million different words": _output({"documentation": {"description": " ".join(f"w{n}" for n in range(300_000))}}),
    "a query of 5 MB": _job({"sql": {"query": "select " + "x, " * 1_700_000}}),
    "the first moment": _event(eventTime="0001-01-01T00:00:00Z"),
    "the last moment": _event(eventTime="9999-12-31T23:59:59.999999Z"),
    "a leap second": _event(eventTime="2016-12-31T23:59:60Z"),
    "a time without zone": _event(eventTime="2024-05-01 10:00"),
    "a time with nine digits": _event(eventTime="2024-05-01T10:00:00.123456789+05:30[Asia/Kolkata]"),
    "a type nobody knows": _event(eventType="SNORE"),
    "a type that is a number": _event(eventType=7),
    "a type that is an object": _event(eventType={"a": 1}),
    "a schemaURL that lies": _event(
        schemaURL="https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/DatasetEvent"
    ),
    "a producer that is an object": _event(producer={"a": 1}),
    "a deleted facet of numbers": _output(
        {"schema": {"_deleted": 1}, "ownership": {"_deleted": "true"}, "tags": {"_deleted": True}}
    ),
    "an identity edit of odd shape": _dump(
        {
            "eventTime": "2024-05-01T10:00:00Z",
            "dataset": {
                "namespace": "demo",
                "name": "odd",
                "facets": {
                    "headwater_identity": {"same": [7, None, {"namespace": "demo", "name": "odd"}], "different": "x"}
                },
            },
        }
    ),
    "a byte-order mark": b"\xef\xbb\xbf" + _event(producer="marked"),
    "127 levels": _event(surprise=deep(124)),
    "numbers of all sizes": _event(surprise=[2**64, -(2**63), 2**63, 0.1, -0.0, 5e-324]).replace(b"0.1", b"1e-400"),
}

LONG: dict[str, bytes] = {
    "a name of 200 thousand characters in a facet of one's own": _output({"acme": {"name": _random_text(200_004)}}),
    "fields of four thousand long words": _output(
        {"schema": {"fields": [{"name": "\U00020000" * 110 + f"x{n}"} for n in range(3_000)]}}
    ),
    "a name of 3 thousand characters": _dataset(_random_text(3_000)),
    "a namespace of 58 thousand characters": _dataset("x", _random_text(58_000)),
    "a job name of 20 thousand characters": _event(job={"namespace": "demo", "name": _random_text(20_000)}),
    "a run id of 20 thousand characters": _event(run={"runId": _random_text(20_001)}),
    "a facet name of 20 thousand characters": _output({_random_text(20_002): {"a": 1}}),
    "a column name of 20 thousand characters": _output(
        {"schema": {"fields": [{"name": _random_text(20_003), "type": _random_text(20_004)}]}}
    ),
    "column lineage of long names": _output(
        {
            "columnLineage": {
                "fields": {
                    _random_text(20_005): {
                        "inputFields": [
                            {
                                "namespace": "n",
                                "name": "m",
                                "field": _random_text(20_006),
                                "transformations": [{"type": _random_text(5_000), "subtype": _random_text(5_001)}],
                            }
                        ]
                    }
                }
            }
        }
    ),
    "an owner, a tag, a kind of 20 thousand characters": _output(
        {
            "ownership": {"owners": [{"name": _random_text(20_007), "type": _random_text(20_008)}]},
            "tags": {"tags": [{"key": _random_text(20_009), "value": _random_text(20_010)}]},
            "datasetType": {"datasetType": _random_text(20_011)},
        }
    ),
    "a version of 20 thousand characters": _output({"version": {"datasetVersion": _random_text(20_012)}}),
    "an assertion of 20 thousand characters": _output(
        {
            "dataQualityAssertions": {
                "assertions": [{"assertion": _random_text(20_013), "column": _random_text(20_014), "success": True}]
            }
        }
    ),
    "a lifecycle change of 20 thousand characters": _output(
        {"lifecycleStateChange": {"lifecycleStateChange": _random_text(20_015)}}
    ),
    "a parent of 20 thousand characters": _run(
        {"parent": {"run": {"runId": _random_text(20_016)}, "job": {"namespace": _random_text(20_017), "name": "p"}}}
    ),
}
