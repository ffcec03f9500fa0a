"""Subjects: the nodes that people speak of, as they stand in edits and as keys.

A subject is a tuple of its kind and its canonical name: ("dataset", namespace, name), ("field", namespace, name, path),
("job", namespace, name), ("run", run id, job namespace, job name), ("term", IRI), ("entry", event id in hex),
("edge", *dataset or job, *dataset or job) and ("settings", what).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from headwater_catalog.names import dataset_name, key_of, run_key, text

Subject = tuple[str, ...]

LENGTHS = {"dataset": 3, "field": 4, "job": 3, "run": 4, "term": 2, "entry": 2, "edge": 7}
MAX_PART = 65_536
"""Characters a part of a subject may have: more than a name of an entry that is taken in."""
MAX_TEXT = 2_000
"""Bytes in UTF-8 of what indexes hold whole: an IRI, a label, the name of a property."""

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_EVENT_ID = re.compile("[0-9a-f]{64}")


def is_iri(value: object) -> bool:
    """Whether a value is an absolute IRI that can name a term."""
    return (
        isinstance(value, str) and len(value.encode(errors="replace")) <= MAX_TEXT and _IRI.fullmatch(value) is not None
    )


def read_subject(value: object) -> Subject | None:
    """The subject that a list of texts names, its names in canonical form; None where it names none."""
    if not isinstance(value, list | tuple) or not value or not all(isinstance(part, str) for part in value):
        return None
    kind, *parts = value
    if len(value) != LENGTHS.get(kind) or any(len(part) > MAX_PART for part in parts):
        return None
    return _READERS[kind](kind, parts)


def _read_term(kind: str, parts: list[str]) -> Subject | None:
    return (kind, parts[0]) if is_iri(parts[0]) else None


def _read_entry(kind: str, parts: list[str]) -> Subject | None:
    return (kind, parts[0].lower()) if _EVENT_ID.fullmatch(parts[0].lower()) else None


def _read_run(kind: str, parts: list[str]) -> Subject | None:
    run_id, namespace, name = map(text, parts)
    return (kind, *run_key(run_id, (namespace, name))) if run_id else None


def _read_edge(kind: str, parts: list[str]) -> Subject | None:
    source, target = read_subject(parts[:3]), read_subject(parts[3:])
    return (kind, *source, *target) if source and target else None


def _read_named(kind: str, parts: list[str]) -> Subject | None:
    namespace, name = text(parts[0]), text(parts[1])
    if not (namespace and name):
        return None
    if kind == "job":
        return (kind, namespace, name)
    namespace, name = dataset_name(namespace, name)
    if kind == "dataset":
        return (kind, namespace, name)
    return (kind, namespace, name, parts[2]) if parts[2] else None


_READERS = {
    "dataset": _read_named,
    "field": _read_named,
    "job": _read_named,
    "run": _read_run,
    "term": _read_term,
    "entry": _read_entry,
    "edge": _read_edge,
}


def key(subject: Subject) -> UUID:
    """The 128-bit key of a subject, the same as that of the node it names."""
    return key_of(*subject)


def target_of(subject: Subject) -> tuple[str, str]:
    """(kind, target) as core.retraction names a subject: an event id, "key>key" of an edge, else the key in hex."""
    kind, *parts = subject
    if kind == "entry":
        return (kind, parts[0])
    if kind == "edge":
        return (kind, f"{key(tuple(parts[:3])).hex}>{key(tuple(parts[3:])).hex}")
    return (kind, key(subject).hex)


def whole(subject: Subject) -> Subject:
    """The dataset that a field belongs to; any other subject itself."""
    return ("dataset", *subject[1:3]) if subject[0] == "field" else subject


def renamed(subject: Subject, rename: Callable[[tuple[str, str]], tuple[str, str]]) -> Subject:
    """A subject whose dataset names are given other ones: those of a dataset, a field, the ends of an edge."""
    kind, *parts = subject
    if kind in ("dataset", "field"):
        return (kind, *rename((parts[0], parts[1])), *parts[2:])
    if kind == "edge":
        return (kind, *renamed(tuple(parts[:3]), rename), *renamed(tuple(parts[3:]), rename))
    return subject


def show(subject: Subject) -> str:
    """A subject as a person reads it in a sentence."""
    kind, *parts = subject
    return f"{kind} {parts[0]}" if len(parts) == 1 else f"{kind} {' '.join(part for part in parts if part)}"
