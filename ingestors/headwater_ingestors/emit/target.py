"""From the settings to what really sends: a transport of the OpenLineage client, and the client itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

from openlineage.client import OpenLineageClient
from openlineage.client.serde import Serde
from openlineage.client.transport import Transport
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport, TokenProvider
from requests import PreparedRequest, Session

from headwater_catalog.configuration import LOOPBACK
from headwater_catalog.database.directory import read_lock, read_own_key
from headwater_catalog.errors import InvalidRequest, Unavailable
from headwater_catalog.redaction import redact_value
from headwater_catalog.secret_patterns import redact_userinfo
from headwater_ingestors.emit.events import event_of
from headwater_ingestors.emit.place import Place
from headwater_ingestors.emit.spool import Document

TIMEOUT: Final = 5.0
"""Seconds for one event; whoever waits for it waits less."""
_NO_RETRIES: Final = {"total": 0, "connect": 0, "read": 0}  # the spool is our way to try again
# We say where code comes from ourselves, and without the credentials that a remote may hold.
_CONFIG: Final[dict[str, Any]] = {"facets": {"source_code_location": {"disabled": True}}}


@dataclass(frozen=True, slots=True)
class Target:
    """Who is told. key: what its spool is called by; where: for people; transport None: nobody serves at the moment."""

    key: str
    where: str
    transport: Transport | None

    def send(self, document: Document) -> None:
        """Send one event; raises what the transport raises, Unavailable without one."""
        if self.transport is None:
            raise Unavailable("nobody_serves", "No server runs there.", "Run `headwater serve`, or set HEADWATER_URL.")
        self.transport.emit(event_of(document))


def http_transport(base_url: str, api_key: str | None, **more: Any) -> HttpTransport:
    """Sends to the catalog at that address, which may have a path. more: of HttpConfig."""
    session = Session()
    # A proxy of the environment must not come between two programs of one machine.
    session.trust_env = urlsplit(base_url).hostname not in LOOPBACK
    auth = ApiKeyTokenProvider({"api_key": api_key}) if api_key else TokenProvider({})
    if api_key:
        session.auth = _as_it_is
    return HttpTransport(HttpConfig(url=base_url.rstrip("/") + "/", auth=auth, session=session, **more))


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    """Any authentication of a session's own keeps a .netrc from replacing the key."""
    return request


def found_target(place: Place) -> Target:
    """The url that is set, else what the OpenLineage client is configured for, else the data directory's server.

    Raises InvalidRequest where the url is none, and what the client raises where its configuration is wrong.
    """
    if place.url:
        where = f"The catalog at {redact_userinfo(place.url)}"
        return Target(place.url, where, _transport(place.url, place.api_key))
    transport = _configured()
    if transport is not None:
        where = redact_userinfo(str(getattr(transport, "url", "") or transport.kind))
        return Target(f"openlineage {where}", f"OpenLineage's transport ({where})", transport)
    holder = read_lock(place.directory) if place.directory else None
    if place.directory and holder and holder.url:
        key = place.api_key or read_own_key(place.directory)
        return Target(str(place.directory), f"The catalog at {holder.url}", _transport(holder.url, key))
    where = f"The catalog in {place.directory}" if place.directory else "The catalog of HEADWATER_DATABASE_URL"
    return Target(str(place.directory or "database"), where, None)


def client(send: Callable[[Document], None]) -> OpenLineageClient:
    """An OpenLineage client with all that its own configuration says, which hands over events without secrets."""
    return OpenLineageClient(transport=_Redacting(send), config=_CONFIG)


class _Redacting(Transport):
    """Stands where the client would send: at the end of all that it adds to an event."""

    kind = "headwater"

    def __init__(self, send: Callable[[Document], None]) -> None:
        self._send = send

    def emit(self, event: Any) -> None:
        clean = redact_value(Serde.to_dict(event))
        self._send(cast(Document, clean))


def _transport(url: str, key: str) -> HttpTransport:
    try:
        return http_transport(url, key, timeout=TIMEOUT, retry=_NO_RETRIES)
    except ValueError:
        raise InvalidRequest(
            "invalid_url",
            f"{redact_userinfo(url)!r} is no address of a server.",
            "Write HEADWATER_URL as http://127.0.0.1:7070.",
        ) from None


def _configured() -> Transport | None:
    """What OPENLINEAGE_URL, OPENLINEAGE__… or openlineage.yml name; None where they name nothing."""
    transport = (OpenLineageClient(transport=_Redacting(lambda _: None)).config.transport or {}).get("type")
    return OpenLineageClient().transport if transport or os.environ.get("OPENLINEAGE_URL") else None
