"""What people and programs say of a node: descriptions, owners, tags, terms, properties; all sources, one effective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

import strawberry

from headwater_catalog.names import key_of
from headwater_catalog.said import Said as SaidRow
from headwater_catalog.subjects import Subject
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.loaders import about
from headwater_graphql.types.enums import Source
from headwater_graphql.types.links import NodeRef, TermRef
from headwater_graphql.types.scalars import JSON, DateTime


@strawberry.type(description="A text that somebody says; exactly one of several is effective.")
class Said:
    """A text that somebody says."""

    text: str
    source: Source
    by: str | None
    at: DateTime
    effective: bool
    revision: str


@strawberry.type(description="A value of a person's own making.")
class Property:
    """A value of a person's own making."""

    name: str
    value: JSON
    source: Source
    by: str | None
    at: DateTime
    revision: str


@strawberry.type(description="Who answers for a node.")
class Owner:
    """Who answers for a node."""

    name: str
    role: str | None
    source: Source
    by: str | None
    at: DateTime
    revision: str


@strawberry.type(
    description="A word on a node; origin: the tag's own source in its facet, such as DBT, SPARK or CONFIG."
)
class Tag:
    """A word on a node."""

    name: str
    value: str | None
    origin: str | None
    source: Source
    by: str | None
    at: DateTime
    revision: str


@strawberry.type(description="A term is assigned to a node. status: PROPOSED, ACCEPTED, REJECTED.")
class Assignment:
    """A term is assigned to a node."""

    view: strawberry.Private[View]
    iri: strawberry.Private[str]
    subject: strawberry.Private[Subject]
    status: str
    note: str | None
    source: Source
    by: str | None
    at: DateTime
    revision: str | None
    languages: strawberry.Private[Sequence[str]] = ()

    @strawberry.field(description="Null where only its IRI is known.")
    async def term(self) -> TermRef | None:
        """The term."""
        from headwater_graphql.types.term import spoken

        return await spoken(self.view, key_of("term", self.iri), self.languages)

    @strawberry.field(description="The IRI of the term.")
    def term_iri(self) -> str:
        """The IRI of the term."""
        return self.iri

    @strawberry.field(description="Null where the catalog does not know it any more.")
    async def node(self) -> NodeRef | None:
        """The node."""
        from headwater_graphql.types.node import of_subject

        return await of_subject(self.view, self.subject)


async def _spoken(view: View, subject: Subject, prop: str) -> list[tuple[str, list[SaidRow]]]:
    found: Mapping[tuple[str, str], list[SaidRow]] = await view.get(about, subject, *view.moment[:2]) or {}
    return sorted((member, rows) for (name, member), rows in found.items() if name == prop)


class _Who(TypedDict):
    """Who says it, when, and what an edit names as the revision that it saw."""

    source: Source
    by: str | None
    at: DateTime
    revision: str


def _who(row: SaidRow) -> _Who:
    one = row.statement
    at = DateTime(micros_of(one.s))
    return _Who(source=Source(one.source), by=one.author, at=at, revision=one.revision)


async def descriptions(view: View, subject: Subject) -> list[Said]:
    """All descriptions, the effective one first."""
    return [
        Said(text=str(row.statement.value), effective=row.effective, **_who(row))
        for _, rows in await _spoken(view, subject, "description")
        for row in rows
    ]


async def description(view: View, subject: Subject) -> str | None:
    """The description that counts."""
    return next((said.text for said in await descriptions(view, subject) if said.effective), None)


def _detail(row: SaidRow, name: str) -> str | None:
    value = row.statement.value
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


async def owners(view: View, subject: Subject) -> list[Owner]:
    """Owners, each by the source that counts."""
    found = await _spoken(view, subject, "owner")
    return [Owner(name=member, role=_detail(rows[0], "role"), **_who(rows[0])) for member, rows in found]


async def tags(view: View, subject: Subject) -> list[Tag]:
    """Tags, each by the source that counts."""
    found = await _spoken(view, subject, "tag")
    return [
        Tag(name=member, value=_detail(rows[0], "value"), origin=_detail(rows[0], "origin"), **_who(rows[0]))
        for member, rows in found
    ]


async def properties(view: View, subject: Subject) -> list[Property]:
    """Properties, each by the source that counts."""
    found = await _spoken(view, subject, "property")
    return [Property(name=member, value=JSON(rows[0].statement.value), **_who(rows[0])) for member, rows in found]


async def assignments(view: View, subject: Subject, languages: Sequence[str] = ()) -> list[Assignment]:
    """Terms assigned to a node, rejected ones too; `languages`: in which the terms are to speak, the best first."""
    found = await _spoken(view, subject, "term")
    return [
        Assignment(
            view=view,
            iri=iri,
            subject=subject,
            status=_detail(rows[0], "status") or "ACCEPTED",
            note=_detail(rows[0], "note"),
            languages=languages,
            **_who(rows[0]),
        )
        for iri, rows in found
    ]
