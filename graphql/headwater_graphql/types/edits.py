"""Edits: what people may change, and what became of it."""

from __future__ import annotations

from typing import Any

import strawberry

from headwater_catalog.zone_rules import Expectation, Scope, ZoneKind
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.enums import EditStatus
from headwater_graphql.types.links import NodeRef
from headwater_graphql.types.naming import NamingRuleInput
from headwater_graphql.types.scalars import JSON


@strawberry.input(
    description="A term by its IRI. Texts and labels by language: {en: ...}; a text null is removed. "
    "remove: labels and relations to take away, in the same shape."
)
class TermInput:
    """A term by its IRI."""

    iri: str
    type: str | None = strawberry.UNSET
    status: str | None = strawberry.UNSET
    pref_label: JSON | None = None
    alt_label: JSON | None = None
    hidden_label: JSON | None = None
    notation: list[str] | None = None
    definition: JSON | None = None
    scope_note: JSON | None = None
    example: JSON | None = None
    note: JSON | None = None
    broader: list[str] | None = None
    narrower: list[str] | None = None
    related: list[str] | None = None
    exact_match: list[str] | None = None
    close_match: list[str] | None = None
    scheme: list[str] | None = None
    member: list[str] | None = None
    properties: JSON | None = None
    remove: JSON | None = None
    if_revision: JSON | None = None


@strawberry.input(
    description="term: an IRI, an id or a label; node: an id or a name. status: PROPOSED, ACCEPTED, REJECTED."
)
class AssignInput:
    """A term on a node."""

    term: str
    node: str
    status: str | None = None
    note: str | None = None
    remove: bool = False
    if_revision: JSON | None = None


@strawberry.input(description="text null takes it back: the next source speaks.")
class DescribeInput:
    """A description."""

    node: str
    text: str | None = None
    if_revision: JSON | None = None


@strawberry.input(description="Who answers for a node.")
class OwnInput:
    """An owner of a node."""

    node: str
    owner: str
    role: str | None = None
    remove: bool = False
    if_revision: JSON | None = None


@strawberry.input(description="A word on a node, perhaps with a value.")
class TagInput:
    """A word on a node."""

    node: str
    tag: str
    value: str | None = None
    remove: bool = False
    if_revision: JSON | None = None


@strawberry.input(description="A value of one's own making; null takes it away.")
class PropertyInput:
    """A value of one's own making."""

    node: str
    name: str
    value: JSON | None = None
    if_revision: JSON | None = None


@strawberry.input(description="An edge of lineage by the refs of its ends, datasets or jobs.")
class EdgeInput:
    """An edge of lineage by its ends."""

    source: str
    target: str


@strawberry.input(
    description="Takes a dataset, job, run or term back; undo: no longer. entry: an event id in hex instead."
)
class RetractInput:
    """Takes something back."""

    node: str | None = None
    edge: EdgeInput | None = None
    entry: str | None = None
    reason: str | None = None
    undo: bool = False
    if_revision: JSON | None = None


@strawberry.input(description="pattern: a glob over namespace/name and over the name.")
class ZoneRuleInput:
    """A zone rule."""

    zone: str
    pattern: str
    kind: ZoneKind | None = None
    expects: list[Expectation] | None = None
    test_scope: Scope | None = None


@strawberry.input(description="The whole rule set, in order; the first that fits decides.")
class ZoneRulesInput:
    """The whole rule set."""

    rules: list[ZoneRuleInput]
    if_revision: JSON | None = None


@strawberry.input(description="The whole rule set, in order; the first that fits decides. History is derived anew.")
class NamingRulesInput:
    """The whole rule set."""

    rules: list[NamingRuleInput]
    if_revision: JSON | None = None


@strawberry.input(
    description="namespace: a glob on it; the others: how it is reached. secretReference: env:NAME, file:/path, never "
    "the secret."
)
class ConnectionRuleInput:
    """A connection rule."""

    namespace: str
    driver: str | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    user: str | None = None
    name: str | None = None
    secret_reference: str | None = None
    options: JSON | None = None


@strawberry.input(description="The whole rule set, in order; the first that fits decides.")
class ConnectionRulesInput:
    """The whole rule set."""

    rules: list[ConnectionRuleInput]
    if_revision: JSON | None = None


@strawberry.input(one_of=True, description="One change.")
class Edit:
    """One change."""

    put_term: strawberry.Maybe[TermInput]
    assign: strawberry.Maybe[AssignInput]
    describe: strawberry.Maybe[DescribeInput]
    own: strawberry.Maybe[OwnInput]
    tag: strawberry.Maybe[TagInput]
    property: strawberry.Maybe[PropertyInput]
    retract: strawberry.Maybe[RetractInput]
    zone_rules: strawberry.Maybe[ZoneRulesInput]
    naming_rules: strawberry.Maybe[NamingRulesInput]
    connection_rules: strawberry.Maybe[ConnectionRulesInput]


@strawberry.type(description="What became of a change; current: the other's values where it is a CONFLICT.")
class Outcome:
    """What became of a change."""

    view: strawberry.Private[View]
    subject: strawberry.Private[Any]
    status: EditStatus
    current: JSON | None
    code: str | None
    message: str | None
    remedy: str | None

    @strawberry.field(description="As it stands after the edit.")
    async def node(self) -> NodeRef | None:
        """The node that was changed."""
        return await node.of_subject(self.view, self.subject) if self.subject else None


@strawberry.type(
    description="Outcomes in the order of the changes; changeSet: the edit's id, null where nothing was applied."
)
class EditResult:
    """What became of a list of changes."""

    outcomes: list[Outcome]
    position: str
    change_set: strawberry.ID | None
