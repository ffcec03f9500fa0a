"""Timelines of (job or none, target): spans in which one claim held. SEMANTICS §8."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from headwater_catalog.codes import DECLARED, OBSERVED, UNCONFIRMED
from headwater_catalog.projection.told import Stamp


class Telling(NamedTuple):
    """What one teller says of the target: a claim's id or None; whether it is cartesian; whether it has sources."""

    stamp: Stamp
    status: int
    claim: int | None
    teller: int
    cartesian: bool = False
    sourced: bool = True


class Span(NamedTuple):
    """[start, end) in stamps; end None: open. first, last: tellers; last_s: when it was last said; n: how often."""

    status: int
    start: Stamp
    end: Stamp | None
    claim: int
    first: int
    last: int
    last_s: int
    n: int
    sourced: bool


def spans_of(tellings: Sequence[Telling], drops: Sequence[Stamp]) -> list[Span]:
    """All spans of a timeline, by status and start."""
    ordered = sorted(tellings, key=lambda t: t.stamp)
    drops = sorted(drops)
    ends = [t for t in ordered if t.status == OBSERVED and t.claim is not None]
    speaking = _speaking(ends, drops)
    declared = [t for t in ordered if t.status == DECLARED]
    closers = sorted([*(t.stamp for t in speaking), *drops])
    declared_closers = sorted([*closers, *(t.stamp for t in declared)])
    spans = [_span(t, declared_closers) for t in declared if t.claim is not None]
    spans += [_span(t, closers) for t in speaking]
    loose = [t for t in ordered if t.status == UNCONFIRMED and t.claim is not None]
    later = max([*(t.stamp for t in ends), *drops], default=None)
    if loose and (later is None or later <= loose[-1].stamp):
        spans.append(_span(loose[-1], []))
    return _merged(spans)


def _speaking(ends: Sequence[Telling], drops: Sequence[Stamp]) -> list[Telling]:
    """Observed tellings less those that list no input while a claim with sources is open: unknown is not none."""
    kept: list[Telling] = []
    for telling in ends:
        quiet = telling.cartesian and not telling.sourced
        if quiet and kept and kept[-1].sourced and not _between(drops, kept[-1].stamp, telling.stamp):
            continue
        kept.append(telling)
    return kept


def _between(stamps: Sequence[Stamp], after: Stamp, before: Stamp) -> bool:
    place = bisect_right(stamps, after)
    return place < len(stamps) and stamps[place] < before


def _span(telling: Telling, closers: Sequence[Stamp]) -> Span:
    place = bisect_right(closers, telling.stamp)
    end = closers[place] if place < len(closers) else None
    claim = telling.claim or 0
    teller = telling.teller
    return Span(telling.status, telling.stamp, end, claim, teller, teller, telling.stamp[0], 1, telling.sourced)


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Consecutive spans of one status with equal claims that touch, as one."""
    merged: list[Span] = []
    for span in spans:
        before = merged[-1] if merged else None
        if before and (before.status, before.end, before.claim) == (span.status, span.start, span.claim):
            merged[-1] = before._replace(end=span.end, last=span.last, last_s=span.last_s, n=before.n + span.n)
        else:
            merged.append(span)
    return merged


def advance(open_spans: Sequence[Span], telling: Telling) -> list[Span]:
    """The changed spans when a telling comes that is later than all that the timeline knows (no declaration of a job).

    open_spans: those with no end. Returns spans to store in place of those with the same status and start; a span
    with n = 0 is to be taken away. Equal to `spans_of` over everything, which the tests hold it against.
    """
    by_status = {span.status: span for span in open_spans}
    if telling.status == UNCONFIRMED:
        return _replace_unconfirmed(by_status.get(UNCONFIRMED), telling)
    if telling.status == DECLARED:
        return _advance_lane(by_status.get(DECLARED), telling)
    changed = [span._replace(n=0) for span in open_spans if span.status == UNCONFIRMED]
    observed = by_status.get(OBSERVED)
    if telling.cartesian and not telling.sourced and observed and observed.sourced:
        return changed
    changed += [s._replace(end=telling.stamp) for s in open_spans if s.status == DECLARED]
    return changed + _advance_lane(observed, telling)


def _replace_unconfirmed(old: Span | None, telling: Telling) -> list[Span]:
    gone = [old._replace(n=0)] if old and old.start != telling.stamp else []
    return [*gone, _span(telling, [])]


def _advance_lane(old: Span | None, telling: Telling) -> list[Span]:
    if old and telling.claim == old.claim:
        return [old._replace(last=telling.teller, last_s=telling.stamp[0], n=old.n + 1)]
    closed = [old._replace(end=telling.stamp)] if old else []
    return [*closed, _span(telling, [])] if telling.claim is not None else closed
