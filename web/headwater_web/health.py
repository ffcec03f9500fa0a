"""Is it alive, can it serve, how does it do: for supervisors, load balancers and Prometheus."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import psycopg
import psycopg_pool
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from headwater_catalog.database import migrate
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.projection.version import REBUILD_NEEDED, rebuild_needed
from headwater_catalog.schedule import Outcome
from headwater_web import problems
from headwater_web.services import Services, services

READY_SECONDS: Final = 2.0


class Ready:
    """What was checked last, for a moment: whoever asks often gets no connection for each time."""

    def __init__(self) -> None:
        self._checks: dict[str, str] = {}
        self._warnings: dict[str, str] = {}
        self._at = float("-inf")
        self._checking = asyncio.Lock()

    async def checks(self, held: Services) -> tuple[dict[str, str], dict[str, str]]:
        """By name, "ok" or what is wrong; and warnings, with which it serves all the same."""
        async with self._checking:
            if time.monotonic() - self._at >= READY_SECONDS:
                self._checks = await _checks(held)
                self._warnings = await _warnings(held) if _good(self._checks) else {}
                self._at = time.monotonic()
            return self._checks, self._warnings


async def live(_: Request) -> Response:
    """GET /health/live: 200 while the process answers at all."""
    return problems.json_response({"status": "live"})


async def ready(request: Request) -> Response:
    """GET /health/ready: 200 if the database answers and its tables are those of this version, else 503."""
    known: Ready = request.app.state.ready
    checks, warnings = await known.checks(services(request))
    good = _good(checks)
    said = {"status": "ready" if good else "not ready", "checks": checks, "warnings": warnings}
    return problems.json_response(said, 200 if good else 503)


async def metrics(request: Request) -> Response:
    """GET /metrics: counters of this process in Prometheus' text format."""
    door = services(request).door
    counts = {"accepted": 0, "duplicate": 0, "parked": 0, "rejected": 0} | door.counts
    transactions = counts.pop("transactions", 0)
    lines = [
        "# HELP headwater_entries_total Entries taken in since the start, by state.",
        "# TYPE headwater_entries_total counter",
        *(f'headwater_entries_total{{state="{state}"}} {count}' for state, count in sorted(counts.items())),
        "# HELP headwater_transactions_total Transactions that wrote them.",
        "# TYPE headwater_transactions_total counter",
        f"headwater_transactions_total {transactions}",
        "# HELP headwater_waiting_entries Entries that wait to be written.",
        "# TYPE headwater_waiting_entries gauge",
        f"headwater_waiting_entries {door.waiting}",
    ]
    lines += _crawls(request.app.state.crawls)
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _crawls(counts: Mapping[str, int] | None) -> list[str]:
    """How the crawls of this process ended; nothing where it has no schedule."""
    if counts is None:
        return []
    return [
        "# HELP headwater_crawls_total Scheduled crawls that ended since the start, by outcome.",
        "# TYPE headwater_crawls_total counter",
        *(f'headwater_crawls_total{{outcome="{one.value}"}} {counts.get(one.value, 0)}' for one in Outcome),
    ]


def _good(checks: dict[str, str]) -> bool:
    return all(check == "ok" for check in checks.values())


async def _warnings(held: Services) -> dict[str, str]:
    try:
        needed = await held.in_transaction(rebuild_needed)
    except (psycopg.Error, HeadwaterError):  # the next look tells
        return {}
    return {"projection": REBUILD_NEEDED} if needed else {}


async def _checks(held: Services) -> dict[str, str]:
    try:
        async with held.pool.connection(timeout=2) as connection:
            await connection.execute("select 1")
    except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
        return {"database": f"no answer ({type(error).__name__})"}
    try:
        await run_in_threadpool(migrate.check_ready, held.database.conninfo)
    except HeadwaterError as error:
        return {"database": "ok", "tables": error.sentence}
    return {"database": "ok", "tables": "ok"}
