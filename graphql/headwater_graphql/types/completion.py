"""Completion of what is typed."""

from __future__ import annotations

import strawberry


@strawberry.type(description="A way in which a selector may go on.")
class Way:
    """A way in which a selector may go on."""

    kind: str = strawberry.field(
        description="METHOD, DATASET, JOB, COLUMN, ZONE, ENVIRONMENT, NAMESPACE, TAG, OWNER, TERM or STATE."
    )
    text: str = strawberry.field(description="What to write in the place of all from start to the position.")
    label: str = strawberry.field(description="As people know it.")
    detail: str | None = strawberry.field(
        description="The namespace of a name, the type of a column, the IRI of a term."
    )


@strawberry.type(description="How a selector may go on.")
class Completion:
    """How a selector may go on."""

    start: int = strawberry.field(description="Where in the selector the text of a way begins; characters from 0.")
    ways: list[Way]
