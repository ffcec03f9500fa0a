"""The state of a run from its events. SEMANTICS §6 and §11."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from headwater_catalog.codes import RUN_ABORT, RUN_COMPLETE, RUN_FAIL, RUN_RUNNING, RUN_UNKNOWN
from headwater_catalog.facts import ABORT, COMPLETE, FAIL, RUNNING, START, Nominal
from headwater_catalog.projection.meanings import Bound, BoundParent, Meanings
from headwater_catalog.projection.told import Stamp, Told
from headwater_catalog.times import micros_of

_STATES = {COMPLETE: RUN_COMPLETE, ABORT: RUN_ABORT, FAIL: RUN_FAIL}


class RunPicture(NamedTuple):
    """What the events of a run say of it, in microseconds; `at`: when its names are read; `first`: s of its first."""

    job: int
    jobs: tuple[int, ...]
    state: int
    started: int
    ended: Stamp | None
    at: Stamp
    last: Stamp
    first: int
    confirmed: bool
    parent: BoundParent | None
    parent_stamp: Stamp | None
    nominal: Nominal | None


def picture(events: Sequence[Told], meanings: Meanings) -> RunPicture:
    """The picture of a run from its events, sorted by stamp; there is at least one."""
    solid = [e for e in events if not e.future] or events
    ends = [e for e in solid if e.terminal]
    starts = [micros_of(e.s) for e in solid if e.type == START]
    end = ends[-1] if ends else None
    last = solid[-1]
    parent, parent_stamp = _parent(events, meanings)
    nominal = _last(events, "nominalTime", meanings)[0]
    return RunPicture(
        job=last.job or 0,
        jobs=tuple(dict.fromkeys(e.job or 0 for e in events)),
        state=_state(end, solid),
        started=min(starts or [micros_of(e.s) for e in solid]),
        ended=end.stamp if end else None,
        at=(end or last).stamp,
        last=last.stamp,
        first=solid[0].s,
        confirmed=end is not None and end.type == COMPLETE and not end.future,
        parent=parent,
        parent_stamp=parent_stamp,
        nominal=nominal if isinstance(nominal, Nominal) else None,
    )


def _state(end: Told | None, solid: Sequence[Told]) -> int:
    if end:
        return _STATES[end.type]
    return RUN_RUNNING if any(e.type in (START, RUNNING) for e in solid) else RUN_UNKNOWN


def _last(events: Sequence[Told], facet: str, meanings: Meanings) -> tuple[Bound | None, Stamp | None]:
    """The meaning of the register of a run facet, and its stamp."""
    for event in reversed(events):
        if facet in event.run_facets:
            return meanings.get("run/", event.run_facets, facet), event.stamp
    return None, None


def _parent(events: Sequence[Told], meanings: Meanings) -> tuple[BoundParent | None, Stamp | None]:
    """The parent facet, of both spellings the later; at one stamp `parent`."""
    best: tuple[BoundParent | None, Stamp | None] = (None, None)
    for facet in ("parentRun", "parent"):
        said, stamp = _last(events, facet, meanings)
        if isinstance(said, BoundParent) and stamp and (best[1] is None or stamp >= best[1]):
            best = said, stamp
    return best
