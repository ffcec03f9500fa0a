"""Naming rules: those that hold, what others would change, and names as entries spell them."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.naming import plan as planning
from headwater_catalog.naming.rules import BadRules, Name, Naming, read_rules
from headwater_catalog.reading import aliases, nodes
from headwater_catalog.reading.pages import bounded
from headwater_catalog.reading.rules import naming_rules
from headwater_catalog.said import revision
from headwater_catalog.times import micros_of, stamp_s
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.links import NodeRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.scalars import DateTime, Long

MEMBERS = ("namespace", "name", "to_namespace", "to_name", "partition", "version", "environment")


@strawberry.input(
    description="namespace, name: regular expressions that fit the whole; the others: texts with {groups} of these."
)
class NamingRuleInput:
    """A naming rule."""

    namespace: str | None = None
    name: str | None = None
    to_namespace: str | None = None
    to_name: str | None = None
    partition: str | None = None
    version: str | None = None
    environment: str | None = None


@strawberry.type(description="The first rule whose patterns fit a dataset's name says what the name means.")
class NamingRule:
    """A naming rule."""

    namespace: str | None
    name: str | None
    to_namespace: str | None
    to_name: str | None
    partition: str | None
    version: str | None
    environment: str | None


@strawberry.type(description="The rules that hold, in order. edit: of whom to retract to have the rules before again.")
class NamingRuleSet:
    """The rules that hold."""

    rules: list[NamingRule]
    edit: str | None
    by: str | None
    at: DateTime | None
    revision: str | None


@strawberry.type(description="A dataset and what becomes it, or what it becomes: how many, and the first of them.")
class NamingGroup:
    """A dataset and what becomes it, or what it becomes."""

    dataset: str
    count: Long
    examples: list[str]


@strawberry.type(description="One name becomes another one.")
class NamingChange:
    """One name becomes another one."""

    before: str
    after: str


@strawberry.type(description="How many names are in an environment.")
class NamingEnvironment:
    """How many names are in an environment."""

    environment: str
    names: Long


@strawberry.type(
    description="What rules would change. names: as entries spell them; changed: of another meaning; entries: of the "
    "log, all derived anew if anything changes. unused: numbers of rules that fit nothing; again: names that a rule "
    "makes and another would change, which does not happen. Lists are cut off at `first`, counts are of all."
)
class NamingPlan:
    """What rules would change."""

    names: Long
    changed: Long
    entries: Long
    merged: list[NamingGroup]
    merged_count: Long
    split: list[NamingGroup]
    split_count: Long
    renamed: list[NamingChange]
    renamed_count: Long
    partitions: list[NamingGroup]
    partitioned_count: Long
    environments: list[NamingEnvironment]
    unused: list[int]
    again: list[NamingChange]


@strawberry.type(description="A name of a dataset as entries spell it, and what a naming rule reads from it.")
class Alias:
    """A name as entries spell it."""

    id: strawberry.ID
    namespace: str
    name: str
    ref: str
    partition: str | None
    version: str | None
    environment: str | None


@strawberry.type(description="A dataset that a run lists by a name that a naming rule makes another one.")
class ListedAlias:
    """A dataset as a run lists it."""

    view: strawberry.Private[View]
    row: strawberry.Private[aliases.Listed]

    @strawberry.field(description="INPUT or OUTPUT.")
    def side(self) -> str:
        """Whether the run read or wrote it."""
        return "OUTPUT" if self.row.side else "INPUT"

    @strawberry.field(description="The name as the run spells it.")
    def alias(self) -> Alias:
        """The name as the run spells it."""
        return _alias(self.row.alias)

    @strawberry.field(description="What the name means.")
    async def dataset(self) -> NodeRef | None:
        """What the name means."""
        return await node.by_key(self.view, "dataset", self.row.alias.key)


def rules_of(given: Sequence[NamingRuleInput]) -> list[dict[str, str]]:
    """Rules as an edit holds them."""
    told = [{member: getattr(rule, member) for member in MEMBERS} for rule in given]
    return [{member: value for member, value in rule.items() if value is not None} for rule in told]


async def rule_set(view: View) -> NamingRuleSet:
    """The rules that hold."""
    row = await naming_rules(view.connection)
    if row is None:
        return NamingRuleSet(rules=[], edit=None, by=None, at=None, revision=None)
    rules = [NamingRule(**{member: rule.get(member) for member in MEMBERS}) for rule in row.rules]
    at = DateTime(micros_of(row.s))
    return NamingRuleSet(rules=rules, edit=row.edit, by=row.author, at=at, revision=revision(row.s, row.h))


async def plan(view: View, given: Sequence[NamingRuleInput], first: int | None) -> NamingPlan:
    """What rules would change; raises InvalidRequest where they cannot be."""
    try:
        naming = Naming(read_rules(rules_of(given)))
    except BadRules as bad:
        raise InvalidRequest(
            "invalid_naming_rules", f"These naming rules cannot hold. {bad.sentence}", bad.remedy
        ) from None
    found = await planning.plan(view.connection, naming, bounded(first, 20))
    return NamingPlan(
        names=Long(found.names),
        changed=Long(found.changed),
        entries=Long(found.entries),
        merged=[_group(group) for group in found.merged],
        merged_count=Long(found.merged_count),
        split=[_group(group) for group in found.split],
        split_count=Long(found.split_count),
        renamed=[_change(*pair) for pair in found.renamed],
        renamed_count=Long(found.renamed_count),
        partitions=[
            NamingGroup(dataset=_ref(one.name), count=Long(one.count), examples=one.examples)
            for one in found.partitions
        ],
        partitioned_count=Long(found.partitioned_count),
        environments=[NamingEnvironment(environment=one, names=Long(n)) for one, n in found.environments.items()],
        unused=found.unused,
        again=[_change(*pair) for pair in found.again],
    )


async def aliases_of(view: View, dataset: int, first: int | None, after: str | None) -> Connection[Alias]:
    """Names that rules make a dataset."""
    page = await view.get(aliases.of_nodes, dataset, bounded(first, 50), after)

    async def made(rows: Sequence[aliases.Alias]) -> list[Alias]:
        return [_alias(row) for row in rows]

    return await connected(page, made, after)


async def listed_by(view: View, run: int, first: int | None) -> list[ListedAlias]:
    """What a run lists by names that rules make others."""
    as_of = None if view.moment.as_of is None else stamp_s(1, view.moment.as_of, 3)
    found = await view.get(aliases.of_runs, run, as_of, view.moment.known_at) or []
    return [ListedAlias(view=view, row=row) for row in found[: bounded(first, 50)]]


def _alias(row: aliases.Alias) -> Alias:
    return Alias(
        id=strawberry.ID(f"dataset:{row.key.hex}"),
        namespace=row.namespace,
        name=row.name,
        ref=nodes.full_name(row.namespace, row.name),
        partition=row.partition,
        version=row.version,
        environment=row.environment,
    )


def _ref(name: Name) -> str:
    return nodes.full_name(*name)


def _group(group: planning.Group) -> NamingGroup:
    return NamingGroup(
        dataset=_ref(group.name), count=Long(group.count), examples=[_ref(name) for name in group.examples]
    )


def _change(before: Name, after: Name) -> NamingChange:
    return NamingChange(before=_ref(before), after=_ref(after))
