"""Bad and odd requests for addresses that take no events: they may say anything but that they made a mistake.

BODIES are whole bodies; each member of REQUESTS is made each of VALUES.
"""

from __future__ import annotations

import json

from poison_made import deep

VALUES: dict[str, object] = {
    "null": None,
    "a list": [],
    "an object": {},
    "lists in lists": [[[]]],
    "a list of null": [None],
    "a list of objects": [{}],
    "a number": 7,
    "a large number": 2**63,
    "a larger number": 10**30,
    "a fraction": 1.5,
    "true": True,
    "no text": "",
    "a null character": "a\0b",
    "a list of null characters": ["\0"],
    "per cent signs": "%s%(x)s%%",
    "a long text": "x" * 100_000,
    "a deep value": deep(60),
}

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"',
    "latin-1": b'{"key": "\xe4"}',
    "half a character": b'{"key": "\\ud800", "query": "\\ud800", "name": "\\ud800", "changes": ["\\ud800"]}',
    "far too deep": b"[" * 100_000 + b"]" * 100_000,
    "infinity": b'{"changes": [1e999, NaN]}',
    **{name: json.dumps(value).encode() for name, value in VALUES.items()},
}

_EDIT: dict[str, object] = {
    "changes": [{"describe": {"node": ["dataset", "demo", "odd"], "text": "x"}}],
    "source": "PERSON",
    "mode": "ALL_OR_NOTHING",
    "dryRun": True,
    "key": "k",
}
_CHANGES: dict[str, dict[str, object]] = {
    "describe": {"node": ["dataset", "demo", "odd"], "text": "x"},
    "tag": {"node": ["dataset", "demo", "odd"], "tag": "pii", "value": "v", "remove": False},
    "property": {"node": ["field", "demo", "odd", "a"], "name": "p", "value": 1},
    "own": {"node": ["job", "demo", "odd"], "owner": "ann", "role": "steward", "remove": False},
    "assign": {"node": ["dataset", "demo", "odd"], "term": "urn:t", "status": "APPROVED", "note": "n"},
    "putTerm": {"iri": "urn:t", "prefLabel": [{"value": "t", "lang": "en"}], "status": "DRAFT"},
    "retract": {"target": ["dataset", "demo", "odd"], "reason": "r"},
    "zoneRules": {"rules": [{"zone": "z", "pattern": "p"}]},
    "namingRules": {"rules": [{"name": "(?P<n>p)", "to_name": "{n}", "environment": "dev"}]},
}
# Address, and a good request there, each member of which is made each of VALUES.
REQUESTS: list[tuple[str, dict[str, object]]] = [
    ("/api/v1/edits", _EDIT),
    *(
        ("/api/v1/edits", {**_EDIT, "changes": [{verb: given, "ifRevision": "none"}]})
        for verb, given in _CHANGES.items()
    ),
    ("/api/v1/keys", {"name": "odd", "scopes": ["read"]}),
    ("/login", {"key": "hw_any_thing"}),
    ("/graphql", {"query": "{ stats { datasets } }", "variables": {"ref": "x"}, "operationName": None}),
]


def spoiled(good: dict[str, object]) -> list[dict[str, object]]:
    """A request with each of its members, on any level, made each of VALUES."""
    found = []
    for name, value in good.items():
        found += [{**good, name: bad} for bad in VALUES.values()]
        if isinstance(value, dict):
            found += [{**good, name: inner} for inner in spoiled(value)]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found += [{**good, name: [inner]} for inner in spoiled(value[0])]
    return found
