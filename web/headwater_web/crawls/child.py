"""A command in a process group of its own: run with a time limit, ended with all that it began."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from headwater_catalog.schedule import Outcome
from headwater_web.crawls.outcome import Process

KEPT: Final = 2**20
"""Bytes of what it prints that are kept of either stream; the rest is read and thrown away."""
PATIENCE: Final = 5.0
"""Seconds between asking it to end and ending it."""


async def run(
    command: Sequence[str],
    environ: Mapping[str, str],
    timeout: float,  # noqa: ASYNC109 - what it ends is told as an outcome
    *,
    until: Mapping[Outcome, Coroutine[Any, Any, object]],
) -> Process:
    """Run a command until it ends, its time is up, or one of `until` is done. No process of its group is left.

    timeout: seconds. Raises OSError where it cannot be started.
    """
    others = {asyncio.ensure_future(one): outcome for outcome, one in until.items()}
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=dict(environ), start_new_session=True
        )
        ended = asyncio.ensure_future(_finished(process))
        try:
            done, _ = await asyncio.wait({ended, *others}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(process, ended)
        out, err = ended.result() if ended.done() and not ended.cancelled() else (b"", b"")
    finally:
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    why = None if ended in done else next((others[one] for one in done if one in others), Outcome.TIMED_OUT)
    return Process(process.returncode or 0, out, err, why)


async def _finished(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    assert process.stdout is not None  # noqa: S101 - PIPE
    assert process.stderr is not None  # noqa: S101 - PIPE
    out, err, _ = await asyncio.gather(_kept(process.stdout), _kept(process.stderr), process.wait())
    return out, err


async def _kept(stream: asyncio.StreamReader) -> bytes:
    """The beginning of what it prints; a process that prints more must not wait for us."""
    kept = bytearray()
    while part := await stream.read(2**16):
        kept += part[: KEPT - len(kept)]
    return bytes(kept)


async def _end(process: asyncio.subprocess.Process, ended: asyncio.Future[Any]) -> None:
    """Ask the group to end, then end it. What the command left behind goes too."""
    if not ended.done():
        _signal(process, signal.SIGTERM)
        await asyncio.wait({ended}, timeout=PATIENCE)
    _signal(process, signal.SIGKILL)
    if not ended.done():
        await asyncio.wait({ended}, timeout=PATIENCE)
    ended.cancel()


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
