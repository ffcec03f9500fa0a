"""Idle connections are the client's to close: one that sends while the server closes would be reset."""

from __future__ import annotations

import httpx
from starlette.applications import Starlette

from headwater_web.serving import configuration
from headwater_web.settings import Settings

LONGEST = 60
"""Seconds for which the pools of usual clients and proxies keep an idle connection."""


def test_the_server_keeps_idle_connections_longer_than_clients_do() -> None:
    kept = configuration(Starlette(), Settings()).timeout_keep_alive
    assert kept > LONGEST > (httpx.Limits().keepalive_expiry or 0)
