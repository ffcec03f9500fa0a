"""What questions share: the moment they are asked of, what a selector names, bounds."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage import answer
from headwater_catalog.statements import Bounds
from headwater_catalog.times import stamp_s
from headwater_graphql.context import READ, Info, Moment, View
from headwater_graphql.types.scalars import DateTime

MOST_REFS = 1_000


@strawberry.input(description="One moment for a question; what hangs below inherits it. Nothing set: now.")
class At:
    """One moment for a question."""

    as_of: DateTime | None = None
    known_at: DateTime | None = None
    since: DateTime | None = None


async def view_of(info: Info, at: At | None = None) -> View:
    """The catalog at the moment asked for. Raises Forbidden where the principal may not read, InvalidRequest."""
    info.context.require(READ)
    return await info.context.view(checked(Moment(at.as_of, at.known_at, at.since)) if at else Moment())


def checked(moment: Moment) -> Moment:
    """A moment that can be; raises InvalidRequest."""
    if moment.since is not None and moment.as_of is not None and moment.since > moment.as_of:
        raise InvalidRequest("invalid_moment", "since is later than asOf.", "Let since be the earlier of the two.")
    return moment


async def selected(view: View, select: str | None, exclude: str | None = None) -> list[int] | None:
    """The datasets and jobs that a selector names, without those of `exclude`; None where there is no selector."""
    if select is None:
        return None
    return await answer.selected(view.connection, select, view.lost_before, then_of(view), exclude)


async def excluded(view: View, select: str | None, exclude: str | None) -> list[int] | None:
    """What a list of everything leaves out; None where it leaves out nothing, or has a selector that does."""
    return await selected(view, exclude) if select is None else None


def then_of(view: View) -> Bounds:
    """The moment of a view, as what people and producers said is read by it."""
    return bounds_of(view.moment)


def bounds_of(moment: Moment) -> Bounds:
    """Which edits count at a moment."""
    return Bounds(None if moment.as_of is None else stamp_s(1, moment.as_of, 3), moment.known_at)


def not_then(what: str) -> InvalidRequest:
    """What cannot be asked of the past."""
    return InvalidRequest("moment_not_answered", f"{what} of now only.", "Ask without asOf and knownAt.")


def few(what: str, asked: Sequence[object], most: int = MOST_REFS) -> None:
    """Refuse lists that are too long."""
    if len(asked) > most:
        raise InvalidRequest(
            "too_many", f"{what} takes at most {most} at once, not {len(asked)}.", "Ask in several requests."
        )


def known(environment: str | None) -> str | None:
    """An environment as the database can take it."""
    return environment.replace("\0", "") if environment else None
