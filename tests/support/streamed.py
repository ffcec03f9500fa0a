"""A stream of small events, always the same, and a program that sends it by OpenLineage's own Kafka transport.

    python streamed.py BOOTSTRAP TOPIC COUNT PROGRESS PAUSE

PROGRESS is a file that says how many were delivered for certain: where it was killed, it goes on there, and what was
delivered since comes twice, as with any producer. PAUSE: seconds between portions. It ends earlier where PROGRESS.stop
exists.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import schema_dataset
from openlineage.client.serde import Serde
from openlineage.client.transport.kafka import KafkaConfig, KafkaTransport

JOBS = 40
PORTION = 100
_BEGIN = datetime(2024, 5, 1, tzinfo=UTC)
_FIELDS = schema_dataset.SchemaDatasetFacet([schema_dataset.SchemaDatasetFacetFields("amount", "INTEGER")])


def event_of(number: int) -> RunEvent:
    """START (even) and COMPLETE (odd) of run number // 2, of one of JOBS jobs, each of which has its own table."""
    run = number // 2
    job = run % JOBS
    return RunEvent(
        eventType=RunState.COMPLETE if number % 2 else RunState.START,
        eventTime=(_BEGIN + timedelta(seconds=number)).isoformat(),
        run=Run(f"00000000-0000-4000-8000-{run:012d}"),
        job=Job("stream", f"load_{job}"),
        inputs=[InputDataset("postgres://dwh", f"landing.t{job}"), InputDataset("postgres://dwh", "landing.rates")],
        outputs=[OutputDataset("postgres://dwh", f"trusted.t{job}", facets={"schema": _FIELDS} if number % 2 else {})],
        producer="https://example.org/stream",
    )


def write(path: Path, numbers: Iterable[int]) -> Path:
    """The same events as a file, one a line."""
    path.write_text("".join(Serde.to_json(event_of(number)) + "\n" for number in numbers), encoding="utf-8")
    return path


def transport(bootstrap: str, topic: str, **more: str) -> KafkaTransport:
    """OpenLineage's transport, which sends in the background."""
    return KafkaTransport(KafkaConfig(config={"bootstrap.servers": bootstrap, **more}, topic=topic, flush=False))


def send(bootstrap: str, topic: str, numbers: Iterable[int], **more: str) -> None:
    """Send these events and wait until Kafka has them."""
    sender = transport(bootstrap, topic, **more)
    for number in numbers:
        sender.emit(event_of(number))
    assert sender.close()


def main() -> None:
    bootstrap, topic, count, progress, pause = sys.argv[1:]
    sender = transport(bootstrap, topic)
    file = Path(progress)
    done = int(file.read_text() or 0) if file.exists() else 0
    while done < int(count) and not file.with_suffix(".stop").exists():
        portion = range(done, min(done + PORTION, int(count)))
        for number in portion:
            sender.emit(event_of(number))
        assert sender.wait_for_completion()
        done = portion.stop
        file.with_suffix(".new").write_text(str(done))
        file.with_suffix(".new").rename(file)
        time.sleep(float(pause))


if __name__ == "__main__":
    main()
