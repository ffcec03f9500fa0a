"""What DVC's files say, as values: stages, the data that they read and write, what a lock remembers of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Data:
    """A file or folder that DVC speaks of.

    path: as a lock has it, from the folder of its pipeline, or an address; hash: of its content, None where no lock
    says; metric, plot: what else it is; cached: whether DVC keeps it, else git does; plain: whether the hash is that of
    the bytes as they stand.
    """

    path: str
    hash: str | None = None
    size: int | None = None
    files: int | None = None
    metric: bool = False
    plot: bool = False
    cached: bool = True
    plain: bool = False
    model: bool = False
    description: str | None = None

    @property
    def folder(self) -> bool:
        """Whether it is a folder."""
        return (self.hash or "").endswith(".dir")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline, as dvc.yaml, a lock or a .dvc file has it.

    parameters: values by file and name as a lock has them; by file the names alone (as keys, None as values) where
    dvc.yaml has them; entry: what identifies the state that a lock remembers.
    """

    name: str
    command: str | None = None
    deps: tuple[Data, ...] = ()
    outs: tuple[Data, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    description: str | None = None
    frozen: bool = False
    templated: bool = False
    entry: Object | None = None


def mapping(value: object) -> Object:
    """An object with texts as keys, {} for anything else."""
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """A list, [] for nothing; a single value as a list of it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def word(value: object) -> str:
    """A text without blanks around it, a number as text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
