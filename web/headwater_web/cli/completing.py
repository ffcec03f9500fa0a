"""Shell completion of selectors: asked of the server that the settings name, where one answers at once."""

from __future__ import annotations

from functools import partial
from typing import Final

import httpx

from headwater_catalog.database.directory import read_lock, read_own_key
from headwater_catalog.errors import HeadwaterError
from headwater_web import settings as configuration
from headwater_web.cli.remote import Remote, reached

PATIENCE: Final = 1.0
"""Seconds: whoever presses Tab waits for no server."""
QUERY: Final = "query($select: String!) { complete(select: $select, first: 50) { start ways { text } } }"


def selectors(incomplete: str) -> list[str]:
    """The selectors that what is typed may become; none where no server is reached: completion never fails."""
    try:
        settings = configuration.load({})
        holder = None if settings.url or settings.database_url else read_lock(settings.directory)
        url = settings.url or (holder.url if holder else None)
        if not url:
            return []
        key = settings.api_key if settings.url else settings.api_key or partial(read_own_key, settings.directory)
        with reached(url, key, timeout=PATIENCE) as http:
            found = Remote(http).graphql(QUERY, {"select": incomplete})["complete"]
    except (HeadwaterError, httpx.HTTPError, ValueError, KeyError, OSError):
        return []
    return [incomplete[: found["start"]] + way["text"] for way in found["ways"]]
