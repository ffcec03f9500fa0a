"""What kind of data a dataset is where nobody says it."""

from __future__ import annotations

import pytest

from headwater_catalog.facets.kinds import kind_of_facets, kind_of_name
from headwater_catalog.facets.opening import Format, Location
from headwater_catalog.facets.relation import Relation


@pytest.mark.parametrize(
    ("namespace", "name", "kind"),
    [
        ("kafka://broker:9092", "orders", "TOPIC"),
        ("pubsub", "topic:shop:orders", "TOPIC"),
        ("pubsub", "subscription:shop:orders", None),
        ("pulsar://broker:6650", "persistent://shop/main/orders", "TOPIC"),
        ("eventhubs://shop", "orders", "TOPIC"),
        ("kinesis://eu-west-1", "orders", "STREAM"),
        ("arn:aws:kinesis:eu-west-1:1", "stream/orders", "STREAM"),
        ("postgres://db:5432", "shop.public.kafka", None),
        ("kafka-connect", "orders", None),
        ("s3://lake", "orders", None),
    ],
)
def test_of_a_name_only_what_is_certain(namespace: str, name: str, kind: str | None) -> None:
    assert kind_of_name(namespace, name) == kind


def test_of_facets_a_relation_before_files() -> None:
    csv = Format("csv")
    assert kind_of_facets(Relation("postgres"), csv, None) == "TABLE"
    assert kind_of_facets(Relation("postgres", definition="select 1"), None, None) == "VIEW"
    assert kind_of_facets(None, csv, Location("file:///lake/a.csv")) == "FILE"
    assert kind_of_facets(None, csv, Location("file:///lake/a", pattern="**/*.csv")) == "FOLDER"
    assert kind_of_facets(None, None, Location("file:///lake/a")) is None
