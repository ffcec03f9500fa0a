"""What crawlers told of."""

from __future__ import annotations

import strawberry

from headwater_catalog.codes import DATASET
from headwater_catalog.reading import crawls
from headwater_catalog.times import micros_of
from headwater_graphql.types.enums import NodeKind
from headwater_graphql.types.scalars import DateTime


@strawberry.type(description="A job or dataset that a crawler told of, under the name that it gave.")
class Crawled:
    """A job or dataset that a crawler told of."""

    kind: NodeKind
    namespace: str
    name: str
    digest: str = strawberry.field(description="Of what it told; `gone` where it took that back.")
    at: DateTime = strawberry.field(description="Since when that is so.")


def made(row: crawls.Crawled) -> Crawled:
    """As GraphQL shows it."""
    kind = NodeKind.DATASET if row.kind == DATASET else NodeKind.JOB
    return Crawled(kind=kind, namespace=row.namespace, name=row.name, digest=row.digest, at=DateTime(micros_of(row.s)))
