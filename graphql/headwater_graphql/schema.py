"""The schema: `python -m headwater_graphql.schema` prints it into schema.graphql beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import strawberry
from graphql import DocumentNode, GraphQLError, parse
from strawberry.extensions import SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from headwater_graphql.limits import MAX_TOKENS
from headwater_graphql.mutations import Mutation
from headwater_graphql.queries.root import Query
from headwater_graphql.subscriptions import Subscription
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.field import Field
from headwater_graphql.types.job import Job
from headwater_graphql.types.run import Run
from headwater_graphql.types.scalars import SCALARS
from headwater_graphql.types.term import Term

PRINTED = Path(__file__).with_name("schema.graphql")


@lru_cache(maxsize=256)
def read_document(query: str) -> DocumentNode:
    """A parsed document; raises GraphQLSyntaxError, also where it has too many tokens."""
    return parse(query, max_tokens=MAX_TOKENS)


class Parsed(SchemaExtension):
    """Takes the document that was read, and judged, before."""

    def on_parse(self) -> Iterator[None]:
        """Take it from the cache."""
        query = self.execution_context.query
        if query is not None:
            self.execution_context.graphql_document = read_document(query)
        yield


class Schema(strawberry.Schema):
    """Errors are told by whoever answers (headwater_graphql.execution), once, and foreseen ones not in the log."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Keep them out of the log."""


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Dataset, Field, Job, Run, Term],
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[Parsed, lambda: ValidationCache(maxsize=256)],
)


def printed() -> str:
    """The schema as text."""
    return schema.as_str() + "\n"


if __name__ == "__main__":
    PRINTED.write_text(printed())
