"""`${…}` in dvc.yaml: values of params.yaml and `vars`, and stages that are made for each of several items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from headwater_ingestors.crawlers.dvc.values import Object, items, mapping, word

MAX_TEXT: Final = 100_000
_PART: Final = re.compile(r"(?<!\\)\$\{\s*([^{}\s][^{}]*?)\s*\}")
_KEYS: Final = re.compile(r"[^.\[\]]+")


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with what `${…}` stands for; what is not known stays as it is written."""
    if isinstance(value, str):
        whole = _PART.fullmatch(value.strip())
        if whole:
            found = _looked_up(whole[1], known)
            return value if found is None else found
        return _PART.sub(lambda part: _shown(part, known), value)[:MAX_TEXT]
    if isinstance(value, dict):
        return {filled_key(key, known): filled(one, known) for key, one in value.items()}
    return [filled(one, known) for one in value] if isinstance(value, list) else value


def filled_key(key: object, known: Mapping[str, Any]) -> str:
    """A name within an object, which may be a template as well."""
    return str(filled(str(key), known))


def open_parts(value: object) -> bool:
    """Whether something in it is not filled."""
    return isinstance(value, str) and bool(_PART.search(value))


def expanded(stages: Object, known: Mapping[str, Any]) -> Iterator[tuple[str, Object]]:
    """Every stage with its name, those of `foreach` and `matrix` one by one: `train@one`."""
    for name, told in stages.items():
        raw = mapping(told)
        if "foreach" in raw:
            for key, item in _each(filled(raw["foreach"], known)):
                yield f"{name}@{key}", mapping(filled(raw.get("do"), {**known, "item": item, "key": key}))
        elif "matrix" in raw:
            axes = mapping(filled(raw["matrix"], known))
            for chosen in product(*(items(axis) for axis in axes.values())):
                item = dict(zip(axes, chosen, strict=True))
                key = "-".join(_label(axis, value, position) for axis, (value, position) in _placed(axes, item))
                rest = {part: one for part, one in raw.items() if part != "matrix"}
                yield f"{name}@{key}", mapping(filled(rest, {**known, "item": item, "key": key}))
        else:
            yield name, mapping(filled(raw, known))


def _placed(axes: Object, item: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, int]]]:
    for axis, value in item.items():
        yield axis, (value, items(axes[axis]).index(value))


def _label(axis: str, value: Any, position: int) -> str:
    """DVC shows simple values, and the place of those that are not."""
    return str(value) if isinstance(value, str | int | float) else f"{axis}{position}"


def _each(listed: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(listed, dict):
        yield from ((str(key), item) for key, item in listed.items())
    else:
        for number, item in enumerate(items(listed)):
            yield (str(number) if isinstance(item, dict | list) else str(item)), item


def _looked_up(path: str, known: Mapping[str, Any]) -> Any:
    found: Any = known
    for key in _KEYS.findall(path)[:50]:
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and len(key) < 9 and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def _shown(part: re.Match[str], known: Mapping[str, Any]) -> str:
    found = _looked_up(part[1], known)
    if isinstance(found, bool):
        return str(found).lower()
    return word(found) if isinstance(found, str | int | float) else part[0]
