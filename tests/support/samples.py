"""Small OpenLineage events."""

from __future__ import annotations

import json
from typing import Any


def event(number: int = 0, **more: Any) -> dict[str, Any]:
    """A COMPLETE of run `number`: job `demo.load` writes `demo.orders`."""
    return {
        "eventType": "COMPLETE",
        "eventTime": f"2024-05-01T10:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "producer": "urn:test",
        "run": {"runId": f"00000000-0000-4000-8000-{number:012d}"},
        "job": {"namespace": "demo", "name": "load"},
        "inputs": [{"namespace": "demo", "name": "raw"}],
        "outputs": [{"namespace": "demo", "name": "orders"}],
        **more,
    }


def raw(number: int = 0, **more: Any) -> bytes:
    """The same as bytes."""
    return json.dumps(event(number, **more)).encode()
