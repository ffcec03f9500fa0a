"""The OpenAPI document, by hand; a test holds it to the routes, and docs/reference/http.md is made of it."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from headwater_web import problems

Document = dict[str, Any]

_TEXT: Final = {"type": "string"}
_ACK: Final = {
    "type": "object",
    "required": ["entry", "state"],
    "properties": {
        "entry": {"type": "string", "description": "sha256 of the entry's redacted bytes, hexadecimal"},
        "event": {"type": "string", "description": "canonical hash of the event: equal for retries, however spaced"},
        "state": {"enum": ["accepted", "duplicate", "parked", "rejected"]},
        "findings": {"type": "array", "items": _TEXT, "description": "no-zone, unknown-event-type, far-future"},
        "code": _TEXT,
        "sentence": _TEXT,
        "remedy": _TEXT,
        "place": {"type": "string", "description": "where the error is: a member's path, or a line and column"},
    },
}
_COUNTS: Final = {state: {"type": "integer"} for state in ("received", "accepted", "duplicate", "rejected", "parked")}
_BATCH: Final = {
    "type": "object",
    "properties": {**_COUNTS, "results": {"type": "array", "items": {"$ref": "#/components/schemas/Ack"}}},
}
_PROBLEM: Final = {
    "type": "object",
    "required": ["status", "code", "detail", "remedy"],
    "properties": {"title": _TEXT, "status": {"type": "integer"}, "code": _TEXT, "detail": _TEXT, "remedy": _TEXT},
}
_KEY: Final = {
    "type": "object",
    "properties": {
        "id": _TEXT,
        "name": _TEXT,
        "scopes": {"type": "array", "items": {"enum": ["ingest", "read", "edit", "admin"]}},
        "created": {"type": "string", "format": "date-time"},
        "revoked": {"type": ["string", "null"], "format": "date-time"},
        "key": {"type": "string", "description": "told once, when the key is made"},
    },
}
_EDITS: Final = {
    "type": "object",
    "required": ["changes"],
    "properties": {
        "changes": {
            "type": "array",
            "items": {"type": "object"},
            "description": "One verb with its arguments each, perhaps ifRevision: docs/edits.md",
        },
        "source": {"enum": ["PERSON", "FILE"], "default": "PERSON"},
        "mode": {"enum": ["ALL_OR_NOTHING", "BEST_EFFORT"], "default": "ALL_OR_NOTHING"},
        "dryRun": {"type": "boolean", "default": False},
        "key": {"type": "string", "description": "of one key the same list is applied once"},
    },
}
_OUTCOMES: Final = {
    "type": "object",
    "properties": {
        "edit": {"type": ["string", "null"], "description": "id of the edit; null where nothing was applied"},
        "outcomes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["status"],
                "properties": {
                    "status": {"enum": ["APPLIED", "UNCHANGED", "CONFLICT", "INVALID"]},
                    "node": {"type": "array", "items": _TEXT},
                    "code": _TEXT,
                    "message": _TEXT,
                    "remedy": _TEXT,
                    "current": {},
                },
            },
        },
    },
}
_ANYTHING: Final = {"type": "object"}


def page_of(
    summary: str, status: int, gives: str, scope: str = "", media: str = "application/json", **more: object
) -> Document:
    """One operation: what it does, what it answers with, which scope it needs."""
    content = {media: {"schema": {"$ref": f"#/components/schemas/{gives}"} if gives else _TEXT}}
    operation: Document = {
        "summary": summary,
        "responses": {
            str(status): {"description": "Done.", **({"content": content} if status != 204 else {})},
            "default": {"$ref": "#/components/responses/Problem"},
        },
        **more,
    }
    if scope:
        operation["description"] = f"Needs the scope {scope}."
        operation["security"] = [{"bearer": []}, {"header": []}, {"cookie": []}]
    return operation


def _query(name: str) -> Document:
    return {"name": name, "in": "query", "schema": {"type": "string", "format": "date-time"}}


def _said(name: str) -> Document:
    return {"name": name, "in": "query", "schema": {"type": "string"}}


_GRAPH: Final = [
    {"name": "format", "in": "query", "schema": {"enum": ["graphml", "json", "dot", "mermaid"], "default": "graphml"}},
    {"name": "select", "in": "query", "schema": {"type": "string"}},
    {"name": "granularity", "in": "query", "schema": {"enum": ["dataset", "job", "column"], "default": "dataset"}},
    {"name": "jobs", "in": "query", "schema": {"type": "boolean"}},
]
_PLAIN: Final = {"name": "plain", "in": "query", "schema": {"type": "boolean"}}


def _body(*media: str) -> Document:
    return {"required": True, "content": {one: {"schema": {}} for one in media}}


def _body_of(schema: str) -> Document:
    return {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


_JSON: Final = _body("application/json")
_PATH_ID: Final = [{"name": "id", "in": "path", "required": True, "schema": _TEXT}]
_AS: Final = [
    {
        "name": "as",
        "in": "query",
        "schema": {"enum": ["producer"]},
        "description": "producer: whatever the key may, take nothing but events, received now; for who passes them on",
    }
]
_DIFF: Final = [
    {"name": "select", "in": "query", "required": True, "schema": _TEXT, "description": "a selector"},
    {"name": "granularity", "in": "query", "schema": {"enum": ["DATASET", "JOB", "COLUMN"], "default": "DATASET"}},
    {"name": "direction", "in": "query", "schema": {"enum": ["UP", "DOWN", "BOTH"], "default": "BOTH"}},
    {"name": "depth", "in": "query", "schema": {"type": "string", "default": "3"}, "description": "steps, or all"},
    {
        "name": "alone",
        "in": "query",
        "schema": {"type": "boolean"},
        "description": "true: the other side is what these events alone say",
    },
]
_GRAPHQL: Final = "One GraphQL request: {query, variables, operationName}."

PATHS: Final[dict[str, dict[str, Document]]] = {
    "/api/v1/lineage": {
        "post": page_of(
            "Take in one OpenLineage event, at most 10 MiB, gzip, deflate or zstd if so encoded.",
            201, "Ack", "ingest", requestBody=_JSON, parameters=_AS,
        )
    },
    "/": {
        "post": page_of(
            "The same: where clients of Java send events that were given an address with a slash at its end.",
            201, "Ack", "ingest", requestBody=_JSON,
        )
    },
    "/api/v1/lineage/batch": {
        "post": page_of(
            "Take in a JSON array of events, or one a line (application/x-ndjson), at most 64 MiB; results in order.",
            200, "Batch", "ingest", requestBody=_body("application/json", "application/x-ndjson"), parameters=_AS,
        )
    },
    "/api/v1/conformance": {
        "post": page_of(
            "Check OpenLineage events (one, an array, one a line; at most 4 MiB): what is valid; nothing is stored.",
            200, "Anything", "read", requestBody=_body("application/json", "application/x-ndjson"),
        )
    },
    "/api/v1/diff": {
        "post": page_of(
            "What OpenLineage events (an array, one a line; at most 10 MiB) would make different; nothing is stored.",
            200, "Anything", "read", requestBody=_body("application/json", "application/x-ndjson"), parameters=_DIFF,
        )
    },
    "/api/v1/edits": {
        "post": page_of(
            "Apply changes, signed by the key's name: {changes, source, mode, dryRun, key}; an outcome a change.",
            200, "Outcomes", "edit", requestBody=_body_of("Edits"),
        )
    },
    "/api/v1/export": {
        "get": page_of(
            "The log: {\"receivedAt\", \"event\"} a line; ?plain=true: OpenLineage events alone.",
            200, "Anything", "admin", media="application/x-ndjson", parameters=[_PLAIN, _query("since")],
        )
    },
    "/api/v1/graph": {
        "get": page_of(
            "The lineage graph (docs/analysis.md), jobs=true: with jobs between datasets. One at a time, else 503.",
            200, "", "read", media="application/xml",
            parameters=[*_GRAPH, *map(_query, ("asOf", "knownAt", "since"))],
        )
    },
    "/api/v1/mappings": {
        "get": page_of(
            "Which columns are made of which, as CSV (docs/governance.md). Few at a time, else 503.",
            200, "", "read", media="text/csv",
            parameters=[*map(_said, ("from", "to", "dataset")), *map(_query, ("asOf", "knownAt"))],
        )
    },
    "/api/v1/state": {
        "get": page_of(
            "The state document.", 200, "Anything", "admin", parameters=[_query("asOf"), _query("knownAt")]
        )
    },
    "/api/v1/digest": {"get": page_of("The digests of the state.", 200, "Anything", "read")},
    "/api/v1/rebuild": {"post": page_of("Derive everything from the log anew.", 200, "Anything", "admin")},
    "/api/v1/keys": {
        "get": page_of("All keys, without their secrets.", 200, "Anything", "admin"),
        "post": page_of("Make a key: {name, scopes}.", 201, "Key", "admin", requestBody=_JSON),
    },
    "/api/v1/keys/{id}": {"delete": page_of("Revoke a key.", 200, "Anything", "admin", parameters=_PATH_ID)},
    "/api/v1/session": {"get": page_of("Who asks, with which scopes, by cookie or not.", 200, "Anything")},
    "/login": {"post": page_of("Put a key ({key}) into the explorer's cookie.", 200, "Anything", requestBody=_JSON)},
    "/logout": {"post": page_of("Forget the explorer's cookie.", 204, "")},
    "/health/live": {"get": page_of("200 while the process answers.", 200, "Anything")},
    "/health/ready": {"get": page_of("200 if the database answers and is migrated, else 503.", 200, "Anything")},
    "/metrics": {"get": page_of("Counters in Prometheus' format.", 200, "", media="text/plain")},
    "/openapi.json": {"get": page_of("This document.", 200, "Anything")},
    "/graphql": {"post": page_of(_GRAPHQL, 200, "Anything", "read", requestBody=_JSON)},
    "/graphiql": {"get": page_of("An editor for GraphQL.", 200, "", media="text/html")},
}  # fmt: skip


def document(base: str = "") -> Document:
    """The whole document, for a server below `base`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Headwater",
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "OpenLineage events in, lineage out. Refusals are problem documents with code and remedy.",
        },
        "servers": [{"url": base or "/"}],
        "paths": PATHS,
        "components": {
            "schemas": {
                "Ack": _ACK,
                "Batch": _BATCH,
                "Problem": _PROBLEM,
                "Key": _KEY,
                "Edits": _EDITS,
                "Outcomes": _OUTCOMES,
                "Anything": _ANYTHING,
            },
            "responses": {
                "Problem": {
                    "description": "Refused: what is wrong and what to do.",
                    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "headwater_key"},
            },
        },
    }


async def page(request: Request) -> Response:
    """GET /openapi.json."""
    return problems.json_response(document(request.scope.get("root_path", "")))
