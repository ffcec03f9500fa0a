"""Entries that come by Kafka: a member of a consumer group that hands them to the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from headwater_catalog.errors import ExtraMissing
from headwater_ingestors.kafka.cluster import Cluster

if TYPE_CHECKING:
    from headwater_ingestors.kafka.member import Member

__all__ = ["Cluster", "joining"]


def joining(cluster: Cluster) -> Callable[..., Member]:
    """What makes members of the cluster's consumer group, called as `Member` is but for its first argument.

    Raises InvalidRequest for a cluster that cannot be right, ExtraMissing where Kafka's client is not installed.
    """
    cluster.options()
    try:
        from headwater_ingestors.kafka.member import Member
    except ModuleNotFoundError as error:
        if error.name != "aiokafka":
            raise
        raise ExtraMissing("Reading Kafka needs aiokafka", "kafka") from error
    return partial(Member, cluster)
