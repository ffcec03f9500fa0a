"""One demo run for all tests of this folder, and the oracle that reads its events."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from headwater_web.demo.emit import CollectingTransport
from headwater_web.demo.run import DemoReport, run_demo

ROOT = Path(__file__).parents[3]
# After the last event and before any clock that runs this.
RECEIVED = 1_762_000_000_000_000


@dataclass
class Ran:
    """What one run of the demo left."""

    work: Path
    report: DemoReport
    bodies: list[str]
    progress: list[tuple[int, int, str]]

    @property
    def events(self) -> list[dict[str, Any]]:
        """Those of runs."""
        return [event for body in self.bodies if "run" in (event := json.loads(body))]

    @property
    def looks(self) -> list[dict[str, Any]]:
        """Those of whoever looked at a dataset, or promised something of it."""
        return [event for body in self.bodies if "run" not in (event := json.loads(body))]

    def ended(self, job: str) -> list[dict[str, Any]]:
        """The last events of a job's runs, by night."""
        return [e for e in self.events if e["job"]["name"] == job and e["eventType"] in ("COMPLETE", "FAIL")]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    work, transport, progress = tmp_path_factory.mktemp("demo"), CollectingTransport(), []
    report = run_demo("", None, work, 14, lambda *step: progress.append(step), transport=transport)
    return Ran(work, report, transport.bodies, progress)


@pytest.fixture(scope="session")
def model() -> ModuleType:
    places = [os.environ.get("HEADWATER_ORACLE"), ROOT / "../shared/oracle", ROOT / "../../shared/oracle"]
    found = [str(Path(place).resolve()) for place in places if place and (Path(place) / "model.py").is_file()]
    if not found:
        pytest.skip("the reference model is not beside the repository: set HEADWATER_ORACLE")
    sys.path.insert(0, found[0])
    import model

    return model


@pytest.fixture(scope="session")
def entries(demo: Ran) -> list[tuple[bytes, int]]:
    return [(body.encode(), RECEIVED + n) for n, body in enumerate(demo.bodies)]


@pytest.fixture(scope="session")
def state(model: ModuleType, entries: list[tuple[bytes, int]]) -> Any:
    return model.build(entries)
