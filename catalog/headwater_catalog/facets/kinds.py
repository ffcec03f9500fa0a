"""What kind of data a dataset is, as its producer says it, else by what is certain of it; pure."""

from __future__ import annotations

from typing import Final

from headwater_catalog.facets.opening import Format, Location
from headwater_catalog.facets.relation import Relation
from headwater_catalog.names import scheme_of

TABLE, VIEW, FILE, FOLDER, TOPIC, STREAM = "TABLE", "VIEW", "FILE", "FOLDER", "TOPIC", "STREAM"

_OF_SCHEME: Final = {
    **dict.fromkeys(("kafka", "pubsub", "pulsar", "eventhubs"), TOPIC),
    "kinesis": STREAM,
}
"""Schemes of namespaces below which there is nothing else: the naming rules of OpenLineage have kafka and pubsub."""
_SUBSCRIPTION: Final = "subscription:"  # of Pub/Sub, beside `topic:`: one that reads a topic is none


def kind_of_name(namespace: str, name: str) -> str | None:
    """TOPIC or STREAM where the namespace holds nothing else; None where it says nothing."""
    if namespace.startswith("arn:aws:kinesis:"):
        return STREAM
    scheme = scheme_of(namespace)
    return None if scheme == "pubsub" and name.startswith(_SUBSCRIPTION) else _OF_SCHEME.get(scheme)


def kind_of_facets(relation: Relation | None, form: Format | None, location: Location | None) -> str | None:
    """TABLE, VIEW, FILE or FOLDER, by how it is declared in a database, else how its files are read; None: neither."""
    if relation is not None:
        return VIEW if relation.definition else TABLE
    if form is None:
        return None
    return FOLDER if location and (location.pattern or location.partition_columns) else FILE
