"""A row of the table of facets: where one stands, what it decides or tells, which versions are known, who shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from headwater_catalog.facets.shape import camel, read, read_list

DATASET, INPUT, OUTPUT, JOB, RUN = "dataset", "input", "output", "job", "run"
PLACES = (DATASET, INPUT, OUTPUT, JOB, RUN)
IDENTITY, PHYSICAL, PROCESS, DOMAIN = "identity", "physical", "process", "domain"
INTERPRETED, TYPED, STORED = "interpreted", "typed", "stored"
OWNERS = {DATASET: "Dataset", INPUT: "DatasetUse", OUTPUT: "DatasetUse", JOB: "Job", RUN: "Run"}
"""The GraphQL type that has the typed fields of a place."""


@dataclass(frozen=True, slots=True)
class Row:
    """A facet at a place.

    tells: what it decides or tells, without a full stop. spec: the file of the specification that has it and the
    versions of that file, parted by blanks; definition: the one of the file, where that has several. lands: the tables
    that hold what it decides; none: it decides nothing. shape: what it is read into, and then it has a field of its own
    in the place's owner: `under` that name, else under its own; rows may share one. listed: its member with a list of
    such shapes, by: see shape.Spelled. reader: instead of these. shown: other GraphQL fields that show it. also: places
    where producers send it too.
    """

    place: str
    facet: str
    layer: str
    tells: str
    spec: str = ""
    definition: str = ""
    lands: str = ""
    shape: type | None = None
    under: str = ""
    listed: str = ""
    by: str = ""
    reader: Callable[[object], object] | None = None
    shown: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Every place where it is understood, that of the specification first."""
        return (self.place, *self.also)

    @property
    def schema(self) -> str:
        """The file of the specification, without its ending; empty: it is no facet of the specification."""
        return self.spec.partition(" ")[0]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of the specification's file that have it."""
        return tuple(self.spec.split()[1:])

    @property
    def status(self) -> str:
        """INTERPRETED: it decides the state. TYPED: shown by its members. STORED: kept and shown whole."""
        return INTERPRETED if self.lands else TYPED if self.fields else STORED

    @property
    def field(self) -> str:
        """The GraphQL field that is made of its shape, as Python spells it; empty where it has no shape."""
        return snake(self.under or self.facet) if self.shape else ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The GraphQL fields that show it, besides `facets`."""
        return (*self.shown, f"{OWNERS[self.place]}.{camel(self.field)}") if self.shape else self.shown

    def read(self, value: object) -> object | None:
        """What a value says: the shape, or a tuple of them where it is `listed`; None: nothing. Never raises."""
        if self.reader is not None:
            return self.reader(value) or None
        if self.shape is None:
            return None
        if not self.listed:
            return read(self.shape, value)
        return read_list(self.shape, value.get(self.listed) if isinstance(value, dict) else None, self.by) or None


def snake(name: str) -> str:
    """A camelCase name as Python spells it."""
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
