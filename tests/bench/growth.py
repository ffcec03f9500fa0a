"""What must not grow: statements a batch, by the size of the batch and by the size of the catalog."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from tests.bench.arms import Projecting
from tests.bench.cost import Cost, Figures, measure
from tests.bench.report import Gate, Report
from tests.bench.stream import INPUTS, JOBS, Stream, minimal

SMALL, LARGE = 1_000, 100_000
FILLING = 500
ROUNDS, EVENTS = 5, 500


def filled(url: str, datasets: int) -> Projecting:
    """A catalog of so many datasets, all of them in some lineage."""
    arm = Projecting(url, FILLING)
    arm.ingest([minimal(job) for job in range(datasets // (INPUTS + 1))])
    arm.connection.autocommit = True
    arm.connection.execute("vacuum analyze")
    arm.connection.autocommit = False
    arm.batch = 50
    arm.ingest(Stream().completes(0, 2 * JOBS))
    return arm


def report(into: Report, database: Callable[[], str]) -> None:
    """Fill two catalogs, take the same events into both, count and measure."""
    began = time.perf_counter()
    small, large = filled(database(), SMALL), filled(database(), LARGE)
    stream = Stream()
    counts = {
        (arm, size): [arm.statements(stream.completes(2 * JOBS + start, size)) for start in starts]
        for arm in (small, large)
        for size, starts in ((50, (0, 50)), (500, (100, 600)))
    }
    seconds = time.perf_counter() - began
    costs: dict[Projecting, list[Cost]] = {small: [], large: []}
    for number in range(ROUNDS):
        entries = stream.completes(2 * JOBS + 1100 + number * EVENTS, EVENTS)
        for arm in (small, large):
            costs[arm].append(measure(lambda a=arm, e=entries: a.ingest(e), EVENTS, arm.backend))
    rows = [["", "batch 50", "batch 500", "cpu us/event", "events/s"]]
    for name, arm in ((f"{SMALL:,} datasets", small), (f"{LARGE:,} datasets", large)):
        found = Figures(costs[arm])
        sent = [f"{median(counts[arm, size]):g}" for size in (50, 500)]
        rows.append([name, *sent, f"{found.work:,.0f}", f"{found.rate:,.0f}"])
    into.tables["Statements a batch, begin and commit left out; events on catalogs of different size"] = rows
    into.notes.append(f"Both catalogs were filled and counted in {seconds:.0f} s.")
    least = median(counts[small, 50])
    into.gates.append(Gate("statements, batch 500 over batch 50", median(counts[small, 500]) / least, most=1))
    into.gates.append(Gate(f"statements, {LARGE:,} over {SMALL:,} datasets", median(counts[large, 50]) / least, most=1))
