"""What questions share: the moment they are asked of, what a selector names, bounds."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage import answer
from headwater_catalog.lineage.select import parse
from headwater_graphql.context import READ, Info, Moment, View
from headwater_graphql.types.scalars import DateTime

MOST_REFS = 1_000
OF_NOW = frozenset({"tag", "owner", "term"})
"""Methods of selectors that are answered for now only."""


@strawberry.input(description="One moment for a question; what hangs below inherits it. Nothing set: now.")
class At:
    """One moment for a question."""

    as_of: DateTime | None = None
    known_at: DateTime | None = None
    since: DateTime | None = None


async def view_of(info: Info, at: At | None = None) -> View:
    """The catalog at the moment asked for. Raises Forbidden where the principal may not read."""
    info.context.require(READ)
    return await info.context.view(Moment(at.as_of, at.known_at, at.since) if at else Moment())


async def selected(view: View, select: str | None) -> list[int] | None:
    """The datasets and jobs that a selector names; None where there is no selector."""
    knowable(view, select)
    return None if select is None else await answer.selected(view.connection, select, view.lost_before)


def knowable(view: View, select: str | None) -> None:
    """Refuse what is only known of now: a question about the past is never answered with the present."""
    if view.moment.dated and select is not None:
        told = {atom.method for atoms in parse(select) for atom in atoms} & OF_NOW
        if told:
            raise not_then(f"Selectors by {', '.join(sorted(told))} are")


def not_then(what: str) -> InvalidRequest:
    """What cannot be asked of the past."""
    return InvalidRequest(
        "moment_not_answered", f"{what} of now only.", "Ask without asOf and knownAt, or name datasets and jobs."
    )


def few(what: str, asked: Sequence[object]) -> None:
    """Refuse lists that are too long."""
    if len(asked) > MOST_REFS:
        raise InvalidRequest(
            "too_many", f"{what} takes at most {MOST_REFS} at once, not {len(asked)}.", "Ask in several requests."
        )


def known(environment: str | None) -> str | None:
    """An environment as the database can take it."""
    return environment.replace("\0", "") if environment else None
