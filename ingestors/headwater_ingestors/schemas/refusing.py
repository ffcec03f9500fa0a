"""Why a file of schemas cannot be read."""

from __future__ import annotations

from headwater_catalog.errors import InvalidRequest, TooLarge


class UnreadableSchema(InvalidRequest):
    """A file that states no schema. line: where, from 1 on, if that is known."""

    def __init__(self, name: str, why: str, remedy: str, line: int | None = None) -> None:
        where = f"{name}, line {line}" if line else name
        super().__init__("unreadable_schema", f"{where} states no schema: {why}.", remedy, file=name, line=line)


class SchemaTooLarge(TooLarge):
    """A file with more bytes than are read."""

    def __init__(self, name: str, size: int, most: int) -> None:
        super().__init__(
            "schema_too_large",
            f"{name} has {size:,} bytes; {most:,} are read.",
            "Hand over only the tables that change.",
            file=name,
            bytes=size,
            most=most,
        )
