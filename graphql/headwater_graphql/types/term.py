"""Terms of the glossary."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace

import strawberry

from headwater_catalog.reading import terms
from headwater_catalog.reading.pages import bounded
from headwater_catalog.subjects import Subject
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types import node, said
from headwater_graphql.types.enums import Source
from headwater_graphql.types.links import AssignmentRef, TermRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.scalars import DateTime

LABELS = ("prefLabel", "altLabel", "hiddenLabel", "notation")


@strawberry.type(description="A label of a term; kind: prefLabel, altLabel, hiddenLabel, notation.")
class TermLabel:
    """A label of a term."""

    text: str
    language: str
    kind: str


@strawberry.type(description="A text about a term; kind: definition, scopeNote, example, note ….")
class TermText:
    """A text about a term."""

    text: str
    language: str
    kind: str


@strawberry.type(description="A word of the business and what it means; also a concept scheme or a collection (type).")
class Term(node.Node):
    """A word of the business and what it means."""

    row: strawberry.Private[terms.Term]
    languages: strawberry.Private[Sequence[str]] = ()

    def _subject(self) -> Subject:
        return ("term", self.row.iri)

    def _ref(self) -> str:
        return self.row.iri

    def _label(self) -> str:
        return self.row.label

    def _retracted(self) -> bool:
        return self.row.retracted

    async def _words(self) -> list[terms.Words]:
        return await self.view.get(terms.words, self.row.key) or []

    async def _related(self, *kinds: str) -> list[TermRef]:
        found = await self.view.get(terms.relations, self.row.key) or []
        made = await of_keys(self.view, sorted({one.other for one in found if one.kind in kinds}))
        return [term for term in made if term]

    @strawberry.field
    def iri(self) -> str:
        """What names it everywhere."""
        return self.row.iri

    @strawberry.field(name="type", description="concept, scheme, collection")
    def type_(self) -> str:
        """What it is."""
        return self.row.type

    @strawberry.field(description="The label of its concept scheme, where it has one.")
    async def glossary(self) -> str | None:
        """The label of its concept scheme."""
        schemes = await self._related("scheme")
        return schemes[0].row.label if schemes else None

    @strawberry.field(description="DRAFT, PROPOSED, APPROVED, DEPRECATED")
    def status(self) -> str:
        """How far it is agreed on."""
        return self.row.status

    @strawberry.field
    async def labels(self) -> list[TermLabel]:
        """All its labels."""
        return [
            TermLabel(text=one.text, language=one.lang, kind=one.kind)
            for one in await self._words()
            if one.kind in LABELS
        ]

    @strawberry.field(description="The first of these languages, or of those of the question, that has one; else any.")
    async def definition(self, languages: list[str] | None = None) -> str | None:
        """What it means."""
        return _in(languages or self.languages, await self._words(), "definition")

    @strawberry.field(description="Definitions and notes in all languages.")
    async def definitions(self) -> list[TermText]:
        """Definitions and notes in all languages."""
        return [
            TermText(text=one.text, language=one.lang, kind=one.kind)
            for one in await self._words()
            if one.kind not in LABELS
        ]

    @strawberry.field
    async def broader(self) -> list[TermRef]:
        """Wider terms."""
        return await self._related("broader")

    @strawberry.field
    async def narrower(self) -> list[TermRef]:
        """Narrower terms."""
        return await self._related("narrower")

    @strawberry.field(description="Related and matching terms.")
    async def related(self) -> list[TermRef]:
        """Related and matching terms."""
        return await self._related("related", "exactMatch", "closeMatch", "broadMatch", "relatedMatch")

    @strawberry.field(description="What it is assigned to.")
    async def assignments(self, first: int | None = 50, after: str | None = None) -> Connection[AssignmentRef]:
        """What it is assigned to."""
        page = await self.view.get(terms.assignments, self.row.key, bounded(first, 50), after)

        async def made(rows: Sequence[terms.Assignment]) -> list[said.Assignment]:
            return [_assignment(self.view, self.row.iri, row) for row in rows]

        return await connected(page, made, after)

    @strawberry.field
    async def owners(self) -> list[said.Owner]:
        """Who answers for it."""
        return await said.owners(self.view, self._subject())

    @strawberry.field
    async def tags(self) -> list[said.Tag]:
        """Words on it."""
        return await said.tags(self.view, self._subject())


def _assignment(view: View, iri: str, row: terms.Assignment) -> said.Assignment:
    at = DateTime(micros_of(row.s))
    return said.Assignment(
        view=view,
        iri=iri,
        subject=tuple(row.parts),
        status=row.status,
        note=row.note,
        source=Source(row.source),
        by=row.author,
        at=at,
        revision=None,
    )


def _in(languages: Sequence[str], words: Sequence[terms.Words], kind: str) -> str | None:
    """The text of a kind in the first of the languages that has one; else without a language, in English, in any."""
    texts = {one.lang: one.text for one in words if one.kind == kind}
    wanted = [language.lower() for language in languages] + ["", "en"]
    return next((texts[language] for language in wanted if language in texts), next(iter(texts.values()), None))


async def spoken(view: View, key: uuid.UUID, languages: Sequence[str]) -> Term | None:
    """A term whose label is in the first of some languages that has one; without languages as the catalog labels it."""
    row = await view.get(terms.terms, key)
    if row is not None and languages:
        row = replace(row, label=_in(languages, await view.get(terms.words, key) or [], "prefLabel") or row.label)
    return None if row is None else Term(view=view, row=row, languages=languages)


async def of_keys(view: View, keys: Sequence[uuid.UUID]) -> list[Term | None]:
    """Terms by key, in this order."""
    rows = await asyncio.gather(*(view.get(terms.terms, one) for one in keys))
    return [None if row is None else Term(view=view, row=row) for row in rows]
