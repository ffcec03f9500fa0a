"""Events full of secrets, each another one: in URLs, SQL, environment variables, Spark properties, stderr and more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from planted import KEYS, SHAPES, SIGNS, noise
from planted_texts import COMMANDS, ERRORS, OTHERS, PROPERTIES, SPARK, STATEMENTS, TEXTS, URLS, VARIABLES
from samples import event

Facet = dict[str, Any]
EDGE = noise(20, "edge")
"""Stands where what is kept of a rejected body is cut."""


class Planted(NamedTuple):
    """A secret, the text that holds it, and where producers say that: a way to put it into an event."""

    secret: str
    text: str
    place: Callable[[str], Facet]


# Places.


def _run(facets: Facet) -> Facet:
    return {"run": {"facets": facets}}


def _output(facets: Facet) -> Facet:
    return {"outputs": [{"namespace": "demo", "name": "o", "facets": facets}]}


def _stderr(text: str) -> Facet:
    return _run({"acme_process": {"exitCode": 1, "stderr": ["starting", text, "bye"]}})


def _message(text: str) -> Facet:
    return _run({"errorMessage": {"message": text, "stackTrace": f"at x.Y\nCaused by: {text}\n at z"}})


def _sql(text: str) -> Facet:
    return {"job": {"namespace": "demo", "name": "load", "facets": {"sql": {"query": text}}}}


def _variable(text: str) -> Facet:
    return _run({"environmentVariables": {"environmentVariables": [{"name": "CMD", "value": text}]}})


def _spark(text: str) -> Facet:
    return _run({"spark_properties": {"properties": {"spark.driver.extraJavaOptions": text}}})


def _source(text: str) -> Facet:
    return _output({"dataSource": {"name": "s", "uri": text}})


def _described(text: str) -> Facet:
    return _output({"documentation": {"description": text}})


def _unknown(text: str) -> Facet:
    return _run({"acme_unknown": {"deep": [{"a": {"b": [text]}}]}})


def _input(text: str) -> Facet:
    return {"inputs": [{"namespace": "demo", "name": "i", "inputFacets": {"acme": {"headers": [text]}}}]}


def _beside(text: str) -> Facet:
    return {"producer": text, "acme": {"anything": text}}


PLACES: list[tuple[list[str], tuple[Callable[[str], Facet], ...]]] = [
    (URLS, (_source, _unknown)),
    (STATEMENTS, (_sql, _stderr)),
    (COMMANDS, (_variable, _described)),
    (PROPERTIES, (_spark, _input)),
    (ERRORS, (_stderr, _message)),
    (list(OTHERS), (_variable, _beside)),
]


def planted() -> list[Planted]:
    """Every text in two places, with a secret for each; tokens that are known by their shape."""
    found: list[Planted] = []
    for texts, places in PLACES:
        for template in texts:
            for place in places:
                secret = noise(len(TEXTS[template]) - 3, f"secret {len(found)}", SIGNS) + "Zq8"
                found.append(Planted(secret, template.format(secret), place))
    found += [Planted(one.split()[-1], f"see {one} there", _stderr) for one in SHAPES if "PRIVATE" not in one]
    found += [Planted(one.splitlines()[1], one, _message) for one in SHAPES if "PRIVATE" in one and "\n" in one]
    return found


def keyed() -> list[tuple[str, Facet]]:
    """Secrets that only the key above them tells, and an event's members with them."""
    found: list[tuple[str, Facet]] = []
    for number, key in enumerate([*KEYS, *VARIABLES, *SPARK]):
        secret = noise(12, f"keyed {key}") + "Zq8"
        shapes = (
            {"acme_config": {"nested": {key: secret}}},
            {"environmentVariables": {"environmentVariables": [{"name": key, "value": secret}]}},
            {"environment-properties": {"environment-properties": {key: secret}}},
            {"spark_properties": {"properties": {"spark.app.name": "x", key: secret}}},
        )
        # A name of a variable or a property stands where it belongs.
        shape = shapes[number % 2 * 2 if key in KEYS else 1 + number % 2 if key in VARIABLES else 3]
        found.append((secret, _run(shape)))
    return found


def secrets() -> set[bytes]:
    """All of them; of the one that is cut half would tell as much."""
    return {*(one.secret.encode() for one in planted()), *(one.encode() for one, _ in keyed()), EDGE[:9].encode()}


def documents() -> list[dict[str, Any]]:
    """Events that hold every secret."""
    return [_event(number, members) for number, members in enumerate(_members(), 1000)]


def _members() -> Iterator[Facet]:
    yield from (one.place(one.text) for one in planted())
    yield from (members for _, members in keyed())


def _event(number: int, members: Facet) -> dict[str, Any]:
    made = event(number)
    run = {"runId": f"00000000-0000-4000-a000-{number:012d}", **members.get("run", {})}
    return {**made, **members, "run": run}


def rejected(documents: list[dict[str, Any]]) -> list[bytes]:
    """The same as bodies that are refused: cut off, without a time, with a secret at every edge of what is kept."""
    found = [json.dumps(one)[:-1].encode() for one in documents]
    found += [json.dumps({**one, "eventTime": "soon"}).encode() for one in documents[::5]]
    edge = f"postgres://user:{EDGE}@db/shop".encode()
    found += [b"x" * (65_536 - shift) + b" " + edge + b" " + b"y" * 70_000 for shift in range(0, len(edge) + 2, 3)]
    found += [b"x" * (131_072 - shift) + b" " + edge + b" " + b"y" * 70_000 for shift in range(0, len(edge) + 2, 3)]
    return [*found, *(edge * 4_000 + b"y" * shift for shift in range(0, 40, 7))]
