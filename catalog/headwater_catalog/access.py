"""Principals and API keys: made once, kept hashed, checked in constant time, taken back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import psycopg

from headwater_catalog.errors import InvalidRequest, NotFound

INGEST: Final = "ingest"
READ: Final = "read"
EDIT: Final = "edit"
ADMIN: Final = "admin"
SCOPES: Final = (INGEST, READ, EDIT, ADMIN)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks; carried by every request and written with every edit. `admin` may do all that others may."""

    name: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether the principal has `scope`."""
        return scope in self.scopes or ADMIN in self.scopes


LOCAL: Final = Principal("local", frozenset(SCOPES))
"""Whoever reaches a server that has no keys, which therefore listens on loopback only."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as the catalog knows it; times in microseconds since 1970."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: int
    revoked: int | None
    hash: bytes

    @property
    def principal(self) -> Principal:
        """Who asks with this key."""
        return Principal(self.name, frozenset(self.scopes))

    def fits(self, key: str) -> bool:
        """Whether `key` is this one; takes as long for any answer."""
        return hmac.compare_digest(self.hash, digest(key)) and self.revoked is None


def digest(key: str) -> bytes:
    """What is stored of a key."""
    return hashlib.sha256(key.encode()).digest()


def new_key(name: str, scopes: Iterable[str], now: int | None = None) -> tuple[ApiKey, str]:
    """A fresh key and its text, which is told once. Raises InvalidRequest for a scope or name that is none."""
    wanted = tuple(scope for scope in SCOPES if scope in set(scopes))
    if not wanted or set(scopes) - set(SCOPES):
        raise InvalidRequest("unknown_scope", "A key needs scopes.", f"Choose from {', '.join(SCOPES)}.")
    if not name.strip():
        raise InvalidRequest("nameless_key", "A key needs a name.", "Name it after who or what will use it.")
    identity = secrets.token_hex(6)
    text = f"hw_{identity}_{secrets.token_urlsafe(32)}"
    created = time.time_ns() // 1000 if now is None else now
    return ApiKey(identity, name.strip(), wanted, created, None, digest(text)), text


def id_of(key: str) -> str | None:
    """The public part of a key's text; None if it is no key."""
    parts = key.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "hw" else None


CREATE = "insert into core.api_key (id, name, hash, scopes, created) values (%s, %s, %s, %s, %s)"
LIST = "select id, name, scopes, created, revoked, hash from core.api_key order by created, id"
REVOKE = "update core.api_key set revoked = coalesce(revoked, %s) where id = %s returning name"


def create_key(connection: psycopg.Connection, name: str, scopes: Iterable[str]) -> tuple[ApiKey, str]:
    """Make and keep a key; its text is told once and cannot be read again."""
    key, text = new_key(name, tuple(scopes))
    connection.execute(CREATE, (key.id, key.name, key.hash, list(key.scopes), key.created))
    return key, text


def list_keys(connection: psycopg.Connection) -> list[ApiKey]:
    """All keys ever made, oldest first."""
    return [key_of(row) for row in connection.execute(LIST)]


def revoke_key(connection: psycopg.Connection, identity: str) -> str:
    """Take a key back, for good; gives its name. Raises NotFound."""
    row = connection.execute(REVOKE, (time.time_ns() // 1000, identity)).fetchone()
    if row is None:
        raise NotFound("unknown_key", f"There is no key {identity}.", "`headwater keys list` shows them.")
    return str(row[0])


def key_of(row: Sequence[object]) -> ApiKey:
    """A row of LIST as a key."""
    identity, name, scopes, created, revoked, hashed = row
    assert isinstance(scopes, list)  # noqa: S101 - text[]
    assert isinstance(created, int)  # noqa: S101 - bigint
    assert isinstance(hashed, bytes)  # noqa: S101 - bytea
    taken = revoked if isinstance(revoked, int) else None
    return ApiKey(str(identity), str(name), tuple(scopes), created, taken, hashed)
