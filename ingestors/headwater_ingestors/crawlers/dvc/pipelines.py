"""dvc.yaml, dvc.lock and .dvc files as stages: what is defined, what was run."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from headwater_ingestors.crawlers.dvc.templates import expanded, filled, open_parts
from headwater_ingestors.crawlers.dvc.values import Data, Object, Stage, items, mapping, word

MAX_STAGES: Final = 10_000
MAX_LISTED: Final = 10_000
_HASHES: Final = ("md5", "etag", "checksum", "version_id")
Marks = Mapping[str, Any]
_OUTS: Final[Mapping[str, Marks]] = {"outs": {}, "outs_persist": {}, "outs_no_cache": {"cached": False}}
_METRICS: Final[Mapping[str, Marks]] = {
    "metrics": {"metric": True},
    "metrics_no_cache": {"metric": True, "cached": False},
    "plots": {"plot": True},
    "plots_no_cache": {"plot": True, "cached": False},
}


def defined(document: Object, known: Mapping[str, Any]) -> dict[str, Stage]:
    """The stages of a dvc.yaml. known: values for `${…}`."""
    models = {
        _placed(word(mapping(one).get("path")), "")
        for one in mapping(document.get("artifacts")).values()
        if word(mapping(one).get("type")).lower() == "model"
    }
    own = dict(known)
    for one in items(document.get("vars")):
        own.update(mapping(one))
    found: dict[str, Stage] = {}
    for name, raw in expanded(mapping(document.get("stages")), own):
        if len(found) == MAX_STAGES:
            break
        found[name] = _stage(name, raw, {**own, **_own_values(raw)}, models)
    return found


def _own_values(raw: Object) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in items(raw.get("vars")):
        values.update(mapping(one))
    return values


def _stage(name: str, raw: Object, known: Mapping[str, Any], models: set[str]) -> Stage:
    raw = mapping(filled(raw, known)) if "vars" in raw else raw
    folder = word(raw.get("wdir"))
    outs = [*_listed(raw, _OUTS, folder), *_listed(raw, _METRICS, folder)]
    command = _command(raw.get("cmd"))
    marked = [replace(one, model=one.path in models) for one in outs]
    return Stage(
        name,
        command,
        tuple(_listed(raw, {"deps": {}}, folder)),
        tuple(marked),
        _parameters(raw.get("params"), folder),
        word(raw.get("desc")) or None,
        raw.get("frozen") is True,
        any(map(open_parts, [command, *(one.path for one in marked)])),
    )


def _listed(raw: Object, parts: Mapping[str, Marks], folder: str) -> Iterator[Data]:
    for part, marks in parts.items():
        for one in items(raw.get(part))[:MAX_LISTED]:
            settings: Object = {}
            path = one
            if isinstance(one, dict) and one:
                path, told = next(iter(one.items()))
                settings = mapping(told)
            if text := word(path):
                said = {"cached": settings.get("cache") is not False, **marks}
                yield Data(_placed(text, folder), description=word(settings.get("desc")) or None, **said)


def locked(document: Object) -> dict[str, Stage]:
    """The stages of a dvc.lock, of its first form too, in which they stand at the top."""
    stages = mapping(document.get("stages")) if "schema" in document or "stages" in document else document
    found: dict[str, Stage] = {}
    for name, told in list(stages.items())[:MAX_STAGES]:
        raw = mapping(told)
        if not raw:
            continue
        found[name] = Stage(
            name,
            _command(raw.get("cmd")),
            tuple(_kept(raw.get("deps"))),
            tuple(_kept(raw.get("outs"))),
            {file: mapping(values) for file, values in mapping(raw.get("params")).items()},
            entry={part: raw.get(part) for part in ("cmd", "deps", "params", "outs")},
        )
    return found


def tracked(document: Object, name: str) -> Stage:
    """What a .dvc file says: data without a command, or brought from elsewhere."""
    folder = word(document.get("wdir"))
    deps = tuple(_kept(document.get("deps")))
    repositories = [word(mapping(mapping(one).get("repo")).get("url")) for one in items(document.get("deps"))]
    place = next((one.rstrip("/") for one in repositories if one), "")
    if place:  # of another repository of DVC
        deps = tuple(replace(one, path=f"{place}/{one.path}") for one in deps)
    entry = {"deps": document.get("deps"), "outs": document.get("outs")}
    return Stage(
        name,
        None,
        deps,
        tuple(_kept(document.get("outs"), folder)),
        description=word(document.get("desc")) or None,
        frozen=document.get("frozen") is True,
        entry=entry,
    )


def _kept(listed: object, folder: str = "") -> Iterator[Data]:
    for one in map(mapping, items(listed)[:MAX_LISTED]):
        path = word(one.get("path"))
        if not path:
            continue
        yield Data(
            _placed(path, folder),
            _hash(one),
            _count(one.get("size")),
            _count(one.get("nfiles")),
            metric=bool(one.get("metric")),
            cached=one.get("cache") is not False,
            plain=one.get("hash") == "md5",
            model=word(one.get("type")).lower() == "model",
            description=word(one.get("desc")) or None,
        )


def _hash(one: Object) -> str | None:
    found = next((said for key in _HASHES if (said := word(one.get(key)))), None)
    if found:
        return found[:200]
    for told in mapping(one.get("cloud")).values():
        return next((said[:200] for key in _HASHES[::-1] if (said := word(mapping(told).get(key)))), None)
    return None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def _command(value: object) -> str | None:
    return "\n".join(word(one) for one in items(value)) or None


def _parameters(value: object, folder: str) -> dict[str, Mapping[str, Any]]:
    """By file its names: `lr` is of params.yaml, `other.yaml: [lr]` of that file, which alone means all of it."""
    found: dict[str, dict[str, Any]] = {}
    for one in items(value)[:MAX_LISTED]:
        if isinstance(one, dict):
            for file, names in one.items():
                of = found.setdefault(_placed(str(file), folder), {})
                of.update(dict.fromkeys(word(name) for name in items(names) if word(name)))
        elif text := word(one):
            found.setdefault(_placed("params.yaml", folder), {})[text] = None
    return dict(found)


def _placed(path: str, folder: str) -> str:
    """A path from the folder of the pipeline, its shortest spelling; an address stays."""
    return path if "://" in path else posixpath.normpath(posixpath.join(folder, path))
