"""Watermarks and landing files: how far loaders came, and what waits for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

import strawberry

from headwater_catalog.canonical import read_json
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.names import LONGEST_REF
from headwater_catalog.reading import landing, nodes, watermarks
from headwater_catalog.reading.pages import bounded
from headwater_catalog.reading.ranges import Range, key_of_ref, ranges
from headwater_catalog.times import micros_of, parse_time
from headwater_graphql.context import View
from headwater_graphql.loaders import named
from headwater_graphql.types import node
from headwater_graphql.types.enums import FileState, RunState
from headwater_graphql.types.links import DatasetRef, JobRef, RunRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.quality import run_of
from headwater_graphql.types.scalars import JSON, DateTime, Long, moment

NOBODY = -1
"""A job that the catalog does not know has loaded nothing."""


@strawberry.type(description="A completed run that moved a watermark, at its end.")
class WatermarkCommit:
    """A completed run that moved a watermark."""

    view: strawberry.Private[View]
    row: strawberry.Private[watermarks.Commit]

    @strawberry.field(description="How far the job came: as the run told it, text or number.")
    def value(self) -> JSON:
        """How far the job came."""
        return JSON(read_json(self.row.value.encode()))

    @strawberry.field(description="What kind of value it is, as told.")
    def type(self) -> str | None:
        """What kind of value it is."""
        return self.row.type

    @strawberry.field(description="The column that it is of, as told.")
    def field(self) -> str | None:
        """The column that it is of."""
        return self.row.field

    @strawberry.field(description="When the run ended.")
    def at(self) -> DateTime:
        """When the run ended."""
        return DateTime(micros_of(self.row.s))

    @strawberry.field(description="The run.")
    async def run(self) -> RunRef | None:
        """The run."""
        return await run_of(self.view, self.row.run)


@strawberry.type(description="How far a job came in a dataset, by the last completed run that says so.")
class Watermark(WatermarkCommit):
    """How far a job came in a dataset."""

    mark: strawberry.Private[watermarks.Watermark]

    @strawberry.field(description="The job that loads.")
    async def job(self) -> JobRef | None:
        """The job that loads."""
        from headwater_graphql.types.job import Job

        found = await node.of_name(self.view, self.mark.job)
        return found if isinstance(found, Job) else None

    @strawberry.field(description="The dataset; null where nothing but watermarks names it.")
    async def dataset(self) -> DatasetRef | None:
        """The dataset."""
        from headwater_graphql.types.dataset import Dataset

        name = await self.view.get(named, self.mark.dataset)
        found = await node.by_key(self.view, "dataset", name.key) if name else None
        return found if isinstance(found, Dataset) else None

    @strawberry.field(description="The whole name of the dataset.")
    async def dataset_ref(self) -> str:
        """The whole name of the dataset."""
        return await _ref(self.view, self.mark.dataset)

    @strawberry.field(description="What stood before; null at the first.")
    def previous(self) -> WatermarkCommit | None:
        """What stood before."""
        return WatermarkCommit(view=self.view, row=self.mark.previous) if self.mark.previous else None

    @strawberry.field(description="All runs that moved it, the last first.")
    async def commits(self, first: int | None = 20, after: str | None = None) -> Connection[WatermarkCommit]:
        """All runs that moved it."""
        page = await watermarks.commits(self.view.connection, self.mark, bounded(first, 20), after)
        return await connected(page, self._made, after)

    async def _made(self, rows: Sequence[watermarks.Commit]) -> list[WatermarkCommit]:
        return [WatermarkCommit(view=self.view, row=row) for row in rows]


@strawberry.type(description="A run that says it loaded a file; state: how it ended.")
class FileLoad:
    """A run that says it loaded a file."""

    view: strawberry.Private[View]
    row: strawberry.Private[landing.Load]

    @strawberry.field
    async def job(self) -> JobRef | None:
        """Its job."""
        from headwater_graphql.types.job import Job

        found = await node.of_name(self.view, self.row.job)
        return found if isinstance(found, Job) else None

    @strawberry.field
    async def run(self) -> RunRef | None:
        """The run."""
        return await run_of(self.view, self.row.run)

    @strawberry.field
    def state(self) -> RunState:
        """How it ended."""
        return RunState(self.row.state)

    @strawberry.field(description="When it ended.")
    def at(self) -> DateTime:
        """When it ended."""
        return DateTime(micros_of(self.row.s))


@strawberry.type(description="A file that landed below a dataset, as whoever landed it told.")
class LandingFile:
    """A file that landed below a dataset."""

    view: strawberry.Private[View]
    row: strawberry.Private[landing.LandingFile]
    names: strawberry.Private[tuple[Range, ...]]
    told: strawberry.Private[dict[str, Any]]

    @strawberry.field(description="Below the dataset where it lies there.")
    def path(self) -> str:
        """Below the dataset where it lies there."""
        return self.row.path

    @strawberry.field(description="Where it came from: as told, else as its name says after the time.")
    def source(self) -> str | None:
        """Where it came from."""
        return _text(self.told.get("source"))

    @strawberry.field(description="What it is of: as told, else by its name, else when it was modified.")
    def timestamp(self) -> DateTime | None:
        """What it is of."""
        return moment(None if self.row.at < 0 else self.row.at)

    @strawberry.field(description="Bytes.")
    def size(self) -> Long | None:
        """Bytes."""
        size = self.told.get("size")
        return Long(size) if isinstance(size, int) and not isinstance(size, bool) and -(2**63) <= size < 2**63 else None

    @strawberry.field
    def modified(self) -> DateTime | None:
        """When it was modified."""
        return moment(parse_time(self.told.get("modified")))

    @strawberry.field(description="Of its content, as told.")
    def hash(self) -> str | None:
        """Of its content."""
        return _text(self.told.get("hash"))

    @strawberry.field(description="The entry of the facet: what a loader lists when it has loaded the file.")
    def entry(self) -> JSON:
        """The entry of the facet."""
        return JSON(self.told)

    @strawberry.field(description="When an event first told of it.")
    def landed(self) -> DateTime:
        """When an event first told of it."""
        return DateTime(micros_of(self.row.s))

    @strawberry.field(description="The run that landed it; null where a dataset event told of it.")
    async def landed_by(self) -> RunRef | None:
        """The run that landed it."""
        return await run_of(self.view, self.row.teller)

    @strawberry.field(description="For all jobs, or for the one that was asked about.")
    def state(self) -> FileState:
        """For all jobs, or for the one that was asked about."""
        return FileState(self.row.state)

    @strawberry.field(description="The last ten runs that say they loaded it.")
    async def loads(self) -> list[FileLoad]:
        """The last ten runs that say they loaded it."""
        rows = await self.view.get(landing.loads, self.row, names=self.names) or []
        return [FileLoad(view=self.view, row=row) for row in rows]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


async def _ref(view: View, name: int) -> str:
    known = await view.get(named, name)
    return known.ref if known else ""


async def marks(view: View, job: str | None, dataset: str | None) -> list[Watermark]:
    """Watermarks of a job, of a dataset, of both or of all, by the names of both; none where nothing is called so."""
    job_id = None if job is None else await job_of_ref(view, job)
    key = None if dataset is None else await key_of_ref(view.connection, "dataset", _clean(dataset))
    if job_id == NOBODY or (dataset is not None and key is None):
        return []
    found = await watermarks.watermarks(view.connection, job_id, key)
    known = await nodes.by_ids(view.connection, {name for mark in found for name in (mark.job, mark.dataset)})
    ordered = sorted(found, key=lambda mark: (known[mark.job].ref, known[mark.dataset].ref))
    return [Watermark(view=view, row=mark.current, mark=mark) for mark in ordered]


class Asked(NamedTuple):
    """Which files: below a dataset; in a state, or those that a job has not loaded."""

    dataset: str
    state: FileState | None
    new_for: str | None


async def landing_files(view: View, asked: Asked, first: int | None, after: str | None) -> Connection[LandingFile]:
    """Files that landed. Raises UnknownName, InvalidRequest."""
    dataset, state, new_for = asked
    if state is not None and new_for is not None:
        raise InvalidRequest("state_and_new_for", "newFor asks for a state already.", "Leave one of them out.")
    key = await key_of_ref(view.connection, "dataset", _clean(dataset))
    names = () if key is None else tuple((await ranges(view.connection, [key])).get(key, ()))
    if not names:
        raise UnknownName(dataset)
    states = [state.value] if state else None if new_for is None else [landing.NEW, landing.FAILED]
    job = None if new_for is None else await job_of_ref(view, new_for)
    page = await landing.files(view.connection, names, bounded(first, 100), after, states=states, job=job)
    return await connected(page, _making(view, names), after)


def _making(
    view: View, names: tuple[Range, ...]
) -> Callable[[Sequence[landing.LandingFile]], Awaitable[list[LandingFile]]]:
    async def made(rows: Sequence[landing.LandingFile]) -> list[LandingFile]:
        read = [(row, read_json(row.body.encode())) for row in rows]
        return [LandingFile(view=view, row=row, names=names, told=told) for row, told in read if isinstance(told, dict)]

    return made


async def job_of_ref(view: View, ref: str) -> int:
    """The id of a job by its name; NOBODY where the catalog does not know it."""
    key = await key_of_ref(view.connection, "job", _clean(ref))
    found = {} if key is None else await nodes.by_keys(view.connection, [key])
    return NOBODY if key is None else found.get(key, NOBODY)


def _clean(ref: str) -> str:
    return ref.replace("\0", "")[:LONGEST_REF]
