"""Runs and versions of datasets as nodes of a lineage answer: their rows, ids and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater_catalog.codes import JOB
from headwater_catalog.lineage.acts import Version, versions
from headwater_catalog.lineage.graph import Act
from headwater_catalog.names import public_id
from headwater_catalog.reading import nodes, runs
from headwater_catalog.times import micros_of, show
from headwater_graphql.context import View


@dataclass(frozen=True, slots=True)
class Acts:
    """The runs and versions of an answer."""

    runs: Mapping[object, runs.Run]
    versions: Mapping[object, Version]

    def id(self, known: nodes.Named, act: int) -> str:
        """The public id of a run, of a version by the dataset and who made it."""
        if known.kind == JOB:
            run = self.runs[act]
            return public_id("run", run.run_id, run.namespace, run.name)
        version = self.versions.get((known.id, act))
        return public_id("version", known.namespace, known.name, version.h.hex if version else "")

    def ref(self, known: nodes.Named, act: int) -> str:
        """A run by its job, a version by its dataset; both by when that was."""
        if known.kind == JOB:
            started = self.runs[act].started
            return f"{known.ref} @ {show(started)}" if started is not None else known.ref
        version = self.versions.get((known.id, act))
        return f"{known.ref} @ {show(micros_of(version.s))}" if version else f"{known.ref} @ before"


async def acts_of(view: View, keys: Sequence[Act], names: Mapping[int, nodes.Named]) -> Acts:
    """The rows of runs and versions, given the names of their jobs and datasets."""
    ids = [act for owner, act in keys if names[owner].kind == JOB]
    told = [key for key in keys if names[key[0]].kind != JOB]
    rows: dict[object, runs.Run] = dict((await runs.runs(view.connection, ids)).items())
    made: dict[object, Version] = dict((await versions(view.connection, told)).items())
    return Acts(rows, made)
