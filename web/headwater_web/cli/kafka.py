"""headwater ingest kafka: events of Kafka's topics, for as long as it runs."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.client import Document, Intake
from headwater_web.cli.tally import Tally
from headwater_web.cli.verb import Use, progress, verb

if TYPE_CHECKING:
    from headwater_ingestors.kafka.member import Member, Take

Bootstrap = Annotated[
    str | None,
    typer.Option(
        "--bootstrap", help="Kafka: host:port, several with commas. [HEADWATER_KAFKA_BOOTSTRAP]", show_default=False
    ),
]
Topics = Annotated[
    list[str] | None,
    typer.Option("--topic", help="A topic to read; may be repeated. [HEADWATER_KAFKA_TOPICS]", show_default=False),
]
Group = Annotated[
    str | None, typer.Option("--group", help="Consumer group. [HEADWATER_KAFKA_GROUP]", show_default=False)
]
FromBeginning = Annotated[
    bool, typer.Option("--from-beginning", help="Read all that the topics still hold, not only what is new.")
]
UntilCaughtUp = Annotated[
    bool, typer.Option("--until-caught-up", help="End once what is in our partitions has been taken in.")
]


@verb
def kafka(
    use: Use,
    *,
    kafka_bootstrap: Bootstrap = None,
    kafka_topics: Topics = None,
    kafka_group: Group = None,
    from_beginning: FromBeginning = False,
    until_caught_up: UntilCaughtUp = False,
) -> None:
    """Take in the OpenLineage events of Kafka topics until Ctrl-C, as a member of a consumer group.

    A group that is new begins at the oldest message. What is no event is rejected and kept like any other entry, and
    passed over. Start it several times to share the partitions. With --until-caught-up the exit code is 1 if anything
    was rejected.
    """
    from headwater_ingestors.kafka import joining
    from headwater_web.consuming import cluster_of, quieten

    join = joining(cluster_of(use.settings))
    logging.basicConfig(level=use.settings.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    quieten()
    tally = Tally()
    with use.client() as client, client.intake() as intake, progress("taking in") as move:
        take = _counting(intake, tally, move)
        asyncio.run(_run(join(take, from_beginning=from_beginning, until_caught_up=until_caught_up)))
    tally.show(use)
    if until_caught_up and tally.rejected:
        raise typer.Exit(EXIT_FOUND)


def _counting(intake: Intake, tally: Tally, move: Callable[[float, float | None], None]) -> Take:
    async def take(entries: Sequence[bytes]) -> list[Document]:
        acks = await asyncio.to_thread(intake, entries)
        for ack in acks:
            tally.add(ack)
        move(tally.received, None)
        return acks

    return take


async def _run(member: Member) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, member.stop)
    await member.run()
