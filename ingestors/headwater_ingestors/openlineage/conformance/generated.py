"""Checks derived from openlineage-python's generated classes: every installation has them, its wheel no JSON Schema.

What the classes do not say is not checked: members that are forbidden, least values, and facets of other registries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cache
from types import ModuleType, NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attr
from openlineage.client import event_v2, facet_v2

from headwater_catalog.facets.table import find
from headwater_ingestors.openlineage.conformance.finding import (
    Finding,
    Path,
    lacks,
    malformed,
    needs,
    none_of,
    of_forms,
    show_path,
    wrong_kind,
)

Check = Callable[[object, Path], Iterator[Finding]]
EVENTS: Final = {"run": event_v2.RunEvent, "job": event_v2.JobEvent, "dataset": event_v2.DatasetEvent}
# The classes fill these in by themselves; the specification requires them.
ALWAYS: Final = frozenset({"producer", "schemaURL", "_producer", "_schemaURL"})
_KINDS: Final = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}
_A_UUID: Final = "00000000-0000-4000-8000-000000000000"


class Generated:
    """Checks by the classes of the installed openlineage-python."""

    def event(self, body: Mapping[str, object], kind: str) -> Iterator[Finding]:
        """See Checks."""
        return _object(EVENTS[kind], body, ())

    def facet(self, place: str, name: str, value: object, path: Path) -> Iterator[Finding]:
        """See Checks."""
        row = find(place, name)
        known = _classes().get(row.definition or row.schema) if row and row.place == place else None
        return iter(()) if known is None else _object(known, value, path)


def version_of(definition: str) -> str | None:
    """The version of the schema that a class was generated from, such as 1-0-1; None where there is no such class."""
    known: Any = _classes().get(definition)
    return None if known is None else known._get_schema().split("/")[-4]


def members_of(definition: str) -> tuple[str, ...]:
    """The members of a facet's class, without those of every facet; none where there is no such class."""
    known = _classes().get(definition)
    return tuple(one.name for one in _members(known) if not one.name.startswith("_")) if known else ()


@cache
def _classes() -> Mapping[str, type]:
    modules = [module for name in facet_v2.__all__ if isinstance(module := getattr(facet_v2, name), ModuleType)]
    found = [known for module in modules for known in vars(module).values() if isinstance(known, type)]
    return {known.__name__: known for known in found if attr.has(known)}


def _object(known: type, value: object, path: Path) -> Iterator[Finding]:
    """What is wrong with a value that should be an object of a class."""
    if not isinstance(value, Mapping):
        yield Finding(show_path(path), wrong_kind(value, "an object"))
        return
    for member in _members(known):
        if member.name in value:
            yield from member.check(value[member.name], (*path, member.name))
            yield from member.validate(value, path)
        elif member.required:
            yield Finding(show_path(path), lacks(member.name))


class _Member:
    """A member of a class, as JSON has it."""

    def __init__(self, field: Any, hint: Any) -> None:
        self.name: str = field.name
        constant = field.default if isinstance(field.default, str) and field.name not in ALWAYS else None
        self.required = field.default is attr.NOTHING or constant is not None or field.name in ALWAYS
        self.check = _one_of((constant,)) if constant else _check(hint)
        self._field = field

    def validate(self, owner: Mapping[str, object], path: Path) -> Iterator[Finding]:
        """What the class's own validator says of a text."""
        value = owner[self.name]
        if self._field.validator is None or not isinstance(value, str) or self._accepts(owner, value):
            return
        if "dependent_required" in self._field.validator.__name__:
            yield Finding(show_path(path), needs("namespace" if self.name == "name" else "name"))
        else:
            form = "UUID" if self._accepts(owner, _A_UUID) else "date-time"
            yield Finding(show_path((*path, self.name)), malformed(form))

    def _accepts(self, owner: Mapping[str, object], value: str) -> bool:
        try:
            self._field.validator(_View(owner), self._field, value)
        except (ValueError, TypeError, OverflowError):
            return False
        return True


class _View:
    """An object of JSON as a validator looks at an instance."""

    def __init__(self, owner: Mapping[str, object]) -> None:
        self._owner = owner

    def __getattr__(self, name: str) -> object:
        return self._owner.get(name)


@cache
def _members(known: type) -> tuple[_Member, ...]:
    hints = get_type_hints(known)
    return tuple(_Member(field, hints[field.name]) for field in attr.fields(known))


def _check(hint: Any) -> Check:
    """What looks at a value of a type hint."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _any_of([one for one in get_args(hint) if one is not NoneType])
    if origin is list:
        return _list_of(_check(get_args(hint)[0]))
    if origin is dict:
        return _map_of(_check(get_args(hint)[1]))
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return _all_of(_scalar(str), _one_of(get_args(hint) or tuple(one.value for one in hint)))
    if hint in _KINDS:
        return _scalar(hint)
    return _anything if hint is Any else lambda value, path: _object(hint, value, path)


def _anything(_: object, __: Path) -> Iterator[Finding]:
    return iter(())


def _scalar(wanted: type) -> Check:
    def check(value: object, path: Path) -> Iterator[Finding]:
        fits = isinstance(value, wanted)
        if wanted in (int, float):  # JSON has one kind of numbers, of which some are whole
            fits = type(value) in (int, float) and (wanted is float or float(value).is_integer())  # type: ignore[arg-type]
        if not fits:
            yield Finding(show_path(path), wrong_kind(value, _KINDS[wanted]))

    return check


def _one_of(allowed: tuple[object, ...]) -> Check:
    def check(value: object, path: Path) -> Iterator[Finding]:
        if value not in allowed:
            yield Finding(show_path(path), none_of(allowed))

    return check


def _all_of(*checks: Check) -> Check:
    return lambda value, path: (finding for check in checks for finding in check(value, path))


def _list_of(inner: Check) -> Check:
    def check(value: object, path: Path) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield Finding(show_path(path), wrong_kind(value, "a list"))
            return
        for at, item in enumerate(value):
            yield from inner(item, (*path, at))

    return check


def _map_of(inner: Check) -> Check:
    def check(value: object, path: Path) -> Iterator[Finding]:
        if not isinstance(value, Mapping):
            yield Finding(show_path(path), wrong_kind(value, "an object"))
            return
        for key, item in value.items():
            yield from inner(item, (*path, key))

    return check


def _any_of(hints: list[Any]) -> Check:
    inner = [_check(hint) for hint in hints]

    def check(value: object, path: Path) -> Iterator[Finding]:
        found = [list(one(value, path)) for one in inner]
        if all(found):
            yield from of_forms(path, found)

    return inner[0] if len(inner) == 1 else check
