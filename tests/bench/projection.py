"""The projector against an ORM ingest and against COPY, in turn, round by round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import psycopg
from tests.bench.arms import Copying, Projecting, digest_of
from tests.bench.cost import Cost, Figures, measure, ratio, wall, work
from tests.bench.orm import Mapping
from tests.bench.report import Gate, Report
from tests.bench.stream import JOBS, Raw, Stream

EVENTS, ORM_EVENTS = 2_000, 60
LEAST_OVER_ORM, LEAST_OF_COPY = 30.0, 0.10


class Arm(Protocol):
    """A competitor."""

    name: str

    @property
    def backend(self) -> int: ...

    def ingest(self, entries: list[Raw]) -> None: ...


class Race:
    """Competitors, each with the events that it takes in: their number a round, and how to make them."""

    def __init__(self, database: Callable[[], str]) -> None:
        stream = Stream()
        self.orm_url = database()
        self.check_url = database()
        self.orm = Mapping(self.orm_url)
        self.runners: list[tuple[Arm, int, Callable[[int, int], list[Raw]]]] = [
            (Projecting(database(), 50), EVENTS, stream.completes),
            (self.orm, ORM_EVENTS, stream.completes),
            (Projecting(database(), 200), EVENTS, stream.completes),
            (Copying(database()), EVENTS, stream.completes),
            (Projecting(database(), 50), EVENTS, stream.pairs),
        ]
        self.orm_statements = 0.0

    def run(self, rounds: int) -> list[Figures]:
        """Warm up on two events a job, then measure in turns."""
        costs: list[list[Cost]] = [[] for _ in self.runners]
        for arm, count, make in self.runners:
            arm.ingest(make(0, JOBS if count == ORM_EVENTS else 2 * JOBS))
        sent = self.orm.sent
        for number in range(rounds):
            for place, (arm, count, make) in enumerate(self.runners):
                entries = _portion(make, number, count)
                costs[place].append(measure(lambda a=arm, e=entries: a.ingest(e), count, arm.backend))
        self.orm_statements = (self.orm.sent - sent) / (rounds * ORM_EVENTS)
        return [Figures(found) for found in costs]

    def same_state(self, rounds: int) -> bool:
        """Whether the projector makes of the ORM's events the state that the ORM made."""
        stream, check = Stream(), Projecting(self.check_url, 50)
        check.ingest(stream.completes(0, JOBS))
        for number in range(rounds):
            check.ingest(_portion(stream.completes, number, ORM_EVENTS))
        with psycopg.connect(self.orm_url) as connection:
            return check.digest() == digest_of(connection)


def _portion(make: Callable[[int, int], list[Raw]], number: int, count: int) -> list[Raw]:
    """The events of a round; the warm-up had less than the first 2 * JOBS runs."""
    runs = count if count == ORM_EVENTS or make.__name__ == "completes" else count // 2
    return make(2 * JOBS + number * runs, count)


def report(into: Report, database: Callable[[], str], rounds: int) -> None:
    """Race, and say how it went."""
    race = Race(database)
    figures = race.run(rounds)
    fifty, orm, two_hundred, copy, _ = figures
    names = [race.runners[0][0].name, race.orm.name, race.runners[2][0].name, Copying.name]
    names.append(f"{race.runners[4][0].name}, START + COMPLETE")
    head = ["", "events/s", "worst", "best", "cpu us/event", "of that client"]
    into.tables["Ingest"] = [head] + [_row(name, found) for name, found in zip(names, figures, strict=True)]
    into.notes.append(f"The ORM sends {race.orm_statements:.0f} statements an event.")
    into.gates.append(Gate("state of the ORM and of the projector are equal", float(race.same_state(rounds)), least=1))
    for name, found in (("batch 50", fifty), ("batch 200", two_hundred)):
        for other, against, least in (("over ORM", orm, LEAST_OVER_ORM), ("of COPY", copy, LEAST_OF_COPY)):
            middle, low, high = ratio(against, found, by=wall)
            into.gates.append(Gate(f"{name} {other}, events/s", middle, least, spread=(low, high)))
            middle, low, high = ratio(against, found, by=work)
            into.notes.append(f"{name} {other}, in processor time: {middle:.3g}  [{low:.3g} - {high:.3g}]")


def _row(name: str, found: Figures) -> list[str]:
    speeds = found.per_second
    return [name, *(f"{n:,.0f}" for n in (found.rate, speeds[0], speeds[-1], found.work, found.client))]
