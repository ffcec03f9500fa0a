"""Every error of the house: a stable code, a sentence, what to do now; HTTP, GraphQL and CLI take them from here."""

from __future__ import annotations

# ruff: noqa: N818 - `except NotFound` says it all; the base class says that it is an error.
from pathlib import Path
from typing import Any, ClassVar

EXIT_FOUND = 1
EXIT_WRONG_USE = 2
EXIT_UNREACHABLE = 3
EXIT_FAILED = 4
EXIT_INTERRUPTED = 130


class HeadwaterError(Exception):
    """Something went wrong and we know what: `code` never changes, `sentence` says what, `remedy` what to do now.

    `data` holds what a program may want to read (paths, numbers, names); it never holds a secret.
    """

    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(self, code: str, sentence: str, remedy: str, **data: Any) -> None:
        super().__init__(code, sentence, remedy)
        self.code = code
        self.sentence = sentence
        self.remedy = remedy
        self.data: dict[str, Any] = data

    def __str__(self) -> str:
        """Sentence and remedy, as a person reads them."""
        return f"{self.sentence} {self.remedy}".strip()

    def problem(self) -> dict[str, Any]:
        """The error as a document: code, sentence, remedy, data (only values that JSON can hold, or their text)."""
        plain = {
            key: value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
            for key, value in self.data.items()
        }
        return {"code": self.code, "sentence": self.sentence, "remedy": self.remedy, "data": plain}


# Kinds: whoever raises one gives the code.


class InvalidRequest(HeadwaterError):
    """The request itself is wrong: a syntax, an argument, a combination."""

    http_status = 400
    exit_code = EXIT_WRONG_USE


class Unauthorized(HeadwaterError):
    """Nobody has said who asks, or the key is not known."""

    http_status = 401
    exit_code = EXIT_WRONG_USE


class Forbidden(HeadwaterError):
    """The one who asks may not."""

    http_status = 403
    exit_code = EXIT_WRONG_USE


class NotFound(HeadwaterError):
    """What was asked for is not in the catalog."""

    http_status = 404
    exit_code = EXIT_WRONG_USE


class Conflict(HeadwaterError):
    """Somebody else changed it first, or it is in use."""

    http_status = 409


class TooLarge(HeadwaterError):
    """More bytes, items or depth than the bound allows."""

    http_status = 413
    exit_code = EXIT_WRONG_USE


class Refused(HeadwaterError):
    """Well formed, yet the catalog cannot take it in (an entry that says nothing, a rule broken)."""

    http_status = 422
    exit_code = EXIT_FOUND


class Overloaded(HeadwaterError):
    """Too much at once: try again later (`retry_after`, seconds, in data where known)."""

    http_status = 503
    exit_code = EXIT_UNREACHABLE


class Unavailable(HeadwaterError):
    """Something this process leans on cannot be reached."""

    http_status = 503
    exit_code = EXIT_UNREACHABLE


class ExtraMissing(Unavailable):
    """A library is not installed that comes with an extra of ours. needs: who needs which."""

    def __init__(self, needs: str, extra: str) -> None:
        super().__init__(
            "extra_missing",
            f"{needs}, which is not installed.",
            f"Install Headwater with its extra `{extra}`: `pip install '.[{extra}]'` in a clone of it.",
        )


# The database.


class InvalidDatabaseUrl(InvalidRequest):
    """HEADWATER_DATABASE_URL is not a PostgreSQL URL."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "invalid_database_url",
            f"HEADWATER_DATABASE_URL cannot be used: {why}.",
            "Write it as postgresql://user:password@host:5432/database.",
        )


class DatabaseUnreachable(Unavailable):
    """No PostgreSQL answers where one was named."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            "database_unreachable",
            f"The database at {where} cannot be reached: {why}.",
            "Check that PostgreSQL runs there and that HEADWATER_DATABASE_URL names host, user, password and database.",
            where=where,
        )


class DatabaseTooOld(Unavailable):
    """The PostgreSQL that answers is older than what the statements need."""

    def __init__(self, where: str, version: int, needed: int) -> None:
        super().__init__(
            "database_too_old",
            f"The database at {where} is PostgreSQL {version}; Headwater needs {needed} or later.",
            "Upgrade that server, or name another one in HEADWATER_DATABASE_URL.",
            where=where,
            version=version,
            needed=needed,
        )


class NotMigrated(Unavailable):
    """The database's tables are not those this version was written for."""

    def __init__(self, current: str | None, head: str | None) -> None:
        super().__init__(
            "not_migrated",
            f"The database stands at revision {current or 'none'}; this version needs {head or 'none'}.",
            "Run `headwater migrate`; if the database is newer than this program, upgrade the program.",
            current=current,
            head=head,
        )


class EmbeddedUnavailable(Unavailable):
    """The embedded PostgreSQL cannot be run here."""

    def __init__(self, why: str, remedy: str | None = None) -> None:
        super().__init__(
            "embedded_unavailable",
            f"The embedded PostgreSQL cannot run here: {why}.",
            remedy or "Name a PostgreSQL 15 or later in HEADWATER_DATABASE_URL instead.",
        )


class DataDirectoryInUse(Unavailable):
    """Another process has the data directory open; `pid` and `url` where it has told them."""

    def __init__(self, path: Path, pid: int | None, url: str | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        serving = f", which serves at {url}" if url else ", which does not serve, or not yet"
        remedy = (
            f"Ask that one (HEADWATER_URL={url}), or stop it first."
            if url
            else "If it is a server that starts, or a command that ends soon, wait and try again; else stop it first."
        )
        super().__init__(
            "data_directory_in_use",
            f"The data directory {path} is in use by {holder}{serving}.",
            remedy,
            path=path,
            pid=pid,
            url=url,
        )


class DataDirectoryUnusable(Unavailable):
    """The data directory cannot be made or written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            "data_directory_unusable",
            f"The data directory {path} cannot be used: {why}.",
            "Name a directory that this user may write in HEADWATER_DATA_DIR.",
            path=path,
        )
