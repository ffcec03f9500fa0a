"""What is wrong with a source that is a database; nothing here shows its URL, which may hold a password."""

from __future__ import annotations

from headwater_catalog.errors import InvalidRequest, Unavailable


class InvalidSourceUrl(InvalidRequest):
    """The URL of a database that should be crawled is none."""

    def __init__(self, shape: str, why: str) -> None:
        super().__init__(
            "invalid_source_url",
            f"The URL of the source cannot be read: {why}.",
            f"Write it as {shape}, signs like @ : / in a password as %40 …; env:NAME takes it from the variable NAME.",
        )


class NoSuchVariable(InvalidRequest):
    """A source is said to stand in a variable that is not set."""

    def __init__(self, name: str) -> None:
        super().__init__("no_such_variable", f"There is no variable {name[:80]!r}.", "Set it to the URL of the source.")


class SourceUnreachable(Unavailable):
    """No database answers where one should be crawled, or not as it should."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            "source_unreachable",
            f"The source {where} cannot be reached: {why}.",
            "Check that it runs there, and that the URL names host, user, password and database.",
            where=where,
        )


class SourceTooOld(Unavailable):
    """A PostgreSQL whose catalog lacks what is asked of it."""

    def __init__(self, where: str, version: int, needed: int) -> None:
        super().__init__(
            "source_too_old",
            f"The source {where} is PostgreSQL {version}; this crawler needs {needed} or later.",
            "Crawl it with `headwater snapshot sql` from its SQL files, or upgrade it.",
            where=where,
        )
