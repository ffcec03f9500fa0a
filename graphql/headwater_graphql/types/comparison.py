"""Two runs compared, with what lies above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import strawberry

from headwater_catalog.lineage import comparison, story
from headwater_catalog.lineage.upstream import Compared, Comparison
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import View
from headwater_graphql.types import node, said
from headwater_graphql.types.job import Job
from headwater_graphql.types.links import JobRef, NodeRef, RunRef
from headwater_graphql.types.run import Run

strawberry.enum(
    comparison.Kind,
    name="ComparisonKind",
    description="Of what an item speaks, the most telling first. VERSION: of an input, as the run names it; DATA: "
    "which run made what was read, where it names none. MEASURE: the number that a test saw.",
)


@strawberry.type(
    description="One thing that both runs say, or one of them. subject: the dataset, empty for the run itself; before: "
    "of the run to compare with, after: of the run, null where it does not say it; own: a difference of the run "
    "itself, that does not follow from others."
)
class ComparisonItem:
    """One thing that both runs say, or one of them."""

    kind: comparison.Kind
    subject: str
    name: str
    before: str | None
    after: str | None
    changed: bool
    own: bool
    sentence: str


@strawberry.type(
    description="Of one kind of items: in how many pairs of runs, of how many that speak of it, it differs."
)
class ComparisonTopic:
    """What became of one kind of items."""

    kind: comparison.Kind
    changed: int
    of: int


@dataclass
class Answer:
    """A comparison, with the view that it was asked of."""

    view: View
    found: Comparison


@strawberry.type(description="A run upstream, and the one in its place on the other side.")
class UpstreamRun:
    """A run upstream, and the one in its place."""

    answer: strawberry.Private[Answer]
    one: strawberry.Private[Compared]

    @strawberry.field(description="How many steps up: 1, a run that made what the run itself read.")
    def distance(self) -> int:
        """How many steps up."""
        return self.one.distance

    @strawberry.field(description="The run.")
    def run(self) -> RunRef:
        """The run."""
        return _run(self.answer, self.one, 0)

    @strawberry.field(description="The run in its place on the other side.")
    def against(self) -> RunRef:
        """The run in its place."""
        return _run(self.answer, self.one, 1)

    @strawberry.field(description="The run's job.")
    async def job(self) -> JobRef | None:
        """The run's job."""
        return await _job(self.answer, self.one)

    @strawberry.field(description="The datasets that were read from it.")
    async def via(self) -> list[NodeRef]:
        """The datasets that were read from it."""
        return [one for one in await node.of_names(self.answer.view, self.one.via) if one]

    @strawberry.field(
        description="Who answers for the job, for the datasets that its most telling differences speak of, and for "
        "those that were read from it."
    )
    async def owners(self) -> list[said.Owner]:
        """Who answers for it."""
        return await _owners(self.answer, self.one)

    @strawberry.field(description="What both say: first what is different; changed: only that.")
    def items(self, changed: bool | None = None) -> list[ComparisonItem]:
        """What both say."""
        return _items(self.one.items, changed)


@strawberry.type(description="Two runs compared, with what lies above them.")
class RunComparison:
    """Two runs compared."""

    answer: strawberry.Private[Answer]

    @strawberry.field(description="The run.")
    def run(self) -> RunRef:
        """The run."""
        return _run(self.answer, self.answer.found.run, 0)

    @strawberry.field(description="The run that it is compared with.")
    def against(self) -> RunRef:
        """The run that it is compared with."""
        return _run(self.answer, self.answer.found.run, 1)

    @strawberry.field(description="What both say: first what is different; changed: only that.")
    def items(self, changed: bool | None = None) -> list[ComparisonItem]:
        """What both say."""
        return _items(self.answer.found.run.items, changed)

    @strawberry.field(description="Runs upstream that differ of themselves: the nearest first, then the most telling.")
    def upstream(self, first: int | None = 20) -> list[UpstreamRun]:
        """Runs upstream that differ of themselves."""
        found = self.answer.found.differing[: bounded(first, 20)]
        return [UpstreamRun(answer=self.answer, one=one) for one in found]

    @strawberry.field(
        description="The nearest run upstream that differs of itself, in more than which version it read if there is "
        "one; of several the most telling."
    )
    def first_upstream(self) -> UpstreamRun | None:
        """The nearest run upstream that differs of itself."""
        first = self.answer.found.first
        return UpstreamRun(answer=self.answer, one=first) if first else None

    @strawberry.field(description="What differs, and what does not, in these runs and all that lie above.")
    def topics(self) -> list[ComparisonTopic]:
        """What differs, and what does not."""
        return [
            ComparisonTopic(kind=one.kind, changed=one.changed, of=one.of) for one in story.topics(self.answer.found)
        ]

    @strawberry.field(description="False: there are more runs upstream than were looked at.")
    def complete(self) -> bool:
        """Whether all runs upstream were looked at."""
        return self.answer.found.whole

    @strawberry.field(description="The same in words, the most telling first.")
    async def story(self) -> list[str]:
        """The same in words."""
        found = self.answer.found
        job = await _job(self.answer, found.run)
        first = found.first
        above = await _job(self.answer, first) if first else None
        owners = await _owners(self.answer, first) if first else []
        names = list(dict.fromkeys(owner.name for owner in owners))
        return story.story(found, _name(job), _name(above), names)


def _name(job: Job | None) -> str:
    return job._ref() if job else "a job"


def _run(answer: Answer, one: Compared, side: int) -> Run:
    return Run(view=answer.view, row=one.told[side].run)


async def _job(answer: Answer, one: Compared) -> Job | None:
    own = one.told[0].run.job
    found = None if own is None else await node.of_name(answer.view, own)
    return found if isinstance(found, Job) else None


async def _owners(answer: Answer, one: Compared) -> list[said.Owner]:
    """Of the job, of the datasets that its most telling differences speak of, of those read from it; each name once."""
    nodes = [await _job(answer, one), *await node.of_names(answer.view, (*one.subjects, *one.via))]
    found = [owner for known in nodes if known for owner in await said.owners(answer.view, known._subject())]
    first: dict[str, said.Owner] = {}
    for owner in found:
        first.setdefault(owner.name, owner)
    return list(first.values())


def _items(items: Sequence[comparison.Item], changed: bool | None) -> list[ComparisonItem]:
    return [
        ComparisonItem(
            kind=item.kind,
            subject=item.subject,
            name=item.name,
            before=item.before,
            after=item.after,
            changed=item.changed,
            own=item.own,
            sentence=comparison.sentence(item),
        )
        for item in items
        if changed is None or item.changed is changed
    ]
