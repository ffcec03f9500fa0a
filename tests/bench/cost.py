"""What work costs: processor time of this process and of the server's processes that work for it, and wall time."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Cost:
    """One measurement. cpu None: the system does not tell the processor time of other processes."""

    events: int
    wall: float
    client: float
    server: float | None

    @property
    def cpu(self) -> float | None:
        """Seconds of processor time, client and server together."""
        return None if self.server is None else self.client + self.server


def processor_time(pid: int) -> float | None:
    """Seconds that a process has run on a processor; None where /proc does not say."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        pass
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def measure(task: Callable[[], None], events: int, backend: int) -> Cost:
    """Do the task once, and say what it cost; `backend`: the server's process that serves it.

    Garbage is collected before: the garbage of one competitor must not be carried out at the expense of the next.
    """
    gc.collect()
    before, client, began = processor_time(backend), time.process_time(), time.perf_counter()
    task()
    taken, client = time.perf_counter() - began, time.process_time() - client
    after = processor_time(backend)
    return Cost(events, taken, client, None if before is None or after is None else after - before)


@dataclass(frozen=True)
class Figures:
    """Some measurements of one competitor."""

    costs: Sequence[Cost]

    @property
    def per_second(self) -> list[float]:
        """Events a second of wall time, worst first."""
        return sorted(cost.events / cost.wall for cost in self.costs)

    @property
    def rate(self) -> float:
        """The median of events a second of wall time."""
        return median(self.per_second)

    @property
    def work(self) -> float:
        """The median of microseconds an event costs: of processor time where it is known, else of wall time."""
        return median(1e6 * work(cost) for cost in self.costs)

    @property
    def client(self) -> float:
        """The median of microseconds of processor time that an event costs in this process."""
        return median(1e6 * cost.client / cost.events for cost in self.costs)


def work(cost: Cost) -> float:
    """Seconds that an event costs: of processor time where it is known, else of wall time."""
    return (cost.wall if cost.cpu is None else cost.cpu) / cost.events


def wall(cost: Cost) -> float:
    """Seconds of wall time that an event takes."""
    return cost.wall / cost.events


def ratio(dear: Figures, cheap: Figures, by: Callable[[Cost], float]) -> tuple[float, float, float]:
    """(median, least, greatest) of how many times as dear the one is as the other, round by round."""
    rounds = sorted(by(a) / by(b) for a, b in zip(dear.costs, cheap.costs, strict=True))
    return median(rounds), rounds[0], rounds[-1]
