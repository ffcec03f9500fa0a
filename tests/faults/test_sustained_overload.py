"""Four times what can be written, for seconds on end: 201 or 503, what is acknowledged is there, memory is bounded."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from samples import event
from served import Served

LINEAGE = "/api/v1/lineage"
SECONDS = 8.0
TIMES = 4
MIB = 2**20
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


class Answered(NamedTuple):
    """One request: when it left and was answered, in seconds of one clock."""

    number: int
    began: float
    ended: float
    response: httpx.Response


def large(number: int) -> bytes:
    """An event that takes a while: ten tables of its own, forty columns each, every one of them derived."""
    names = [f"c{column}" for column in range(40)]

    def table(index: int) -> dict[str, Any]:
        schema = {"fields": [{"name": name, "type": "INT"} for name in names]}
        return {"namespace": "load", "name": f"t{number}.{index}", "facets": {"schema": schema}}

    def derived(index: int) -> dict[str, Any]:
        made = table(index)
        fields = {
            name: {"inputFields": [{"namespace": "load", "name": f"t{number}.0", "field": name}]} for name in names
        }
        made["facets"]["columnLineage"] = {"fields": fields}
        return made

    return json.dumps(event(number, inputs=[table(0)], outputs=[derived(index) for index in range(1, 10)])).encode()


def resident(pid: int, what: str) -> int:
    """VmRSS now, or VmHWM, the most there ever was; in bytes."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    assert found
    return int(found[1]) * 1024


def post(http: httpx.Client, number: int) -> Answered:
    body = large(number)
    began = time.monotonic()
    response = http.post(LINEAGE, content=body)
    return Answered(number, began, time.monotonic(), response)


def sustainable(http: httpx.Client, pool: ThreadPoolExecutor, numbers: range) -> float:
    """Events a second that are taken in when those who send wait for their answers."""
    began = time.monotonic()
    assert {one.response.status_code for one in pool.map(lambda number: post(http, number), numbers)} == {201}
    return len(numbers) / (time.monotonic() - began)


def offer(http: httpx.Client, pool: ThreadPoolExecutor, rate: float, first: int) -> list[Answered]:
    """So many a second, whatever becomes of them."""
    began = time.monotonic()
    sent = []
    for index in range(int(rate * SECONDS)):
        time.sleep(max(0.0, began + index / rate - time.monotonic()))
        sent.append(pool.submit(post, http, first + index))
    return [one.result() for one in sent]


def test_four_times_what_can_be_written_is_told_apart_at_once_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
    with (
        Served(tmp_path, HEADWATER_MAX_WAITING="40") as server,
        httpx.Client(base_url=server.address, trust_env=False, timeout=120, limits=limits) as http,
        ThreadPoolExecutor(400) as pool,
    ):
        with ThreadPoolExecutor(8) as few:
            sustainable(http, few, range(40))
            rate = sustainable(http, few, range(40, 160))
        before = resident(server.pid, "VmRSS")
        answers = offer(http, pool, TIMES * rate, 1_000)
        peak = resident(server.pid, "VmHWM")

        taken = [one for one in answers if one.response.status_code == 201]
        refused = [one for one in answers if one.response.status_code == 503]
        seconds = max(one.ended for one in answers) - min(one.began for one in answers)
        print(
            f"{rate:.0f} events a second are sustainable; {len(answers) / SECONDS:.0f} offered, "
            f"{len(taken) / seconds:.0f} taken in, {len(refused)} of {len(answers)} sent away; "
            f"median until 201 {median(taken):.0f} ms, until 503 {median(refused):.0f} ms; "
            f"RSS {before / MIB:.0f} MiB before, {peak / MIB:.0f} at most"
        )
        assert Counter(one.response.status_code for one in answers).keys() == {201, 503}
        for one in refused:
            assert int(one.response.headers["retry-after"]) > 0
            assert one.response.json()["code"] == "overloaded"
        assert len(refused) > len(answers) / 4, "it was overload"
        assert len(taken) / seconds > rate / 3, "who is sent away costs little"
        overtaken = sum(any(one.began < other.began and other.ended < one.ended for other in refused) for one in taken)
        assert overtaken > len(taken) / 2, "503 is answered while others commit"
        assert median(refused) < median(taken)
        assert peak - before < 200 * MIB

        lines = http.get("/api/v1/export").content.splitlines()
        there = {int(json.loads(line)["event"]["run"]["runId"][-12:]) for line in lines}
        assert there == {*range(160), *(one.number for one in taken)}, "what was acknowledged, and nothing else"
        again = list(pool.map(lambda one: retried(http, one.number), refused[:50]))
        assert set(again) == {"accepted"}, "who was sent away comes again"


def retried(http: httpx.Client, number: int) -> str:
    """The end of an event that is sent until it is taken in, as often as Retry-After asks for."""
    while True:
        answer = post(http, number).response
        if answer.status_code == 201:
            return str(answer.json()["state"])
        time.sleep(float(answer.headers["retry-after"]))


def median(answers: list[Answered]) -> float:
    """In milliseconds."""
    times = sorted(one.ended - one.began for one in answers)
    return 1_000 * times[len(times) // 2] if times else 0.0
