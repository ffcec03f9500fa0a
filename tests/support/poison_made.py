"""Makes entries like no other, with one thing in each that is bad, odd or long."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

from samples import event

_numbers = itertools.count(900_000)


def dumped(document: object) -> bytes:
    return json.dumps(document).encode()


def event_with(**more: Any) -> bytes:
    return dumped(event(next(_numbers), **more))


def output_with(facets: object, **more: Any) -> bytes:
    return event_with(outputs=[{"namespace": "demo", "name": f"odd {next(_numbers)}", "facets": facets, **more}])


def run_with(facets: object, **more: Any) -> bytes:
    return event_with(run={"runId": f"00000000-0000-4000-9000-{next(_numbers):012d}", "facets": facets, **more})


def job_with(facets: object) -> bytes:
    return event_with(job={"namespace": "demo", "name": f"odd {next(_numbers)}", "facets": facets})


def dataset_called(name: object, namespace: object = "demo") -> bytes:
    return event_with(outputs=[{"namespace": namespace, "name": name}])


def event_without(*names: str) -> bytes:
    return dumped({key: value for key, value in event().items() if key not in names})


def deep(levels: int) -> object:
    """An object of so many levels, with a number in it."""
    found: object = 1
    for _ in range(levels):
        found = {"a": found}
    return found


def nested_field(levels: int) -> dict[str, object]:
    found: dict[str, object] = {"name": "a", "type": "INT"}
    for _ in range(levels):
        found = {"name": "a", "type": "struct", "fields": [found]}
    return found


def random_text(length: int) -> str:
    """What does not compress: an index entry of it is as long as it is."""
    return "".join(random.Random(length).choices("abcdefghijklmnopqrstuvwxyz0123456789ÄÖÜß", k=length))
