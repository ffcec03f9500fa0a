"""The reference model and the corpus of real events, where they are at hand; tests that need them skip by name.

`HEADWATER_ORACLE` and `HEADWATER_CORPUS` name the directories; without them they are looked for in `../shared` beside
the repository. `events`, `generate` and `model` are the modules of the reference, None where it is absent.
"""

import importlib
import os
import sys
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import pytest

_SHARED = Path(__file__).resolve().parents[3] / "shared"
_NAMES = ("events", "generate", "model")


def oracle_dir() -> Path:
    """Where the reference model is, or would be."""
    return Path(os.environ.get("HEADWATER_ORACLE") or _SHARED / "oracle")


def corpus_dir() -> Path:
    """Where the corpus is, or would be."""
    return Path(os.environ.get("HEADWATER_CORPUS") or _SHARED / "corpus")


def _load() -> dict[str, ModuleType]:
    """Imports the reference under its own bare names, and takes these away again: they are nobody else's."""
    before = {name: sys.modules.pop(name) for name in _NAMES if name in sys.modules}
    sys.path.insert(0, str(oracle_dir()))
    try:
        return {name: importlib.import_module(name) for name in _NAMES}
    finally:
        sys.path.pop(0)
        for name in _NAMES:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def _of_a_state(answer: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """What the reference says of a node of a state, which nobody changes once it is built: asked once."""
    known: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()

    @wraps(answer)
    def asked(state: Any, node: Any) -> Any:
        answers = known.setdefault(state, {})
        if node not in answers:
            answers[node] = answer(state, node)
        return answers[node]

    return asked


_loaded = _load() if (oracle_dir() / "events.py").is_file() else {}
if _loaded:  # it is slow on purpose; what depends on its arguments alone need not be said a hundred thousand times
    _loaded["events"].dataset_name = cache(_loaded["events"].dataset_name)
    _loaded["model"].schema_versions = _of_a_state(_loaded["model"].schema_versions)
events = _loaded.get("events")
generate = _loaded.get("generate")
model = _loaded.get("model")

needs_oracle = pytest.mark.skipif(not _loaded, reason="no reference model: HEADWATER_ORACLE names its directory")
needs_corpus = pytest.mark.skipif(
    not corpus_dir().is_dir(), reason="no corpus of events: HEADWATER_CORPUS names its directory"
)


def corpus_files(*folders: str) -> list[Path]:
    """Every data file of the corpus, or of these folders of it, in a fixed order; none where it is absent."""
    roots = [corpus_dir() / folder for folder in folders] or [corpus_dir()]
    found = {path for root in roots for path in root.rglob("*") if path.suffix in {".json", ".jsonl", ".ndjson"}}
    return sorted(path for path in found if path.name != "COUNTS.json")


def corpus_entries() -> list[bytes]:
    """Every entry of the corpus's events: files that hold an array or one event a line are taken apart."""
    return [raw for path in corpus_files("openlineage") for raw in model.split(path)] if model else []
