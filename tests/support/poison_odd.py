"""Odd input, by name: bytes of one entry each.

ODD must be taken in, and so must what is LONG: longer than an index row, within the bound.
"""

from __future__ import annotations

from poison_made import (
    dataset_called,
    deep,
    dumped,
    event_with,
    job_with,
    nested_field,
    output_with,
    random_text,
    run_with,
)

_QUERY = "select " + ", ".join(f"case when amount_{n} > {n} then 'over' else 'under' end" for n in range(100))
_FIELD = {"name": "a", "type": "INT"}
ODD: dict[str, bytes] = {
    "an object that is no event's": event_with(surprise={"deep": deep(50)}),
    "facets that are a list": output_with([1, 2]),
    "facets that are a text": run_with("x"),
    "facets of null": output_with({"schema": None, "documentation": None}),
    "facets that are numbers": output_with({"schema": 7, "columnLineage": 8, "symlinks": 9, "version": 1.5}),
    "inputs that are an object": event_with(inputs={"namespace": "a", "name": "b"}),
    "inputs that are texts": event_with(inputs=["a", None, 7, [], {}]),
    "outputs of null": event_with(outputs=None),
    "a dataset without a name among others": event_with(inputs=[{"namespace": "demo"}, {"name": "x"}, {}]),
    "fields that are an object": output_with({"schema": {"fields": {"a": "INT"}}}),
    "fields of many shapes": output_with(
        {"schema": {"fields": [7, None, {}, {"name": 5}, {"name": "", "type": {}}, _FIELD]}}
    ),
    "fields twice": output_with({"schema": {"fields": [_FIELD, _FIELD, {"name": "A", "type": "int"}]}}),
    "field types that are objects": output_with({"schema": {"fields": [{"name": "a", "type": {"type": "array"}}]}}),
    "ordinal positions of all kinds": output_with(
        {
            "schema": {
                "fields": [
                    {"name": n, "ordinal_position": p} for n, p in zip("abcd", (True, 2**70, -1, "3"), strict=True)
                ]
            }
        }
    ),
    "fields 60 deep": output_with({"schema": {"fields": [nested_field(60)]}}),
    "ten thousand columns": output_with(
        {"schema": {"fields": [{"name": f"c{n}", "type": "INT"} for n in range(10_000)]}}
    ),
    "two thousand inputs": event_with(inputs=[{"namespace": "many", "name": f"t{n}"} for n in range(2_000)]),
    "one input two thousand times": event_with(inputs=[{"namespace": "many", "name": "t"}] * 2_000),
    "column lineage as a list": output_with({"columnLineage": {"fields": [1, 2]}}),
    "column lineage of odd inputs": output_with(
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
    "column lineage of itself": output_with(
        {"columnLineage": {"fields": {"a": {"inputFields": [{"namespace": "demo", "name": "odd", "field": "a"}]}}}}
    ),
    "explicit lineage of odd entries": job_with(
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
    "a symlink to itself": output_with(
        {"symlinks": {"identifiers": [{"namespace": "demo", "name": "odd", "type": "TABLE"}]}}
    ),
    "a thousand symlinks": output_with(
        {"symlinks": {"identifiers": [{"namespace": "links", "name": f"l{n}"} for n in range(1_000)]}}
    ),
    "symlinks that are a text": output_with({"symlinks": {"identifiers": "x"}}),
    "a rename of itself": output_with(
        {
            "lifecycleStateChange": {
                "lifecycleStateChange": "RENAME",
                "previousIdentifier": {"namespace": "demo", "name": "odd"},
            }
        }
    ),
    "a rename from nothing": output_with(
        {"lifecycleStateChange": {"lifecycleStateChange": "RENAME", "previousIdentifier": 7}}
    ),
    "a change nobody knows": output_with({"lifecycleStateChange": {"lifecycleStateChange": "EXPLODE"}}),
    "a change that is a number": output_with({"lifecycleStateChange": {"lifecycleStateChange": 7}}),
    "a parent that is itself": run_with(
        {
            "parent": {
                "run": {"runId": "00000000-0000-4000-8000-0000000000aa"},
                "job": {"namespace": "demo", "name": "load"},
            }
        }
    ),
    "a parent of numbers": run_with({"parent": {"run": {"runId": 7}, "job": {"namespace": 8, "name": 9}, "root": 10}}),
    "nominal times of nonsense": run_with({"nominalTime": {"nominalStartTime": "soon", "nominalEndTime": 7}}),
    "an error message that is an object": run_with({"errorMessage": {"message": {"a": 1}, "stackTrace": 7}}),
    "statistics beyond all numbers": output_with(
        {}, outputFacets={"outputStatistics": {"rowCount": 10**400, "size": -(10**30)}}
    ),
    "statistics of infinity": output_with({}, outputFacets={"outputStatistics": {"rowCount": 0}}).replace(
        b'"rowCount": 0', b'"rowCount": 1e999, "size": NaN'
    ),
    "assertions of odd shape": output_with(
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
    "owners of odd shape": output_with({"ownership": {"owners": [None, "ann", {"name": 7}, {"name": "", "type": {}}]}}),
    "tags of odd shape": output_with(
        {"tags": {"tags": [None, "pii", {"key": 7}, {"key": "k", "value": {"a": 1}, "field": 8}]}}
    ),
    "a description that is a list": output_with({"documentation": {"description": ["a"]}}),
    "a null character": dataset_called("a\0b"),
    "half a character": dataset_called("abc").replace(b'"abc"', b'"a\\ud800c"'),
    "keys with null characters": output_with({"a\0b": {"c\0": "d\0"}}),
    "the same key twice": event_with().replace(b'"producer"', b'"producer": "x", "producer"'),
    "emoji and right-to-left": dataset_called("\u202e\U0001f600\u0645\u0631\u062d\u0628\u0627 \u00a0"),
    "line breaks in names": dataset_called("a\nb\r\nc\td"),
    "quotes in names": dataset_called("a'\"`;--$$\\"),
    "backslashes and braces": dataset_called('{a,"b",NULL}\\N'),
    "per cent signs": dataset_called("%s%(x)s%%"),
    "a query as a name": dataset_called(f"({_QUERY}) as t", "postgres://db:5432"),
    "expressions as columns": output_with({"schema": {"fields": [{"name": _QUERY[:4_000], "type": "INT"}]}}),
    "expressions as columns in lineage": output_with(
        {
            "columnLineage": {
                "fields": {_QUERY[:4_000]: {"inputFields": [{"namespace": "n", "name": "m", "field": _QUERY}]}}
            }
        }
    ),
    "a description of a million words": output_with({"documentation": {"description": "word " * 1_000_000}}),
    "a description of one long word": output_with({"documentation": {"description": random_text(300_000)}}),
    "a million different words": output_with(
        {"documentation": {"description": " ".join(f"w{n}" for n in range(300_000))}}
    ),
    "a query of 5 MB": job_with({"sql": {"query": "select " + "x, " * 1_700_000}}),
    "the first moment": event_with(eventTime="0001-01-01T00:00:00Z"),
    "the last moment": event_with(eventTime="9999-12-31T23:59:59.999999Z"),
    "a leap second": event_with(eventTime="2016-12-31T23:59:60Z"),
    "a time without zone": event_with(eventTime="2024-05-01 10:00"),
    "a time with nine digits": event_with(eventTime="2024-05-01T10:00:00.123456789+05:30[Asia/Kolkata]"),
    "a type nobody knows": event_with(eventType="SNORE"),
    "a type that is a number": event_with(eventType=7),
    "a type that is an object": event_with(eventType={"a": 1}),
    "a schemaURL that lies": event_with(
        schemaURL="https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/DatasetEvent"
    ),
    "a producer that is an object": event_with(producer={"a": 1}),
    "a deleted facet of numbers": output_with(
        {"schema": {"_deleted": 1}, "ownership": {"_deleted": "true"}, "tags": {"_deleted": True}}
    ),
    "an identity edit of odd shape": dumped(
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
    "a byte-order mark": b"\xef\xbb\xbf" + event_with(producer="marked"),
    "127 levels": event_with(surprise=deep(124)),
    "numbers of all sizes": event_with(surprise=[2**64, -(2**63), 2**63, 0.1, -0.0, 5e-324]).replace(b"0.1", b"1e-400"),
}

LONG: dict[str, bytes] = {
    "a name of 200 thousand characters in a facet of one's own": output_with({"acme": {"name": random_text(200_004)}}),
    "fields of four thousand long words": output_with(
        {"schema": {"fields": [{"name": "\U00020000" * 110 + f"x{n}"} for n in range(3_000)]}}
    ),
    "a name of 3 thousand characters": dataset_called(random_text(3_000)),
    "a namespace of 58 thousand characters": dataset_called("x", random_text(58_000)),
    "a job name of 20 thousand characters": event_with(job={"namespace": "demo", "name": random_text(20_000)}),
    "a run id of 20 thousand characters": event_with(run={"runId": random_text(20_001)}),
    "a facet name of 20 thousand characters": output_with({random_text(20_002): {"a": 1}}),
    "a column name of 20 thousand characters": output_with(
        {"schema": {"fields": [{"name": random_text(20_003), "type": random_text(20_004)}]}}
    ),
    "column lineage of long names": output_with(
        {
            "columnLineage": {
                "fields": {
                    random_text(20_005): {
                        "inputFields": [
                            {
                                "namespace": "n",
                                "name": "m",
                                "field": random_text(20_006),
                                "transformations": [{"type": random_text(5_000), "subtype": random_text(5_001)}],
                            }
                        ]
                    }
                }
            }
        }
    ),
    "an owner, a tag, a kind of 20 thousand characters": output_with(
        {
            "ownership": {"owners": [{"name": random_text(20_007), "type": random_text(20_008)}]},
            "tags": {"tags": [{"key": random_text(20_009), "value": random_text(20_010)}]},
            "datasetType": {"datasetType": random_text(20_011)},
        }
    ),
    "a version of 20 thousand characters": output_with({"version": {"datasetVersion": random_text(20_012)}}),
    "an assertion of 20 thousand characters": output_with(
        {
            "dataQualityAssertions": {
                "assertions": [{"assertion": random_text(20_013), "column": random_text(20_014), "success": True}]
            }
        }
    ),
    "a lifecycle change of 20 thousand characters": output_with(
        {"lifecycleStateChange": {"lifecycleStateChange": random_text(20_015)}}
    ),
    "a parent of 20 thousand characters": run_with(
        {"parent": {"run": {"runId": random_text(20_016)}, "job": {"namespace": random_text(20_017), "name": "p"}}}
    ),
}
